"""What becomes of members: roles, leaving, being removed and banned."""

import sqlalchemy as sa

from plausch.groups import queries
from plausch.groups.actions.founding import shut
from plausch.groups.actions.holding import Held, count_members, hold, hold_group, look_after, note, own_group
from plausch.groups.actions.joining import close_invitation, shut_out
from plausch.groups.events import GroupLeft, GroupRoleChanged
from plausch.groups.model import REASON_MAX, GroupRole, GroupStep
from plausch.groups.tables import bans, invitations, links, log, pack_members, requests, roles
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import actions as people
from plausch.people import queries as persons
from plausch.people.model import ActorKind, Standing, Viewer, clean_line
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

#: Not here yet, or no more.
_NOBODY = (Standing.WAITING, Standing.DECLINED, Standing.DELETED)
_ACTOR, _GROUP = param("actor"), param("group")
#: Invitations taken back at once.
_PORTION = 100
_new_role = upsert(roles)
_PUT_ROLE = column_statement(
    _new_role.on_conflict_do_update(
        index_elements=[roles.c.group_id, roles.c.actor_id],
        set_={"role": _new_role.excluded.role, "at": _new_role.excluded.at},
    )
)
_DROP_ROLE = column_statement(sa.delete(roles).where(roles.c.group_id == _GROUP, roles.c.actor_id == _ACTOR))
_new_ban = upsert(bans)
_BAN = column_statement(
    _new_ban.on_conflict_do_update(
        index_elements=[bans.c.group_id, bans.c.actor_id],
        set_={name: _new_ban.excluded[name] for name in ("reason", "ends_at", "by_id", "at")},
    )
)
_UNBAN = column_statement(sa.delete(bans).where(bans.c.group_id == _GROUP, bans.c.actor_id == _ACTOR))
_FORGET = [
    column_statement(statement)
    for statement in (
        sa.delete(roles).where(roles.c.actor_id == _ACTOR),
        sa.delete(requests).where(requests.c.actor_id == _ACTOR),
        sa.delete(invitations).where(sa.or_(invitations.c.actor_id == _ACTOR, invitations.c.invited_by == _ACTOR)),
        sa.delete(links).where(links.c.made_by == _ACTOR),
        sa.delete(bans).where(bans.c.actor_id == _ACTOR),
        sa.update(bans).where(bans.c.by_id == _ACTOR).values(by_id=0),
        sa.update(log).where(log.c.subject_id == _ACTOR).values(subject_id=0, note=""),
        sa.update(log).where(log.c.actor_id == _ACTOR).values(actor_id=0),
        sa.delete(pack_members).where(pack_members.c.actor_id == _ACTOR),
    )
]


_END_LINKS = column_statement(sa.delete(links).where(links.c.group_id == _GROUP, links.c.made_by == _ACTOR))


async def leave_group(tx: Write, viewer: Viewer, group_id: int) -> None:
    """Leave a group. Its last owner hands it over first, closes or deletes it. Raises Conflict."""
    held = await hold_group(tx, viewer, group_id)
    if held.role is None:
        return
    await _keep_an_owner(tx, held, held.actor)
    await _take_out(tx, group_id, held.actor)
    await note(tx, group_id, held.actor, GroupStep.LEFT, held.actor)


async def remove_member(tx: Write, viewer: Viewer, group_id: int, actor: int, reason: str = "") -> None:
    """Take somebody out, who may come back as others come. Raises NotFound, NotAllowed."""
    held = await look_after(tx, viewer, group_id)
    await _check_below(tx, held, actor)
    why = clean_line(reason, "reason", REASON_MAX)
    if not await _take_out(tx, group_id, actor):
        raise NotFound("member_not_found")
    await _close_doors(tx, group_id, actor)
    await note(tx, group_id, held.actor, GroupStep.REMOVED, actor, why)


async def ban(
    tx: Write, viewer: Viewer, group_id: int, actor: int, reason: str = "", ends_at: int | None = None
) -> None:
    """Take somebody out and keep them out, until a moment (ms) or until it is taken back. Raises NotFound, Invalid."""
    held = await look_after(tx, viewer, group_id)
    # Also whoever has blocked the viewer; but a group is in no other, and of a secret one nobody learns here.
    found = await persons.get_actor(tx, actor)
    if found.kind is ActorKind.GROUP or found.standing in _NOBODY:
        raise NotFound("actor_not_found")
    await _check_below(tx, held, actor)
    now = clock.now()
    if ends_at is not None and ends_at <= now:
        raise Invalid("ends_at", "due_past")
    why = clean_line(reason, "reason", REASON_MAX)
    await _take_out(tx, group_id, actor)
    await _close_doors(tx, group_id, actor)
    await shut_out(tx, group_id, actor)
    await tx.run(_BAN, group_id=group_id, actor_id=actor, reason=why, ends_at=ends_at, by_id=held.actor, at=now)
    await note(tx, group_id, held.actor, GroupStep.BANNED, actor, why)


async def unban(tx: Write, viewer: Viewer, group_id: int, actor: int) -> None:
    held = await look_after(tx, viewer, group_id)
    if await tx.run(_UNBAN, group=group_id, actor=actor):
        await note(tx, group_id, held.actor, GroupStep.UNBANNED, actor)


async def set_group_role(tx: Write, viewer: Viewer, group_id: int, actor: int, role: GroupRole) -> None:
    """What a member is from now on. Only owners decide that; one always stays. Raises NotFound, Conflict."""
    held = await own_group(tx, viewer, group_id)
    before = await queries.find_role(tx, group_id, actor)
    if before is None:
        raise NotFound("member_not_found")
    if before is role:
        return
    if before is GroupRole.OWNER:
        await _keep_an_owner(tx, held, actor)
    await _put_role(tx, group_id, actor, role, held.actor)


async def hand_over_group(tx: Write, viewer: Viewer, group_id: int, successor: int) -> None:
    """Make another member the owner, and stay as a moderator. Raises NotFound, NotAllowed."""
    held = await own_group(tx, viewer, group_id)
    role = await queries.find_role(tx, group_id, successor)
    # Whoever is suspended or leaving looks after nothing.
    if successor == held.actor or role is None or successor not in await persons.present_actors(tx, [successor]):
        raise NotFound("member_not_found")
    await _put_role(tx, group_id, successor, GroupRole.OWNER, held.actor)
    await _put_role(tx, group_id, held.actor, GroupRole.MODERATOR, held.actor)


async def find_new_owner(tx: Write, group_id: int, leaving: int) -> None:
    """The owner is away or gone: whoever moderates the longest owns the group too, else the longest member.

    Without anybody it is closed.
    """
    await hold(tx, group_id)
    if await queries.has_other_owner(tx, group_id, leaving):
        return
    successor = await queries.find_successor(tx, group_id, leaving)
    if successor is None:
        await shut(tx, group_id, 0)
    else:
        await _put_role(tx, group_id, successor, GroupRole.OWNER, 0)


async def forget_actor(tx: Write, actor: int) -> None:
    """Whoever it was is gone: nothing in this room speaks of them."""
    for forget in _FORGET:
        await tx.run(forget, actor=actor)


async def end_memberships(tx: Write, actor: int, groups: tuple[int, ...]) -> None:
    """Whoever was in these groups is gone."""
    owned = set(await queries.list_owned(tx, actor))
    for group_id in groups:
        await hold(tx, group_id)
        await count_members(tx, group_id, -1)
        await tx.run(_DROP_ROLE, group=group_id, actor=actor)
        if group_id in owned:
            await find_new_owner(tx, group_id, actor)


async def turn_away(tx: Write, actor: int, group_id: int) -> None:
    """Whoever blocks a group is not in it any more."""
    await hold(tx, group_id)
    owned = await queries.find_role(tx, group_id, actor) is GroupRole.OWNER
    if await _take_out(tx, group_id, actor) and owned:
        await find_new_owner(tx, group_id, actor)
    await shut_out(tx, group_id, actor)


async def _put_role(tx: Write, group_id: int, actor: int, role: GroupRole, by: int) -> None:
    if role is GroupRole.MEMBER:
        await tx.run(_DROP_ROLE, group=group_id, actor=actor)
    else:
        await tx.run(_PUT_ROLE, group_id=group_id, actor_id=actor, role=role.value, at=clock.now())
    await note(tx, group_id, by, GroupStep.ROLE, actor, role.value)
    await record(tx, GroupRoleChanged(group_id=group_id, actor_id=actor, role=role.value, changed_by=by))


async def _take_out(tx: Write, group_id: int, actor: int) -> bool:
    await tx.run(_DROP_ROLE, group=group_id, actor=actor)
    if not await people.end_membership(tx, actor, group_id):
        return False
    await count_members(tx, group_id, -1)
    await record(tx, GroupLeft(group_id=group_id, actor_id=actor))
    return True


async def _close_doors(tx: Write, group_id: int, actor: int) -> None:
    """Whomever the group does not want any more lets nobody in either."""
    while found := await queries.list_invited(tx, group_id, _PORTION, by=actor):
        for one in found:
            await close_invitation(tx, group_id, one.actor_id)
    await tx.run(_END_LINKS, group=group_id, actor=actor)


async def _check_below(tx: Write, held: Held, actor: int) -> None:
    """Moderators take out members, owners also moderators; nobody takes out an owner, or themselves."""
    role = await queries.find_role(tx, held.group.id, actor)
    if actor == held.actor or role is GroupRole.OWNER:
        raise NotAllowed("member_stays")
    if role is GroupRole.MODERATOR and held.role is not GroupRole.OWNER:
        raise NotAllowed("member_stays")


async def _keep_an_owner(tx: Write, held: Held, leaving: int) -> None:
    if held.role is not GroupRole.OWNER and leaving == held.actor:
        return
    if not await queries.has_other_owner(tx, held.group.id, leaving):
        raise Conflict("last_group_owner")
