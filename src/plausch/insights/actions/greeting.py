"""Greeting newcomers, shared among volunteers: whose turn it is, who is next, who has done it."""

import sqlalchemy as sa

from plausch.feeds import actions as feeds
from plausch.feeds.model import NotificationKind
from plausch.groups import queries as groups
from plausch.groups.model import LOOKING_AFTER, GroupRole
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.health import NEW_FOR, TURN, Greeting
from plausch.insights.queries import greeting as queries
from plausch.insights.queries.greeting import GREETING_COLUMNS
from plausch.insights.tables import greetings, volunteers
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import ActorKind, Viewer, check_may_act
from plausch.storage import Statement, Write, column_statement, param, upsert

#: Newcomers who get somebody when the first one begins to greet.
_AT_ONCE = 30
_MOST = 500

_SCOPE, _PERSON, _NOW = param("scope"), param("person"), param("now")
_THIS = (greetings.c.scope_id == _SCOPE, greetings.c.person_id == _PERSON)
_VOLUNTEER = column_statement(
    upsert(volunteers).values(scope_id=_SCOPE, person_id=_PERSON, since=_NOW).on_conflict_do_nothing()
)
_STOP = column_statement(
    sa.delete(volunteers).where(volunteers.c.scope_id == _SCOPE, volunteers.c.person_id == _PERSON)
)
_EXPECT = column_statement(
    upsert(greetings)
    .values(scope_id=_SCOPE, person_id=_PERSON, greeter_id=0, joined_at=param("joined_at"), turn_at=0)
    .on_conflict_do_nothing()
)
_GIVE = column_statement(sa.update(greetings).where(*_THIS).values(greeter_id=param("greeter"), turn_at=_NOW))
_TOOK_TURN = column_statement(
    sa.update(volunteers).where(volunteers.c.scope_id == _SCOPE, volunteers.c.person_id == _PERSON).values(turn_at=_NOW)
)
_DONE = column_statement(sa.update(greetings).where(*_THIS, greetings.c.done_at.is_(None)).values(done_at=_NOW))
_may_greet = sa.or_(
    greetings.c.greeter_id == param("greeter"),
    sa.exists(
        sa.select(sa.literal(1)).where(
            volunteers.c.scope_id == greetings.c.scope_id, volunteers.c.person_id == param("greeter")
        )
    ),
)
_ANSWERED = column_statement(
    sa.update(greetings)
    .where(greetings.c.person_id == _PERSON, greetings.c.done_at.is_(None), _may_greet)
    .values(done_at=_NOW)
    .returning(greetings.c.person_id)
)
_FREE = Statement(
    sa.select(*GREETING_COLUMNS).where(
        greetings.c.scope_id == _SCOPE,
        greetings.c.greeter_id == param("greeter"),
        greetings.c.done_at.is_(None),
        greetings.c.joined_at > param("since"),
    ),
    Greeting,
)
_LEAVE = column_statement(sa.delete(greetings).where(*_THIS))
#: Work that nobody has is passed on by the hour.
_LAY_DOWN = column_statement(
    sa.update(greetings).where(greetings.c.greeter_id == _PERSON).values(greeter_id=0, turn_at=0)
)
_FORGET = [column_statement(sa.delete(table).where(table.c.person_id == _PERSON)) for table in (greetings, volunteers)]
_DROP_PLACE = [
    column_statement(sa.delete(table).where(table.c.scope_id == _SCOPE)) for table in (greetings, volunteers)
]


async def volunteer(tx: Write, viewer: Viewer, scope: Scope) -> None:
    """Greet newcomers of the server or of a group whose member one is. Raises NotAllowed, NotFound, Invalid."""
    check_may_act(viewer)
    await _check_may_greet(tx, viewer, scope)
    await tx.run(_VOLUNTEER, scope=scope.id, person=viewer.person, now=clock.now())
    for one in await queries.list_waiting(tx, scope.id, clock.now() - NEW_FOR, _AT_ONCE):
        if not one.greeter_id:
            await expect_newcomer(tx, scope.id, one.person_id, one.joined_at)


async def stop_volunteering(tx: Write, viewer: Viewer, scope: Scope) -> None:
    """Any time; who is waiting for one is greeted by the next."""
    await _stop(tx, scope.id, viewer.person)


async def _check_may_greet(tx: Write, viewer: Viewer, scope: Scope) -> None:
    """Raises NotAllowed, NotFound, Invalid."""
    if not viewer.signed_in or viewer.acting_as != viewer.person:
        raise NotAllowed("not_allowed")
    if scope.kind is ScopeKind.SERVER:
        return
    if scope.kind is not ScopeKind.GROUP:
        raise Invalid("of", "choice_unknown")
    if await groups.find_group(tx, viewer, scope.id) is None:
        raise NotFound("group_not_found")
    if await groups.find_role(tx, scope.id, viewer.person) is None:
        raise NotAllowed("group_not_for_you")


async def expect_newcomer(tx: Write, scope: int, person: int, joined_at: int) -> None:
    """Somebody has just come, and is to be greeted by the next volunteer."""
    actor = await people.get_actor(tx, person)
    if actor.kind is not ActorKind.PERSON or not await people.list_counted(tx, [person]):
        return
    if scope and await groups.find_role(tx, scope, person) is not GroupRole.MEMBER:
        return
    await tx.run(_EXPECT, scope=scope, person=person, joined_at=joined_at)
    expected = await queries.find_greeting(tx, scope, person)
    if expected is not None and not expected.greeter_id:
        await _give(tx, expected)


async def mark_greeted(tx: Write, viewer: Viewer, scope: int, newcomer: int) -> None:
    """By whose turn it is, by any volunteer there, and by those who look after the place. Raises NotFound."""
    since = clock.now() - NEW_FOR
    waiting = {one.person_id: one for one in await queries.list_waiting(tx, scope, since, _MOST)}
    if newcomer not in waiting or not await _may_mark(tx, viewer, scope):
        raise NotFound("actor_not_found")
    await tx.run(_EXPECT, scope=scope, person=newcomer, joined_at=waiting[newcomer].joined_at)
    await tx.run(_DONE, scope=scope, person=newcomer, now=clock.now())
    await feeds.forget_matter(tx, NotificationKind.GREETING_DUE, newcomer)


async def _may_mark(tx: Write, viewer: Viewer, scope: int) -> bool:
    if scope in await queries.list_volunteered(tx, viewer.person):
        return True
    if not scope:
        return viewer.staff
    return await groups.find_role(tx, scope, viewer.person) in LOOKING_AFTER


async def note_answer(tx: Write, greeter: int, newcomer: int) -> None:
    """A volunteer has answered somebody new: that is a greeting."""
    if await tx.all(_ANSWERED, greeter=greeter, person=newcomer, now=clock.now()):
        await feeds.forget_matter(tx, NotificationKind.GREETING_DUE, newcomer)


async def pass_on(tx: Write, now: int) -> None:
    """Whoever has had their turn for some days without greeting is followed by the next."""
    for one in await queries.list_stale_greetings(tx, now - TURN, now - NEW_FOR):
        await _give(tx, one)


async def _give(tx: Write, greeting: Greeting) -> None:
    """To who has waited longest for a turn; to nobody where there is no other one."""
    newcomer, before = greeting.person_id, greeting.greeter_id
    for one in await queries.list_volunteers(tx, greeting.scope_id):
        if one.person_id in (newcomer, before) or not await _fits(tx, greeting, one.person_id):
            continue
        now = clock.now()
        await tx.run(_GIVE, scope=greeting.scope_id, person=newcomer, greeter=one.person_id, now=now)
        await tx.run(_TOOK_TURN, scope=greeting.scope_id, person=one.person_id, now=now)
        await feeds.notify(tx, one.person_id, NotificationKind.GREETING_DUE, newcomer, request=newcomer)
        return


async def _fits(tx: Write, greeting: Greeting, greeter: int) -> bool:
    """The two do not avoid each other, and whoever greets in a group is still in it."""
    relationship = await people.get_relationship(tx, Viewer(greeter, greeter), greeting.person_id)
    if relationship.blocks or relationship.blocked_by or relationship.mutes:
        return False
    return not greeting.scope_id or await groups.find_role(tx, greeting.scope_id, greeter) is not None


async def _stop(tx: Write, scope: int, person: int) -> None:
    await tx.run(_STOP, scope=scope, person=person)
    for one in await tx.all(_FREE, scope=scope, greeter=person, since=clock.now() - NEW_FOR):
        await tx.run(_GIVE, scope=scope, person=one.person_id, greeter=0, now=0)
        await _give(tx, one)


async def leave_place(tx: Write, scope: int, person: int) -> None:
    """Somebody is not in a group any more."""
    await tx.run(_LEAVE, scope=scope, person=person)
    await _stop(tx, scope, person)


async def forget_newcomer(tx: Write, person: int) -> None:
    """Somebody new does not want to count: they are nobody's task, and nobody is told any more that they were."""
    await tx.run(_FORGET[0], person=person)
    await feeds.forget_matter(tx, NotificationKind.GREETING_DUE, person)


async def forget_greeter(tx: Write, person: int) -> None:
    """Somebody is gone, as a newcomer and as a volunteer."""
    for statement in _FORGET:
        await tx.run(statement, person=person)
    await tx.run(_LAY_DOWN, person=person)


async def drop_greetings(tx: Write, scope: int) -> None:
    """A group is gone."""
    for statement in _DROP_PLACE:
        await tx.run(statement, scope=scope)
