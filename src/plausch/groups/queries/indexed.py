"""Which groups and boards search engines may list: those that everybody reads."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.groups.model import Visibility
from plausch.groups.queries.groups import WITH_ACTOR
from plausch.groups.tables import boards, groups
from plausch.people.model import Standing
from plausch.people.queries import group_actor
from plausch.storage import Read, Statement, column_statement, param


class IndexedBoard(NamedTuple):
    #: Of its group; empty for a board of the whole community.
    handle: str
    slug: str


_OPEN = sa.and_(
    groups.c.visibility == Visibility.PUBLIC.value,
    group_actor.c.standing == Standing.ACTIVE.value,
    group_actor.c.server_id == 0,
)
_GROUPS = column_statement(
    sa.select(group_actor.c.handle)
    .select_from(WITH_ACTOR)
    .where(_OPEN)
    .order_by(groups.c.group_id.desc())
    .limit(param("limit"))
)
_BOARDS = Statement(
    sa.select(sa.func.coalesce(group_actor.c.handle, ""), boards.c.slug)
    .select_from(boards.outerjoin(WITH_ACTOR, groups.c.group_id == boards.c.group_id))
    .where(sa.or_(boards.c.group_id == 0, _OPEN))
    .order_by(boards.c.group_id, boards.c.place, boards.c.id)
    .limit(param("limit")),
    IndexedBoard,
)
_OPEN_IDS = column_statement(sa.select(groups.c.group_id).select_from(WITH_ACTOR).where(_OPEN))


async def list_open_groups(tx: Read) -> list[int]:
    """All groups that everybody reads, for figures about many."""
    return await tx.all(_OPEN_IDS)


async def list_indexed_groups(tx: Read, limit: int) -> list[str]:
    """The handles of groups that everybody reads, the newest first."""
    return await tx.all(_GROUPS, limit=limit)


async def list_indexed_boards(tx: Read, limit: int) -> list[IndexedBoard]:
    """The boards of those groups, and of the whole community."""
    return await tx.all(_BOARDS, limit=limit)
