"""Who comes into a group, leaves it or looks after it, and what it removes; starter packs."""

from plausch.feeds import actions
from plausch.feeds.listeners.people import forget
from plausch.feeds.model import NotificationKind
from plausch.groups import queries as groups
from plausch.groups.events import (
    GroupDeleted,
    GroupInvited,
    GroupLeft,
    GroupRoleChanged,
    InvitationClosed,
    JoiningAccepted,
    JoiningClosed,
    JoiningRequested,
    PackAnswered,
    PackAsked,
    PackChanged,
)
from plausch.groups.model import GroupRole
from plausch.storage import Write
from plausch.talk.events import GroupPostRemoved


async def on_group_invited(tx: Write, fact: GroupInvited) -> None:
    if await groups.find_invitation(tx, fact.group_id, fact.actor_id) is not None:
        await actions.notify(tx, fact.actor_id, NotificationKind.GROUP_INVITED, fact.invited_by, request=fact.group_id)


async def on_invitation_closed(tx: Write, fact: InvitationClosed) -> None:
    if await groups.find_invitation(tx, fact.group_id, fact.actor_id) is None:
        await actions.forget_invitation(tx, fact.group_id, fact.actor_id)


async def on_joining_requested(tx: Write, fact: JoiningRequested) -> None:
    """Those who look after the group hear of it, as long as nobody has answered."""
    asked = await groups.find_request(tx, fact.group_id, fact.actor_id)
    if asked is None or asked.declined_at is not None:
        return
    for one in await groups.list_guardians(tx, fact.group_id):
        await actions.notify(tx, one.actor_id, NotificationKind.GROUP_REQUESTED, fact.actor_id, request=fact.group_id)


async def on_joining_closed(tx: Write, fact: JoiningClosed) -> None:
    asked = await groups.find_request(tx, fact.group_id, fact.actor_id)
    if asked is None or asked.declined_at is not None:
        await actions.forget_joining(tx, fact.group_id, fact.actor_id)


async def on_joining_accepted(tx: Write, fact: JoiningAccepted) -> None:
    if await groups.find_role(tx, fact.group_id, fact.actor_id) is not None:
        await actions.notify(
            tx, fact.actor_id, NotificationKind.GROUP_ACCEPTED, fact.accepted_by, request=fact.group_id
        )


async def on_group_role_changed(tx: Write, fact: GroupRoleChanged) -> None:
    """Whoever gave it to themselves knows it; what came about by itself is told in one's own name."""
    if fact.changed_by == fact.actor_id or await groups.find_role(tx, fact.group_id, fact.actor_id) is None:
        return
    if not fact.changed_by and fact.role != GroupRole.OWNER:
        return
    by = fact.changed_by or fact.actor_id
    await actions.notify(tx, fact.actor_id, NotificationKind.GROUP_ROLE, by, request=fact.group_id)


async def on_group_post_removed(tx: Write, fact: GroupPostRemoved) -> None:
    """Whose post it was is told why."""
    if fact.removed_by != fact.actor_id:
        await actions.notify(tx, fact.actor_id, NotificationKind.GROUP_REMOVED, fact.removed_by, request=fact.entry_id)


async def on_group_left(tx: Write, fact: GroupLeft) -> None:
    if await groups.find_role(tx, fact.group_id, fact.actor_id) is None:
        await actions.forget_group_of(tx, fact.group_id, fact.actor_id)


async def on_group_deleted(tx: Write, fact: GroupDeleted) -> None:
    await actions.forget_group(tx, fact.group_id)
    await forget(tx, fact.group_id)


async def on_pack_asked(tx: Write, fact: PackAsked) -> None:
    """Whoever it is, or the owners of the group, as long as nobody has answered."""
    if not await groups.is_asked(tx, fact.pack_id, fact.member_id):
        return
    for recipient in await _answerable(tx, fact.member_id):
        await actions.notify(tx, recipient, NotificationKind.PACK_ASKED, fact.asked_by, request=fact.pack_id)


async def _answerable(tx: Write, member: int) -> list[int]:
    """Who speaks for whom a pack shows: the owners of a group, and everybody else for themselves."""
    owners = [one for one in await groups.list_guardians(tx, member) if one.role is GroupRole.OWNER]
    return [one.actor_id for one in owners] or [member]


async def on_pack_changed(tx: Write, fact: PackChanged) -> None:
    """Whoever it shows hears of it."""
    told = {fact.changed_by}
    for member in await groups.list_agreed(tx, fact.pack_id):
        for recipient in await _answerable(tx, member):
            if recipient not in told:
                told.add(recipient)
                kind = NotificationKind.PACK_CHANGED
                await actions.notify(tx, recipient, kind, fact.changed_by, request=fact.pack_id, at=fact.occurred_at)


async def on_pack_answered(tx: Write, fact: PackAnswered) -> None:
    """0: there is no such pack any more."""
    if not fact.member_id:
        await actions.forget_matter(tx, NotificationKind.PACK_ASKED, fact.pack_id)
        await actions.forget_matter(tx, NotificationKind.PACK_CHANGED, fact.pack_id)
        return
    guardians = [one.actor_id for one in await groups.list_guardians(tx, fact.member_id)]
    for recipient in guardians or [fact.member_id]:
        await actions.forget_pack(tx, fact.pack_id, recipient)
