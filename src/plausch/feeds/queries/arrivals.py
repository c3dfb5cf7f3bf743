"""Single entries as they arrive: whether each belongs into a stream of the viewer's, at this moment."""

from typing import NamedTuple

from plausch.feeds.model import FilterPlace, Sieve
from plausch.feeds.queries.filters import get_sieve, list_hidden
from plausch.feeds.queries.pieces import Piece, list_home_pieces
from plausch.feeds.queries.reader import FILTERS, get_reader, is_shaped
from plausch.feeds.queries.streams import ALL, Wanted, list_pieces_of, local_pieces, tag_pieces
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries as talk


class Arrival(NamedTuple):
    """An entry, and the viewer's filters where it has any."""

    piece: Piece
    sieve: Sieve | None


async def home_arrival(tx: Read, viewer: Viewer, id_: int) -> Arrival | None:
    """As `home_pieces` would show it."""
    reader = await get_reader(tx, viewer)
    found = await list_home_pieces(tx, viewer, [id_], shaped=is_shaped(reader))
    if not found:
        return None
    if not reader.shaped & FILTERS:
        return Arrival(found[0], None)
    sieve = await get_sieve(tx, viewer, FilterPlace.HOME)
    if await list_hidden(tx, viewer, sieve, [found[0].post_id]):
        return None
    return Arrival(found[0], sieve)


async def local_arrival(tx: Read, viewer: Viewer, id_: int, wanted: Wanted = ALL) -> Arrival | None:
    found = await local_pieces(tx, viewer, _only(id_), wanted)
    return await _arrival(tx, viewer, found.pieces)


async def tag_arrival(tx: Read, viewer: Viewer, tag: str, id_: int) -> Arrival | None:
    found = await tag_pieces(tx, viewer, _only(id_), any_=[tag])
    return await _arrival(tx, viewer, found.pieces)


async def list_arrival(tx: Read, viewer: Viewer, list_: int, id_: int) -> Arrival | None:
    """Raises NotFound where there is no such list any more."""
    found = await list_pieces_of(tx, viewer, list_, _only(id_))
    return await _arrival(tx, viewer, found.pieces)


def _only(id_: int) -> Page:
    return Page(before=id_ + 1, after=id_ - 1, limit=1, upwards=True)


async def _arrival(tx: Read, viewer: Viewer, pieces: list[Piece]) -> Arrival | None:
    if not pieces:
        return None
    return Arrival(pieces[0], await get_sieve(tx, viewer, FilterPlace.HOME) or None)


async def would_have_shown(tx: Read, viewer: Viewer, id_: int, actor: int) -> bool:
    """What somebody said is gone, and the viewer's streams would show it if it were not."""
    if not await talk.was_visible(tx, viewer, id_):
        return False
    return not (await people.get_relationship(tx, viewer, actor)).mutes
