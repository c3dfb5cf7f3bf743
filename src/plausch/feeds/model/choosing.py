"""Feeds somebody can choose: which there are, what comes first in them, and how they keep many voices apart."""

import enum
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from plausch.kernel.clock import DAY, HOUR


class FeedKind(enum.StrEnum):
    """The feeds there are for everybody; somebody's own have numbers."""

    #: What those whom one follows did, newest first.
    LATEST = "latest"
    #: Where many people talk, and not long ago.
    LIVELY = "lively"
    #: What people of several circles like who otherwise have little to do with each other.
    BRIDGING = "bridging"
    #: What nobody has answered for longer than usual.
    WAITING = "waiting"
    #: Those whom one follows and who seldom say something.
    QUIET = "quiet"


#: So much later a conversation weighs as much as one in which ten times as many take part.
_TENFOLD = 36 * HOUR
#: A liker counts as much as this part of somebody who replies.
_LIKER = 0.5
#: What relevance counts for beside variety.
_RELEVANCE = 0.7
#: In any so many items at most so many are of one author.
WINDOW, OF_ONE_AUTHOR = 10, 2
#: Of the first answers so many come sooner than what counts as long.
_USUALLY = 0.75
#: With fewer answers in a place those of the whole server say what is usual.
FEWEST_ANSWERS = 5
#: Where hardly anything was answered so far, and however quick people are: nothing waits before that.
_LONG_ENOUGH, _SOONEST = DAY, HOUR
#: Whoever speaks at most so often in so long a time is quiet.
QUIET_MOST, QUIET_TIME = 3, 30 * DAY


class Weighed(NamedTuple):
    """What may stand in a feed, and what is known of it."""

    id: int
    author_id: int
    #: In which group or on whose wall; 0 for none.
    place_id: int
    score: float
    tags: frozenset[str] = frozenset()


def lively(repliers: int, likers: int, began_at: int) -> float:
    """Ten times the people are worth 36 hours. `repliers` without the author; the moment in ms."""
    return math.log10(1 + repliers + likers * _LIKER) + began_at / _TENFOLD


def usual_wait(waits: Sequence[int]) -> int:
    """How long (ms) three of four first answers took at most; at least an hour, and a day where there are too few."""
    if len(waits) < FEWEST_ANSWERS:
        return _LONG_ENOUGH
    return max(_SOONEST, sorted(waits)[math.ceil(_USUALLY * len(waits)) - 1])


def diversify(items: Iterable[Weighed], most: int) -> list[int]:
    """The ids in an order that is relevant and varied (maximal marginal relevance).

    Of one author there are at most two in any ten that follow one another: what finds no room is left out.
    """
    left = sorted(items, key=lambda one: (-one.score, -one.id))
    relevance = _as_shares(left)
    alike = _Alike(left)
    chosen: list[Weighed] = []
    while left and len(chosen) < most:
        late = [one.author_id for one in chosen[1 - WINDOW :]]
        full = {author for author in late if late.count(author) >= OF_ONE_AUTHOR}
        best, most_gained = None, -math.inf
        for one in left:
            # The best that is left cannot be better than its relevance, nor can those that come after it.
            if _RELEVANCE * relevance[one.id] <= most_gained:
                break
            gained = _RELEVANCE * relevance[one.id] - (1 - _RELEVANCE) * alike.nearest[one.id]
            if gained > most_gained and one.author_id not in full:
                best, most_gained = one, gained
        if best is None:
            break
        left.remove(best)
        chosen.append(best)
        alike.note(best)
    return [one.id for one in chosen]


class _Alike:
    """How like the chosen ones everything is; only what has something in common is compared."""

    def __init__(self, items: Sequence[Weighed]) -> None:
        self.nearest = dict.fromkeys((one.id for one in items), 0.0)
        self._sharing: dict[object, list[Weighed]] = {}
        for one in items:
            for mark in _marks(one):
                self._sharing.setdefault(mark, []).append(one)

    def note(self, chosen: Weighed) -> None:
        for mark in _marks(chosen):
            for one in self._sharing[mark]:
                self.nearest[one.id] = max(self.nearest[one.id], likeness(one, chosen))


def _marks(one: Weighed) -> list[object]:
    """What two things can have in common."""
    place = [("place", one.place_id)] if one.place_id else []
    return [("author", one.author_id), *place, *one.tags]


def _as_shares(items: Sequence[Weighed]) -> dict[int, float]:
    """Scores between 0 for the lowest and 1 for the highest."""
    if not items:
        return {}
    highest, lowest = items[0].score, items[-1].score
    return {one.id: (one.score - lowest) / (highest - lowest) if highest > lowest else 1.0 for one in items}


def likeness(one: Weighed, other: Weighed) -> float:
    """1 for the same author; else by the tags both bear, and whether they stand in the same place."""
    if one.author_id == other.author_id:
        return 1.0
    both = len(one.tags & other.tags)
    alike = both / (len(one.tags) + len(other.tags) - both) if both else 0.0
    return max(alike, 0.5 if one.place_id and one.place_id == other.place_id else 0.0)
