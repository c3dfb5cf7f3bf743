"""Boards: where topics stand, in a group or for the whole community. Those who look after the place make them."""

import sqlalchemy as sa

from plausch.groups import queries
from plausch.groups.actions.holding import note
from plausch.groups.actions.slugs import free_slug
from plausch.groups.events import BoardRemoved
from plausch.groups.model import (
    BOARD_ABOUT_MAX,
    BOARD_NAME_MAX,
    BOARDS_MAX,
    LOOKING_AFTER,
    Board,
    BoardDraft,
)
from plausch.groups.tables import boards, groups
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people.model import Viewer, check_may_act, clean_line
from plausch.storage import Write, column_statement, param
from plausch.work.facts import record

_EDIT = column_statement(
    sa.update(boards)
    .where(boards.c.id == param("board"))
    .values(
        name=param("new_name", sa.Text()),
        about=param("new_about", sa.Text()),
        parent_id=param("new_parent"),
        who_posts=param("new_posts", sa.Text()),
        who_replies=param("new_replies", sa.Text()),
    )
)
_PUT = column_statement(
    sa.update(boards).where(boards.c.id == param("board")).values(place=param("new_place", sa.Integer()))
)
_CLOSE = column_statement(sa.update(boards).where(boards.c.id == param("board")).values(closed_at=param("new_close")))
_DROP = column_statement(sa.delete(boards).where(boards.c.id == param("board")))
_HOLD = column_statement(sa.select(groups.c.group_id).where(groups.c.group_id == param("group")).with_for_update())
#: Words that stand in addresses of their own.
_TAKEN = frozenset(("new", "boards"))


async def make_board(tx: Write, viewer: Viewer, group: int, draft: BoardDraft) -> int:
    """A new board at the end of its row; its id. Raises NotFound, NotAllowed, Invalid, Conflict."""
    there = await _manage(tx, viewer, group)
    name, about = _checked(draft)
    if len(there) >= BOARDS_MAX:
        raise Conflict("boards_many")
    _check_parent(there, draft.parent_id)
    id_ = ids.new_id()
    await tx.insert(
        boards,
        id=id_,
        group_id=group,
        parent_id=draft.parent_id,
        place=max((one.place for one in there if one.parent_id == draft.parent_id), default=0) + 1,
        slug=free_slug(name, "board", {one.slug for one in there} | _TAKEN),
        name=name,
        about=about,
        who_posts=draft.who_posts.value,
        who_replies=draft.who_replies.value,
    )
    await _note(tx, viewer, group, "board_made", id_, name)
    return id_


async def edit_board(tx: Write, viewer: Viewer, board_id: int, draft: BoardDraft) -> None:
    """Its address stays as it is, so that every link to it goes on working. Raises NotFound, NotAllowed, Invalid."""
    board, there = await _find(tx, viewer, board_id)
    name, about = _checked(draft)
    if draft.parent_id != board.parent_id:
        if draft.parent_id == board.id or (draft.parent_id and any(one.parent_id == board.id for one in there)):
            raise Invalid("parent", "board_depth")
        _check_parent(there, draft.parent_id)
    await tx.run(
        _EDIT,
        board=board.id,
        new_name=name,
        new_about=about,
        new_parent=draft.parent_id,
        new_posts=draft.who_posts.value,
        new_replies=draft.who_replies.value,
    )
    await _note(tx, viewer, board.group_id, "board_changed", board.id, name)


async def move_board(tx: Write, viewer: Viewer, board_id: int, steps: int) -> None:
    """Up (negative) or down among those beside it; past the end it stays there. Raises NotFound, NotAllowed."""
    board, there = await _find(tx, viewer, board_id)
    row = [one for one in there if one.parent_id == board.parent_id]
    at = row.index(board)
    row.insert(min(max(at + steps, 0), len(row) - 1), row.pop(at))
    for place, one in enumerate(row, 1):
        if one.place != place:
            await tx.run(_PUT, board=one.id, new_place=place)


async def close_board(tx: Write, viewer: Viewer, board_id: int) -> None:
    """Nothing new is begun in it; what is there stays, and goes on. Raises NotFound, NotAllowed."""
    board, _ = await _find(tx, viewer, board_id)
    if board.closed_at is None:
        await tx.run(_CLOSE, board=board.id, new_close=clock.now())
        await _note(tx, viewer, board.group_id, "board_closed", board.id, board.name)


async def reopen_board(tx: Write, viewer: Viewer, board_id: int) -> None:
    """Raises NotFound, NotAllowed."""
    board, _ = await _find(tx, viewer, board_id)
    if board.closed_at is not None:
        await tx.run(_CLOSE, board=board.id, new_close=None)
        await _note(tx, viewer, board.group_id, "board_reopened", board.id, board.name)


async def remove_board(tx: Write, viewer: Viewer, board_id: int) -> None:
    """Whoever calls it answers for it that no topic stands in it. Raises NotFound, NotAllowed, Conflict."""
    board, there = await _find(tx, viewer, board_id)
    if any(one.parent_id == board.id for one in there):
        raise Conflict("board_not_empty")
    await tx.run(_DROP, board=board.id)
    await record(tx, BoardRemoved(board_id=board.id))
    await _note(tx, viewer, board.group_id, "board_removed", board.id, board.name)


async def _find(tx: Write, viewer: Viewer, board_id: int) -> tuple[Board, list[Board]]:
    """A board that the viewer looks after, among all of its place."""
    board = await queries.find_board(tx, board_id)
    if board is None:
        raise NotFound("board_not_found")
    there = await _manage(tx, viewer, board.group_id)
    return next(one for one in there if one.id == board_id), there


async def _manage(tx: Write, viewer: Viewer, group: int) -> list[Board]:
    """The boards of a place, one change after the other."""
    check_may_act(viewer)
    if group:
        if await queries.find_group(tx, viewer, group) is None:
            raise NotFound("board_not_found")
        role = await queries.find_role(tx, group, viewer.person)
        await tx.all(_HOLD, group=group)
    else:
        role = queries.role_in_community(viewer)
    if role not in LOOKING_AFTER:
        raise NotAllowed("not_allowed")
    return await queries.list_boards(tx, group)


def _checked(draft: BoardDraft) -> tuple[str, str]:
    name = clean_line(draft.name, "name", BOARD_NAME_MAX)
    if not name:
        raise Invalid("name", "missing")
    return name, clean_line(draft.about, "about", BOARD_ABOUT_MAX)


def _check_parent(there: list[Board], parent: int) -> None:
    """Boards are one level deep."""
    if parent and not any(one.id == parent and not one.parent_id for one in there):
        raise Invalid("parent", "board_depth")


async def _note(tx: Write, viewer: Viewer, group: int, step: str, board: int, name: str) -> None:
    """The members of a group know what is done for them."""
    if group:
        await note(tx, group, viewer.person, step, board, name)
