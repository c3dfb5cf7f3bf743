"""`/api/v1/accounts`: who somebody is, what they said, and whom they follow."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, json_response
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.joining import join_account, join_accounts
from plausch.clientapi.mastodon.paging import limit_of, link_pages, offset_of, range_of
from plausch.clientapi.mastodon.routes.lists import present_list
from plausch.clientapi.mastodon.routes.timelines import answer_page
from plausch.clientapi.mastodon.standing import list_standing
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace
from plausch.feeds.queries import Pieces, Wanted
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.language.inline_rules import tag_name
from plausch.people import queries as people
from plausch.people.model import Relation
from plausch.storage import Read

#: Accounts that are asked for at once.
_MANY = 400
_FAMILIAR = 200


async def get_account(request: Request) -> Response:
    async with request.site.database.read() as tx:
        body, made = await join_account(tx, request, id_of(request))
    await keep(request, made)
    if body is None:
        raise NotFound("actor_not_found")
    return json_response(body)


async def list_accounts(request: Request) -> Response:
    """Several at once, by `id[]`."""
    return await _answer_accounts(request, query_of(request).ids("id")[:_MANY])


async def _answer_accounts(request: Request, ids: Sequence[int]) -> Response:
    async with request.site.database.read() as tx:
        joined, made = await join_accounts(tx, request, ids)
    await keep(request, made)
    return json_response(b"[%b]" % b",".join(joined[id_] for id_ in ids if id_ in joined))


def local_handle(request: Request, acct: str) -> str | None:
    """The handle in `@anna` or `anna@this.server`; None for somebody elsewhere, and for what names nobody."""
    handle, _, host = acct.strip().removeprefix("@").lower().partition("@")
    return handle if handle and (not host or host in request.site.addresses.here) else None


async def look_up(request: Request) -> Response:
    handle = local_handle(request, query_of(request).text("acct"))
    async with request.site.database.read() as tx:
        found = await _find(tx, request, handle) if handle else None
        body, made = await join_account(tx, request, found) if found is not None else (None, [])
    await keep(request, made)
    if body is None:
        raise NotFound("actor_not_found")
    return json_response(body)


async def _find(tx: Read, request: Request, handle: str) -> int | None:
    """Whose a handle is, or was; also that of a secret group, for whoever is in it."""
    known = (await people.resolve_handles(tx, [handle], request.viewer)).get(handle)
    return known.id if known is not None else await people.find_handle(tx, handle)


async def search(request: Request) -> Response:
    """By handle, name or words about themselves; those one knows come first."""
    query = query_of(request)
    words, limit = query.text("q")[:100], limit_of(request, 40, 80)
    ids = await find_accounts(request, words, limit, offset_of(request), only_followed=bool(query.flag("following")))
    return await _answer_accounts(request, ids)


async def find_accounts(
    request: Request, words: str, limit: int, offset: int = 0, *, only_followed: bool = False
) -> list[int]:
    """Ids of those who are meant: whose handle it is, then those one follows, then all others who agree to be found."""
    viewer, found = request.viewer, dict[int, None]()
    handle = local_handle(request, words)
    async with request.site.database.read() as tx:
        if handle and not only_followed:
            exact = await people.resolve_handles(tx, [handle], viewer)
            found.update(dict.fromkeys(one.id for one in exact.values()))
        plain = handle or words.strip()
        if plain and viewer.signed_in:
            near = await people.list_near(tx, viewer, plain, offset + limit)
            found.update(dict.fromkeys(one.id for one in near))
        if words.strip() and not only_followed and len(found) < offset + limit:
            found.update(dict.fromkeys(await feeds.search_people(tx, viewer, plain, offset + limit)))
    return list(found)[offset : offset + limit]


async def list_statuses(request: Request) -> Response:
    """What somebody said, as far as the viewer may see it."""
    query = query_of(request)
    tagged = tag_name(query.text("tagged")) if query.text("tagged") else None
    wanted = Wanted(
        pictures=bool(query.flag("only_media")),
        no_replies=bool(query.flag("exclude_replies")),
        no_shares=bool(query.flag("exclude_reblogs") or query.flag("only_media")),
        tagged=tagged is not None,
        pinned=bool(query.flag("pinned")),
    )

    async def find(tx: Read, page: Page) -> Pieces:
        found = await feeds.actor_pieces(tx, request.viewer, id_of(request), page, wanted, tag=tagged or "")
        if not found.pieces and not await feeds.list_actor_pieces(
            tx, request.viewer, [id_of(request)], blocked_too=True
        ):
            raise NotFound("actor_not_found")
        return found

    return await answer_page(request, find, FilterPlace.CONVERSATIONS)


async def _list_related(request: Request, *, reverse: bool) -> Response:
    wanted, of = range_of(request, 40, 80), id_of(request)
    async with request.site.database.read() as tx:
        if of not in await people.list_actors(tx, request.viewer, [of]):
            raise NotFound("actor_not_found")
        found = await people.list_related(
            tx, request.viewer, of, Relation.FOLLOW, wanted.page, reverse=reverse, groups_too=True
        )
        ids = [one.id for one in found]
        joined, made = await join_accounts(tx, request, ids)
    await keep(request, made)
    response = json_response(b"[%b]" % b",".join(joined[id_] for id_ in ids if id_ in joined))
    return link_pages(response, request, ids, more=len(found) == wanted.limit)


async def list_followers(request: Request) -> Response:
    return await _list_related(request, reverse=True)


async def list_following(request: Request) -> Response:
    return await _list_related(request, reverse=False)


async def list_relationships(request: Request) -> Response:
    ids = list(dict.fromkeys(query_of(request).ids("id")))[:_MANY]
    async with request.site.database.read() as tx:
        return answered(await list_standing(tx, request.viewer, ids))


async def list_familiar(request: Request) -> Response:
    """By each account those of its followers whom one follows."""
    ids = list(dict.fromkeys(query_of(request).ids("id")))[:_MANY]
    async with request.site.database.read() as tx:
        found = await people.list_familiar(tx, request.viewer, ids, _FAMILIAR)
        joined, made = await join_accounts(tx, request, {one for several in found.values() for one in several})
    await keep(request, made)
    return answered(
        [{"id": str(id_), "accounts": [msgspec.Raw(joined[one]) for one in found[id_] if one in joined]} for id_ in ids]
    )


async def list_lists_with(request: Request) -> Response:
    """One's own lists that somebody is on."""
    async with request.site.database.read() as tx:
        on = {one.id for one in await feeds.list_choices(tx, request.viewer, id_of(request)) if one.on}
        found = [one for one in await feeds.list_lists(tx, request.viewer) if one.id in on]
    return answered([present_list(one) for one in found])


async def list_nothing(request: Request) -> Response:
    """There is none of it here."""
    return answered([])


async def list_endorsements(request: Request) -> Response:
    """Whom somebody recommends, the latest first."""
    of = id_of(request) if "id" in request.params else request.viewer.acting_as
    async with request.site.database.read() as tx:
        if of not in await people.list_actors(tx, request.viewer, [of]):
            raise NotFound("actor_not_found")
        ids = (await feeds.list_endorsed(tx, request.viewer, of))[: limit_of(request, 40, 80)]
        joined, made = await join_accounts(tx, request, ids)
    await keep(request, made)
    return json_response(b"[%b]" % b",".join(joined[id_] for id_ in ids if id_ in joined))


_ACCOUNTS = "/api/v1/accounts"
_AT = f"{_ACCOUNTS}/{{id}}"
_READ = "read:accounts"
ENDPOINTS = [
    Endpoint("GET", _ACCOUNTS, list_accounts, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_ACCOUNTS}/lookup", look_up, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_ACCOUNTS}/search", search, _READ),
    Endpoint("GET", f"{_ACCOUNTS}/relationships", list_relationships, "read:follows"),
    Endpoint("GET", f"{_ACCOUNTS}/familiar_followers", list_familiar, "read:follows"),
    Endpoint("GET", _AT, get_account, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/statuses", list_statuses, "read:statuses", Caller.ANYBODY),
    # As on the pages: whom somebody follows is shown to those who are here.
    Endpoint("GET", f"{_AT}/followers", list_followers, _READ),
    Endpoint("GET", f"{_AT}/following", list_following, _READ),
    Endpoint("GET", f"{_AT}/endorsements", list_endorsements, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/identity_proofs", list_nothing, "", Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/lists", list_lists_with, "read:lists"),
    Endpoint("GET", "/api/v1/endorsements", list_endorsements, _READ),
]
