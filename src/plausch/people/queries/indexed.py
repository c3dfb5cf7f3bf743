"""Whom search engines may list."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.people.model import ActorKind, Consent, Standing
from plausch.people.queries.clauses import consents_to
from plausch.people.tables import actors
from plausch.storage import Read, Statement, column_statement, is_one_of, param


class IndexedActor(NamedTuple):
    id: int
    handle: str


_LATER = sa.and_(
    actors.c.id > param("after"),
    actors.c.server_id == 0,
    is_one_of(actors.c.kind, (ActorKind.PERSON, ActorKind.PAGE)),
    actors.c.standing == Standing.ACTIVE.value,
)
_INDEXED = Statement(
    sa.select(actors.c.id, actors.c.handle)
    .where(
        _LATER,
        actors.c.id <= param("until"),
        consents_to(Consent.BE_FOUND, actors.c.id),
    )
    .order_by(actors.c.id),
    IndexedActor,
)
_NTH = column_statement(sa.select(actors.c.id).where(_LATER).order_by(actors.c.id).limit(1).offset(param("number") - 1))


async def list_indexed(tx: Read, after: int, until: int) -> list[IndexedActor]:
    """Of the actors with `after` < id <= `until` the people who agree to be found, and the pages of organisations."""
    return await tx.all(_INDEXED, after=after, until=until)


async def find_nth_actor(tx: Read, after: int, number: int) -> int | None:
    """The id of the so-many-th of all people and pages after an id: for dividing them into parts."""
    found: int | None = await tx.first(_NTH, after=after, number=number)
    return found
