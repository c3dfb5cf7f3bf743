"""Keeping what was found out."""

from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa

from plausch.insights.model.communities import Meetings
from plausch.insights.model.findings import OF_PEOPLE, Measure, Result
from plausch.insights.tables import findings, history, results
from plausch.kernel import clock, ids
from plausch.people import queries as people
from plausch.storage import Database, Read, Write, column_statement, param, upsert
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
_DROP_HISTORY = column_statement(sa.delete(history).where(history.c.scope_id == param("scope")))
_FORGET_RESULTS = column_statement(sa.delete(results).where(results.c.subject_id == param("subject")))
_others = sa.exists(
    sa.select(sa.literal(1)).where(
        findings.c.id == results.c.finding_id, findings.c.measure != sa.literal(Measure.MEETINGS.value)
    )
)
#: Also of a finding that is not whole yet.
_MEETINGS_WITH = Statement(
    sa.select(results.c.finding_id, results.c.subject_id, results.c.value).where(
        results.c.value.contains(param("named", sa.Text())), sa.not_(_others)
    ),
    lambda finding, subject, value: (int(finding), int(subject), str(value)),
)
_REWRITE = column_statement(
    sa.update(results)
    .where(results.c.finding_id == param("finding"), results.c.subject_id == param("subject"))
    .values(value=param("value", sa.Text()))
)
#: Of nights that died: so old is no finding that is still being written.
_UNFINISHED = column_statement(
    sa.delete(results).where(
        results.c.finding_id < param("before"),
        sa.not_(sa.exists(sa.select(sa.literal(1)).where(findings.c.id == results.c.finding_id))),
    )
)
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

    It is written in portions under an id of its own, and shown once it is whole. Who has gone or objected since it was
    computed is left out: what is told to forget them has been told already.
    """
    new = ids.new_id(clock.real_now())
    for start in range(0, len(found), _PORTION):
        async with database.write() as tx:
            portion = found[start : start + _PORTION]
            await tx.run_many(
                _NEW,
                [
                    {
                        "finding": new,
                        "subject": one.subject,
                        "place": one.place,
                        "value": msgspec.json.encode(one.value).decode(),
                    }
                    for one in (await _counted(tx, portion) if measure in OF_PEOPLE else portion)
                ],
            )
    async with database.write() as tx:
        before = await tx.first(_FIND, scope=scope, measure=measure.value, topic=topic)
        if before is not None:
            await _drop(tx, before)
        await tx.insert(
            findings, id=new, scope_id=scope, topic=topic, measure=measure.value, method=method, as_of=as_of
        )


async def _counted(tx: Read, found: Sequence[Result[msgspec.Struct]]) -> list[Result[msgspec.Struct]]:
    """What is about people who count, and names nobody else."""
    named = {one.subject for one in found}
    for one in found:
        if isinstance(one.value, Meetings):
            named |= one.value.ids()
    known = await people.list_counted(tx, sorted(named))
    return [
        one._replace(value=one.value.among(known, known)) if isinstance(one.value, Meetings) else one
        for one in found
        if one.subject in known
    ]


async def drop_unfinished(tx: Write, before: int) -> None:
    """Forget results of findings, begun before a moment (by the real clock), that were never whole."""
    await tx.run(_UNFINISHED, before=ids.first_id_at(before))


async def drop_older(tx: Write, measure: Measure, before: int) -> None:
    """Forget what was found of a measure before a moment: of places that got quiet, of topics nobody speaks of now."""
    for finding in await tx.all(_ANYWHERE, measure=measure.value, before=before):
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


async def forget_meetings(tx: Write, person: int) -> None:
    """Forget that others might like to meet a person, or that both talk with it. It looks at all of them."""
    for finding, other, value in await tx.all(_MEETINGS_WITH, named=str(person)):
        before = msgspec.json.decode(value, type=Meetings)
        left = before.among(before.ids() - {person}, before.ids() - {person})
        await tx.run(_REWRITE, finding=finding, subject=other, value=msgspec.json.encode(left).decode())


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
