"""Reads of visits, for figures about many; nobody sees any of it but the person, in the copy of their data."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.insights.tables import visits
from plausch.people.model import Consent
from plausch.people.queries import consents_to
from plausch.storage import Read, Statement


class VisitRow(NamedTuple):
    person_id: int
    scope_id: int
    week: int


_VISITS = Statement(
    sa.select(visits.c.person_id, visits.c.scope_id, visits.c.week).where(
        consents_to(Consent.KEEP_VISITS, visits.c.person_id)
    ),
    VisitRow,
)


async def list_visits(tx: Read) -> list[VisitRow]:
    """All that are kept."""
    return await tx.all(_VISITS)
