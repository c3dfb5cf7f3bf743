"""The spread of a post: a tree whose root is the author and whose other nodes are those who shared it.

Plain Python on purpose: some integer operations a node, exact whatever the size; and most cascades are small.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

VERSION = "cascades 1"

#: The parent of the root.
ROOT = -1


class NoTree(ValueError):
    """The parents do not make one tree; `node` is one that is in the way."""

    def __init__(self, reason: str, node: int) -> None:
        super().__init__(reason)
        self.node = node


@dataclass(frozen=True)
class Cascade:
    """Figures of one cascade. What it is too small for is None.

    `depth` counts generations after the author, `breadth` is the widest generation, `reproduction` how many shares a
    share brought about on average (those of the author's own followers aside), `half_life` the seconds until half of
    the shares had happened, `virality` the mean distance between two people in the tree.
    """

    size: int
    depth: int
    breadth: int
    reproduction: float | None
    half_life: float | None
    virality: float | None


def measure(parents: Sequence[int], times: Sequence[float]) -> Cascade:
    """The figures of a cascade; a parent (its index, or ROOT) and a time a node. Raises NoTree."""
    order = _from_the_leaves(parents)
    root = order[-1]
    size = len(parents)
    below = [1] * size
    distances = 0
    for node in order[:-1]:
        below[parents[node]] += below[node]
        # The edge above a node lies on the way of everybody below it to everybody else.
        distances += below[node] * (size - below[node])
    generation = [0] * size
    for node in reversed(order[:-1]):
        generation[node] = generation[parents[node]] + 1
    sharers = size - 1
    delays = sorted(times[node] - times[root] for node in range(size) if node != root)
    return Cascade(
        size=size,
        depth=max(generation),
        breadth=max(Counter(generation).values()),
        reproduction=sum(one > 1 for one in generation) / sharers if sharers else None,
        half_life=max(0.0, delays[(sharers - 1) // 2]) if sharers else None,
        virality=2 * distances / (size * (size - 1)) if sharers else None,
    )


def _from_the_leaves(parents: Sequence[int]) -> list[int]:
    """All nodes, each before its parent."""
    waiting = [0] * len(parents)
    roots = [node for node, parent in enumerate(parents) if parent == ROOT]
    if not roots:
        raise NoTree("no beginning", 0)
    if len(roots) > 1:
        raise NoTree("two beginnings", roots[1])
    for parent in parents:
        if parent != ROOT:
            waiting[parent] += 1
    order = [node for node, children in enumerate(waiting) if not children]
    for node in order:
        parent = parents[node]
        if parent != ROOT:
            waiting[parent] -= 1
            if not waiting[parent]:
                order.append(parent)
    if len(order) < len(parents):
        raise NoTree("a circle", next(node for node, children in enumerate(waiting) if children))
    return order
