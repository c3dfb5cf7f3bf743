"""How a post spread: from whom each share came, and what may still come."""

import math
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from plausch.insights.model.cascades import ROOT
from plausch.kernel.clock import DAY, HOUR, MINUTE

#: The parents of shares. How the tree is measured is `cascades.VERSION`.
VERSION = "spread 1"
FORECAST_VERSION = "spread forecast 1"

#: How old a post is when a forecast is made.
AGES = (15 * MINUTE, HOUR, 3 * HOUR, 12 * HOUR, DAY, 3 * DAY)
#: From then on nothing more is expected.
SETTLED = 7 * DAY
#: Posts of an age that it takes to know what usually comes of them.
FEWEST_CASCADES = 30


class Shared(NamedTuple):
    """A share: whose, when (ms), and through which entry it was found, where that is known."""

    id: int
    actor: int
    via: int | None
    at: int


class Node(NamedTuple):
    """Somebody in the tree. `share` is None for whoever posted it, `parent` a place in the tree or ROOT."""

    actor: int
    at: int
    parent: int
    #: The parent is not known: it is the likeliest.
    inferred: bool
    share: Shared | None = None


def grow(
    post: int, author: int, at: int, shares: Sequence[Shared], follows: Mapping[int, Collection[int]]
) -> list[Node]:
    """The tree of a post, its nodes in the order of time, whoever posted it first; `follows` says who follows whom.

    A share came through the entry that it names: an earlier share, or the post itself. Otherwise it is taken to have
    come from whoever had shared last of those whom the person follows, and from the post where there is none.
    """
    tree = [Node(author, at, ROOT, inferred=False)]
    #: Places in the tree by entry; places and turns by actor.
    by_entry, place, turn = {post: 0}, {author: 0}, {author: 0}
    for number, share in enumerate(sorted(shares, key=lambda one: (one.at, one.id)), 1):
        if share.actor != author:
            parent = by_entry.get(share.via) if share.via is not None else None
            inferred = parent is None
            if parent is None:
                seen = [one for one in follows.get(share.actor, ()) if one in turn and one != share.actor]
                parent = place[max(seen, key=turn.__getitem__)] if seen else 0
            place[share.actor] = len(tree)
            tree.append(Node(share.actor, max(at, share.at), parent, inferred, share))
        # Whoever shares their own post brings it up again, and that is all.
        by_entry[share.id] = place[share.actor]
        turn[share.actor] = number
    return tree


def generations(tree: Sequence[Node]) -> list[int]:
    """How many steps each is away from whoever posted it."""
    found: list[int] = []
    for node in tree:
        found.append(0 if node.parent == ROOT else found[node.parent] + 1)
    return found


class AgeForecast(msgspec.Struct, frozen=True):
    """What became of posts that had been shared when they were so old."""

    age: int
    #: The median of ln(people in the end / people then).
    growth: float
    #: By which part of what came a forecast from all others was off, in the middle of the cases.
    error: float
    #: The same of which nine in ten cases were below.
    large_error: float
    cascades: int


class Forecasts(msgspec.Struct, frozen=True):
    """What to expect, by age; ages of which too little is known are missing."""

    ages: tuple[AgeForecast, ...] = ()


class Forecast(NamedTuple):
    """How many people may have the post in their tree in the end, whoever posted it among them."""

    people: int
    error: float
    large_error: float
    cascades: int


def learn(cascades: Sequence[Sequence[int]]) -> Forecasts:
    """From posts that spread no more: for each, how long after it each share came (ms), in this order."""
    return Forecasts(tuple(found for age in AGES if (found := _learn_at(age, cascades)) is not None))


def _learn_at(age: int, cascades: Sequence[Sequence[int]]) -> AgeForecast | None:
    cases = [(1 + bisect_right(delays, age), 1 + len(delays)) for delays in cascades]
    # A post that nobody has shared yet says nothing of how it will be shared.
    cases = [(then, final) for then, final in cases if then > 1]
    if len(cases) < FEWEST_CASCADES:
        return None
    growths = sorted(math.log(final / then) for then, final in cases)
    errors = []
    for then, final in cases:
        others = _median_without(growths, bisect_right(growths, math.log(final / then)) - 1)
        errors.append(abs(then * math.exp(others) - final) / final)
    large = sorted(errors)[math.ceil(0.9 * len(errors)) - 1]
    return AgeForecast(age, median(growths), median(errors), large, len(cases))


def _median_without(values: Sequence[float], place: int) -> float:
    """The median of sorted values but one."""
    low, high = (len(values) - 2) // 2, (len(values) - 1) // 2
    return (values[low + (low >= place)] + values[high + (high >= place)]) / 2


def foretell(forecasts: Forecasts, delays: Sequence[int], age: int) -> Forecast | None:
    """What may come of a post of this age (ms) that was shared after such delays, in this order.

    None where too little is known, or nothing more is to come.
    """
    known = [one for one in forecasts.ages if one.age <= age]
    if not known or age >= SETTLED:
        return None
    then = 1 + bisect_right(delays, known[-1].age)
    if then == 1:
        return None
    expected = round(then * math.exp(known[-1].growth))
    return Forecast(max(expected, 1 + len(delays)), known[-1].error, known[-1].large_error, known[-1].cascades)
