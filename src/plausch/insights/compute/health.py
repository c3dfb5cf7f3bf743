"""Conversation health of the server, and of each group, board and page."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from plausch.insights import actions
from plausch.insights.compute.night import Night
from plausch.insights.gather.talk import NEVER, Ids, Said, Talk, read_joined, talk_of
from plausch.insights.measures import health
from plausch.insights.measures.graph import Floats, Ints
from plausch.insights.measures.health import LATE, NONE, VERSION
from plausch.insights.model.findings import FEWEST, Measure, Result
from plausch.insights.model.health import (
    HEALTH_DAYS,
    HEALTH_WEEKS,
    LATE_DEFAULT,
    LATE_LEAST,
    SOON,
    Figures,
    Health,
    WeekOfTalk,
)
from plausch.insights.model.weeks import WEEK, monday_of, span_of
from plausch.kernel import clock
from plausch.people import queries as people

Flags = NDArray[np.bool_]
FigureT = TypeVar("FigureT", int, float | None)
#: However long it took.
_EVER = float(np.finfo(np.float64).max)
#: What develops, by the name in the figures.
_DEVELOPS = {
    Measure.HEALTH_ANSWERED: "answered",
    Measure.HEALTH_FIRST_ANSWER: "first_answer",
    Measure.HEALTH_GREETED: "greeted",
    Measure.HEALTH_RECIPROCITY: "reciprocity",
    Measure.HEALTH_UNEVENNESS: "unevenness",
    Measure.HEALTH_DEPTH: "depth",
}


async def compute(night: Night) -> None:
    talk = await talk_of(night)
    async with night.database.read() as tx:
        zone = await people.find_usual_zone(tx)
    for scope in night.scopes:
        joined = await read_joined(night.database, talk, scope)
        found = find_health(talk.within(scope), joined, night.now, zone)
        await actions.keep_finding(
            night.database, scope.id, Measure.HEALTH, [Result(0, found)], method=VERSION, as_of=night.now
        )
        async with night.database.write() as tx:
            for measure, name in _DEVELOPS.items():
                value = getattr(found.now, name)
                if value is not None:
                    await actions.keep_history(tx, scope.id, measure, [(0, float(value))], at=night.now)
    async with night.database.write() as tx:
        await actions.drop_older(tx, Measure.HEALTH, night.now)


def find_health(talk: Talk, joined: Ids, now: int, zone: str) -> Health:
    """The figures of what was said in a scope; of fewer than five people nothing but how many there are."""
    span = HEALTH_DAYS * clock.DAY
    there = _There(talk.said, joined, *_answers(talk.said))
    current = _figures(there, now - span, now)
    if current.people < FEWEST:
        return Health(Figures(people=current.people))
    before = _figures(there, now - 2 * span, now - span)
    late = health.time_to_answer(there.waited[there.begins & (talk.said.posts.at > now - span)], LATE)
    return Health(
        now=current,
        before=before if before.people >= FEWEST else None,
        weeks=_weeks(there, now, zone),
        late_after=LATE_DEFAULT if late is None or current.due < FEWEST else max(int(late), LATE_LEAST),
    )


@dataclass(frozen=True)
class _There:
    """What was said in a scope."""

    said: Said
    #: Since when each person is there.
    joined: Ids
    #: How long each post waited, and whether that is to be told.
    waited: Floats
    told: Flags

    @property
    def begins(self) -> Flags:
        """What began a conversation, and is to be told of."""
        found: Flags = self.told & (self.said.id == self.said.conversation)
        return found


def _answers(said: Said) -> tuple[Floats, Flags]:
    """How long each post waited, and whether that is to be told.

    Whoever does not want to count neither asks nor answers: what they answered first is as if it were not there.
    """
    counted = said.writer != NONE
    waited = health.first_answers(said.posts, counted)
    return waited, counted & (waited <= health.first_answers(said.posts, ~counted))


def _figures(there: _There, since: int, end: int) -> Figures:
    said, waited, at = there.said, there.waited, there.said.posts.at
    counted = (said.writer != NONE) & (at > since) & (at <= end)
    turns = np.unique(said.writer[counted], return_counts=True)[1]
    if len(turns) < FEWEST:
        return Figures(people=len(turns))
    ripe = counted & (at <= end - SOON)
    due = ripe & there.begins
    first = ripe & there.told & _first_posts(there, since)
    replies = np.flatnonzero(counted & (said.posts.parent != NONE))
    replies = replies[said.writer[said.posts.parent[replies]] != NONE]
    depths = _depths(said, counted)
    return Figures(
        people=len(turns),
        begun=int((counted & (said.id == said.conversation)).sum()),
        due=int(due.sum()),
        answered=_of_enough(health.share_answered(waited[due], SOON), said.writer[due]),
        first_answer=_of_enough(health.time_to_answer(waited[due]), said.writer[due & np.isfinite(waited)]),
        # A person each.
        newcomers=_of_enough(int(first.sum()), said.writer[first]),
        greeted=_of_enough(health.share_answered(waited[first], _EVER), said.writer[first]),
        reciprocity=health.reciprocity(
            said.writer[replies],
            said.writer[said.posts.parent[replies]],
            np.ones(len(replies)),
            len(there.joined),
        ),
        unevenness=health.gini(turns),
        depth=float(depths.mean()) if len(depths) else None,
        deepest=int(depths.max(initial=0)),
    )


def _of_enough(value: FigureT, who: Ints) -> FigureT | None:
    """None where fewer than five people are behind it."""
    return value if len(np.unique(who)) >= FEWEST else None


def _first_posts(there: _There, since: int) -> Flags:
    """The first that each person said there, of those who came since a moment."""
    writer = there.said.writer
    mine = np.flatnonzero(writer != NONE)
    came = there.joined[writer[mine]]
    rows = mine[(came > since) & (came != NEVER)]
    found = np.zeros(len(writer), dtype=np.bool_)
    # Posts are in the order of time: of each person the first is theirs.
    found[rows[np.unique(writer[rows], return_index=True)[1]]] = True
    return found


def _depths(said: Said, counted: Flags) -> NDArray[np.int32]:
    """The depth of each conversation that anybody replied in."""
    depth = health.depths(said.posts.parent)
    rows = np.flatnonzero(counted & (depth > 0))
    names, numbered = np.unique(said.conversation[rows], return_inverse=True)
    return health.thread_depths(numbered.astype(np.int32), depth[rows], len(names))


def _weeks(there: _There, now: int, zone: str) -> tuple[WeekOfTalk, ...]:
    """By whole weeks, the oldest first; the last ones of a week need their day until it is known."""
    last = monday_of(now - SOON, zone)
    said, waited, begins = there.said, there.waited, there.begins
    found = []
    for week in range(last - HEALTH_WEEKS * WEEK, last, WEEK):
        since, until = span_of(week, zone)
        rows = begins & (said.posts.at >= since) & (said.posts.at < until)
        heard = rows & np.isfinite(waited)
        found.append(
            WeekOfTalk(
                week,
                _of_enough(health.share_answered(waited[rows], SOON), said.writer[rows]),
                _of_enough(health.time_to_answer(waited[rows]), said.writer[heard]),
            )
        )
    return tuple(found)
