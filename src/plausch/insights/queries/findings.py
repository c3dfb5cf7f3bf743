"""Reads of what was found out."""

from typing import NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa

from plausch.insights.model.findings import Finding, Measure, Point, Result, Scope
from plausch.insights.queries.permission import check_may_look
from plausch.insights.tables import findings, history, results
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, column_statement, param

ShapeT = TypeVar("ShapeT")

_MOST = 200


class _Head(NamedTuple):
    id: int
    method: str
    as_of: int


class _Row(NamedTuple):
    subject_id: int
    place: int
    value: str


_of = (findings.c.scope_id == param("scope"), findings.c.measure == param("measure", sa.Text()))
_HEAD = Statement(
    sa.select(findings.c.id, findings.c.method, findings.c.as_of).where(
        *_of, findings.c.topic == param("topic", sa.Text())
    ),
    _Head,
)
_columns = (results.c.subject_id, results.c.place, results.c.value)
_ROWS = Statement(
    sa.select(*_columns)
    .where(results.c.finding_id == param("finding"), results.c.place > param("after"))
    .order_by(results.c.place)
    .limit(param("limit")),
    _Row,
)
_ROW = Statement(
    sa.select(*_columns).where(results.c.finding_id == param("finding"), results.c.subject_id == param("subject")), _Row
)
_TOPICS = column_statement(sa.select(findings.c.topic).where(*_of, findings.c.topic != "").order_by(findings.c.topic))
_HISTORY = Statement(
    sa.select(history.c.day, history.c.value)
    .where(
        history.c.scope_id == param("scope"),
        history.c.measure == param("measure", sa.Text()),
        history.c.topic == param("topic", sa.Text()),
        history.c.subject_id == param("subject"),
        history.c.day >= param("since"),
    )
    .order_by(history.c.day),
    Point,
)


async def list_results(
    tx: Read,
    viewer: Viewer,
    scope: Scope,
    measure: Measure,
    shape: type[ShapeT],
    *,
    topic: str = "",
    after: int = 0,
    limit: int = _MOST,
) -> Finding[ShapeT] | None:
    """What was found of a scope, in its order; None when nothing was yet. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    return await read_finding(tx, scope, measure, shape, topic=topic, after=after, limit=limit)


async def read_finding(
    tx: Read,
    scope: Scope,
    measure: Measure,
    shape: type[ShapeT],
    *,
    topic: str = "",
    after: int = 0,
    limit: int = _MOST,
) -> Finding[ShapeT] | None:
    """The same for work behind the scenes, and for reads that have settled what they hand on to whom."""
    head = await tx.first(_HEAD, scope=scope.id, measure=measure.value, topic=topic)
    if head is None:
        return None
    rows = await tx.all(_ROWS, finding=head.id, after=after, limit=limit)
    return Finding(head.method, head.as_of, [_result(row, shape) for row in rows])


async def find_result(
    tx: Read, viewer: Viewer, scope: Scope, measure: Measure, shape: type[ShapeT], subject: int, *, topic: str = ""
) -> Finding[ShapeT] | None:
    """What was found about one subject. One's own needs no permission. Raises NotAllowed, NotFound."""
    if not viewer.signed_in or subject != viewer.person:
        await check_may_look(tx, viewer, scope)
    head = await tx.first(_HEAD, scope=scope.id, measure=measure.value, topic=topic)
    if head is None:
        return None
    row = await tx.first(_ROW, finding=head.id, subject=subject)
    return Finding(head.method, head.as_of, [_result(row, shape)]) if row is not None else None


async def find_constants(
    tx: Read, scope: Scope, measure: Measure, shape: type[ShapeT], method: str
) -> Finding[ShapeT] | None:
    """What was learnt from everybody of a scope and says nothing about anybody: it needs no permission.

    None also for what an earlier version of the method has left.
    """
    head = await tx.first(_HEAD, scope=scope.id, measure=measure.value, topic="")
    if head is None or head.method != method:
        return None
    row = await tx.first(_ROW, finding=head.id, subject=0)
    return Finding(head.method, head.as_of, [_result(row, shape)]) if row is not None else None


async def list_topics(tx: Read, viewer: Viewer, scope: Scope, measure: Measure) -> list[str]:
    """Hashtags for which a measure was computed apart. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    return await tx.all(_TOPICS, scope=scope.id, measure=measure.value)


async def list_history(
    tx: Read, viewer: Viewer, scope: Scope, measure: Measure, subject: int = 0, *, since: int = 0, topic: str = ""
) -> list[Point]:
    """How a figure developed. Raises NotAllowed, NotFound."""
    if not viewer.signed_in or subject != viewer.person:
        await check_may_look(tx, viewer, scope)
    return await tx.all(_HISTORY, scope=scope.id, measure=measure.value, topic=topic, subject=subject, since=since)


def _result(row: _Row, shape: type[ShapeT]) -> Result[ShapeT]:
    return Result(row.subject_id, msgspec.json.decode(row.value, type=shape), row.place)
