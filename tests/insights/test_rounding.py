"""Numbers of chosen people: a lower bound, the same for the same people, and never one of fewer than five."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from plausch.insights.model.findings import FEWEST
from plausch.insights.model.rounding import at_least, within

MOST_LEFT_OUT = 4
KEYS = some.binary(min_size=32, max_size=32)


@given(KEYS, some.sets(some.integers(min_value=1, max_value=2**63 - 1), max_size=40))
def test_a_number_is_a_lower_bound_in_fives(key: bytes, people: set[int]) -> None:
    told = at_least(key, people)
    assert told == at_least(key, sorted(people, reverse=True)), "asking again tells no more"
    if told is None:
        assert len(people) < FEWEST + MOST_LEFT_OUT
    else:
        assert told % FEWEST == 0
        assert max(len(people) - MOST_LEFT_OUT - FEWEST + 1, FEWEST) <= told <= len(people)


def test_nobody_is_found_out_about_by_padding_with_people_one_knows() -> None:
    """However many accounts of one's own there are around somebody: what is told is hardly ever theirs to tell."""
    keys = [key.to_bytes(32, "big") for key in range(2000)]
    for own in range(4, 24):
        without = Counter(at_least(key, range(1, own + 1)) for key in keys)
        with_ = Counter(at_least(key, {*range(1, own + 1), 99}) for key in keys)
        telling = sum(count for told, count in with_.items() if told not in without)
        assert telling < 0.1 * len(keys), own
        apart = sum(abs(with_[told] - without[told]) for told in with_ | without) / 2
        assert apart < 0.4 * len(keys), own


def test_a_part_is_no_larger_than_the_whole() -> None:
    assert (within(10, 5), within(5, 10), within(None, 5), within(5, None)) == (5, 5, None, None)
