"""One status, or some, as the viewer gets them; and what a route means that is given an id."""

from collections.abc import Sequence

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import id_of, json_response
from plausch.clientapi.mastodon.joining import Joined, find_sieve, join_statuses
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace
from plausch.feeds.queries import Piece
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.storage import Read


async def get_piece(tx: Read, request: Request, id_: int) -> Piece:
    """A post, or what says that somebody reblogged one, by its id. Raises NotFound."""
    found = (await feeds.list_pieces(tx, request.viewer, [id_])).get(id_)
    piece = found or await feeds.find_entry_piece(tx, request.viewer, id_)
    if piece is None:
        raise NotFound("post_not_found")
    return piece


async def post_of(tx: Read, request: Request) -> int:
    """The post in the path; of a reblog what was reblogged. Raises NotFound."""
    id_ = id_of(request)
    return (await get_piece(tx, request, id_)).post_id


async def show_piece(tx: Read, request: Request, piece: Piece) -> Joined:
    sieve = await find_sieve(tx, request, FilterPlace.CONVERSATIONS)
    joined = await join_statuses(tx, request, [piece], sieve)
    if not joined.bodies:
        raise NotFound("post_not_found")
    return joined


async def show_status(tx: Read, request: Request, id_: int) -> Joined:
    """Raises NotFound."""
    return await show_piece(tx, request, await get_piece(tx, request, id_))


async def show_posts(tx: Read, request: Request, ids: Sequence[int], place: FilterPlace = FilterPlace.HOME) -> Joined:
    """Those of the posts that the viewer may see, in this order."""
    pieces = await feeds.list_pieces(tx, request.viewer, ids)
    found = [pieces[id_] for id_ in ids if id_ in pieces]
    return await join_statuses(tx, request, found, await find_sieve(tx, request, place))


async def answer_one(request: Request, joined: Joined, status: int = 200) -> Response:
    await keep(request, joined.made)
    return json_response(joined.one, status)
