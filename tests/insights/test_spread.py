"""From whom shares came, and what may still come: against the plainest way to find it out."""

import math
import random
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from plausch.insights.model.cascades import ROOT, measure
from plausch.insights.model.spread import (
    AGES,
    FEWEST_CASCADES,
    SETTLED,
    AgeForecast,
    Forecasts,
    Shared,
    foretell,
    generations,
    grow,
    learn,
)
from plausch.kernel.clock import HOUR, MINUTE

POST, AUTHOR, BEGAN = 1_000, 1, 500

Case = tuple[list[Shared], dict[int, set[int]]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Shares in any order, some through others, some through what is not there; and who follows whom."""
    people = draw(st.lists(st.integers(1, 9), unique=True, max_size=9))
    shares = []
    for number, person in enumerate(people):
        via = draw(st.none() | st.sampled_from([POST, *(2_000 + other for other in range(number)), 77]))
        shares.append(Shared(2_000 + number, person, via, draw(st.integers(400, 400 + 100 * number))))
    follows = draw(st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 9))))
    return draw(st.permutations(shares)), follows


def parent_by_definition(share: Shared, shares: list[Shared], follows: dict[int, set[int]]) -> tuple[int, bool]:
    """The actor from whom a share came, and whether that is inferred."""
    before = [one for one in shares if (one.at, one.id) < (share.at, share.id)]
    if share.via == POST:
        return AUTHOR, False
    for one in before:
        if one.id == share.via:
            return one.actor, False
    # The author was there first of all; newest first, then.
    newest = [one.actor for one in sorted(before, key=lambda one: (one.at, one.id), reverse=True)]
    followed = follows.get(share.actor, set()) - {share.actor}
    return next((actor for actor in [*newest, AUTHOR] if actor in followed), AUTHOR), True


@given(cases())
def test_parents_are_found_as_defined(case: Case) -> None:
    shares, follows = case
    tree = grow(POST, AUTHOR, BEGAN, shares, follows)
    assert (tree[0].actor, tree[0].parent, tree[0].inferred) == (AUTHOR, ROOT, False)
    found = {node.actor: (tree[node.parent].actor, node.inferred) for node in tree[1:]}
    assert found == {one.actor: parent_by_definition(one, shares, follows) for one in shares if one.actor != AUTHOR}
    assert all(node.parent < place for place, node in enumerate(tree))
    assert all(node.at >= BEGAN for node in tree), "nothing is shared before it is there"
    figures = measure([node.parent for node in tree], [node.at for node in tree])
    assert figures.depth == max(generations(tree))


def test_the_author_brings_it_up_again() -> None:
    shares = [Shared(11, 2, None, 600), Shared(12, AUTHOR, None, 700), Shared(13, 3, None, 800), Shared(14, 4, 12, 900)]
    tree = grow(POST, AUTHOR, BEGAN, shares, {3: {2, AUTHOR}})
    assert [(node.actor, node.parent, node.inferred) for node in tree[1:]] == [
        (2, 0, True),
        (3, 0, True),
        (4, 0, False),
    ]


def test_forecasts_are_learnt_from_all_others() -> None:
    chance = random.Random(5)
    cascades = [
        sorted(int(chance.expovariate(1 / (5 * HOUR))) for _ in range(chance.randrange(12))) for _ in range(200)
    ]
    learnt = learn(cascades)
    assert [one.age for one in learnt.ages] == list(AGES)
    for one in learnt.ages:
        counted = [(1 + sum(delay <= one.age for delay in delays), 1 + len(delays)) for delays in cascades]
        shared = [(then, final) for then, final in counted if then > 1]
        assert one.cascades == len(shared)
        assert math.isclose(one.growth, median(math.log(final / then) for then, final in shared))
        errors = []
        for left_out, (then, final) in enumerate(shared):
            others = [math.log(end / begun) for place, (begun, end) in enumerate(shared) if place != left_out]
            errors.append(abs(then * math.exp(median(others)) - final) / final)
        assert math.isclose(one.error, median(errors), abs_tol=1e-12)
        assert sum(error < one.large_error for error in errors) <= 0.9 * len(errors)
        assert sum(error <= one.large_error for error in errors) >= 0.9 * len(errors)
    assert learnt.ages[0].growth > learnt.ages[-1].growth >= 0
    assert learnt.ages[0].error > learnt.ages[-1].error
    assert all(one.error <= one.large_error for one in learnt.ages)


def test_without_history_nothing_is_foretold() -> None:
    few = [[MINUTE]] * (FEWEST_CASCADES - 1)
    assert learn([*few, []]) == Forecasts()
    assert foretell(Forecasts(), [MINUTE], HOUR) is None
    assert learn([*few, [2 * HOUR]]).ages[0].age == 3 * HOUR, "of a young post too little is known"


def test_what_is_foretold() -> None:
    known = Forecasts(
        (AgeForecast(HOUR, math.log(3), 0.3, 0.5, 40), AgeForecast(3 * HOUR, math.log(1.5), 0.2, 0.4, 50))
    )
    assert foretell(known, [MINUTE], 59 * MINUTE) is None, "too young"
    assert foretell(known, [2 * HOUR], 2 * HOUR) is None, "nobody had shared it after an hour"
    assert foretell(known, [MINUTE, 2 * HOUR], 2 * HOUR) == (6, 0.3, 0.5, 40)
    assert foretell(known, [MINUTE, 2 * HOUR], 3 * HOUR) == (4, 0.2, 0.4, 50)
    assert foretell(known, [MINUTE, *[4 * HOUR] * 9], 5 * HOUR) == (11, 0.2, 0.4, 50), "never less than there are"
    assert foretell(known, [MINUTE], SETTLED) is None
