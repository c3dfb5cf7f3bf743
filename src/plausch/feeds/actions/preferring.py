"""What people wish to hear of, and what they search for again and again."""

import os
from collections.abc import Collection

import sqlalchemy as sa

from plausch.feeds.model import (
    CHANNEL_DEFAULTS,
    QUERY_MAX,
    SEARCHES_MAX,
    STOP_KEY,
    Channel,
    FromWhom,
    NotificationKind,
    Stop,
    parse_search,
)
from plausch.feeds.tables import preferences, searches, server_keys, wishes
from plausch.kernel import ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.people.model import Viewer, clean_line
from plausch.storage import Write, column_statement, param, upsert

_new_preference = upsert(preferences)
_DECIDE = column_statement(
    _new_preference.on_conflict_do_update(
        index_elements=[preferences.c.person_id, preferences.c.kind, preferences.c.channel],
        set_={"on": _new_preference.excluded.on},
    )
)
_AS_DEFAULT = column_statement(
    sa.delete(preferences).where(
        preferences.c.person_id == param("person"),
        preferences.c.kind == param("kind_", sa.Text()),
        preferences.c.channel == param("channel", sa.Text()),
    )
)
_new_wish = upsert(wishes)
_SET_FROM_WHOM = column_statement(
    _new_wish.values(
        person_id=param("person_id"), from_whom=sa.bindparam("from_whom", type_=sa.Text())
    ).on_conflict_do_update(index_elements=[wishes.c.person_id], set_={"from_whom": _new_wish.excluded.from_whom})
)
_KEEP_SEARCH = column_statement(upsert(searches).on_conflict_do_nothing())
_COUNT_SEARCHES = column_statement(
    sa.select(sa.func.count()).select_from(searches).where(searches.c.person_id == param("person"))
)
_FORGET_SEARCH = column_statement(
    sa.delete(searches).where(searches.c.person_id == param("person"), searches.c.id == param("id"))
)
_KEEP_KEY = column_statement(upsert(server_keys).on_conflict_do_nothing())
_KEY = column_statement(sa.select(server_keys.c.value).where(server_keys.c.name == param("name", sa.Text())))

Wish = tuple[NotificationKind, Channel]


async def set_notification_preferences(
    tx: Write, viewer: Viewer, wanted: Collection[Wish], from_whom: FromWhom
) -> None:
    """Of which kinds the viewer wants to hear by which channels, and from whom."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    for channel in Channel:
        for kind in NotificationKind:
            await _decide(tx, viewer.person, kind, channel, (kind, channel) in wanted)
    await set_from_whom(tx, viewer, from_whom)


async def set_from_whom(tx: Write, viewer: Viewer, from_whom: FromWhom) -> None:
    """Whose notifications the viewer wants among the others."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    await tx.run(_SET_FROM_WHOM, person_id=viewer.person, from_whom=from_whom.value)


async def stop_notifications(tx: Write, person: int, kind: NotificationKind, channel: Channel) -> None:
    """A person wants no more of a kind by a channel; who says so has been told apart from others by the door."""
    await _decide(tx, person, kind, channel, False)


async def _decide(tx: Write, person: int, kind: NotificationKind, channel: Channel, on: bool) -> None:
    if on == (kind in CHANNEL_DEFAULTS[channel]):
        await tx.run(_AS_DEFAULT, person=person, kind_=kind.value, channel=channel.value)
    else:
        await tx.run(_DECIDE, person_id=person, kind=kind.value, channel=channel.value, on=on)


async def keep_search(tx: Write, viewer: Viewer, text: str) -> None:
    """Keep a search; the same one is kept once. Raises Invalid, Conflict when there are too many."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    cleaned = clean_line(text, "q", QUERY_MAX)
    if parse_search(cleaned).empty:
        raise Invalid("q", "missing")
    if int(await tx.first(_COUNT_SEARCHES, person=viewer.person) or 0) >= SEARCHES_MAX:
        raise Conflict("searches_many", field="q")
    await tx.run(_KEEP_SEARCH, id=ids.new_id(), person_id=viewer.person, text=cleaned)


async def forget_search(tx: Write, viewer: Viewer, id_: int) -> None:
    """Keep one of the viewer's own searches no longer."""
    await tx.run(_FORGET_SEARCH, person=viewer.person, id=id_)


async def make_stop_token(tx: Write, person: int, kind: NotificationKind | None) -> str:
    """For a link in a mail by which its reader stops mails of a kind (None: of all kinds)."""
    return Stop(person, kind).token(await keep_server_key(tx, STOP_KEY, os.urandom(32)))


async def keep_server_key(tx: Write, name: str, fresh: bytes) -> bytes:
    """The server's key of this name: the one there is, else the fresh one from now on."""
    await tx.run(_KEEP_KEY, name=name, value=fresh)
    return bytes(await tx.first(_KEY, name=name) or fresh)
