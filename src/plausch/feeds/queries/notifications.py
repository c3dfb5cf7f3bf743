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
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.people.queries import is_known_to, no_block_between, not_muted_by
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries import decided_for, post, seen_as, visible, waiting_count

_ME, _PERSON = param("me"), param("person")


class Addressed(NamedTuple):
    """How much waits for somebody, and whose business is theirs."""

    unread: int
    #: Posts to be let through.
    waiting: int
    #: Pages and groups for which they decide.
    decides_for: frozenset[int] = frozenset()


#: What of its notifications the viewer may see; statements with it read from WITH_POST.
_OWN = sa.case((_ME == _PERSON, 0), else_=_ME)
SHOWN = (
    notifications.c.recipient_id == _PERSON,
    # What is addressed to a page is for whoever speaks for it, as the page sees it.
    notifications.c.page_id == _OWN,
    sa.or_(notifications.c.post_id.is_(None), visible()),
    is_known_to(_ME, notifications.c.actor_id),
    no_block_between(_ME, notifications.c.actor_id),
    not_muted_by(_ME, notifications.c.actor_id),
)
WITH_POST = notifications.outerjoin(post, post.c.id == notifications.c.post_id)
ALL = sa.select(
    notifications.c.id,
    notifications.c.kind,
    notifications.c.actor_id,
    notifications.c.post_id,
    notifications.c.conversation_id,
    notifications.c.request_id,
    notifications.c.at,
    notifications.c.read_at,
    notifications.c.page_id,
).select_from(WITH_POST)
_LIST = Statement(
    ALL.where(
        notifications.c.id < param("before"),
        notifications.c.place == param("place", sa.Text()),
        any_of(notifications.c.kind, "kinds"),
        *SHOWN,
    )
    .order_by(notifications.c.id.desc())
    .limit(param("limit")),
    Notification,
)
_BY_IDS = Statement(ALL.where(any_of(notifications.c.id, "ids"), *SHOWN).order_by(notifications.c.id), Notification)
_NEW = sa.and_(
    notifications.c.recipient_id == _PERSON,
    notifications.c.read_at.is_(None),
    notifications.c.place == Place.PAGE.value,
)
#: Whoever speaks for themselves is told of what their pages have to read, too.
_UNREAD = (
    sa.select(sa.func.count())
    .select_from(WITH_POST)
    .where(_NEW, sa.or_(sa.and_(*SHOWN), sa.and_(_ME == _PERSON, notifications.c.page_id != 0)))
    .scalar_subquery()
)
_ADDRESSED = Statement(
    sa.select(_UNREAD, waiting_count, decided_for),
    lambda unread, waiting, ids: Addressed(unread, waiting, frozenset(int(id_) for id_ in (ids or "").split())),
)
_UNREAD_BY_PAGE = Statement(
    sa.select(notifications.c.page_id, sa.func.count()).where(_NEW).group_by(notifications.c.page_id),
    lambda page, number: (int(page), int(number)),
)
_PAGES = Statement(
    sa.select(notifications.c.page_id)
    .distinct()
    .where(any_of(notifications.c.id, "ids"), notifications.c.recipient_id == _PERSON)
    .order_by(notifications.c.page_id),
    int,
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
        push_subscriptions.c.kinds,
        push_subscriptions.c.pushed_of,
        push_subscriptions.c.token_secret,
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
    return (await count_addressed(tx, viewer)).unread


async def count_addressed(tx: Read, viewer: Viewer) -> Addressed:
    """What waits for the viewer's eyes, in one statement: every page says it."""
    return await tx.first(_ADDRESSED, **seen_as(viewer)) or Addressed(0, 0)


async def count_unread_by_page(tx: Read, viewer: Viewer) -> dict[int, int]:
    """How many are unread for each of the viewer's pages; its own are under 0."""
    return dict(await tx.all(_UNREAD_BY_PAGE, person=viewer.person))


async def find_notification(tx: Read, viewer: Viewer, id_: int) -> Notification | None:
    """One of the viewer's own, also for a page; None when it is gone, or what it speaks of is not for them any more."""
    found = await _list_by_ids(tx, viewer, [id_])
    return found[0] if found else None


async def _list_by_ids(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Notification]:
    """Each as it is seen by whom it is addressed to: the viewer itself, or a page for which it speaks now."""
    found: list[Notification] = []
    for page in await tx.all(_PAGES, ids=ids, person=viewer.person):
        if page and await people.find_team_member(tx, page, viewer.person) is None:
            continue
        found += await tx.all(_BY_IDS, ids=ids, person=viewer.person, me=page or viewer.person)
    return sorted(found, key=lambda one: one.id)


async def list_waiting(tx: Read, person: int) -> list[int]:
    """Unread notifications that wait for a mail, for work behind the scenes."""
    return await tx.all(_WAITING, person=person)


async def list_due(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Notification]:
    """Those that are still there, unread, and wanted by mail; oldest first."""
    wanted = await get_preferences(tx, viewer.person)
    found = await _list_by_ids(tx, viewer, ids)
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
