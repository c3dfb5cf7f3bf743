"""A map of communities: a circle each, near to those with which its people talk, none covering another."""

import random
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray

from plausch.insights.measures.graph import Floats, Ints

VERSION = "map 1"

#: Between the edges of any two circles, in radii of a community of one.
_GAP = 1.2
_STEPS = 400


@dataclass(frozen=True)
class Map:
    """The middle of each circle and its radius, in a square whose sides are 1 long."""

    x: Floats
    y: Floats
    radius: Floats


def draw_map(sizes: Ints, ties: NDArray[np.float64], before: dict[int, tuple[float, float]], seed: int = 1) -> Map:
    """Places for communities of these sizes, of which `ties[i, j]` says how much i and j have to do with each other.

    `before` has the middles of those that were on the map already. They stay while they are at least half of all.
    """
    count = len(sizes)
    radius = np.sqrt(sizes.astype(np.float64))
    if before and 2 * len(before) >= count:
        middle = _going_on(ties, before)
    else:
        pairs = np.argwhere(np.triu(ties, 1) > 0)
        network = igraph.Graph(n=count, edges=pairs.tolist())
        igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 - chance that can be repeated, no secret
        weights = [float(ties[one, other]) for one, other in pairs]
        placed = network.layout_fruchterman_reingold(weights=weights or None, niter=1_000, grid="nogrid")
        middle = np.array(placed.coords, dtype=np.float64).reshape(count, 2)
    middle -= middle.mean(axis=0) if count else 0
    spread = np.sqrt((middle**2).sum(axis=1)).max() if count else 0.0
    if spread > 0:
        middle *= 1.3 * np.sqrt((radius**2).sum()) / spread
    return _framed(_apart(middle, radius), radius)


def _going_on(ties: NDArray[np.float64], before: dict[int, tuple[float, float]]) -> NDArray[np.float64]:
    """Where they were; a new one among those with which it has to do."""
    middle = np.full((len(ties), 2), 0.5)
    known = np.zeros(len(ties), dtype=bool)
    for one, place in before.items():
        middle[one], known[one] = place, True
    for new in np.flatnonzero(~known):
        near = ties[new] * known
        if near.any():
            middle[new] = near @ middle / near.sum()
    return middle


def _apart(middle: NDArray[np.float64], radius: Floats) -> NDArray[np.float64]:
    """Push circles apart until none covers another."""
    count = len(radius)
    if count < 2:
        return middle
    least = radius[:, None] + radius[None, :] + _GAP
    for _ in range(_STEPS):
        way = middle[:, None, :] - middle[None, :, :]
        distance = np.sqrt((way**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        # Two on the same spot go different ways.
        same = distance < 1e-9
        if same.any():
            one, other = np.nonzero(same)
            way[one, other] = np.where((one < other)[:, None], [1.0, 0.3], [-1.0, -0.3])
            distance[one, other] = 1.0
        missing = np.maximum(0, least - distance)
        if missing.max() < 1e-3:
            break
        middle = middle + (way / distance[:, :, None] * missing[:, :, None] * 0.5).sum(axis=1)
    return middle


def _framed(middle: NDArray[np.float64], radius: Floats) -> Map:
    """Into a square of 1 by 1, with the same scale both ways."""
    if not len(radius):
        nothing: Floats = np.zeros(0)
        return Map(nothing, nothing, nothing)
    low = (middle - radius[:, None]).min(axis=0)
    high = (middle + radius[:, None]).max(axis=0)
    scale = 1 / max(float((high - low).max()), 1e-9)
    centred = 0.5 + (middle - (low + high) / 2) * scale
    return Map(centred[:, 0], centred[:, 1], radius * scale)
