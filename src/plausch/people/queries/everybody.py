"""Everybody of this server, in narrow rows, for figures about many; nobody sees any of it."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel.ids import first_id_at
from plausch.people.model import PRESENT, Consent, Relation
from plausch.people.queries.clauses import consents_to, membership
from plausch.people.tables import accounts, actors
from plausch.storage import Read, Statement, any_of, is_one_of, param


class PersonRow(NamedTuple):
    id: int
    joined_at: int
    #: Agrees to count in insights.
    counts: bool


class TieRow(NamedTuple):
    person_id: int
    #: A group, or whom they follow.
    target_id: int
    at: int


_PEOPLE = Statement(
    sa.select(actors.c.id, accounts.c.created_at, consents_to(Consent.COUNT_IN_INSIGHTS, actors.c.id).label("counts"))
    .select_from(accounts.join(actors, actors.c.id == accounts.c.person_id))
    .where(is_one_of(actors.c.standing, PRESENT), actors.c.id > param("after"))
    .order_by(actors.c.id)
    .limit(param("limit")),
    PersonRow,
)
_ARRIVED = Statement(
    sa.select(actors.c.id, accounts.c.created_at, consents_to(Consent.COUNT_IN_INSIGHTS, actors.c.id).label("counts"))
    .select_from(accounts.join(actors, actors.c.id == accounts.c.person_id))
    .where(is_one_of(actors.c.standing, PRESENT), actors.c.id >= param("first"))
    .order_by(actors.c.id.desc())
    .limit(param("limit")),
    PersonRow,
)
_TIES = {
    kind: Statement(
        sa.select(membership.c.source_id, membership.c.target_id, membership.c.at).where(
            any_of(membership.c.target_id, "targets"), membership.c.kind == kind.value
        ),
        TieRow,
    )
    for kind in (Relation.MEMBER, Relation.FOLLOW)
}


async def list_everybody(tx: Read, after: int, limit: int) -> list[PersonRow]:
    """People with an account here who are present, from behind an id on."""
    return await tx.all(_PEOPLE, after=after, limit=limit)


async def list_arrived(tx: Read, since: int, limit: int) -> list[PersonRow]:
    """Who came after a moment (ms), the newest first."""
    return await tx.all(_ARRIVED, first=first_id_at(since), limit=limit)


async def list_ties(tx: Read, kind: Relation, targets: Sequence[int]) -> list[TieRow]:
    """Who is in some groups, or follows somebody, and since when."""
    return await tx.all(_TIES[kind], targets=targets)
