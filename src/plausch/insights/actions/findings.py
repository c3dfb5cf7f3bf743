"""Keeping what was found out."""

from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa

from plausch.insights.model.findings import Measure, Result
from plausch.insights.tables import findings, history, results
from plausch.kernel import clock, ids
from plausch.storage import Database, Write, column_statement, param, upsert
from plausch.storage.statements import Statement

#: Results written in one transaction, so that nobody who writes waits long.
_PORTION = 500

_of = (
    findings.c.scope_id == param("scope"),
    findings.c.measure == param("measure", sa.Text()),
    findings.c.topic == param("topic", sa.Text()),
)
_FIND = column_statement(sa.select(findings.c.id).where(*_of))
_ANYWHERE = column_statement(
    sa.select(findings.c.id).where(
        findings.c.measure == param("measure", sa.Text()), findings.c.as_of < param("before")
    )
)
_NEW = column_statement(
    sa.insert(results).values(
        finding_id=param("finding"),
        subject_id=param("subject"),
        place=param("place"),
        value=param("value", sa.Text()),
    )
)
_DROP_FINDING = column_statement(sa.delete(findings).where(findings.c.id == param("finding")))
_DROP_RESULTS = column_statement(sa.delete(results).where(results.c.finding_id == param("finding")))
_IN_SCOPE = column_statement(sa.select(findings.c.id).where(findings.c.scope_id == param("scope")))
_OF_MEASURE = column_statement(
    sa.select(findings.c.id).where(
        findings.c.scope_id == param("scope"),
        findings.c.measure == param("measure", sa.Text()),
        findings.c.as_of < param("before"),
    )
)
_DROP_HISTORY = column_statement(sa.delete(history).where(history.c.scope_id == param("scope")))
_FORGET_RESULTS = column_statement(sa.delete(results).where(results.c.subject_id == param("subject")))
_FORGET_HISTORY = column_statement(sa.delete(history).where(history.c.subject_id == param("subject")))
_point = upsert(history)
_KEEP_POINT = Statement(
    _point.values(
        scope_id=param("scope"),
        topic=param("topic", sa.Text()),
        measure=param("measure", sa.Text()),
        subject_id=param("subject"),
        day=param("day"),
        value=param("value", sa.Double()),
    ).on_conflict_do_update(
        index_elements=[history.c.scope_id, history.c.topic, history.c.measure, history.c.subject_id, history.c.day],
        set_={"value": _point.excluded.value},
    ),
    int,
)


async def keep_finding(
    database: Database,
    scope: int,
    measure: Measure,
    found: Sequence[Result[msgspec.Struct]],
    *,
    method: str,
    as_of: int,
    topic: str = "",
) -> None:
    """Put a finding in the place of the one before.

    It is written in portions under an id of its own, and shown once it is whole.
    """
    new = ids.new_id(clock.real_now())
    for start in range(0, len(found), _PORTION):
        async with database.write() as tx:
            await tx.run_many(
                _NEW,
                [
                    {
                        "finding": new,
                        "subject": one.subject,
                        "place": one.place,
                        "value": msgspec.json.encode(one.value).decode(),
                    }
                    for one in found[start : start + _PORTION]
                ],
            )
    async with database.write() as tx:
        before = await tx.first(_FIND, scope=scope, measure=measure.value, topic=topic)
        if before is not None:
            await _drop(tx, before)
        await tx.insert(
            findings, id=new, scope_id=scope, topic=topic, measure=measure.value, method=method, as_of=as_of
        )


async def drop_older(tx: Write, measure: Measure, before: int) -> None:
    """Forget what was found of a measure before a moment, wherever nothing is to be said of it any more."""
    for finding in await tx.all(_ANYWHERE, measure=measure.value, before=before):
        await _drop(tx, finding)


async def drop_findings(tx: Write, scope: int, measure: Measure, before: int) -> None:
    """Forget what was found of a measure before a moment, for instance of topics nobody speaks of any more."""
    for finding in await tx.all(_OF_MEASURE, scope=scope, measure=measure.value, before=before):
        await _drop(tx, finding)


async def drop_found(tx: Write, scope: int) -> None:
    """Forget all that was found of a group, page or board that is gone."""
    for finding in await tx.all(_IN_SCOPE, scope=scope):
        await _drop(tx, finding)
    await tx.run(_DROP_HISTORY, scope=scope)


async def forget_found(tx: Write, subject: int) -> None:
    """Forget all that was found about a person or a post."""
    await tx.run(_FORGET_RESULTS, subject=subject)
    await tx.run(_FORGET_HISTORY, subject=subject)


async def keep_history(
    tx: Write, scope: int, measure: Measure, points: Iterable[tuple[int, float]], *, at: int, topic: str = ""
) -> None:
    """Note figures of a day, by subject; of one day the last counts."""
    await tx.run_many(
        _KEEP_POINT,
        [
            {
                "scope": scope,
                "topic": topic,
                "measure": measure.value,
                "subject": subject,
                "day": at - at % clock.DAY,
                "value": value,
            }
            for subject, value in points
        ],
    )


async def _drop(tx: Write, finding: int) -> None:
    await tx.run(_DROP_RESULTS, finding=finding)
    await tx.run(_DROP_FINDING, finding=finding)
