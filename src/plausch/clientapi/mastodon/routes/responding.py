"""What people do with statuses of others and their own: favourite, reblog, bookmark, pin, mute, take back a quote."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import count_change, id_of
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import read_fields
from plausch.clientapi.mastodon.joining import Joined, answer_joined
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.present.statuses import VISIBILITIES
from plausch.clientapi.mastodon.showing import answer_one, get_piece, post_of, show_piece, show_posts
from plausch.feeds import actions as feed_actions
from plausch.feeds.queries import Piece
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import NotFound
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.talk import actions, queries

Change = Callable[[Write, Viewer, Piece], Awaitable[object]]
#: Responses in ten minutes.
_MOST = 600


def _doing(change: Change) -> View:
    """The view that does it, and shows the status as it is then."""

    async def view(request: Request) -> Response:
        await count_change(request, "respond", _MOST)
        async with request.site.database.write() as tx:
            piece = await get_piece(tx, request, id_of(request))
            await change(tx, request.viewer, piece)
            joined = await show_piece(tx, request, await get_piece(tx, request, piece.post_id))
        return await answer_one(request, joined)

    return view


def _at_post(respond: Callable[[Write, Viewer, int], Awaitable[object]]) -> View:
    async def change(tx: Write, viewer: Viewer, piece: Piece) -> None:
        await respond(tx, viewer, piece.post_id)

    return _doing(change)


def _at_conversation(respond: Callable[[Write, Viewer, int], Awaitable[object]]) -> View:
    async def change(tx: Write, viewer: Viewer, piece: Piece) -> None:
        await respond(tx, viewer, piece.conversation_id)

    return _doing(change)


async def _pin(tx: Write, viewer: Viewer, piece: Piece) -> None:
    if piece.actor_id != viewer.acting_as:
        raise Refused(422, "Validation failed: Someone else's post cannot be pinned")
    await actions.pin_post(tx, viewer, piece.post_id)


async def reblog(request: Request) -> Response:
    """Pass it on, to whoever it is for: the `visibility` that an app wishes widens nothing.

    The answer is the status that says so.
    """
    await count_change(request, "respond", _MOST)
    await read_fields(request)
    viewer = request.viewer
    async with request.site.database.write() as tx:
        piece = await get_piece(tx, request, id_of(request))
        await _check_passes_on(tx, viewer, piece.post_id)
        via = piece.id if piece.kind == "share" else None
        share = await actions.share_post(tx, viewer, piece.post_id, via=via)
        if share is None:
            share = await queries.find_share(tx, viewer.acting_as, piece.post_id)
        if share is None:
            raise NotFound("post_not_found")
        joined = await show_piece(tx, request, await get_piece(tx, request, share))
    return await answer_one(request, joined)


async def _check_passes_on(tx: Read, viewer: Viewer, id_: int) -> None:
    """What an app shows as private its author alone passes on, as apps know it. Raises Refused, NotFound."""
    post = await queries.get_post(tx, viewer, id_)
    if VISIBILITIES[post.audience_kind] == "private" and post.actor_id != viewer.acting_as:
        raise Refused(403, "This action is not allowed")


async def revoke_quote(request: Request) -> Response:
    """Take back the consent to be quoted; the status that quoted, as it is then."""
    async with request.site.database.write() as tx:
        quoting = await get_piece(tx, request, id_of(request, "quoting"))
        found = await queries.find_quoted(tx, quoting.post_id)
        if found is None or found.quoted_id != await post_of(tx, request):
            raise NotFound("post_not_found")
        await actions.withdraw_quote(tx, request.viewer, quoting.post_id)
        joined = await show_piece(tx, request, await get_piece(tx, request, quoting.post_id))
    return await answer_one(request, joined)


async def list_bookmarks(request: Request) -> Response:
    wanted = range_of(request)
    async with request.site.database.read() as tx:
        ids = await queries.list_bookmarks(tx, request.viewer, wanted.page)
        joined = await show_posts(tx, request, ids)
    return link_pages(await answer_joined(request, joined), request, ids, more=len(ids) == wanted.limit)


async def list_favourites(request: Request) -> Response:
    """What the viewer likes, what it liked last first; paged by when it did."""
    wanted = range_of(request)
    async with request.site.database.read() as tx:
        found = await queries.list_liked(tx, request.viewer, wanted.page)
        joined: Joined = await show_posts(tx, request, [one.post_id for one in found])
    positions = [one.position for one in found]
    return link_pages(await answer_joined(request, joined), request, positions, more=len(found) == wanted.limit)


_AT = "/api/v1/statuses/{id}"
ENDPOINTS = [
    Endpoint("POST", f"{_AT}/favourite", _at_post(actions.like_post), "write:favourites"),
    Endpoint("POST", f"{_AT}/unfavourite", _at_post(actions.unlike_post), "write:favourites"),
    Endpoint("POST", f"{_AT}/bookmark", _at_post(actions.bookmark_post), "write:bookmarks"),
    Endpoint("POST", f"{_AT}/unbookmark", _at_post(actions.unbookmark_post), "write:bookmarks"),
    Endpoint("POST", f"{_AT}/pin", _doing(_pin), "write:accounts"),
    Endpoint("POST", f"{_AT}/unpin", _at_post(actions.unpin_post), "write:accounts"),
    Endpoint("POST", f"{_AT}/mute", _at_conversation(feed_actions.mute_conversation), "write:mutes"),
    Endpoint("POST", f"{_AT}/unmute", _at_conversation(feed_actions.unmute_conversation), "write:mutes"),
    Endpoint("POST", f"{_AT}/reblog", reblog, "write:statuses"),
    Endpoint("POST", f"{_AT}/unreblog", _at_post(actions.unshare_post), "write:statuses"),
    Endpoint("POST", f"{_AT}/quotes/{{quoting}}/revoke", revoke_quote, "write:statuses"),
    Endpoint("GET", "/api/v1/bookmarks", list_bookmarks, "read:bookmarks"),
    Endpoint("GET", "/api/v1/favourites", list_favourites, "read:favourites"),
]
