"""Where a post stands, whoever may see it: for telling those who wait for what is said there."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.people.model import Viewer
from plausch.people.queries import is_kept_from
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.model import EntryKind
from plausch.talk.queries.clauses import ME, entry, post, seen_as, visible


class Address(NamedTuple):
    """Who speaks, in answer to what, and for whom."""

    actor_id: int
    parent_id: int | None
    scope_kind: str


_ADDRESS = Statement(
    sa.select(post.c.actor_id, post.c.parent_id, post.c.scope_kind).where(post.c.id == param("id")), Address
)
_ON_WALL = column_statement(
    sa.select(entry.c.id).where(
        entry.c.post_id == param("id"), entry.c.actor_id == param("place"), entry.c.kind == EntryKind.WALL.value
    )
)
_WAS_VISIBLE = column_statement(
    sa.select(sa.literal(1)).where(
        post.c.id == param("id"),
        post.c.deleted_at.is_not(None),
        visible(tombstones=True),
        sa.not_(is_kept_from(ME, post.c.actor_id)),
    )
)


async def find_address(tx: Read, id_: int) -> Address | None:
    return await tx.first(_ADDRESS, id=id_)


async def find_wall_entry(tx: Read, id_: int, place: int) -> int | None:
    """What says that a post was put on somebody's wall, or into a group."""
    found: int | None = await tx.first(_ON_WALL, id=id_, place=place)
    return found


async def was_visible(tx: Read, viewer: Viewer, id_: int) -> bool:
    """A post was removed that the viewer would see if it were still there."""
    return await tx.first(_WAS_VISIBLE, id=id_, **seen_as(viewer)) is not None
