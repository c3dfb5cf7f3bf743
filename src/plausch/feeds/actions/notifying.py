"""Notifications: made by listeners, read and forgotten by people."""

from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.feeds import queries
from plausch.feeds.events import NotificationsDue
from plausch.feeds.model import (
    GROUPED,
    KINDS_OF,
    LASTING,
    MAILED_APART,
    REPEATED,
    Channel,
    FromWhom,
    Group,
    Notification,
    NotificationKind,
    Place,
    Preferences,
    PushedOf,
)
from plausch.feeds.tables import let_in, notifications, preferences, push_subscriptions, searches, wishes
from plausch.kernel import clock, ids
from plausch.kernel.errors import NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Write, any_of, column_statement, param, upsert
from plausch.work import queue
from plausch.work.facts import record
from plausch.work.live import Notice, tell

#: Jobs: a person's mail is due; a notification goes to a person's browsers.
GATHER_MAIL = "feeds.gather_mail"
PUSH = "feeds.push"
#: For so long notifications gather before they are mailed; nobody gets more mails than one in that time.
MAIL_PAUSE = 15 * clock.MINUTE


class _About(NamedTuple):
    """What somebody is told of."""

    kind: NotificationKind
    actor: int
    post: int | None
    conversation: int | None
    request: int | None
    at: int


class PushJob(msgspec.Struct, frozen=True):
    person_id: int
    notification_id: int
    subscription_id: int


_MINE = (notifications.c.recipient_id == param("person"), notifications.c.page_id == param("page"))
_UNREAD = (*_MINE, notifications.c.read_at.is_(None))
_MARK = column_statement(
    sa.update(notifications)
    .where(
        *_UNREAD,
        notifications.c.id <= param("upto"),
        any_of(notifications.c.kind, "kinds"),
        any_of(notifications.c.place, "places"),
    )
    .values(read_at=param("now"))
)
_MARK_ONE = column_statement(
    sa.update(notifications).where(*_UNREAD, notifications.c.id == param("id")).values(read_at=param("now"))
)
_MARK_ALIKE = column_statement(
    sa.update(notifications)
    .where(
        *_UNREAD,
        notifications.c.id <= param("id"),
        notifications.c.kind == param("kind_", sa.Text()),
        sa.or_(
            notifications.c.post_id.is_not_distinct_from(param("post")),
            sa.and_(
                notifications.c.kind == NotificationKind.TOPIC_REPLIED.value,
                notifications.c.conversation_id == param("conversation"),
            ),
        ),
    )
    .values(read_at=param("now"))
)
_MARK_CONVERSATION = column_statement(
    sa.update(notifications)
    .where(
        notifications.c.recipient_id == param("person"),
        notifications.c.read_at.is_(None),
        notifications.c.conversation_id == param("conversation"),
    )
    .values(read_at=param("now"))
)
_BY_POST = column_statement(sa.delete(notifications).where(notifications.c.post_id == param("post")))
_BY_REQUEST = column_statement(
    sa.delete(notifications).where(
        notifications.c.recipient_id == param("recipient"), notifications.c.request_id == param("request")
    )
)
_BY_MATTER = column_statement(
    sa.delete(notifications).where(
        notifications.c.kind == param("kind_", sa.Text()), notifications.c.request_id == param("request")
    )
)
_BY_TEAM = column_statement(sa.delete(notifications).where(*_MINE))
_BY_ACTOR = column_statement(
    sa.delete(notifications).where(
        sa.or_(
            notifications.c.actor_id == param("actor"),
            notifications.c.recipient_id == param("actor"),
            notifications.c.page_id == param("actor"),
        )
    )
)
_BY_RESPONSE = column_statement(
    sa.delete(notifications).where(
        notifications.c.post_id == param("post"),
        notifications.c.kind == param("kind_", sa.Text()),
        notifications.c.actor_id == param("actor"),
    )
)
_new_wish = upsert(wishes)
_SET_DUE = column_statement(
    _new_wish.values(person_id=param("person_id"), mail_due_at=param("mail_due_at")).on_conflict_do_update(
        index_elements=[wishes.c.person_id],
        set_={"mail_due_at": _new_wish.excluded.mail_due_at},
        where=wishes.c.mail_due_at.is_(None),
    )
)
_CLEAR_DUE = column_statement(sa.update(wishes).where(wishes.c.person_id == param("person")).values(mail_due_at=None))
_MAILED = column_statement(
    sa.update(notifications)
    .where(notifications.c.recipient_id == param("person"), notifications.c.to_mail)
    .values(to_mail=False)
)
_FORGET = [
    column_statement(sa.delete(table).where(table.c.person_id == param("actor")))
    for table in (preferences, wishes, push_subscriptions, searches, let_in)
] + [column_statement(sa.delete(let_in).where(let_in.c.actor_id == param("actor")))]
_IS_LET_IN = column_statement(
    sa.select(sa.literal(1)).where(let_in.c.person_id == param("person"), let_in.c.actor_id == param("actor"))
)
_SAME = column_statement(
    sa.select(notifications.c.id)
    .where(
        notifications.c.recipient_id == param("recipient"),
        notifications.c.page_id == param("page"),
        notifications.c.kind == param("kind_", sa.Text()),
        notifications.c.actor_id == param("actor"),
        notifications.c.post_id.is_not_distinct_from(param("post")),
        notifications.c.request_id.is_not_distinct_from(param("request")),
    )
    .limit(1)
)


_SAME_READ = column_statement(
    sa.delete(notifications).where(
        notifications.c.recipient_id == param("recipient"),
        notifications.c.page_id == param("page"),
        notifications.c.kind == param("kind_", sa.Text()),
        notifications.c.post_id.is_not_distinct_from(param("post")),
        notifications.c.request_id.is_not_distinct_from(param("request")),
        notifications.c.read_at.is_not(None),
    )
)


async def notify(
    tx: Write,
    recipient: int,
    kind: NotificationKind,
    actor: int,
    *,
    post: int | None = None,
    conversation: int | None = None,
    request: int | None = None,
    at: int | None = None,
) -> None:
    """Tell somebody, or all who speak for a page, in the ways they wish.

    The same person doing the same to the same post is told once; what is done again and again, when it was read.
    """
    about = _About(kind, actor, post, conversation, request, clock.now() if at is None else at)
    for person in await people.list_speaking(tx, recipient):
        if person == recipient:
            await _notify(tx, person, 0, about)
        elif person != actor:
            await _notify(tx, person, recipient, about)


async def _notify(tx: Write, recipient: int, page: int, about: "_About") -> None:
    """Tell a person of something addressed to it, or to a page for which it speaks."""
    kind, actor, post, conversation, request, when = about
    same = {"actor": actor, "post": post, "request": request}
    if kind in REPEATED:
        await tx.run(_SAME_READ, recipient=recipient, page=page, kind_=kind.value, post=post, request=request)
    if await tx.first(_SAME, recipient=recipient, page=page, kind_=kind.value, **same):
        return
    prefers = await queries.get_preferences(tx, recipient)
    known = page != 0 or await _knows(tx, prefers, recipient, actor)
    place = prefers.places(kind, known=known)
    if place is None:
        return
    id_ = ids.new_id(when)
    by_mail = (
        place is not Place.ASIDE and kind not in MAILED_APART and prefers.wants(kind, Channel.MAIL) and _is_news(when)
    )
    await tx.insert(
        notifications,
        id=id_,
        recipient_id=recipient,
        page_id=page,
        kind=kind.value,
        actor_id=actor,
        post_id=post,
        conversation_id=conversation,
        request_id=request,
        at=when,
        place=place.value,
        to_mail=by_mail,
    )
    if place is Place.PAGE:
        await tell(tx, Notice(f"person:{recipient}", "notified", id_, actor))
    if by_mail:
        await _gather_for_mail(tx, recipient)
    if place is not Place.ASIDE and _is_news(when):
        await _push(tx, recipient, id_, kind, actor, aloud=prefers.wants(kind, Channel.PUSH))


async def _knows(tx: Write, prefers: Preferences, recipient: int, actor: int) -> bool:
    """Whether the recipient follows somebody or is connected with them; asked only where it matters."""
    if prefers.from_whom is FromWhom.EVERYBODY:
        return True
    relationship = await people.get_relationship(tx, Viewer(recipient, recipient), actor)
    if relationship.follows or relationship.connected:
        return True
    return await tx.first(_IS_LET_IN, person=recipient, actor=actor) is not None


def _is_news(at: int) -> bool:
    """What a server catches up with after a long rest, nobody wants to be called for."""
    return at > clock.real_now() - clock.HOUR


async def _gather_for_mail(tx: Write, person: int) -> None:
    """Unless a mail is due anyway, one is in a while, with all that is unread by then."""
    due = clock.real_now() + MAIL_PAUSE
    if await tx.run(_SET_DUE, person_id=person, mail_due_at=due):
        await queue.put(tx, GATHER_MAIL, person, at=due)


async def _push(tx: Write, person: int, notification: int, kind: NotificationKind, actor: int, *, aloud: bool) -> None:
    """One job for each browser that hears what is said aloud, and each program that wants to hear of it.

    That one of them is out of reach is none of the others' business.
    """
    for one in await queries.list_push_subscriptions(tx, person):
        wanted = aloud if not one.of_program else one.wants(kind) and await _is_of(tx, person, actor, one.pushed_of)
        if wanted:
            await queue.put(tx, PUSH, PushJob(person, notification, one.id))


async def _is_of(tx: Write, person: int, actor: int, pushed_of: PushedOf) -> bool:
    if pushed_of is PushedOf.ALL:
        return True
    relationship = await people.get_relationship(tx, Viewer(person, person), actor)
    return relationship.follows if pushed_of is PushedOf.FOLLOWED else relationship.followed_by


async def gather_mail(tx: Write, person: int) -> None:
    """The pause is over: whatever still waits is due, once and together."""
    waiting = await queries.list_waiting(tx, person)
    await tx.run(_CLEAR_DUE, person=person)
    await tx.run(_MAILED, person=person)
    due = await queries.list_due(tx, Viewer(person, person), waiting)
    if due:
        await record(tx, NotificationsDue(person_id=person, ids=tuple(one.id for one in due)))


async def mark_notifications_read(
    tx: Write, viewer: Viewer, upto: int, group: Group = Group.ALL, *, looked: bool = False
) -> None:
    """The viewer has seen a group of its notifications up to one.

    Who has only `looked` at the list has seen what needs no more than that; what was said to them stays unread until
    they open it.
    """
    kinds = [kind.value for kind in KINDS_OF[group] if not (looked and kind in LASTING)]
    places = [Place.ASIDE.value] if group is Group.ASIDE else [Place.PAGE.value, Place.NOWHERE.value]
    marked = await tx.run(_MARK, upto=upto, kinds=kinds, places=places, now=clock.now(), **addressed_to(viewer))
    await tell_read(tx, viewer, marked)


async def mark_notification_read(tx: Write, viewer: Viewer, id_: int) -> Notification:
    """One, or all that are shown as one with it. Raises NotFound."""
    found = await queries.find_notification(tx, viewer, id_)
    if found is None:
        raise NotFound("notification_not_found")
    now = clock.now()
    if found.kind in GROUPED:
        whose = {"person": viewer.person, "page": found.page_id}
        about = {"kind_": found.kind.value, "post": found.post_id, "conversation": found.conversation_id}
        marked = await tx.run(_MARK_ALIKE, id=id_, now=now, **about, **whose)
    else:
        marked = await tx.run(_MARK_ONE, person=viewer.person, page=found.page_id, id=id_, now=now)
    await tell_read(tx, viewer, marked)
    return found


async def mark_conversation_read(tx: Write, viewer: Viewer, conversation: int) -> None:
    """Whoever reads a conversation has read what announced it."""
    marked = await tx.run(_MARK_CONVERSATION, person=viewer.person, conversation=conversation, now=clock.now())
    await tell_read(tx, viewer, marked)


async def tell_read(tx: Write, viewer: Viewer, marked: int) -> None:
    if marked:
        await tell(tx, Notice(f"person:{viewer.person}", "read"))


def addressed_to(viewer: Viewer) -> dict[str, int]:
    """The parameters of what is the viewer's own, or its page's for which it speaks."""
    return {"person": viewer.person, "page": 0 if viewer.acting_as == viewer.person else viewer.acting_as}


async def forget_about_post(tx: Write, post: int) -> None:
    await tx.run(_BY_POST, post=post)


async def forget_response(tx: Write, kind: NotificationKind, actor: int, post: int) -> None:
    """Somebody took a like or share back."""
    await tx.run(_BY_RESPONSE, kind_=kind.value, actor=actor, post=post)


async def forget_request(tx: Write, recipient: int, request: int) -> None:
    await tx.run(_BY_REQUEST, recipient=recipient, request=request)


async def forget_matter(tx: Write, kind: NotificationKind, about: int) -> None:
    """What it was about is over, for all who were told."""
    await tx.run(_BY_MATTER, kind_=kind.value, request=about)


async def forget_page_of(tx: Write, page: int, person: int) -> None:
    """Whoever speaks for a page no more has nothing to do with what is addressed to it."""
    await tx.run(_BY_TEAM, page=page, person=person)


async def forget_actor(tx: Write, actor: int) -> None:
    """Forget what somebody who is gone did, what they were told, and what they wished."""
    await tx.run(_BY_ACTOR, actor=actor)
    for forget in _FORGET:
        await tx.run(forget, actor=actor)
