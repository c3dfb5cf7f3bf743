"""Which entries belong to somebody's home: three ways to find the newest, chosen by how densely they lie.

Each way gives a correct beginning of the list and says from where to go on, so they can follow one another on one
page, and a test holds them against each other.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import Entry
from plausch.people.model import Relation, Viewer
from plausch.people.queries import related, related_targets
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.queries import entry

ME, BEFORE, LIMIT = param("me"), param("before"), param("limit")
ENTRY_COLUMNS = (entry.c.id, entry.c.kind, entry.c.actor_id, entry.c.post_id, entry.c.conversation_id)


class Stretch(NamedTuple):
    """Entries newest first, complete down to `before`; None when there are no older ones."""

    entries: list[Entry]
    before: int | None


def _members(name: str) -> sa.Subquery:
    """The viewer and all it follows."""
    return sa.union_all(related_targets(Relation.FOLLOW, ME), sa.select(ME.label("id"))).subquery(name)


def _few() -> Statement[Entry]:
    one, members = entry.alias("one"), _members("members")
    newest = (
        sa.select(one.c.id)
        .where(one.c.actor_id == members.c.id, one.c.id < BEFORE)
        .order_by(one.c.id.desc())
        .limit(LIMIT)
        .correlate(members)
    )
    return Statement(
        sa.select(*ENTRY_COLUMNS)
        .select_from(members.join(entry, entry.c.id.in_(newest)))
        .order_by(entry.c.id.desc())
        .limit(LIMIT),
        Entry,
    )


def _skip() -> Statement[Entry]:
    members, others = _members("members"), _members("others")
    one = entry.alias("one")
    newest = (
        sa.select(sa.func.max(one.c.id))
        .where(one.c.actor_id == others.c.id, one.c.id < BEFORE)
        .correlate(others)
        .scalar_subquery()
    )
    newest_of_each = sa.select(newest.label("id")).select_from(others).subquery("newest_of_each")
    top = (
        sa.select(newest_of_each.c.id)
        .where(newest_of_each.c.id.is_not(None))
        .order_by(newest_of_each.c.id.desc())
        .limit(LIMIT)
        .subquery("top")
    )
    floor = sa.select(sa.func.min(top.c.id)).scalar_subquery()
    return Statement(
        sa.select(*ENTRY_COLUMNS)
        .select_from(members.join(entry, entry.c.actor_id == members.c.id))
        .where(entry.c.id < BEFORE, entry.c.id >= floor)
        .order_by(entry.c.id.desc())
        .limit(LIMIT),
        Entry,
    )


_window = sa.select(*ENTRY_COLUMNS).where(entry.c.id < BEFORE).order_by(entry.c.id.desc()).limit(LIMIT).subquery("w")
_FEW, _SKIP = _few(), _skip()
_SCAN = Statement(
    sa.select(*_window.c)
    .where(sa.or_(_window.c.actor_id == ME, related(Relation.FOLLOW, ME, _window.c.actor_id)))
    .order_by(_window.c.id.desc()),
    Entry,
)
_bounds = sa.select(entry.c.id).where(entry.c.id < BEFORE).order_by(entry.c.id.desc()).limit(LIMIT).subquery("b")
_WINDOW_END = column_statement(sa.select(sa.func.min(_bounds.c.id)))


async def by_each(tx: Read, viewer: Viewer, before: int, limit: int) -> Stretch:
    """The newest of each one followed, merged: for few."""
    found = await tx.all(_FEW, me=viewer.acting_as, before=before, limit=limit)
    return Stretch(found, found[-1].id if len(found) == limit else None)


async def by_skipping(tx: Read, viewer: Viewer, before: int, limit: int) -> Stretch:
    """Look at the newest of each; whatever is older than the `limit`-th of those cannot be on the page."""
    found = await tx.all(_SKIP, me=viewer.acting_as, before=before, limit=limit)
    return Stretch(found, found[-1].id if found else None)


async def by_scanning(tx: Read, viewer: Viewer, before: int, window: int) -> Stretch:
    """Go through the newest `window` entries of all, and keep those of the followed: for dense homes."""
    found = await tx.all(_SCAN, me=viewer.acting_as, before=before, limit=window)
    end: int | None = await tx.first(_WINDOW_END, before=before, limit=window)
    return Stretch(found, end)


Way = Callable[[Read, Viewer, int, int], Awaitable[Stretch]]

#: Below this number the newest of each are merged whole.
_FEW_FOLLOWED = 20
#: A scanned entry costs about an eighth of a followed actor's newest.
_SEEK_COST = 8
_LONGEST_WINDOW = 4_000


def choose(following: int, actors: int, limit: int) -> tuple[Way, int]:
    """The way that fits how many are followed of how many, and the number it takes."""
    followed = following + 1
    window = 2 * limit * max(actors, followed) // followed
    if window <= _LONGEST_WINDOW and window <= followed * _SEEK_COST:
        return by_scanning, window
    return (by_skipping, limit) if following >= _FEW_FOLLOWED else (by_each, limit)


async def read_on(tx: Read, viewer: Viewer, before: int, limit: int, following: int, actors: int) -> Stretch:
    """The next stretch of a home."""
    way, number = choose(following, actors, limit)
    stretch = await way(tx, viewer, before, number)
    if stretch.before is not None and len(stretch.entries) * 2 < limit:
        # Sparse after all: those followed have been silent for long. Ask each.
        rest = await by_each(tx, viewer, stretch.before, limit)
        return Stretch(stretch.entries + rest.entries, rest.before)
    return stretch
