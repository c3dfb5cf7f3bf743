"""What people can do in groups: the only writer of this room."""

from plausch.groups.actions.boards import (
    close_board,
    edit_board,
    make_board,
    move_board,
    remove_board,
    reopen_board,
)

__all__ = [
    "close_board",
    "edit_board",
    "make_board",
    "move_board",
    "remove_board",
    "reopen_board",
]
