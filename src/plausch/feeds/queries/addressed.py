"""Notifications one by one and in both directions, for doors that know no cards; and how far they were read."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import Marker, Notification, NotificationKind, Place
from plausch.feeds.queries.notifications import ALL, SHOWN, WITH_POST
from plausch.feeds.tables import markers, notifications
from plausch.kernel.paging import TOP, Page
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries import seen_as

_ONLY = (Place.PAGE.value,)
_ALL = (Place.PAGE.value, Place.ASIDE.value)
_ASIDE = (Place.ASIDE.value,)
_WITHIN = (
    notifications.c.id < param("before"),
    notifications.c.id > param("after"),
    any_of(notifications.c.kind, "kinds"),
    any_of(notifications.c.place, "places"),
)


class Stranger(NamedTuple):
    """Somebody whose notifications are kept aside."""

    actor_id: int
    number: int
    first_id: int
    last_id: int
    #: The last post in which they turned to the viewer; 0: none.
    post_id: int


_OF_ONE = notifications.c.actor_id == param("actor")
_UNREAD = notifications.c.read_at.is_(None)


@functools.cache
def _statement(of_one: bool, upwards: bool, unread: bool) -> Statement[Notification]:  # part of a key
    more = [condition for condition, asked in ((_OF_ONE, of_one), (_UNREAD, unread)) if asked]
    order = notifications.c.id if upwards else notifications.c.id.desc()
    return Statement(ALL.where(*_WITHIN, *more, *SHOWN).order_by(order).limit(param("limit")), Notification)


@functools.cache
def _count(of_one: bool) -> Statement[int]:  # part of a key
    more = (_OF_ONE,) if of_one else ()
    within = sa.select(notifications.c.id).select_from(WITH_POST).where(*_WITHIN, _UNREAD, *more, *SHOWN)
    counted = within.limit(param("limit")).subquery("counted")
    return column_statement(sa.select(sa.func.count()).select_from(counted))


_last = sa.func.max(notifications.c.id)
_STRANGERS = Statement(
    sa.select(
        notifications.c.actor_id,
        sa.func.count(),
        sa.func.min(notifications.c.id),
        _last,
        sa.func.coalesce(sa.func.max(notifications.c.post_id), 0),
    )
    .select_from(WITH_POST)
    .where(any_of(notifications.c.kind, "kinds"), any_of(notifications.c.place, "places"), *SHOWN)
    .group_by(notifications.c.actor_id)
    .having(sa.and_(_last < param("before"), _last > param("after")))
    .order_by(_last.desc())
    .limit(param("limit")),
    Stranger,
)
_MARKERS = Statement(
    sa.select(markers.c.stream, markers.c.last_id, markers.c.version, markers.c.at).where(
        markers.c.reader_id == param("me"), any_of(markers.c.stream, "streams")
    ),
    Marker,
)
_UNREAD_TALKS = column_statement(
    sa.select(notifications.c.conversation_id)
    .distinct()
    .where(
        notifications.c.recipient_id == param("person"),
        notifications.c.read_at.is_(None),
        any_of(notifications.c.conversation_id, "talks"),
    )
)


def _places(*, aside_too: bool, aside_only: bool = False) -> list[str]:
    return list(_ASIDE if aside_only else _ALL if aside_too else _ONLY)


async def list_addressed(
    tx: Read,
    viewer: Viewer,
    page: Page,
    kinds: Sequence[NotificationKind],
    *,
    actor: int = 0,
    aside_too: bool = False,
    unread: bool = False,
) -> list[Notification]:
    """Of these kinds, and of what one actor did if one is named; newest first, also where they are read upwards."""
    values = {"actor": actor} if actor else {}
    found = await tx.all(
        _statement(bool(actor), page.upwards, unread),
        before=page.before,
        after=page.after,
        limit=page.limit,
        kinds=[kind.value for kind in kinds],
        places=_places(aside_too=aside_too),
        **values,
        **seen_as(viewer),
    )
    return found[::-1] if page.upwards else found


async def count_addressed_since(
    tx: Read,
    viewer: Viewer,
    after: int,
    kinds: Sequence[NotificationKind],
    most: int,
    *,
    actor: int = 0,
    aside_too: bool = False,
) -> int:
    """How many are unread and newer than one, of what one actor did if one is named; counted up to `most`."""
    values = {"actor": actor} if actor else {}
    found = await tx.first(
        _count(bool(actor)),
        before=TOP,
        after=after,
        limit=most,
        kinds=[kind.value for kind in kinds],
        places=_places(aside_too=aside_too),
        **values,
        **seen_as(viewer),
    )
    return int(found or 0)


async def list_strangers(tx: Read, viewer: Viewer, page: Page, kinds: Sequence[NotificationKind]) -> list[Stranger]:
    """Whose notifications are kept aside, the last one first."""
    return await tx.all(
        _STRANGERS,
        before=page.before,
        after=page.after,
        limit=page.limit,
        kinds=[kind.value for kind in kinds],
        places=list(_ASIDE),
        **seen_as(viewer),
    )


async def list_markers(tx: Read, viewer: Viewer, streams: Sequence[str]) -> list[Marker]:
    """How far the viewer has read these streams, as its programs say."""
    return await tx.all(_MARKERS, me=viewer.acting_as, streams=list(streams))


async def list_unread_talks(tx: Read, viewer: Viewer, conversations: Sequence[int]) -> set[int]:
    """Those conversations of which the viewer was told something that it has not read."""
    if not conversations:
        return set()
    return set(await tx.all(_UNREAD_TALKS, person=viewer.person, talks=list(conversations)))
