"""What somebody watches, and boards of which it wants to hear nothing."""

import sqlalchemy as sa

from plausch.feeds.model import Watched, WatchLevel
from plausch.feeds.queries.membership import ME
from plausch.feeds.tables import watches
from plausch.people.model import Viewer
from plausch.storage import Read, column_statement, param
from plausch.talk.queries import in_board

_LEVEL = column_statement(
    sa.select(watches.c.level).where(
        watches.c.reader_id == ME,
        watches.c.kind == Watched.BOARD.value,
        watches.c.thing_id == param("thing"),
    )
)
_WATCHERS = column_statement(
    sa.select(watches.c.reader_id)
    .where(
        watches.c.kind == param("kind_", sa.Text()),
        watches.c.thing_id == param("thing"),
        watches.c.level == WatchLevel.WATCH.value,
    )
    .order_by(watches.c.reader_id)
)


def watched(conversation: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The viewer wants to hear of each reply in the conversation."""
    one = watches.alias()
    return sa.exists(
        sa.select(sa.literal(1)).where(
            one.c.reader_id == ME,
            one.c.kind == Watched.CONVERSATION.value,
            one.c.thing_id == conversation,
            one.c.level == WatchLevel.WATCH.value,
        )
    )


def board_not_muted(conversation: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The conversation stands in no board that the viewer has muted; those are looked up once a statement."""
    one = watches.alias()
    muted = sa.select(one.c.thing_id).where(
        one.c.reader_id == ME, one.c.kind == Watched.BOARD.value, one.c.level == WatchLevel.MUTE.value
    )
    return sa.not_(in_board(conversation, muted))


async def find_board_watch(tx: Read, viewer: Viewer, board: int) -> WatchLevel | None:
    """How the viewer wants to hear of a board; None: as of every other."""
    found = await tx.first(_LEVEL, me=viewer.acting_as, thing=board)
    return WatchLevel(found) if found else None


async def list_watchers(tx: Read, kind: Watched, thing: int) -> list[int]:
    """Who watches something, whether or not they may see it still: for work behind the scenes."""
    return await tx.all(_WATCHERS, kind_=kind.value, thing=thing)
