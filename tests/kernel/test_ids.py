"""Ids sort by time, count upwards within a moment, and read back only as what they are."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from plausch.kernel import clock, ids

MOMENTS = st.integers(0, 1 << 42)


@given(moments=st.lists(MOMENTS, min_size=2, max_size=20))
def test_ids_sort_as_their_moments(moments: list[int]) -> None:
    with clock.at(1 << 42):
        made = [ids.new_id(moment) for moment in moments]
    assert [ids.moment_of(id_) for id_ in made] == moments
    assert [ids.moment_of(id_) for id_ in sorted(made)] == sorted(moments)
    assert all(
        ids.first_id_at(moment) <= id_ < ids.first_id_at(moment + 1) for moment, id_ in zip(moments, made, strict=True)
    )


@given(moment=MOMENTS)
def test_within_a_moment_they_count_upwards(moment: int) -> None:
    with clock.at(moment):
        made = [ids.new_id() for _ in range(300)]
    assert made == sorted(set(made))
    assert {ids.moment_of(id_) for id_ in made} == {moment}


@given(moment=st.integers(0, 1 << 40), ahead=st.integers(1, 1 << 40))
def test_nothing_is_published_in_the_future(moment: int, ahead: int) -> None:
    with clock.at(moment):
        assert ids.moment_of(ids.new_id(moment + ahead)) == moment
        assert ids.moment_of(ids.new_id(-ahead)) == 0


@given(id_=st.integers(0, (1 << 63) - 1))
def test_an_id_is_read_back(id_: int) -> None:
    assert ids.parse_id(str(id_)) == id_


@given(text=st.one_of(st.text(max_size=25), st.from_regex(r"[-+ ]?[0-9]{0,25}[\n٣²]?", fullmatch=True)))
def test_whatever_else_is_no_id(text: str) -> None:
    found = ids.parse_id(text)
    if found is not None:
        assert text.isascii()
        assert text.isdigit()
        assert found == int(text) < 1 << 63


def test_processes_do_not_make_the_same() -> None:
    """They begin each moment at random places of their own."""
    script = "from plausch.kernel import clock, ids\nwith clock.at(1):\n    print(*(ids.new_id() for _ in range(20)))"
    made = [subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout for _ in range(2)]
    assert not set(made[0].split()) & set(made[1].split())
