"""How people come into a group: freely, by asking, by invitation, by a link."""

import secrets

import sqlalchemy as sa

from plausch.groups import queries
from plausch.groups.actions.holding import check_open, count_members, hold, hold_group, look_after, note
from plausch.groups.events import (
    GroupInvited,
    GroupJoined,
    InvitationClosed,
    JoiningAccepted,
    JoiningClosed,
    JoiningRequested,
)
from plausch.groups.model import (
    LINKS_MAX,
    LOOKING_AFTER,
    QUESTION_MAX,
    USES_MAX,
    Group,
    GroupStep,
    Joining,
)
from plausch.groups.tables import invitations, links, requests
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import actions as people
from plausch.people import queries as persons
from plausch.people.model import ActorKind, Viewer, check_may_act, clean_line
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

_THIS = (param("group"), param("actor"))
_DROP_REQUEST = column_statement(
    sa.delete(requests).where(requests.c.group_id == _THIS[0], requests.c.actor_id == _THIS[1])
)
_DECLINE = column_statement(
    sa.update(requests)
    .where(requests.c.group_id == _THIS[0], requests.c.actor_id == _THIS[1], requests.c.declined_at.is_(None))
    .values(declined_at=param("now"))
)
_WITHDRAW = column_statement(
    sa.update(requests)
    .where(requests.c.group_id == _THIS[0], requests.c.actor_id == _THIS[1])
    .values(withdrawn_at=param("now"), answer="")
)
_ASK_AGAIN = column_statement(
    sa.update(requests)
    .where(requests.c.group_id == _THIS[0], requests.c.actor_id == _THIS[1], requests.c.withdrawn_at.is_not(None))
    .values(withdrawn_at=None, answer=param("said", sa.Text()))
)
_INVITE = column_statement(upsert(invitations).on_conflict_do_nothing())
_DROP_INVITATION = column_statement(
    sa.delete(invitations).where(invitations.c.group_id == _THIS[0], invitations.c.actor_id == _THIS[1])
)
_USE_LINK = column_statement(
    sa.update(links)
    .where(links.c.id == param("link"), links.c.uses < links.c.uses_max, links.c.ends_at > param("now"))
    .values(uses=links.c.uses + 1)
)
_END_LINK = column_statement(sa.delete(links).where(links.c.id == param("link"), links.c.group_id == param("group")))
#: For how long a link may be good.
LINK_LIFE_MAX = 365 * clock.DAY


async def join_group(tx: Write, viewer: Viewer, group_id: int) -> None:
    """Become a member of an open group. Repeating it changes nothing. Raises NotFound, NotAllowed, Conflict."""
    held = await hold_group(tx, viewer, group_id)
    if held.role is not None:
        return
    check_open(held.group)
    if held.group.joining is not Joining.OPEN:
        raise NotAllowed("group_not_open")
    await _check_welcome(tx, group_id, viewer)
    await _let_in(tx, held.group, held.actor, held.actor, GroupStep.JOINED)


async def ask_to_join(tx: Write, viewer: Viewer, group_id: int, answer: str) -> None:
    """Ask those who look after a group to be let in. Asking again changes nothing."""
    held = await hold_group(tx, viewer, group_id)
    if held.role is not None:
        return
    check_open(held.group)
    if held.group.joining is not Joining.REQUEST:
        raise NotAllowed("group_not_by_request")
    await _check_welcome(tx, group_id, viewer)
    text = clean_line(answer, "answer", QUESTION_MAX)
    if held.group.question and not text:
        raise Invalid("answer", "missing")
    if await queries.find_invitation(tx, group_id, held.actor) is not None:
        await _let_in(tx, held.group, held.actor, held.actor, GroupStep.JOINED)
        return
    again = await tx.run(_ASK_AGAIN, group=group_id, actor=held.actor, said=text)
    if again or await queries.find_request(tx, group_id, held.actor) is not None:
        return
    request = ids.new_id()
    await tx.insert(requests, id=request, group_id=group_id, actor_id=held.actor, answer=text)
    await note(tx, group_id, held.actor, GroupStep.ASKED, held.actor)
    await record(tx, JoiningRequested(request_id=request, group_id=group_id, actor_id=held.actor))


async def withdraw_joining(tx: Write, viewer: Viewer, group_id: int) -> None:
    """Take one's request back. One that was declined stays remembered, lest it be made again and again: unseen."""
    held = await hold_group(tx, viewer, group_id)
    asked = await queries.find_request(tx, group_id, held.actor)
    if asked is not None and asked.declined_at is not None:
        await tx.run(_WITHDRAW, group=group_id, actor=held.actor, now=clock.now())
    elif asked is not None:
        await _close_request(tx, group_id, held.actor)


async def accept_joining(tx: Write, viewer: Viewer, group_id: int, actor: int) -> None:
    """Let somebody in who asked. Raises NotFound when nobody asks any more."""
    held = await look_after(tx, viewer, group_id)
    check_open(held.group)
    asked = await queries.find_request(tx, group_id, actor)
    if asked is None or asked.declined_at is not None:
        raise NotFound("request_not_found")
    await _let_in(tx, held.group, actor, held.actor, GroupStep.ACCEPTED)
    await record(tx, JoiningAccepted(group_id=group_id, actor_id=actor, accepted_by=held.actor))


async def decline_joining(tx: Write, viewer: Viewer, group_id: int, actor: int) -> None:
    """Quietly: whoever asked is not told."""
    held = await look_after(tx, viewer, group_id)
    if not await tx.run(_DECLINE, group=group_id, actor=actor, now=clock.now()):
        raise NotFound("request_not_found")
    await note(tx, group_id, held.actor, GroupStep.DECLINED, actor)
    await record(tx, JoiningClosed(group_id=group_id, actor_id=actor))


async def invite_to_group(tx: Write, viewer: Viewer, group_id: int, actor: int) -> None:
    """Ask somebody to join: in open groups members may, elsewhere those who look after it. Raises Invalid("handle")."""
    held = await hold_group(tx, viewer, group_id)
    if held.role is None or (held.group.joining is not Joining.OPEN and held.role not in LOOKING_AFTER):
        raise NotAllowed("group_invites")
    check_open(held.group)
    found = (await persons.list_actors(tx, viewer, [actor])).get(actor)
    if found is None or found.kind is ActorKind.GROUP:
        raise Invalid("handle", "actor_not_found")
    if await queries.find_role(tx, group_id, actor) is not None:
        raise Invalid("handle", "member_already")
    if await queries.is_banned(tx, group_id, actor):
        raise Invalid("handle", "banned_here")
    added = await tx.run(_INVITE, group_id=group_id, actor_id=actor, invited_by=held.actor, at=clock.now())
    if added:
        await note(tx, group_id, held.actor, GroupStep.INVITED, actor)
        await record(tx, GroupInvited(group_id=group_id, actor_id=actor, invited_by=held.actor))


async def uninvite(tx: Write, viewer: Viewer, group_id: int, actor: int) -> None:
    """Take an invitation back: whoever made it, or who looks after the group."""
    held = await hold_group(tx, viewer, group_id)
    invited = await queries.find_invitation(tx, group_id, actor)
    if invited is None:
        raise NotFound("group_invitation_over")
    if held.role not in LOOKING_AFTER and invited.invited_by != held.actor:
        raise NotAllowed("not_allowed")
    await close_invitation(tx, group_id, actor)
    await note(tx, group_id, held.actor, GroupStep.UNINVITED, actor)


async def accept_invitation(tx: Write, viewer: Viewer, group_id: int) -> None:
    """Join where one was asked to. Raises NotFound when one is not any more."""
    check_may_act(viewer)
    await hold(tx, group_id)
    group = await queries.find_inviting(tx, viewer, group_id)
    if group is None:
        raise NotFound("group_invitation_over")
    await _check_welcome(tx, group_id, viewer)
    await _let_in(tx, group, viewer.acting_as, viewer.acting_as, GroupStep.JOINED)


async def decline_invitation(tx: Write, viewer: Viewer, group_id: int) -> None:
    """Whoever made it is not told."""
    await close_invitation(tx, group_id, viewer.acting_as)


async def make_link(tx: Write, viewer: Viewer, group_id: int, uses: int, life: int) -> str:
    """A link by which up to `uses` people join within `life` ms; its code."""
    held = await look_after(tx, viewer, group_id)
    check_open(held.group)
    if not 1 <= uses <= USES_MAX or not 0 < life <= LINK_LIFE_MAX:
        raise Invalid("uses", "choice_unknown")
    if len(await queries.list_links(tx, group_id)) >= LINKS_MAX:
        raise Conflict("group_links_many")
    code, id_ = secrets.token_urlsafe(15), ids.new_id()
    await tx.insert(
        links,
        id=id_,
        code=code,
        group_id=group_id,
        made_by=held.actor,
        uses_max=uses,
        ends_at=clock.now() + life,
    )
    await note(tx, group_id, held.actor, GroupStep.LINK_MADE)
    return code


async def end_link(tx: Write, viewer: Viewer, group_id: int, link: int) -> None:
    held = await look_after(tx, viewer, group_id)
    if await tx.run(_END_LINK, link=link, group=group_id):
        await note(tx, group_id, held.actor, GroupStep.LINK_ENDED)


async def join_by_link(tx: Write, viewer: Viewer, code: str) -> int:
    """Join by a link; the group's id. Raises NotFound when the link is not good, also for who is banned."""
    check_may_act(viewer)
    link = await queries.find_link(tx, code)
    group = await queries.find_linked(tx, viewer, link.group_id) if link is not None else None
    if link is None or group is None or await queries.is_shut_out(tx, group.id, viewer):
        raise NotFound("group_invitation_over")
    await hold(tx, group.id)
    if await queries.find_role(tx, group.id, viewer.acting_as) is not None:
        return group.id
    check_open(group)
    if not await tx.run(_USE_LINK, link=link.id, now=clock.now()):
        raise NotFound("group_invitation_over")
    await _let_in(tx, group, viewer.acting_as, viewer.acting_as, GroupStep.JOINED)
    return group.id


async def _check_welcome(tx: Write, group_id: int, viewer: Viewer) -> None:
    if await queries.is_shut_out(tx, group_id, viewer):
        raise NotAllowed("group_banned")


async def _let_in(tx: Write, group: Group, actor: int, by: int, step: GroupStep) -> None:
    """Make somebody a member; whatever asked for it or offered it is over."""
    check_open(group)
    if await queries.is_banned(tx, group.id, actor):
        raise NotAllowed("group_banned")
    await _close_request(tx, group.id, actor)
    await close_invitation(tx, group.id, actor)
    if await people.begin_membership(tx, actor, group.id):
        await count_members(tx, group.id, 1)
        await note(tx, group.id, by, step, actor)
        await record(tx, GroupJoined(group_id=group.id, actor_id=actor))


async def _close_request(tx: Write, group_id: int, actor: int) -> None:
    if await tx.run(_DROP_REQUEST, group=group_id, actor=actor):
        await record(tx, JoiningClosed(group_id=group_id, actor_id=actor))


async def close_invitation(tx: Write, group_id: int, actor: int) -> None:
    if await tx.run(_DROP_INVITATION, group=group_id, actor=actor):
        await record(tx, InvitationClosed(group_id=group_id, actor_id=actor))


async def shut_out(tx: Write, group_id: int, actor: int) -> None:
    """Whatever somebody asked of a group, or was offered by it, is over."""
    await _close_request(tx, group_id, actor)
    await close_invitation(tx, group_id, actor)
