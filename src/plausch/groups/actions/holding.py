"""What every change in a group begins with: the group, held, and what the viewer is in it."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.groups import queries
from plausch.groups.model import LOOKING_AFTER, Group, GroupRole
from plausch.groups.tables import groups, log
from plausch.kernel import ids
from plausch.kernel.errors import Conflict, NotAllowed, NotFound
from plausch.people import queries as persons
from plausch.people.model import APPROVING, Viewer, check_may_act
from plausch.storage import Write, column_statement, param

_HOLD = column_statement(sa.select(groups.c.group_id).where(groups.c.group_id == param("group")).with_for_update())
_COUNT = column_statement(
    sa.update(groups).where(groups.c.group_id == param("group")).values(members=groups.c.members + param("change"))
)


class Held(NamedTuple):
    """A group that nobody else changes until the transaction ends."""

    group: Group
    #: Who acts: the viewer, also where it speaks as the group itself.
    actor: int
    role: GroupRole | None


async def hold_group(tx: Write, viewer: Viewer, group_id: int) -> Held:
    """Raises NotFound for a group of which the viewer may not know."""
    check_may_act(viewer)
    await hold(tx, group_id)
    group = await queries.find_group(tx, viewer, group_id)
    if group is None:
        raise NotFound("group_not_found")
    actor = viewer.person if viewer.acting_as == group_id else viewer.acting_as
    return Held(group, actor, await queries.find_role(tx, group_id, actor))


async def hold(tx: Write, group_id: int) -> None:
    """One change after the other."""
    await tx.first(_HOLD, group=group_id)


async def look_after(tx: Write, viewer: Viewer, group_id: int) -> Held:
    """The same for those who look after the group. Raises NotAllowed for everybody else."""
    held = await hold_group(tx, viewer, group_id)
    if held.role not in LOOKING_AFTER:
        raise NotAllowed("not_allowed")
    await _check_decides(tx, viewer, held)
    return held


async def own_group(tx: Write, viewer: Viewer, group_id: int) -> Held:
    """The same for its owners."""
    held = await hold_group(tx, viewer, group_id)
    if held.role is not GroupRole.OWNER:
        raise NotAllowed("group_owners_only")
    await _check_decides(tx, viewer, held)
    return held


async def _check_decides(tx: Write, viewer: Viewer, held: Held) -> None:
    """A page that looks after a group does so through those of its team who decide for it. Raises NotAllowed."""
    if held.actor == viewer.person:
        return
    member = await persons.find_team_member(tx, held.actor, viewer.person)
    if member is None:
        raise NotAllowed("not_on_team")
    if member.role not in APPROVING:
        raise NotAllowed("ask_an_editor")


def check_open(group: Group) -> None:
    """Nothing goes on in a group that is closed."""
    if group.closed_at is not None:
        raise Conflict("group_closed")


async def count_members(tx: Write, group_id: int, change: int) -> None:
    await tx.run(_COUNT, group=group_id, change=change)


async def note(tx: Write, group_id: int, actor: int, step: str, subject: int = 0, text: str = "") -> int:
    """Write into the group's log; the entry's id."""
    id_ = ids.new_id()
    await tx.insert(log, id=id_, group_id=group_id, actor_id=actor, step=step, subject_id=subject, note=text)
    return id_
