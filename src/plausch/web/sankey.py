"""A Sankey drawing: how many go from which stage to which, from one moment to the next.

Each stage has a lane of its own across the whole drawing, so that its name stands once, beside it.
"""

from collections.abc import Sequence
from typing import NamedTuple

#: The drawing is stretched across its room, so that only proportions count; heights are pixels.
WIDTH, _HEIGHT, _BAR, _GAP, _LEAST = 300.0, 300.0, 5.0, 18.0, 3.0


class Lane(NamedTuple):
    """Where a stage is."""

    stage: int
    middle: float


class Bar(NamedTuple):
    """So many are at a stage at a moment."""

    stage: int
    x: float
    y: float
    height: float


class Ribbon(NamedTuple):
    """So many go from one stage to another after the moment `step`."""

    step: int
    stage: int
    other: int
    path: str


class Sankey(NamedTuple):
    lanes: list[Lane]
    bars: list[Bar]
    ribbons: list[Ribbon]
    height: float


def draw_flows(steps: Sequence[Sequence[Sequence[float]]], stages: Sequence[int]) -> Sankey:
    """`steps` are matrices of amounts, from row to column, in the order of the lanes from above down."""
    columns = [_sizes(steps, column, len(stages)) for column in range(len(steps) + 1)]
    count = [lane for lane in range(len(stages)) if any(column[lane] for column in columns)]
    widest = {lane: max(column[lane] for column in columns) for lane in count}
    scale = _HEIGHT / max(sum(widest.values()), 1e-9)
    middles, y = {}, 0.0
    for lane in count:
        room = max(widest[lane] * scale, _LEAST)
        middles[lane] = y + room / 2
        y += room + _GAP
    lanes = [Lane(stages[lane], middles[lane]) for lane in count]
    tops = [{lane: middles[lane] - sizes[lane] * scale / 2 for lane in count} for sizes in columns]
    gap = (WIDTH - _BAR) / max(len(steps), 1)
    bars = [
        Bar(stages[lane], column * gap, tops[column][lane], sizes[lane] * scale)
        for column, sizes in enumerate(columns)
        for lane in count
        if sizes[lane] > 0
    ]
    ribbons = []
    for step, amounts in enumerate(steps):
        left, right = dict(tops[step]), dict(tops[step + 1])
        for one in count:
            for other in count:
                size = amounts[one][other] * scale
                if size > 0:
                    path = _ribbon(step * gap + _BAR, left[one], (step + 1) * gap, right[other], size)
                    ribbons.append(Ribbon(step, stages[one], stages[other], path))
                    left[one] += size
                    right[other] += size
    return Sankey(lanes, bars, ribbons, y)


def _sizes(steps: Sequence[Sequence[Sequence[float]]], column: int, count: int) -> list[float]:
    """How much comes to each stage or goes from it at a moment: whichever is more."""
    coming = [sum(row[lane] for row in steps[column - 1]) if column else 0.0 for lane in range(count)]
    going = [sum(steps[column][lane]) if column < len(steps) else 0.0 for lane in range(count)]
    return [max(pair) for pair in zip(coming, going, strict=True)]


def _ribbon(x: float, y: float, x_end: float, y_end: float, size: float) -> str:
    middle = (x + x_end) / 2
    return (
        f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {y_end:.1f} {x_end:.1f} {y_end:.1f}v{size:.1f}"
        f"C{middle:.1f} {y_end + size:.1f} {middle:.1f} {y + size:.1f} {x:.1f} {y + size:.1f}Z"
    )
