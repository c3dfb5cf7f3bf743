"""`/api/v1/notifications`: one by one, and what becomes of those whom one does not know."""

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, json_response, listed, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.forms import Fields, query_of, read_fields
from plausch.clientapi.mastodon.kinds import ALL, TYPES, kinds_of
from plausch.clientapi.mastodon.notices import join_notification, show
from plausch.clientapi.mastodon.paging import limit_of, link_pages, range_of
from plausch.feeds import actions, queries
from plausch.feeds.model import NotificationKind
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.storage import Read

_USUAL, _MOST = 40, 80
COUNTED, COUNTED_MOST = 100, 1_000


def asked_kinds(query: Fields) -> list[NotificationKind]:
    """What the query asks for."""
    return kinds_of(query.texts("types"), query.texts("exclude_types"))


async def list_notifications(request: Request) -> Response:
    """Newest first."""
    query, wanted = query_of(request), range_of(request, _USUAL, _MOST)
    kinds, aside_too = asked_kinds(query), bool(query.flag("include_filtered"))
    actor = query.id("account_id") or 0
    async with request.site.database.read() as tx:
        found = await queries.list_addressed(tx, request.viewer, wanted.page, kinds, actor=actor, aside_too=aside_too)
        shown = await show(tx, request, found)
    await keep(request, shown.made)
    response = listed([join_notification(one, shown) for one in shown.found])
    return link_pages(response, request, [one.id for one in found], more=len(found) == wanted.limit)


async def get_notification(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.find_notification(tx, request.viewer, id_of(request))
        if found is None or found.kind not in TYPES:
            raise NotFound("notification_not_found")
        shown = await show(tx, request, [found])
    if not shown.found:
        raise NotFound("notification_not_found")
    await keep(request, shown.made)
    return json_response(join_notification(found, shown))


async def clear(request: Request) -> Response:
    """All that apps show; what they have no word for stays on the pages."""
    async with request.site.database.write() as tx:
        await actions.clear_notifications(tx, request.viewer, ALL)
    return nothing()


async def dismiss(request: Request) -> Response:
    async with request.site.database.write() as tx:
        if await queries.find_notification(tx, request.viewer, id_of(request)) is None:
            raise NotFound("notification_not_found")
        await actions.remove_notifications(tx, request.viewer, [id_of(request)])
    return nothing()


async def count_unread(request: Request) -> Response:
    query = query_of(request)
    async with request.site.database.read() as tx:
        number = await queries.count_addressed_since(
            tx,
            request.viewer,
            await last_read(tx, request),
            asked_kinds(query),
            limit_of(request, COUNTED, COUNTED_MOST),
            actor=query.id("account_id") or 0,
            aside_too=bool(query.flag("include_filtered")),
        )
    return answered({"count": number})


async def last_read(tx: Read, request: Request) -> int:
    """The notification up to which the viewer's apps say that they were read."""
    marker = next(iter(await queries.list_markers(tx, request.viewer, ["notifications"])), None)
    return marker.last_id if marker is not None else 0


async def dismiss_formerly(request: Request) -> Response:
    """As apps for the first versions do it: the id among the fields."""
    id_ = (await read_fields(request)).id("id")
    if id_ is None:
        raise NotFound("notification_not_found")
    async with request.site.database.write() as tx:
        await actions.remove_notifications(tx, request.viewer, [id_])
    return nothing()


_AT = "/api/v1/notifications"
ENDPOINTS = [
    Endpoint("GET", _AT, list_notifications, "read:notifications"),
    Endpoint("GET", f"{_AT}/unread_count", count_unread, "read:notifications"),
    Endpoint("POST", f"{_AT}/clear", clear, "write:notifications"),
    Endpoint("POST", f"{_AT}/dismiss", dismiss_formerly, "write:notifications"),
    Endpoint("GET", f"{_AT}/{{id}}", get_notification, "read:notifications"),
    Endpoint("POST", f"{_AT}/{{id}}/dismiss", dismiss, "write:notifications"),
]
