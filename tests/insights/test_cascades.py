"""The figures of a cascade, against their definitions."""

import random
from collections import deque
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.insights.model.cascades import ROOT, Cascade, NoTree, measure


@st.composite
def trees(draw: st.DrawFn) -> list[int]:
    """Parents of a random tree, whose nodes come in any order."""
    size = draw(st.integers(1, 12))
    parents = [ROOT, *(draw(st.integers(0, node - 1)) for node in range(1, size))]
    order = draw(st.permutations(range(size)))
    moved = [ROOT] * size
    for node, parent in enumerate(parents):
        moved[order[node]] = ROOT if parent == ROOT else order[parent]
    return moved


def distances_from(start: int, parents: list[int]) -> dict[int, int]:
    """The number of edges to every node, found by walking."""
    near: dict[int, list[int]] = {node: [] for node in range(len(parents))}
    for node, parent in enumerate(parents):
        if parent != ROOT:
            near[node].append(parent)
            near[parent].append(node)
    found, waiting = {start: 0}, deque([start])
    while waiting:
        node = waiting.popleft()
        for other in near[node]:
            if other not in found:
                found[other] = found[node] + 1
                waiting.append(other)
    return found


@given(trees())
def test_a_tree_is_measured_as_defined(parents: list[int]) -> None:
    size = len(parents)
    found = measure(parents, [0.0] * size)
    pairs = [distances_from(one, parents)[other] for one, other in combinations(range(size), 2)]
    generations = list(distances_from(parents.index(ROOT), parents).values())
    assert found.size == size
    assert found.depth == max(generations)
    assert found.breadth == max(map(generations.count, generations))
    if size == 1:
        assert (found.virality, found.reproduction, found.half_life) == (None, None, None)
    else:
        assert found.virality == pytest.approx(sum(pairs) / len(pairs), rel=1e-12)
        children_of_sharers = [parents.count(node) for node, parent in enumerate(parents) if parent != ROOT]
        assert found.reproduction == pytest.approx(sum(children_of_sharers) / (size - 1))


@pytest.mark.parametrize("size", [2, 3, 10, 20_000])
def test_stars_and_chains(size: int) -> None:
    star = measure([ROOT] + [0] * (size - 1), [0.0] * size)
    assert star.virality == pytest.approx(2 * (size - 1) / size, rel=1e-12)
    assert (star.depth, star.breadth, star.reproduction) == (1, size - 1, 0)
    chain = measure([ROOT, *range(size - 1)], [0.0] * size)
    assert chain.virality == pytest.approx((size + 1) / 3, rel=1e-12)
    assert (chain.depth, chain.breadth) == (size - 1, 1)


def test_a_large_random_tree_is_measured_the_same_in_any_order() -> None:
    chance = random.Random(3)
    parents = [ROOT, *(chance.randrange(node) for node in range(1, 30_000))]
    order = list(range(len(parents)))
    chance.shuffle(order)
    moved = [ROOT] * len(parents)
    for node, parent in enumerate(parents):
        moved[order[node]] = ROOT if parent == ROOT else order[parent]
    times = [0.0] * len(parents)
    assert measure(parents, times) == measure(moved, times)


def test_half_of_the_shares_have_happened_at_the_half_life() -> None:
    assert measure([ROOT, 0, 0, 0, 1], [100, 110, 120, 900, 130]).half_life == 20
    assert measure([ROOT, 0], [100, 130]).half_life == 30
    assert measure([1, ROOT], [90, 100]).half_life == 0, "clocks differ"
    assert measure([ROOT], [5]) == Cascade(1, 0, 1, None, None, None)


@pytest.mark.parametrize(
    ("parents", "what", "node"),
    [([ROOT, 0, ROOT], "two beginnings", 2), ([1, 0], "no beginning", 0), ([ROOT, 2, 1], "a circle", 1)],
)
def test_what_is_no_tree_is_refused(parents: list[int], what: str, node: int) -> None:
    with pytest.raises(NoTree, match=what) as refused:
        measure(parents, [0.0] * len(parents))
    assert refused.value.node == node
