"""Reads of who greets newcomers, and of newcomers who are to be greeted."""

import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.insights.model.health import Greeting, Volunteer
from plausch.insights.tables import greetings, volunteers
from plausch.people import queries as people
from plausch.people.model import Consent, Relation
from plausch.people.queries import consents_to, is_present, no_block_between
from plausch.storage import Read, Statement, any_of, column_statement, param

_SCOPE, _PERSON = param("scope"), param("person")
GREETING_COLUMNS = (
    greetings.c.scope_id,
    greetings.c.person_id,
    greetings.c.greeter_id,
    greetings.c.joined_at,
    greetings.c.turn_at,
    greetings.c.done_at,
)
#: Whoever does not want to count in insights is nobody's task.
_wants = sa.and_(is_present(greetings.c.person_id), consents_to(Consent.COUNT_IN_INSIGHTS, greetings.c.person_id))
_KNOWN = Statement(
    sa.select(*GREETING_COLUMNS).where(greetings.c.scope_id == _SCOPE, any_of(greetings.c.person_id, "ids")), Greeting
)
_MINE = Statement(
    sa.select(*GREETING_COLUMNS)
    .where(
        greetings.c.greeter_id == _PERSON,
        greetings.c.done_at.is_(None),
        greetings.c.joined_at > param("since"),
        _wants,
        no_block_between(greetings.c.greeter_id, greetings.c.person_id),
    )
    .order_by(greetings.c.turn_at),
    Greeting,
)
_ONE = Statement(
    sa.select(*GREETING_COLUMNS).where(greetings.c.scope_id == _SCOPE, greetings.c.person_id == _PERSON), Greeting
)
_STALE = Statement(
    sa.select(*GREETING_COLUMNS).where(
        greetings.c.done_at.is_(None),
        greetings.c.turn_at <= param("before"),
        greetings.c.joined_at > param("since"),
        _wants,
    ),
    Greeting,
)
_VOLUNTEERS = Statement(
    sa.select(volunteers.c.person_id, volunteers.c.since, volunteers.c.turn_at)
    .where(volunteers.c.scope_id == _SCOPE, is_present(volunteers.c.person_id))
    .order_by(volunteers.c.turn_at, volunteers.c.since, volunteers.c.person_id),
    Volunteer,
)
_SCOPES = column_statement(sa.select(volunteers.c.scope_id).where(volunteers.c.person_id == _PERSON))
_GREETED = Statement(
    sa.select(greetings.c.person_id, greetings.c.done_at).where(
        greetings.c.scope_id == _SCOPE, greetings.c.done_at.is_not(None)
    ),
    lambda person, at: (int(person), int(at)),
)


async def list_waiting(tx: Read, scope: int, since: int, limit: int) -> list[Greeting]:
    """Newcomers since a moment whom nobody has greeted yet, the newest first; for those who look after the place.

    Also those of whom nobody took notice when they came, because nobody greeted then.
    """
    arrived = await _arrived(tx, scope, since, limit)
    known = {one.person_id: one for one in await tx.all(_KNOWN, scope=scope, ids=list(arrived))}
    found = [known.get(person) or Greeting(scope, person, 0, at, 0, None) for person, at in arrived.items()]
    return [one for one in found if one.done_at is None]


async def _arrived(tx: Read, scope: int, since: int, limit: int) -> dict[int, int]:
    """Who came, and when; whoever does not want to count in insights is nobody's task."""
    if not scope:
        return {one.id: one.joined_at for one in await people.list_arrived(tx, since, limit) if one.counts}
    ties = [one for one in await people.list_ties(tx, Relation.MEMBER, [scope]) if one.at > since]
    counted = await people.list_counted(tx, [one.person_id for one in ties]) - set(await people.list_counted_pages(tx))
    guards = {one.actor_id for one in await groups.list_guardians(tx, scope)}
    newest = sorted(ties, key=lambda one: one.at, reverse=True)[:limit]
    return {one.person_id: one.at for one in newest if one.person_id in counted and one.person_id not in guards}


async def list_own_greetings(tx: Read, person: int, since: int) -> list[Greeting]:
    """Whom it is somebody's turn to greet, wherever; the one who waits longest first."""
    return await tx.all(_MINE, person=person, since=since)


async def find_greeting(tx: Read, scope: int, newcomer: int) -> Greeting | None:
    return await tx.first(_ONE, scope=scope, person=newcomer)


async def list_stale_greetings(tx: Read, before: int, since: int) -> list[Greeting]:
    """Newcomers since a moment who have waited for their greeter since before another; to be passed on."""
    return await tx.all(_STALE, before=before, since=since)


async def list_volunteers(tx: Read, scope: int) -> list[Volunteer]:
    """Who greets newcomers there, whose turn it is next first."""
    return await tx.all(_VOLUNTEERS, scope=scope)


async def list_volunteered(tx: Read, person: int) -> list[int]:
    """Where somebody greets newcomers."""
    return await tx.all(_SCOPES, person=person)


async def list_greeted(tx: Read, scope: int) -> list[tuple[int, int]]:
    """Who was greeted and when, for figures about many."""
    return await tx.all(_GREETED, scope=scope)
