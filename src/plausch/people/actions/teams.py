"""Teams of pages: who speaks for an organisation, and that always somebody looks after it."""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import queries
from plausch.people.actions.relations import count
from plausch.people.events import PageOrphaned, TeamChanged, TeamInvited
from plausch.people.model import TEAM_MAX, ActorKind, TeamMember, TeamRole, TeamStep, Viewer, check_may_act
from plausch.people.tables import sessions, team_log, teams, tokens
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

_ADD = column_statement(upsert(teams).on_conflict_do_nothing())
_THIS = (teams.c.page_id == param("page"), teams.c.person_id == param("person"))
_ACCEPT = column_statement(
    sa.update(teams).where(*_THIS, teams.c.invited_by.is_not(None)).values(invited_by=None, at=param("now"))
)
_SET_ROLE = column_statement(sa.update(teams).where(*_THIS).values(role=param("new_role", sa.Text())))
_REMOVE = column_statement(sa.delete(teams).where(*_THIS))
_PAGES_OF = column_statement(sa.select(teams.c.page_id).where(teams.c.person_id == param("person")))
_FORGET_INVITER = column_statement(sa.update(teams).where(teams.c.invited_by == param("person")).values(invited_by=0))
_FORGET_LOG = [
    column_statement(sa.update(team_log).where(column == param("person")).values({column: 0}))
    for column in (team_log.c.person_id, team_log.c.subject_id)
]
#: Whoever speaks for a page speaks for themselves from then on.
_STOP_ACTING = [
    column_statement(
        sa.update(table)
        .where(table.c.person_id == param("person"), table.c.acting_as == param("page"))
        .values(acting_as=table.c.person_id)
    )
    for table in (sessions, tokens)
]


async def get_page_admin(tx: Write, viewer: Viewer, page: int) -> TeamMember | None:
    """The viewer's own part in the team it decides for, held until the transaction ends.

    None for an owner of the server, who sees to a page that has no admin any more. Raises NotFound, NotAllowed.
    """
    check_may_act(viewer)
    await hold_team(tx, page)
    if await queries.find_page(tx, page) is None:
        raise NotFound("actor_not_found")
    member = await queries.find_team_member(tx, page, viewer.person)
    if member is not None and member.role is TeamRole.ADMIN:
        return member
    if viewer.owner and not await _admins(tx, page):
        return None
    raise NotAllowed("page_admins_only")


async def hold_team(tx: Write, page: int) -> None:
    """One change of a team after the other: two admins could leave at once."""
    await count(tx, "followers", page, 0)


async def join_team(tx: Write, page: int, person: int, role: TeamRole, invited_by: int | None) -> bool:
    """False when somebody is on the team, or asked to be, already."""
    added = await tx.run(_ADD, page_id=page, person_id=person, role=role.value, at=clock.now(), invited_by=invited_by)
    return added > 0


async def invite_to_team(tx: Write, viewer: Viewer, page: int, handle: str, role: TeamRole) -> int:
    """Ask somebody to speak for a page; who. Raises Invalid("handle", ...), NotAllowed, NotFound."""
    await get_page_admin(tx, viewer, page)
    wanted = handle.strip().removeprefix("@").lower()
    found = (await queries.resolve_handles(tx, [wanted])).get(wanted)
    if found is None or found.kind is not ActorKind.PERSON:
        raise Invalid("handle", "person_unknown")
    between = await queries.get_relationship(tx, Viewer(viewer.person, viewer.person), found.id)
    if found.id != viewer.person and (between.blocks or between.blocked_by):
        raise Invalid("handle", "person_unknown")
    if len(await queries.list_team(tx, page)) >= TEAM_MAX:
        raise Conflict("team_full", field="handle")
    own = found.id == viewer.person
    if not await join_team(tx, page, found.id, role, None if own else viewer.person):
        raise Conflict("team_twice", field="handle")
    await note_step(tx, page, viewer.person, TeamStep.JOINED if own else TeamStep.INVITED, found.id, role.value)
    if not own:
        await record(tx, TeamInvited(page_id=page, person_id=found.id, invited_by=viewer.person))
    return found.id


async def accept_team(tx: Write, viewer: Viewer, page: int) -> None:
    """Agree to speak for a page. Raises NotFound when nobody asked."""
    check_may_act(viewer)
    await hold_team(tx, page)
    if not await tx.run(_ACCEPT, page=page, person=viewer.person, now=clock.now()):
        raise NotFound("request_not_found")
    await note_step(tx, page, viewer.person, TeamStep.JOINED)
    await record(tx, TeamChanged(page_id=page, person_id=viewer.person))


async def leave_team(tx: Write, viewer: Viewer, page: int) -> None:
    """Speak for a page no more, or decline to. Raises Conflict for the last admin, NotFound."""
    await hold_team(tx, page)
    found = {one.person_id: one for one in await queries.list_team(tx, page)}.get(viewer.person)
    if found is None:
        raise NotFound("request_not_found")
    await _keep_an_admin(tx, found)
    await _take_off(tx, found)
    step = TeamStep.LEFT if found.invited_by is None else TeamStep.DECLINED
    await note_step(tx, page, viewer.person, step)


async def set_team_role(tx: Write, viewer: Viewer, page: int, person: int, role: TeamRole) -> None:
    """Raises NotAllowed, NotFound, Conflict when nobody would look after the page any more."""
    await get_page_admin(tx, viewer, page)
    found = await _of_team(tx, page, person)
    if found.role is role:
        return
    await _keep_an_admin(tx, found)
    await tx.run(_SET_ROLE, page=page, person=person, new_role=role.value)
    await note_step(tx, page, viewer.person, TeamStep.ROLE_SET, person, role.value)
    await record(tx, TeamChanged(page_id=page, person_id=person))


async def remove_from_team(tx: Write, viewer: Viewer, page: int, person: int) -> None:
    """Raises NotAllowed, NotFound, Conflict when nobody would look after the page any more."""
    await get_page_admin(tx, viewer, page)
    found = await _of_team(tx, page, person)
    await _keep_an_admin(tx, found)
    await _take_off(tx, found)
    await note_step(tx, page, viewer.person, TeamStep.REMOVED, person)


async def leave_all_teams(tx: Write, person: int, *, forget: bool = False) -> None:
    """Somebody is gone, or may speak here no more: others of each team take over, else the owners are told."""
    for page in await tx.all(_PAGES_OF, person=person):
        await hold_team(tx, page)
        await _take_off(tx, await _of_team(tx, page, person))
        await note_step(tx, page, 0, TeamStep.REMOVED, person)
        if not await _admins(tx, page):
            await _hand_over(tx, page)
    if forget:
        await tx.run(_FORGET_INVITER, person=person)
        for statement in _FORGET_LOG:
            await tx.run(statement, person=person)


async def note_step(tx: Write, page: int, person: int, step: TeamStep, subject: int = 0, note: str = "") -> None:
    """Write it down for the team."""
    await tx.insert(
        team_log, id=ids.new_id(), page_id=page, person_id=person, step=step.value, subject_id=subject, note=note
    )


async def _hand_over(tx: Write, page: int) -> None:
    """To whoever was there longest, editors first; where nobody is left, those who run the server hear of it."""
    left = [one for one in await queries.list_team(tx, page) if one.invited_by is None]
    left.sort(key=lambda one: one.role is not TeamRole.EDITOR)
    if not left:
        await record(tx, PageOrphaned(page_id=page))
        return
    await tx.run(_SET_ROLE, page=page, person=left[0].person_id, new_role=TeamRole.ADMIN.value)
    await note_step(tx, page, 0, TeamStep.HANDED_OVER, left[0].person_id, TeamRole.ADMIN.value)
    await record(tx, TeamChanged(page_id=page, person_id=left[0].person_id))


async def _of_team(tx: Write, page: int, person: int) -> TeamMember:
    for one in await queries.list_team(tx, page):
        if one.person_id == person:
            return one
    raise NotFound("actor_not_found")


async def _take_off(tx: Write, member: TeamMember) -> None:
    await tx.run(_REMOVE, page=member.page_id, person=member.person_id)
    for statement in _STOP_ACTING:
        await tx.run(statement, page=member.page_id, person=member.person_id)
    await record(tx, TeamChanged(page_id=member.page_id, person_id=member.person_id))


async def _keep_an_admin(tx: Write, leaving: TeamMember) -> None:
    if leaving.role is TeamRole.ADMIN and leaving.invited_by is None and await _admins(tx, leaving.page_id) < 2:
        raise Conflict("last_admin")


async def _admins(tx: Write, page: int) -> int:
    return sum(one.role is TeamRole.ADMIN and one.invited_by is None for one in await queries.list_team(tx, page))
