"""Communities as people see them: what they are called, that they keep their numbers, and where they are on the map."""

import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from plausch.insights.measures.labels import label
from plausch.insights.measures.maps import draw_map
from plausch.insights.measures.numbering import keep_numbers
from plausch.insights.model.communities import scatter


def test_labels_are_what_is_frequent_here_and_rare_elsewhere() -> None:
    counts = {1: {"schach": 6, "turnier": 3, "stadt": 9}, 2: {"garten": 8, "stadt": 10}, 3: {"chor": 5, "stadt": 9}}
    found = label(counts, most=2)
    assert [terms[0].term for terms in found.values()] == ["schach", "garten", "chor"]
    assert found[1][1].term == "turnier"
    average = 50 / 3
    assert found[1][0].weight == pytest.approx(6 / 18 * math.log(1 + average / 6))


def test_a_word_said_once_names_nobody_and_silence_has_no_name() -> None:
    assert label({1: {"einmal": 1}, 2: {}}) == {1: [], 2: []}


@given(st.dictionaries(st.integers(1, 6), st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9))))
def test_labels_against_their_formula(counts: dict[int, dict[str, int]]) -> None:
    total = Counter[str]()
    for terms in counts.values():
        total.update(terms)
    for community, found in label(counts, most=3, fewest=1).items():
        said = sum(counts[community].values())

        def weight(term: str, community: int = community, said: int = said) -> float:
            average = sum(total.values()) / len(counts)
            return counts[community][term] / said * math.log(1 + average / total[term])

        best = sorted(counts[community], key=lambda term: (-weight(term), term))[:3]
        assert [one.term for one in found] == best


def test_communities_keep_their_numbers_while_people_come_and_go() -> None:
    before = {person: 1 if person < 10 else 2 if person < 20 else 7 for person in range(26)}
    people = np.arange(2, 30, dtype=np.int32)
    # 2..9 stay together, 10..19 parts in two, 20..25 goes on with four new ones.
    community = np.array([0] * 8 + [1] * 6 + [3] * 4 + [2] * 10, dtype=np.int32)
    assert keep_numbers(people, community, before).tolist() == [1, 2, 7, 8]
    assert keep_numbers(people, community, {}).tolist() == [1, 2, 3, 4]
    assert keep_numbers(people, community, {}, free=12).tolist() == [12, 13, 14, 15]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.dictionaries(st.integers(0, 40), st.integers(1, 9)))
def test_no_two_communities_bear_one_number(where: list[int], before: dict[int, int]) -> None:
    _, community = np.unique(where, return_inverse=True)
    numbers = keep_numbers(np.arange(len(where), dtype=np.int32), community.astype(np.int32), before).tolist()
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) >= 1


def _random_ties(count: int, chance: random.Random) -> NDArray[np.float64]:
    ties = np.zeros((count, count))
    for one in range(count):
        for other in range(one):
            ties[one, other] = ties[other, one] = max(0.0, chance.random() - 0.6)
    return ties


@pytest.mark.parametrize("count", [0, 1, 2, 12, 40])
def test_on_the_map_nothing_covers_anything_and_all_is_on_it(count: int) -> None:
    chance = random.Random(count)
    sizes = np.array([chance.randint(5, 60) for _ in range(count)], dtype=np.int32)
    ties = _random_ties(count, chance)
    drawn = draw_map(sizes, ties, {})
    for one in range(count):
        assert drawn.x[one] - drawn.radius[one] >= -1e-9
        assert drawn.x[one] + drawn.radius[one] <= 1 + 1e-9
        assert drawn.y[one] - drawn.radius[one] >= -1e-9
        for other in range(one):
            apart = math.hypot(drawn.x[one] - drawn.x[other], drawn.y[one] - drawn.y[other])
            assert apart >= drawn.radius[one] + drawn.radius[other] - 1e-6
    again = draw_map(sizes, ties, {})
    assert (again.x == drawn.x).all()


def test_the_map_of_the_next_night_looks_like_that_of_the_last() -> None:
    chance = random.Random(3)
    sizes = np.array([chance.randint(5, 60) for _ in range(10)], dtype=np.int32)
    ties = _random_ties(10, chance)
    first = draw_map(sizes, ties, {})
    # Nobody would draw it like that anew: it is the wrong way round.
    places = {one: (1 - float(first.x[one]), float(first.y[one])) for one in range(9)}
    sizes[3] += 4
    ties[2, 5] = ties[5, 2] = 0.5
    after = draw_map(sizes, ties, places)
    moved = [math.hypot(after.x[one] - x, after.y[one] - y) for one, (x, y) in places.items()]
    assert max(moved) < 0.12


def test_people_fill_their_circle_evenly() -> None:
    points = np.array(scatter(60))
    assert (np.hypot(points[:, 0], points[:, 1]) < 1).all()
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + np.eye(60)
    assert apart.min() > 0.08
