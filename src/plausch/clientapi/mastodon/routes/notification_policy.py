"""Whose notifications come among the others: policy and requests, as far as there is such a choice here.

There is one: from everybody, or only from those whom one follows or is connected with. What others do is kept aside.
"""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.notifications import FormerPolicy, NotificationRequest, Policy
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.kinds import ALL
from plausch.clientapi.mastodon.notices import id_in
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.showing import show_posts
from plausch.feeds import actions, queries
from plausch.feeds.model import FilterPlace, FromWhom
from plausch.feeds.queries import Stranger
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import moment_of
from plausch.kernel.paging import Page
from plausch.language.formats import exact_iso
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.storage.parts import Part

_MANY = 200
_WORDS = {FromWhom.EVERYBODY: "accept", FromWhom.KNOWN: "filter"}


async def _policy(tx: Read, viewer: Viewer, *, former: bool) -> Response:
    from_whom = (await queries.get_preferences(tx, viewer.person)).from_whom
    strangers = await queries.list_strangers(tx, viewer, Page(limit=_MANY), ALL)
    summary = {
        "pending_requests_count": len(strangers),
        "pending_notifications_count": sum(one.number for one in strangers),
    }
    if former:
        known = from_whom is FromWhom.KNOWN
        return answered(FormerPolicy(filter_not_following=known, filter_private_mentions=known, summary=summary))
    word = _WORDS[from_whom]
    return answered(Policy(for_not_following=word, for_private_mentions=word, summary=summary))


def _showing(*, former: bool) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.read() as tx:
            return await _policy(tx, request.viewer, former=former)

    return view


def _changing(*, former: bool) -> View:
    """What there is no choice about stays as it is, and the answer says so."""

    async def view(request: Request) -> Response:
        wanted = _from_whom(await read_fields(request), former=former)
        async with request.site.database.write() as tx:
            if wanted is not None:
                await actions.set_from_whom(tx, request.viewer, wanted)
            return await _policy(tx, request.viewer, former=former)

    return view


def _from_whom(fields: Fields, *, former: bool) -> FromWhom | None:
    name = "filter_not_following" if former else "for_not_following"
    if name not in fields:
        return None
    known = bool(fields.flag(name)) if former else fields.text(name) != "accept"
    return FromWhom.KNOWN if known else FromWhom.EVERYBODY


async def _present(
    tx: Read, request: Request, found: Sequence[Stranger]
) -> tuple[list[NotificationRequest], list[Part]]:
    accounts, made = await join_accounts(tx, request, [one.actor_id for one in found])
    ids = [one.post_id for one in found if one.post_id]
    joined = await show_posts(tx, request, ids, FilterPlace.NOTIFICATIONS)
    statuses = {id_in(body): body for body in joined.bodies}
    entities = [
        NotificationRequest(
            id=str(one.actor_id),
            created_at=exact_iso(moment_of(one.first_id)),
            updated_at=exact_iso(moment_of(one.last_id)),
            account=msgspec.Raw(accounts[one.actor_id]),
            notifications_count=str(one.number),
            last_status=msgspec.Raw(statuses[one.post_id]) if one.post_id in statuses else None,
        )
        for one in found
        if one.actor_id in accounts
    ]
    return entities, [*made, *joined.made]


async def list_requests(request: Request) -> Response:
    """Paged by the last notification of each."""
    wanted = range_of(request, 40, 80)
    async with request.site.database.read() as tx:
        found = await queries.list_strangers(tx, request.viewer, wanted.page, ALL)
        entities, made = await _present(tx, request, found)
    await keep(request, made)
    return link_pages(answered(entities), request, [one.last_id for one in found], more=len(found) == wanted.limit)


async def get_request(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.list_strangers(tx, request.viewer, Page(limit=_MANY), ALL)
        entities, made = await _present(tx, request, [one for one in found if one.actor_id == id_of(request)])
    if not entities:
        raise NotFound
    await keep(request, made)
    return answered(entities[0])


Change = Callable[[Write, Viewer, Sequence[int]], Awaitable[None]]


def _answering(change: Change, *, many: bool) -> View:
    async def view(request: Request) -> Response:
        ids = (await read_fields(request)).ids("id") if many else [id_of(request)]
        async with request.site.database.write() as tx:
            await change(tx, request.viewer, ids[:_MANY])
        return nothing()

    return view


async def show_merged(request: Request) -> Response:
    """What was let in is among the others at once."""
    return answered({"merged": True})


_POLICY = ("/api/v1/notifications/policy", "/api/v2/notifications/policy")
_REQUESTS = "/api/v1/notifications/requests"
_WRITE = "write:notifications"
ENDPOINTS = [
    *(
        Endpoint("GET", at, _showing(former=former), "read:notifications")
        for at, former in zip(_POLICY, (True, False), strict=True)
    ),
    *(
        Endpoint(method, at, _changing(former=former), _WRITE)
        for method in ("PATCH", "PUT")
        for at, former in zip(_POLICY, (True, False), strict=True)
    ),
    Endpoint("GET", _REQUESTS, list_requests, "read:notifications"),
    Endpoint("GET", f"{_REQUESTS}/merged", show_merged, "read:notifications"),
    Endpoint("POST", f"{_REQUESTS}/accept", _answering(actions.let_in_strangers, many=True), _WRITE),
    Endpoint("POST", f"{_REQUESTS}/dismiss", _answering(actions.dismiss_strangers, many=True), _WRITE),
    Endpoint("GET", f"{_REQUESTS}/{{id}}", get_request, "read:notifications"),
    Endpoint("POST", f"{_REQUESTS}/{{id}}/accept", _answering(actions.let_in_strangers, many=False), _WRITE),
    Endpoint("POST", f"{_REQUESTS}/{{id}}/dismiss", _answering(actions.dismiss_strangers, many=False), _WRITE),
]
