"""The picture of how a post spread: nothing crosses a name, and what is too much is counted."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plausch.insights.model.cascades import ROOT
from plausch.insights.model.spread import Node
from plausch.kernel.clock import DAY, MINUTE
from plausch.web.spread import MOST_DRAWN, draw


@st.composite
def trees(draw: st.DrawFn) -> list[Node]:
    """Nodes in the order of time, some at the same moment."""
    moments = sorted(draw(st.lists(st.integers(0, 30 * DAY), max_size=40)))
    tree = [Node(1, 0, ROOT, inferred=False)]
    for place, at in enumerate(moments, 1):
        tree.append(Node(place + 1, at, draw(st.integers(0, place - 1)), draw(st.booleans())))
    return tree


@given(trees())
def test_no_line_crosses_a_name_or_another_line(tree: list[Node]) -> None:
    dots = draw(tree, {}).dots
    assert sorted(dot.y for dot in dots) == sorted({dot.y for dot in dots}), "each has a row"
    assert [dot.after for dot in dots] == [node.at for node in tree]
    for dot in dots[1:]:
        giver = dots[tree[dot.turn].parent]
        assert (dot.parent_x, dot.parent_y) == (giver.x, giver.y + giver.radius)
        assert giver.x <= dot.x
        assert giver.y < dot.y
        for other in dots:
            if giver.y < other.y < dot.y:
                assert other.x >= giver.x, "what runs down would cross a line or a name"
    assert all(0 < dot.x <= 60 for dot in dots)
    assert dots[0].brought == len(tree) - 1


@given(trees())
def test_what_is_later_is_further_right_and_times_stand_apart(tree: list[Node]) -> None:
    drawing = draw(tree, {})
    places = [dot.x for dot in drawing.dots]
    assert places == sorted(places)
    ticks = [0.0, *(tick.x for tick in drawing.ticks)]
    assert all(later - earlier >= 20 for earlier, later in pairwise(ticks))
    assert all(tick.after <= tree[-1].at for tick in drawing.ticks)


def test_of_a_huge_tree_the_beginning_is_drawn() -> None:
    chance = random.Random(2)
    tree = [Node(1, 0, ROOT, inferred=False)]
    tree += [Node(place + 1, place * MINUTE, chance.randrange(place), inferred=False) for place in range(1, 2_000)]
    drawing = draw(tree, {})
    assert (len(drawing.dots), drawing.more) == (MOST_DRAWN, 2_000 - MOST_DRAWN)
    assert drawing.height < 6_000
    assert 0 < sum(dot.labelled for dot in drawing.dots) < MOST_DRAWN / 2
