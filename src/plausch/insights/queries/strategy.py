"""Reads of whom a place is there for, and of its goals."""

import msgspec
import sqlalchemy as sa

from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.goals import Goal
from plausch.insights.model.strategy import Description
from plausch.insights.queries.permission import check_may_look
from plausch.insights.tables import goals, strategies
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, column_statement, param

_DESCRIPTION = column_statement(sa.select(strategies.c.description).where(strategies.c.scope_id == param("scope")))
_SCOPES = Statement(
    sa.select(strategies.c.kind, strategies.c.scope_id).order_by(strategies.c.scope_id),
    lambda kind, id_: Scope(ScopeKind(kind), int(id_)),
)
_GOALS = Statement(
    sa.select(*(goals.c[name] for name in Goal.__struct_fields__))
    .where(goals.c.scope_id == param("scope"))
    .order_by(goals.c.id),
    lambda *row: msgspec.convert(dict(zip(Goal.__struct_fields__, row, strict=True)), Goal),
)


async def find_description(tx: Read, viewer: Viewer, scope: Scope) -> Description:
    """Whom a place is there for. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    return await read_description(tx, scope)


async def read_description(tx: Read, scope: Scope) -> Description:
    """The same, for work behind the scenes."""
    found = await tx.first(_DESCRIPTION, scope=scope.id)
    return msgspec.json.decode(found, type=Description) if found is not None else Description()


async def list_described(tx: Read) -> list[Scope]:
    """The places that have said whom they are there for, for work behind the scenes."""
    return await tx.all(_SCOPES)


async def list_goals(tx: Read, viewer: Viewer, scope: Scope) -> list[Goal]:
    """Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    return await tx.all(_GOALS, scope=scope.id)
