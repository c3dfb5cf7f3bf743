"""The order of feeds somebody can choose, without a database."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.feeds.model import (
    OF_ONE_AUTHOR,
    WINDOW,
    FeedKind,
    OwnFeed,
    RecipeKind,
    Weighed,
    clean_tags,
    diversify,
    likeness,
    lively,
    read_choice,
    read_own_feeds,
    usual_wait,
    write_kinds,
    write_own_feeds,
)
from plausch.kernel.clock import DAY, HOUR, MINUTE
from plausch.kernel.errors import Invalid

_TAGS = st.frozensets(st.sampled_from(["schach", "garten", "fest"]))
_ITEMS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2), st.floats(0, 10), _TAGS), max_size=40).map(
    lambda found: [Weighed(id_, *one) for id_, one in enumerate(found, 1)]
)


@given(_ITEMS, st.integers(0, 40))
def test_nobody_fills_a_feed_alone(items: list[Weighed], most: int) -> None:
    order = diversify(items, most)
    author = {one.id: one.author_id for one in items}
    assert len(order) == len(set(order)) <= most
    for start in range(len(order)):
        assert max(Counter(author[id_] for id_ in order[start : start + WINDOW]).values()) <= OF_ONE_AUTHOR
    assert order == diversify(items, 40)[:most], "another page of it begins with something else"
    if order:
        assert order[0] == max(items, key=lambda one: (one.score, one.id)).id
    left = [one for one in items if one.id not in order]
    late = Counter(author[id_] for id_ in order[1 - WINDOW :])
    assert len(order) == most or all(late[one.author_id] >= OF_ONE_AUTHOR for one in left), "somebody had room"


@given(_ITEMS)
def test_of_different_people_about_different_things_the_score_alone_decides(items: list[Weighed]) -> None:
    apart = [one._replace(author_id=one.id, place_id=0, tags=frozenset()) for one in items]
    assert diversify(apart, 40) == [one.id for one in sorted(apart, key=lambda one: (-one.score, -one.id))]


def test_what_is_alike_makes_room_for_something_else() -> None:
    chess = frozenset({"schach"})
    items = [Weighed(1, 1, 0, 1.0, chess), Weighed(2, 2, 0, 0.9, chess), Weighed(3, 3, 0, 0.8), Weighed(4, 4, 0, 0.0)]
    assert diversify(items, 4) == [1, 3, 2, 4]


@given(_ITEMS)
def test_likeness_is_a_share_and_goes_both_ways(items: list[Weighed]) -> None:
    for one in items:
        for other in items:
            assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_ten_times_the_people_are_worth_a_day_and_a_half() -> None:
    assert lively(9, 0, 0) == pytest.approx(lively(0, 0, 36 * HOUR)) == pytest.approx(1)
    assert lively(1, 2, 0) == lively(2, 0, 0)


@given(st.lists(st.integers(0, 10 * DAY), min_size=5, max_size=50))
def test_three_of_four_waited_no_longer_than_usual(waits: list[int]) -> None:
    usual = usual_wait(waits)
    assert sum(one <= usual for one in waits) >= 0.75 * len(waits)
    assert usual in {HOUR, *waits}


def test_where_little_was_answered_a_day_is_long() -> None:
    assert usual_wait([MINUTE] * 4) == usual_wait([]) == DAY
    assert usual_wait([MINUTE] * 5) == HOUR


def test_choices_are_feeds_for_everybody_or_numbers() -> None:
    assert read_choice("lively") is FeedKind.LIVELY
    assert read_choice("12") == 12
    assert read_choice("") is read_choice("loud") is read_choice("-1") is None
    assert read_own_feeds(write_own_feeds([OwnFeed(3, "Schach & Tee")])) == [OwnFeed(3, "Schach & Tee")]


def test_tags_are_taken_as_they_are_typed() -> None:
    assert clean_tags("#Schach, garten  #schach") == ["schach", "garten"]
    with pytest.raises(Invalid, match="tag_form"):
        clean_tags("schach 12")
    with pytest.raises(Invalid, match="recipe_tags_many"):
        clean_tags(" ".join(f"tag{number}" for number in range(40)))
    assert write_kinds(RecipeKind) == ""
    assert write_kinds([RecipeKind.POLL, RecipeKind.NOTE]) == "note poll"
