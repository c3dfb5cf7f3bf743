"""The geometry of charts, drawn on the server as plain SVG; the macros of parts/charts.html put words and tables to it.

A drawing is 100 wide whatever its width on the screen: it is stretched, and what is written stands around it as text.
"""

from collections.abc import Sequence
from typing import NamedTuple

_WIDE, _HIGH = 100.0, 40.0
#: Room for half a stroke above the highest point.
_ROOM = 2.0


class Line(NamedTuple):
    """A development: `path` is the line, `area` what lies below it, `end` its last point; `most` is the top's value."""

    path: str
    area: str
    end: str
    most: float


class Bar(NamedTuple):
    """Where one of several bars begins and how long it is, in hundredths of all there is room for."""

    start: float
    length: float


def line(points: Sequence[tuple[int, float]], most: float = 0) -> Line:
    """Values over time, from 0 to the highest, or to `most` where that is more."""
    top = max(most, *(value for _, value in points), 0) or 1.0
    first, span = points[0][0], (points[-1][0] - points[0][0]) or 1
    where = [
        (
            _WIDE * (moment - first) / span if len(points) > 1 else _WIDE,
            _HIGH - (_HIGH - _ROOM) * max(value, 0) / top,
        )
        for moment, value in points
    ]
    path = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in where)
    x, y = where[-1]
    area = f"{path}L{x:.2f} {_HIGH:.0f}L{where[0][0]:.2f} {_HIGH:.0f}Z"
    return Line(path, area, f"M{x:.2f} {y:.2f}h0", top)


def bars(values: Sequence[float]) -> list[Bar]:
    """Each as a share of the longest."""
    top = max([*values, 0]) or 1.0
    return [Bar(0, 100 * max(value, 0) / top) for value in values]


def shares(values: Sequence[float]) -> list[Bar]:
    """One after the other, as shares of all together."""
    whole = sum(values) or 1.0
    found, start = [], 0.0
    for value in values:
        found.append(Bar(start, 100 * value / whole))
        start += found[-1].length
    return found
