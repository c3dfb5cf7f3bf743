"""Visits: one row a week and place, of people who agreed to it."""

from collections.abc import Collection

import sqlalchemy as sa

from plausch.insights.model.weeks import monday_of
from plausch.insights.tables import visits
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.model import Consent
from plausch.storage import Write, column_statement, param, upsert

#: For so long visits are kept.
VISITS_KEPT = 26 * 7 * clock.DAY

_NOTE = column_statement(
    upsert(visits)
    .values(person_id=param("person"), scope_id=param("scope"), week=param("week"))
    .on_conflict_do_nothing()
)
_FORGET = column_statement(sa.delete(visits).where(visits.c.person_id == param("person")))
_FORGET_PLACE = column_statement(sa.delete(visits).where(visits.c.scope_id == param("scope")))
_DROP = column_statement(sa.delete(visits).where(visits.c.week < param("before")))


async def note_visits(tx: Write, person: int, scopes: Collection[int]) -> None:
    """That somebody was in some places (0: on this server) this week, if they agree to have that kept."""
    if not await people.has_consent(tx, person, Consent.KEEP_VISITS):
        return
    week = monday_of(clock.now())
    await tx.run_many(_NOTE, [{"person": person, "scope": scope, "week": week} for scope in sorted(scopes)])


async def forget_visits(tx: Write, person: int) -> None:
    await tx.run(_FORGET, person=person)


async def forget_visits_to(tx: Write, scope: int) -> None:
    """A group or page is gone."""
    await tx.run(_FORGET_PLACE, scope=scope)


async def drop_old_visits(tx: Write, now: int) -> None:
    await tx.run(_DROP, before=now - VISITS_KEPT)
