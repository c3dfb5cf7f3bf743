"""`/api/v1/follow_requests`: who asks to follow, or to be connected, which programs know as the same."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, count_change, id_of, listed
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.standing import get_standing
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import NotFound
from plausch.people import actions, queries
from plausch.people.model import Relation, Viewer
from plausch.people.model import Request as Asking
from plausch.storage import Write

Answer = Callable[[Write, Viewer, Asking], Awaitable[None]]


async def list_requests(request: Request) -> Response:
    """The newest first; paged by the request."""
    wanted = range_of(request, 40, 80)
    async with request.site.database.read() as tx:
        found = [one for one in await queries.list_requests(tx, request.viewer, wanted.page) if one.id > wanted.after]
        joined, made = await join_accounts(tx, request, {one.source_id for one in found})
    await keep(request, made)
    ids = dict.fromkeys(one.source_id for one in found)
    response = listed([joined[id_] for id_ in ids if id_ in joined])
    return link_pages(response, request, [one.id for one in found], more=len(found) == wanted.limit)


def _answering(answer: Answer) -> View:
    """The view that answers all that somebody asks, and says how the two stand then."""

    async def view(request: Request) -> Response:
        await count_change(request, "relate", 300)
        source, viewer = id_of(request), request.viewer
        async with request.site.database.write() as tx:
            asked = await queries.list_requests_from(tx, viewer, source)
            if not asked:
                raise NotFound("request_not_found")
            for one in asked:
                await answer(tx, viewer, one)
            return answered(await get_standing(tx, viewer, source))

    return view


async def _authorize(tx: Write, viewer: Viewer, one: Asking) -> None:
    """Whoever is connected follows, so that both may be answered at once."""
    try:
        if one.kind is Relation.CONNECT:
            await actions.accept_connection(tx, viewer, one.source_id)
        else:
            await actions.accept_follow(tx, viewer, one.source_id)
    except NotFound:
        pass


async def _reject(tx: Write, viewer: Viewer, one: Asking) -> None:
    await actions.decline_request(tx, viewer, one.source_id, one.kind)


_AT = "/api/v1/follow_requests"
ENDPOINTS = [
    Endpoint("GET", _AT, list_requests, "read:follows"),
    Endpoint("POST", f"{_AT}/{{id}}/authorize", _answering(_authorize), "write:follows"),
    Endpoint("POST", f"{_AT}/{{id}}/reject", _answering(_reject), "write:follows"),
]
