"""What was said and who turned to whom, in columns: read once a night, and handed out by scope.

    people = await counted(night)                             ids of all who are counted, ascending
    rows = await all_said(night)                              a `Posts` also of those who are not counted
    found = await posts(night, scope, since=0)                a `Posts`: columns of the same length, by id
    found = await interactions(night, scope, since=0)         an `Interactions`, by the post's id

`since` is in ms. Whoever does not want to be counted is in none of it (but in `all_said`, which knows who was answered
by whom), neither as who did something nor as whom it was done to; what was said to fewer than everybody or a whole
group is not there at all.

A group has what was said in it; a board what stands in it; a page the conversations that it began or that stand on its
wall and what was done there, and besides who turned to it, and it to whom, anywhere. Closed groups and their boards
have theirs for themselves: the server's and pages' are open.
"""

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from plausch.insights.compute.night import Night
from plausch.insights.gather.columns import Flags, Ids, columns_of, joined
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.queries.interactions import list_entries_within
from plausch.people import queries as people
from plausch.storage import Read
from plausch.talk import queries as talk

#: Posts whose rows are read at once.
_PORTION = 20_000


@dataclass(frozen=True)
class Posts:
    """Posts, a row each."""

    id: Ids
    conversation: Ids
    #: 0 for one that begins a conversation.
    parent: Ids
    actor: Ids
    author: Ids
    #: Who began the conversation.
    begun_by: Ids
    #: On whose wall or in which group it stands; 0 for none.
    wall: Ids
    #: In which group it was said; 0 for none.
    place: Ids
    #: It counts for the whole server.
    open: Flags
    at: Ids
    #: In which board it stands; 0 for none.
    board: Ids


@dataclass(frozen=True)
class Interactions:
    """Who turned to whom, a row each; of a like or a share the post is what was liked."""

    post: Ids
    #: `talk.model.InteractionKind`.
    kind: NDArray[np.int8]
    source: Ids
    target: Ids
    place: Ids
    open: Flags
    at: Ids
    #: What it counts, as seen from `model.interactions.EPOCH`; `Night.today` brings that to this night.
    amount: NDArray[np.float64]


_POST_TYPES = (np.int64,) * 8 + (np.bool_, np.int64, np.int64)
_INTERACTION_TYPES = (np.int64, np.int8, np.int64, np.int64, np.int64, np.bool_, np.int64, np.float64)
RowsT = TypeVar("RowsT", Posts, Interactions)


def chosen(rows: RowsT, which: Flags) -> RowsT:
    """Some of the rows."""
    return type(rows)(*(getattr(rows, field.name)[which] for field in fields(rows)))


async def counted(night: Night) -> Ids:
    """All who are counted."""
    known: Ids | None = night.kept.get("counted")
    if known is None:
        async with night.database.slow_read() as tx:
            known = np.array(sorted(await people.list_all_counted(tx)), dtype=np.int64)
        night.kept["counted"] = known
    return known


def among(known: Ids, ids: Ids) -> Flags:
    """Which of some ids are among known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(ids), dtype=np.bool_)
    found: Flags = known[np.minimum(np.searchsorted(known, ids), len(known) - 1)] == ids
    return found


async def posts(night: Night, scope: Scope, since: int = 0) -> Posts:
    """The posts of a scope."""
    everything = await all_posts(night)
    return chosen(everything, _posts_within(everything, scope) & (everything.at >= since))


async def interactions(night: Night, scope: Scope, since: int = 0) -> Interactions:
    """The interactions of a scope."""
    rows = await all_interactions(night)
    match scope.kind:
        case ScopeKind.SERVER:
            which = rows.open
        case ScopeKind.GROUP:
            which = rows.place == scope.id
        case ScopeKind.BOARD:
            which = among((await posts(night, scope)).id, rows.post)
        case ScopeKind.PAGE:
            there = among((await posts(night, scope)).id, rows.post)
            which = rows.open & (there | (rows.source == scope.id) | (rows.target == scope.id))
    return chosen(rows, which & (rows.at >= since))


def _posts_within(rows: Posts, scope: Scope) -> Flags:
    found: Flags
    match scope.kind:
        case ScopeKind.SERVER:
            found = rows.open
        case ScopeKind.GROUP:
            found = rows.place == scope.id
        case ScopeKind.BOARD:
            found = rows.board == scope.id
        case ScopeKind.PAGE:
            found = rows.open & ((rows.begun_by == scope.id) | (rows.wall == scope.id))
    return found


async def all_posts(night: Night) -> Posts:
    """Those of every scope together; who hands them on sees to it that closed groups stay closed."""
    known: Posts | None = night.kept.get("posts")
    if known is None:
        rows = await all_said(night)
        which = among(await counted(night), rows.actor)
        known = night.kept["posts"] = rows if which.all() else chosen(rows, which)
    return known


async def all_said(night: Night) -> Posts:
    """The same with what those said who do not want to be counted: no figure may come of it."""
    known: Posts | None = night.kept.get("said")
    if known is None:
        portions = []
        async with night.database.slow_read() as tx:
            for after, until in await _portions(tx):
                portions.append(columns_of(await talk.list_posts_within(tx, after, until), _POST_TYPES))
        known = night.kept["said"] = Posts(*joined(portions, _POST_TYPES))
    return known


async def all_interactions(night: Night) -> Interactions:
    """Those of every scope together, as with posts."""
    known: Interactions | None = night.kept.get("interactions")
    if known is None:
        portions = []
        async with night.database.slow_read() as tx:
            for after, until in await _portions(tx):
                portions.append(columns_of(await list_entries_within(tx, after, until), _INTERACTION_TYPES))
        rows = Interactions(*joined(portions, _INTERACTION_TYPES))
        who = await counted(night)
        known = night.kept["interactions"] = chosen(rows, among(who, rows.source) & among(who, rows.target))
    return known


async def _portions(tx: Read) -> list[tuple[int, int]]:
    """Bounds between which so and so many posts lie."""
    bounds, after = [], 0
    while (until := await talk.find_end_of_portion(tx, after, _PORTION)) is not None:
        bounds.append((after, until))
        after = until
    return bounds
