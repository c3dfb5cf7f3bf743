"""Which entries belong to somebody's home: three ways to find the newest, chosen by how densely they lie.

Each way gives a correct beginning of the list and says from where to go on, so they can follow one another on one
page, and a test holds them against each other.
"""

import math
from typing import NamedTuple

import sqlalchemy as sa

from plausch.people.model import Relation, Viewer
from plausch.people.queries import Crowd, not_muted_by, related, related_targets
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.queries import entry, post

ME, BEFORE, LIMIT = param("me"), param("before"), param("limit")
ENTRY_COLUMNS = (entry.c.id, entry.c.kind, entry.c.actor_id, entry.c.post_id, entry.c.conversation_id)


def not_muted() -> sa.ColumnElement[bool]:
    """The viewer has muted neither who did it nor whose post it is. Needs `entry` joined with `post`."""
    return sa.and_(not_muted_by(ME, post.c.actor_id), not_muted_by(ME, entry.c.actor_id))


class Stretch(NamedTuple):
    """Ids of entries newest first, complete down to `before`; None when there are no older ones."""

    ids: list[int]
    before: int | None


def _members(name: str) -> sa.Subquery:
    """The viewer and all it follows."""
    return sa.union_all(related_targets(Relation.FOLLOW, ME), sa.select(ME.label("id"))).subquery(name)


def _few() -> Statement[int]:
    one, members = entry.alias("one"), _members("members")
    newest = (
        sa.select(one.c.id)
        .where(one.c.actor_id == members.c.id, one.c.id < BEFORE)
        .order_by(one.c.id.desc())
        .limit(LIMIT)
        .correlate(members)
    )
    return column_statement(
        sa.select(entry.c.id)
        .select_from(members.join(entry, entry.c.id.in_(newest)))
        .order_by(entry.c.id.desc())
        .limit(LIMIT)
    )


def _skip() -> Statement[int]:
    members, one = _members("members"), entry.alias("one")
    newest = (
        sa.select(one.c.id)
        .where(one.c.actor_id == members.c.id, one.c.id < BEFORE)
        .order_by(one.c.id.desc())
        .limit(1)
        .correlate(members)
        .scalar_subquery()
        .label("newest")
    )
    top = (
        sa.select(members.c.id.label("actor_id"), newest)
        .order_by(sa.literal_column("newest").desc().nulls_last())
        .limit(LIMIT)
        .cte("top")
    )
    floor = sa.select(sa.func.min(top.c.newest)).scalar_subquery()
    return column_statement(
        sa.select(entry.c.id)
        .select_from(top.join(entry, entry.c.actor_id == top.c.actor_id))
        .where(entry.c.id < BEFORE, entry.c.id >= floor)
        .order_by(entry.c.id.desc())
        .limit(LIMIT)
    )


def _skip_upwards() -> Statement[int]:
    """`_skip` the other way round: whatever is newer than the oldest of so many cannot be on the page."""
    members, one = _members("members"), entry.alias("one")
    oldest = (
        sa.select(one.c.id)
        .where(one.c.actor_id == members.c.id, one.c.id > param("after"), one.c.id < BEFORE)
        .order_by(one.c.id)
        .limit(1)
        .correlate(members)
        .scalar_subquery()
        .label("oldest")
    )
    each = sa.select(members.c.id.label("actor_id"), oldest).cte("each_oldest")
    bottom = (
        sa.select(each.c.actor_id, each.c.oldest)
        .where(each.c.oldest.is_not(None))
        .order_by(each.c.oldest)
        .limit(LIMIT)
        .cte("bottom")
    )
    # With fewer than a page of them there is no ceiling: whoever else is followed has said nothing.
    full = sa.select(sa.func.count() >= LIMIT).select_from(bottom).scalar_subquery()
    ceiling = sa.select(sa.func.max(bottom.c.oldest)).scalar_subquery()
    return column_statement(
        sa.select(entry.c.id)
        .select_from(bottom.join(entry, entry.c.actor_id == bottom.c.actor_id))
        .where(entry.c.id > param("after"), entry.c.id < BEFORE, sa.or_(sa.not_(full), entry.c.id <= ceiling))
        .order_by(entry.c.id)
        .limit(LIMIT)
    )


def _floor() -> sa.Select[tuple[int]]:
    """Where a window of so many entries ends; nothing when there are no more than that."""
    one = entry.alias("one")
    return sa.select(one.c.id).where(one.c.id < BEFORE).order_by(one.c.id.desc()).offset(param("window")).limit(1)


def _scan(followed: sa.ColumnElement[bool]) -> Statement[int]:
    floor = sa.func.coalesce(_floor().scalar_subquery(), 0)
    return column_statement(
        sa.select(entry.c.id)
        .where(entry.c.id < BEFORE, entry.c.id > floor, followed)
        .order_by(entry.c.id.desc())
        .limit(LIMIT)
    )


_FEW, _SKIP, _FLOOR = _few(), _skip(), column_statement(_floor())
_UPWARDS = _skip_upwards()
#: Gone through in the order of time: an index by actor, which the sum keeps off, would lead away from that.
_SCAN_WITH_ALL = _scan((entry.c.actor_id + sa.literal_column("0")).in_(sa.select(_members("members").c.id)))
_SCAN_ASKING = _scan(sa.or_(entry.c.actor_id == ME, related(Relation.FOLLOW, ME, entry.c.actor_id)))


async def by_each(tx: Read, viewer: Viewer, before: int, limit: int) -> Stretch:
    """The newest of each one followed, merged: for few."""
    found = await tx.all(_FEW, me=viewer.acting_as, before=before, limit=limit)
    return Stretch(found, found[-1] if len(found) == limit else None)


async def by_skipping(tx: Read, viewer: Viewer, before: int, limit: int) -> Stretch:
    """Look at the newest of each; whatever is older than the `limit`-th of those cannot be on the page."""
    found = await tx.all(_SKIP, me=viewer.acting_as, before=before, limit=limit)
    return Stretch(found, found[-1] if found else None)


async def by_scanning(tx: Read, viewer: Viewer, before: int, limit: int, window: int, *, asking: bool) -> Stretch:
    """Go through the newest `window` entries of all, and keep the first of the followed: for dense homes.

    Whether somebody is followed is asked of each entry, or looked up in what is read beforehand: all whom one follows.
    """
    statement = _SCAN_ASKING if asking else _SCAN_WITH_ALL
    found = await tx.all(statement, me=viewer.acting_as, before=before, limit=limit, window=window)
    if len(found) == limit:
        return Stretch(found, found[-1])
    floor: int | None = await tx.first(_FLOOR, before=before, window=window)
    return Stretch(found, floor + 1 if floor is not None else None)


#: Below this number the newest of each are merged whole.
_FEW_FOLLOWED = 20
#: What the ways cost: finding the newest of one actor, or reading that it is followed; looking at an entry with all of
#: those at hand, or asking whether its actor is followed. Only the proportions matter.
_SEEK, _HOLD, _LOOK, _ASK = 5.0, 1.0, 1.0, 3.5
#: Fewer of the followed may lie in a window than on average.
_MARGIN = 1.5


async def read_on(tx: Read, viewer: Viewer, before: int, limit: int, crowd: Crowd) -> Stretch:
    """The next stretch of a home, by the way that fits how many are followed of how many there are."""
    members = crowd.following + 1
    entries = limit * max(crowd.everybody, members) / members
    skipping, holding, asking = members * _SEEK, members * _HOLD + entries * _LOOK, entries * _ASK
    if min(holding, asking) <= skipping:
        window = math.ceil(_MARGIN * entries)
        stretch = await by_scanning(tx, viewer, before, limit, window, asking=asking < holding)
    elif crowd.following < _FEW_FOLLOWED:
        return await by_each(tx, viewer, before, limit)
    else:
        stretch = await by_skipping(tx, viewer, before, limit)
    if stretch.before is None or len(stretch.ids) * 2 >= limit:
        return stretch
    # Those one follows have been silent for longer than most: ask each for the rest.
    rest = await by_each(tx, viewer, stretch.before, limit)
    return Stretch(stretch.ids + rest.ids, rest.before)


async def read_upwards(tx: Read, viewer: Viewer, after: int, before: int, limit: int) -> Stretch:
    """Entries of a home just above an id, oldest first; where to read on upwards stands in `before`."""
    found = await tx.all(_UPWARDS, me=viewer.acting_as, after=after, before=before, limit=limit)
    return Stretch(found, found[-1] if found else None)
