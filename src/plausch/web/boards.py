"""Whose boards a page shows: those of the whole community, or a group's."""

from typing import NamedTuple

from plausch.groups import queries as groups
from plausch.groups.model import LOOKING_AFTER, Board, Group, GroupRole, permits
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.web.places import board_path, forum_path


class Forum(NamedTuple):
    """The boards of a place, for a viewer who may read what stands in them."""

    #: None: the whole community.
    group: Group | None
    #: What the viewer is there.
    role: GroupRole | None
    boards: list[Board]

    @property
    def place_id(self) -> int:
        return self.group.id if self.group is not None else 0

    @property
    def path(self) -> str:
        return forum_path(self.group.handle if self.group is not None else "")

    @property
    def looked_after(self) -> bool:
        return self.role in LOOKING_AFTER

    @property
    def tops(self) -> list[Board]:
        return [one for one in self.boards if not one.parent_id]

    def below(self, board: Board) -> list[Board]:
        return [one for one in self.boards if one.parent_id == board.id]

    def find(self, board_id: int) -> Board | None:
        return next((one for one in self.boards if one.id == board_id), None)

    def path_of(self, board: Board) -> str:
        return board_path(self.group.handle if self.group is not None else "", board.slug)

    def may_begin(self, board: Board) -> bool:
        """The viewer may begin a topic there."""
        if board.closed_at is not None or not permits(board.who_posts, self.role):
            return False
        group = self.group
        return group is None or (group.closed_at is None and permits(group.who_posts, self.role))


async def forum_in(tx: Read, request: Request) -> Forum:
    """The one in the path. Raises NotFound, also for what the viewer may not read."""
    handle = request.params.get("handle")
    if handle is None:
        return await _of_community(tx, request.viewer)
    group = await groups.get_group(tx, request.viewer, handle)
    return await _of_group(tx, group)


async def forum_of(tx: Read, viewer: Viewer, place_id: int) -> Forum:
    """The one of a group, or (0) of the community. Raises NotFound, also for what the viewer may not read."""
    if not place_id:
        return await _of_community(tx, viewer)
    group = await groups.find_group(tx, viewer, place_id)
    if group is None:
        raise NotFound("board_not_found")
    return await _of_group(tx, group)


async def _of_community(tx: Read, viewer: Viewer) -> Forum:
    return Forum(None, groups.role_in_community(viewer), await groups.list_boards(tx, 0))


async def _of_group(tx: Read, group: Group) -> Forum:
    if not group.readable:
        raise NotFound("board_not_found")
    return Forum(group, group.role, await groups.list_boards(tx, group.id))


def board_in(forum: Forum, slug: str) -> Board:
    """Raises NotFound."""
    found = next((one for one in forum.boards if one.slug == slug), None)
    if found is None:
        raise NotFound("board_not_found")
    return found


async def forum_of_board(tx: Read, viewer: Viewer, board_id: int) -> tuple[Forum, Board]:
    """A board in its place. Raises NotFound, also for what the viewer may not read."""
    board = await groups.find_board(tx, board_id)
    if board is None:
        raise NotFound("board_not_found")
    return await forum_of(tx, viewer, board.group_id), board
