"""What was said within half a year, by whom and where, and who came to see it: `gather.ledger` has read it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plausch.insights.compute.night import Night
from plausch.insights.gather.ledger import Posts as Rows
from plausch.insights.gather.ledger import all_said, chosen
from plausch.insights.measures.graph import Ints
from plausch.insights.measures.health import NONE, Posts
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.queries.visits import list_visits
from plausch.kernel import clock, ids
from plausch.people import queries as people
from plausch.people.model import Relation
from plausch.storage import Database

#: So many days back: the stages of three months ago, of the three months before that.
DAYS_BACK = 182
_PORTION = 20_000
#: Later than everything.
NEVER = int(np.iinfo(np.int64).max)

Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Where:
    """Where each of some rows stands."""

    place: Ids
    begun_by: Ids
    board: Ids
    open: Flags

    def within(self, scope: Scope) -> Flags:
        """Which of them are a scope's: what is said in closed groups is nobody's business but their own."""
        found: Flags = self.open
        if scope.kind is ScopeKind.GROUP:
            found = self.place == scope.id
        elif scope.kind is ScopeKind.BOARD:
            found = self.board == scope.id
        elif scope.kind is ScopeKind.PAGE:
            found = self.open & ((self.begun_by == scope.id) | (self.place == scope.id))
        return found

    def of(self, rows: Places) -> "Where":
        return Where(self.place[rows], self.begun_by[rows], self.board[rows], self.open[rows])


@dataclass(frozen=True)
class Said:
    """Posts, oldest first."""

    id: Ids
    conversation: Ids
    posts: Posts
    #: Who speaks and who wrote, as places among people; `NONE` for who does not count, or is no person.
    speaker: Ints
    writer: Ints
    where: Where

    def of(self, rows: Places) -> "Said":
        """Only some of them, in their order."""
        number = np.full(len(self.id) + 1, NONE, dtype=np.int32)
        number[rows] = np.arange(len(rows), dtype=np.int32)
        posts = self.posts
        # The last place is that of `NONE`, which stays what it is.
        narrowed = Posts(
            number[posts.parent[rows]],
            number[posts.root[rows]],
            posts.speaker[rows],
            posts.writer[rows],
            posts.at[rows],
        )
        return Said(
            self.id[rows],
            self.conversation[rows],
            narrowed,
            self.speaker[rows],
            self.writer[rows],
            self.where.of(rows),
        )


@dataclass(frozen=True)
class Visits:
    person: Ints
    scope: Ids
    week: Ids

    def of(self, rows: Places) -> "Visits":
        return Visits(self.person[rows], self.scope[rows], self.week[rows])


@dataclass(frozen=True)
class Talk:
    """Everything that is looked at. People, with the moments at which they joined, are those who count."""

    people: Ids
    joined: Ids
    said: Said
    visits: Visits

    def within(self, scope: Scope) -> "Talk":
        """What of it belongs to a scope."""
        return Talk(
            self.people,
            self.joined,
            self.said.of(np.flatnonzero(self.said.where.within(scope))),
            self.visits.of(np.flatnonzero(self.visits.scope == scope.id)),
        )


async def talk_of(night: Night) -> Talk:
    """All of it, read once a night."""
    known: Talk | None = night.kept.get("talk")
    if known is None:
        known = night.kept["talk"] = await _find_talk(night)
    return known


async def _find_talk(night: Night) -> Talk:
    everybody = await _everybody(night.database)
    counted = [one for one in everybody if one.counts]
    known = np.array([one.id for one in counted], dtype=np.int64)
    rows = await _by_people(night.database, _of_late(await all_said(night), night.now))
    _, numbered = np.unique(np.concatenate([rows.actor, rows.author]), return_inverse=True)
    posts = Posts(
        parent=places(rows.id, rows.parent),
        root=np.where(rows.conversation == rows.id, NONE, places(rows.id, rows.conversation)).astype(np.int32),
        speaker=numbered[: len(rows.id)].astype(np.int32),
        writer=numbered[len(rows.id) :].astype(np.int32),
        at=rows.at,
    )
    where = Where(rows.wall, rows.begun_by, rows.board, rows.open)
    async with night.database.read() as tx:
        visits = _columns(await list_visits(tx), 3)
    return Talk(
        known,
        np.array([one.joined_at for one in counted], dtype=np.int64),
        Said(rows.id, rows.conversation, posts, places(known, rows.actor), places(known, rows.author), where),
        Visits(places(known, visits[0]), visits[1], visits[2]),
    )


def _of_late(rows: Rows, now: int) -> Rows:
    """What was said within the time that is looked at; nothing is copied for that."""
    first = int(np.searchsorted(rows.id, ids.first_id_at(now - DAYS_BACK * clock.DAY)))
    return Rows(*(getattr(rows, field.name)[first:] for field in fields(rows)))


async def _by_people(database: Database, rows: Rows) -> Rows:
    """Without what programs said: an answer by one is none."""
    async with database.read() as tx:
        programs = np.array(await people.list_automated(tx), dtype=np.int64)
    return chosen(rows, ~np.isin(rows.author, programs)) if len(programs) else rows


async def read_joined(database: Database, talk: Talk, scope: Scope) -> Ids:
    """Since when each person is there: in the group, a follower of the page, or (boards too) here; else `NEVER`."""
    kind = {ScopeKind.GROUP: Relation.MEMBER, ScopeKind.PAGE: Relation.FOLLOW}.get(scope.kind)
    if kind is None:
        return talk.joined
    async with database.read() as tx:
        ties = _columns(await people.list_ties(tx, kind, [scope.id]), 3)
    return first_tie(talk, ties[0], ties[2])


def first_tie(talk: Talk, person: Ids, at: Ids) -> Ids:
    """The first of some moments of each person."""
    found = np.full(len(talk.people), NEVER, dtype=np.int64)
    place = places(talk.people, person)
    np.minimum.at(found, place[place != NONE], at[place != NONE])
    return found


async def _everybody(database: Database) -> list[people.PersonRow]:
    found: list[people.PersonRow] = []
    while True:
        async with database.read() as tx:
            portion = await people.list_everybody(tx, found[-1].id if found else 0, _PORTION)
        found += portion
        if len(portion) < _PORTION:
            return found


def _columns(portions: Sequence[Any], width: int) -> list[Ids]:
    if not len(portions):
        return [np.zeros(0, dtype=np.int64)] * width
    rows = np.concatenate([np.asarray(one, dtype=np.int64).reshape(-1, width) for one in portions])
    return [np.ascontiguousarray(column) for column in rows.T]


def places(ordered: Ids, wanted: Ids) -> Ints:
    """Where each of `wanted` is in an ordered array; -1 for what is not there."""
    if not len(ordered):
        return np.full(len(wanted), NONE, dtype=np.int32)
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    found: Ints = np.where(ordered[place] == wanted, place, NONE).astype(np.int32)
    return found
