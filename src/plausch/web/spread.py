"""The picture of how a post spread: time runs to the right, and each person has a row.

Whoever shared through somebody stands below them and further right. So no line ever crosses a name or another line:
what runs down through a row belongs to those from whom its person has it, and they were all there before.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from plausch.insights.model.cascades import ROOT
from plausch.insights.model.spread import Node, generations
from plausch.kernel.clock import DAY, HOUR, MINUTE
from plausch.people.model import Actor

#: As many are drawn, those who shared first.
MOST_DRAWN = 400
#: In pixels: from row to row as long as there are so many, above the first, and of the largest circle.
_ROWS = ((40, 28), (100, 22), (MOST_DRAWN, 11))
_TOP = 52
_LARGEST = 11.0
#: In per cent of the width; to the right of it is room for names.
_FROM, _TO = 3.0, 60.0
_TICKS = (
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
)
#: Ticks are at least so far from each other, in per cent.
_APART = 22.0


class Dot(NamedTuple):
    """Somebody in the picture. Positions along time are in per cent, those from above in pixels."""

    #: Whom the viewer may not see, or who is not to be counted, has no name.
    actor: Actor | None
    giver: Actor | None
    #: In the order of time; whoever posted it is 0.
    turn: int
    generation: int
    #: How long after the post, in ms.
    after: int
    x: float
    y: float
    radius: float
    parent_x: float
    parent_y: float
    inferred: bool
    #: How many have it from here, directly or through others.
    brought: int
    labelled: bool


class Tick(NamedTuple):
    after: int
    x: float


class Drawing(NamedTuple):
    #: In the order of time.
    dots: list[Dot]
    ticks: list[Tick]
    height: int
    #: How many there are beyond those who are drawn.
    more: int


def draw(tree: Sequence[Node], named: Mapping[int, Actor]) -> Drawing:
    """The picture of a tree whose nodes come in the order of time."""
    drawn = tree[:MOST_DRAWN]
    step = next(height for most, height in _ROWS if len(drawn) <= most)
    rows, brought, depths = _rows(drawn), _brought(drawn), generations(drawn)
    began = drawn[0].at
    delays = [node.at - began for node in drawn]
    x_of = _scale(delays[1:] or delays)
    dots: list[Dot] = []
    for turn, node in enumerate(drawn):
        giver = dots[node.parent] if node.parent != ROOT else None
        x, y = x_of(delays[turn]), float(_TOP + rows[turn] * step)
        dots.append(
            Dot(
                actor=named.get(node.actor),
                giver=giver.actor if giver is not None else None,
                turn=turn,
                generation=depths[turn],
                after=delays[turn],
                x=x,
                y=y,
                radius=_radius(brought[turn], step),
                parent_x=giver.x if giver is not None else x,
                parent_y=giver.y + giver.radius if giver is not None else y,
                inferred=node.inferred,
                brought=brought[turn],
                labelled=step > _ROWS[-1][1] or brought[turn] > 1,
            )
        )
    height = _TOP + (len(drawn) - 1) * step + 24
    return Drawing(dots, _ticks(x_of, delays[-1]), height, len(tree) - len(drawn))


def _rows(tree: Sequence[Node]) -> list[int]:
    """The row of each: everybody is followed by those who have it from them, the first first."""
    below: list[list[int]] = [[] for _ in tree]
    for place, node in enumerate(tree):
        if node.parent != ROOT:
            below[node.parent].append(place)
    rows = [0] * len(tree)
    waiting, row = [0], 0
    while waiting:
        place = waiting.pop()
        rows[place] = row
        row += 1
        waiting.extend(reversed(below[place]))
    return rows


def _brought(tree: Sequence[Node]) -> list[int]:
    found = [0] * len(tree)
    for place in range(len(tree) - 1, 0, -1):
        found[tree[place].parent] += found[place] + 1
    return found


def _radius(brought: int, step: int) -> float:
    return round(min(_LARGEST, step / 2 - 1, 4 + 1.3 * math.sqrt(brought)), 1)


def _scale(delays: Sequence[int]) -> Callable[[int], float]:
    """Where a moment after the post is: half of the shares are on the left, unless most came late."""
    lasted, middle = delays[-1], delays[len(delays) // 2]
    if not lasted:
        return lambda after: _FROM
    if lasted <= 2.2 * middle:
        return lambda after: round(_FROM + (_TO - _FROM) * after / lasted, 2)
    # So that ln(1 + middle / unit) is half of ln(1 + lasted / unit).
    unit = max(middle**2 / (lasted - 2 * middle), lasted / 10_000)
    whole = math.log1p(lasted / unit)
    return lambda after: round(_FROM + (_TO - _FROM) * math.log1p(after / unit) / whole, 2)


def _ticks(x_of: Callable[[int], float], lasted: int) -> list[Tick]:
    found: list[Tick] = []
    for after in _TICKS:
        x = x_of(after)
        if after <= lasted and x - (found[-1].x if found else _FROM) >= _APART:
            found.append(Tick(after, x))
    if lasted and x_of(lasted) - (found[-1].x if found else _FROM) >= _APART:
        found.append(Tick(lasted, x_of(lasted)))
    return found
