"""What is addressed to somebody. Whatever the viewer may not see any more is gone from here too."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import (
    KINDS_OF,
    Channel,
    FromWhom,
    Group,
    Notification,
    NotificationKind,
    Place,
    Preferences,
    PushSubscription,
)
from plausch.feeds.tables import notifications, preferences, push_subscriptions, server_keys, wishes
from plausch.kernel.paging import Page
from plausch.people.model import Viewer
from plausch.people.queries import is_present, no_block_between, not_muted_by
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries import post, seen_as, visible

_ME, _PERSON = param("me"), param("person")
#: What of its notifications the viewer may see; statements with it read from WITH_POST.
SHOWN = (
    notifications.c.recipient_id == _ME,
    sa.or_(notifications.c.post_id.is_(None), visible()),
    is_present(notifications.c.actor_id),
    no_block_between(_ME, notifications.c.actor_id),
    not_muted_by(_ME, notifications.c.actor_id),
)
WITH_POST = notifications.outerjoin(post, post.c.id == notifications.c.post_id)
_ALL = sa.select(
    notifications.c.id,
    notifications.c.kind,
    notifications.c.actor_id,
    notifications.c.post_id,
    notifications.c.conversation_id,
    notifications.c.request_id,
    notifications.c.at,
    notifications.c.read_at,
).select_from(WITH_POST)
_LIST = Statement(
    _ALL.where(
        notifications.c.id < param("before"),
        notifications.c.place == param("place", sa.Text()),
        any_of(notifications.c.kind, "kinds"),
        *SHOWN,
    )
    .order_by(notifications.c.id.desc())
    .limit(param("limit")),
    Notification,
)
_BY_IDS = Statement(_ALL.where(any_of(notifications.c.id, "ids"), *SHOWN).order_by(notifications.c.id), Notification)
_UNREAD = column_statement(
    sa.select(sa.func.count())
    .select_from(WITH_POST)
    .where(notifications.c.read_at.is_(None), notifications.c.place == Place.PAGE.value, *SHOWN)
)
_WAITING = column_statement(
    sa.select(notifications.c.id).where(
        notifications.c.recipient_id == _PERSON, notifications.c.read_at.is_(None), notifications.c.to_mail
    )
)


class _Decision(NamedTuple):
    kind: str
    channel: str
    on: bool


_DECISIONS = Statement(
    sa.select(preferences.c.kind, preferences.c.channel, preferences.c.on).where(preferences.c.person_id == _PERSON),
    _Decision,
)
_FROM_WHOM = column_statement(sa.select(wishes.c.from_whom).where(wishes.c.person_id == _PERSON))
_SUBSCRIPTIONS = Statement(
    sa.select(
        push_subscriptions.c.id,
        push_subscriptions.c.person_id,
        push_subscriptions.c.session_id,
        push_subscriptions.c.endpoint,
        push_subscriptions.c.public_key,
        push_subscriptions.c.secret,
        push_subscriptions.c.client,
        push_subscriptions.c.created_at,
    )
    .where(push_subscriptions.c.person_id == _PERSON)
    .order_by(push_subscriptions.c.id),
    PushSubscription,
)
_KEY = column_statement(sa.select(server_keys.c.value).where(server_keys.c.name == param("name", sa.Text())))


async def list_notifications(tx: Read, viewer: Viewer, page: Page, group: Group = Group.ALL) -> list[Notification]:
    """Newest first."""
    place = Place.ASIDE if group is Group.ASIDE else Place.PAGE
    kinds = [kind.value for kind in KINDS_OF[group]]
    return await tx.all(_LIST, before=page.before, limit=page.limit, place=place.value, kinds=kinds, **seen_as(viewer))


async def count_unread(tx: Read, viewer: Viewer) -> int:
    """How many the viewer has not looked at."""
    return int(await tx.first(_UNREAD, **seen_as(viewer)) or 0)


async def find_notification(tx: Read, viewer: Viewer, id_: int) -> Notification | None:
    """One of the viewer's own; None when it is gone, or what it speaks of is not for the viewer any more."""
    return await tx.first(_BY_IDS, ids=[id_], **seen_as(viewer))


async def list_waiting(tx: Read, person: int) -> list[int]:
    """Unread notifications that wait for a mail, for work behind the scenes."""
    return await tx.all(_WAITING, person=person)


async def list_due(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Notification]:
    """Those that are still there, unread, and wanted by mail; oldest first."""
    wanted = await get_preferences(tx, viewer.person)
    found = await tx.all(_BY_IDS, ids=ids, **seen_as(viewer))
    return [one for one in found if one.read_at is None and wanted.wants(one.kind, Channel.MAIL)]


async def get_preferences(tx: Read, person: int) -> Preferences:
    """What somebody wants to hear of."""
    decided = {
        (NotificationKind(one.kind), Channel(one.channel)): one.on
        for one in await tx.all(_DECISIONS, person=person)
        if one.kind in set(NotificationKind)
    }
    from_whom = await tx.first(_FROM_WHOM, person=person)
    return Preferences(decided, FromWhom(from_whom) if from_whom is not None else FromWhom.EVERYBODY)


async def list_push_subscriptions(tx: Read, person: int) -> list[PushSubscription]:
    """The browsers to which a person's notifications are pushed."""
    return await tx.all(_SUBSCRIPTIONS, person=person)


async def find_server_key(tx: Read, name: str) -> bytes | None:
    """A key that the server has made for itself."""
    found = await tx.first(_KEY, name=name)
    return bytes(found) if found is not None else None
