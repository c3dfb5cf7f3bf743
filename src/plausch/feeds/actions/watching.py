"""Watching: to hear of every reply in a conversation, of each new topic in a board, or of nothing in it."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds.actions.reading import hold_reader, reshape
from plausch.feeds.model import Watched, WatchLevel
from plausch.feeds.tables import muted_conversations, watches
from plausch.groups import queries as groups
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk import queries as talk

_new = upsert(watches)
_WATCH = column_statement(
    _new.on_conflict_do_update(
        index_elements=[watches.c.reader_id, watches.c.kind, watches.c.thing_id],
        set_={"level": _new.excluded.level, "at": _new.excluded.at},
    )
)
_UNWATCH = column_statement(
    sa.delete(watches).where(
        watches.c.reader_id == param("me"),
        watches.c.kind == param("kind_", sa.Text()),
        watches.c.thing_id == param("thing"),
    )
)
_MUTING = column_statement(
    sa.select(watches.c.reader_id).where(
        watches.c.kind == Watched.BOARD.value,
        watches.c.thing_id == param("thing"),
        watches.c.level == WatchLevel.MUTE.value,
    )
)
_MUTED = column_statement(
    sa.select(muted_conversations.c.reader_id).where(muted_conversations.c.conversation_id == param("thing"))
)
_UNMUTE_ALL = column_statement(
    sa.delete(muted_conversations).where(muted_conversations.c.conversation_id == param("thing"))
)
_FORGET = column_statement(
    sa.delete(watches).where(watches.c.kind == param("kind_", sa.Text()), watches.c.thing_id == param("thing"))
)


async def watch_conversation(tx: Write, viewer: Viewer, conversation: int) -> None:
    """Hear of each reply in it. Raises NotFound, NotAllowed for visitors."""
    me = await hold_reader(tx, viewer)
    await talk.get_conversation(tx, viewer, conversation)
    await _put(tx, me, Watched.CONVERSATION, conversation, WatchLevel.WATCH)


async def unwatch_conversation(tx: Write, viewer: Viewer, conversation: int) -> None:
    me = await hold_reader(tx, viewer)
    await tx.run(_UNWATCH, me=me, kind_=Watched.CONVERSATION.value, thing=conversation)


async def set_board_watch(tx: Write, viewer: Viewer, board: int, level: WatchLevel | None) -> None:
    """Hear of each new topic in a board, of none (also not at home), or (None) as of every other. Raises NotFound."""
    me = await hold_reader(tx, viewer)
    found = await groups.find_board(tx, board)
    group = await groups.find_group(tx, viewer, found.group_id) if found is not None and found.group_id else None
    if found is None or (found.group_id and (group is None or not group.readable)):
        raise NotFound("board_not_found")
    if level is None:
        await tx.run(_UNWATCH, me=me, kind_=Watched.BOARD.value, thing=board)
    else:
        await _put(tx, me, Watched.BOARD, board, level)
    await reshape(tx, me)


async def _put(tx: Write, me: int, kind: Watched, thing: int, level: WatchLevel) -> None:
    await tx.run(_WATCH, reader_id=me, kind=kind.value, thing_id=thing, level=level.value, at=clock.now())


async def forget_board(tx: Write, board: int) -> None:
    """There is no such board any more; whoever has muted it has one thing less to be spared."""
    await _forget(tx, await tx.all(_MUTING, thing=board), Watched.BOARD, board)


async def forget_conversation(tx: Write, conversation: int) -> None:
    """Nothing is left in it of which anybody could hear."""
    await _forget(tx, await tx.all(_MUTED, thing=conversation), Watched.CONVERSATION, conversation)


async def _forget(tx: Write, spared: Sequence[int], kind: Watched, thing: int) -> None:
    for reader in sorted(spared):
        await hold_reader(tx, Viewer(reader, reader))
    await tx.run(_FORGET, kind_=kind.value, thing=thing)
    if kind is Watched.CONVERSATION:
        await tx.run(_UNMUTE_ALL, thing=thing)
    for reader in sorted(spared):
        await reshape(tx, reader)
