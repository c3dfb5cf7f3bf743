"""Conversation health and loyalty against their definitions, by brute force."""

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.insights.measures import health, loyalty
from plausch.insights.model.loyalty import FEW, Stage, tell_some

DAY = 86_400_000
NOW = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp()) * 1_000


@st.composite
def talk(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Posts: parent (-1: begins a conversation), speaker, writer, moment."""
    found: list[tuple[int, int, int, int]] = []
    for place in range(draw(st.integers(0, 14))):
        found.append(
            (
                draw(st.integers(-1, place - 1)),
                draw(st.integers(0, 3)),
                draw(st.integers(0, 3)),
                place * 10 + draw(st.integers(0, 9)),
            )
        )
    return found


def root_of(posts: list[tuple[int, int, int, int]], place: int) -> int:
    while posts[place][0] >= 0:
        place = posts[place][0]
    return place


def columns(posts: list[tuple[int, int, int, int]]) -> health.Posts:
    parent, speaker, writer, at = np.array(posts, dtype=np.int64).reshape(-1, 4).T
    roots = [root_of(posts, place) for place in range(len(posts))]
    root = np.array([health.NONE if one == place else one for place, one in enumerate(roots)], dtype=np.int32)
    return health.Posts(parent.astype(np.int32), root, speaker.astype(np.int32), writer.astype(np.int32), at)


@given(talk(), st.sets(st.integers(0, 13)))
def test_an_answer_is_what_somebody_else_says_first(posts: list[tuple[int, int, int, int]], left_out: set[int]) -> None:
    counted = np.array([place not in left_out for place in range(len(posts))], dtype=bool)
    for place, waited in enumerate(health.first_answers(columns(posts), counted).tolist()):
        _, speaker, writer, asked = posts[place]
        answers = [
            at
            for other, (parent, by, who, at) in enumerate(posts)
            if other != place and counted[other] and by != speaker and who != writer
            if parent == place or (posts[place][0] < 0 and root_of(posts, other) == place)
        ]
        assert waited == max(min(answers, default=math.inf) - asked, 0)


@given(talk())
def test_depth_is_counted_from_the_beginning(posts: list[tuple[int, int, int, int]]) -> None:
    expected: list[int] = []
    for parent, *_ in posts:
        expected.append(0 if parent < 0 else expected[parent] + 1)
    given_ = columns(posts)
    depth = health.depths(given_.parent)
    assert depth.tolist() == expected
    assert given_.parent.tolist() == [one[0] for one in posts], "what is given is left as it is"
    conversation = np.array([root_of(posts, place) for place in range(len(posts))], dtype=np.int32)
    counts = Counter(zip(conversation.tolist(), expected, strict=True))
    for one, found in enumerate(health.thread_depths(conversation, depth, len(posts)).tolist()):
        assert found == max((h for h in range(1, 20) if counts[one, h] >= h), default=0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 5)), max_size=20))
def test_reciprocity_compares_what_goes_both_ways(edges: list[tuple[int, int, int]]) -> None:
    weights: Counter[tuple[int, int]] = Counter()
    for one, other, amount in edges:
        weights[one, other] += amount * (one != other)
    pairs = [(one, other) for one in range(5) for other in range(one)]
    least = sum(min(weights[pair], weights[pair[::-1]]) for pair in pairs)
    most = sum(max(weights[pair], weights[pair[::-1]]) for pair in pairs)
    source, target, amounts = np.array(edges, dtype=np.int32).reshape(-1, 3).T
    found = health.reciprocity(source, target, amounts.astype(float), 5)
    assert found == (pytest.approx(least / most) if most else None)


@given(st.lists(st.integers(0, 50), max_size=12))
def test_gini_is_half_the_mean_difference(turns: list[int]) -> None:
    found = health.gini(np.array(turns, dtype=float))
    if not sum(turns):
        assert found is None
        return
    differences = sum(abs(one - other) for one in turns for other in turns)
    assert found == pytest.approx(differences / (2 * len(turns) * sum(turns)), abs=1e-12)


def test_times_are_told_of_what_was_answered() -> None:
    waited = np.array([10.0, 20.0, 30.0, 40.0, np.inf])
    assert health.share_answered(waited, 30) == pytest.approx(0.6)
    assert health.time_to_answer(waited) == 25
    assert health.time_to_answer(waited, health.LATE) == 32.5
    nothing = np.array([np.inf])
    assert (health.share_answered(nothing[:0], 1), health.time_to_answer(nothing)) == (None, None)


doings = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-5, 120 * 24), st.integers(0, 3), st.integers(-1, 3)), max_size=60
)


def as_doings(rows: list[tuple[int, int, int, int]]) -> loyalty.Doings:
    person, hours, kind, partner = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    at = NOW - hours * (DAY // 24)
    # Only who talks has a partner.
    partner = np.where(kind >= loyalty.TALK, partner, -1)
    return loyalty.Doings(person.astype(np.int32), at, kind.astype(np.int8), partner.astype(np.int32))


def expected_stage(mine: list[int], weeks: int, partners: int) -> Stage:
    if not mine:
        return Stage.AWAY
    if max(mine) < loyalty.TALK:
        return Stage.REACTOR if loyalty.REACTION in mine else Stage.READER
    if weeks < 4 or partners < 3:
        return Stage.PARTICIPANT
    return Stage.FAN if weeks >= 8 and loyalty.BEGINNING in mine else Stage.REGULAR


@given(doings)
def test_stages_are_as_defined(rows: list[tuple[int, int, int, int]]) -> None:
    found = loyalty.find_stages(as_doings(rows), 4, NOW)
    within = [one for one in rows if 0 <= one[1] < 90 * 24]
    partners: defaultdict[int, set[int]] = defaultdict(set)
    for person, _, kind, partner in within:
        if kind >= loyalty.TALK and partner >= 0 and partner != person:
            partners[person].add(partner)
            partners[partner].add(person)
    for person in range(4):
        mine = [one for one in within if one[0] == person]
        weeks = {one[1] // (7 * 24) for one in mine if one[2] != loyalty.VISIT} & set(range(12))
        known = len(partners[person])
        assert found.active_weeks[person] == len(weeks)
        assert found.partners[person] == known
        assert found.stage[person] == expected_stage([one[2] for one in mine], len(weeks), known)
        assert found.loyalty[person] == pytest.approx(100 * len(weeks) / 12 * (1 - math.exp(-known / 5)))


def test_the_most_loyal_come_every_week_and_begin() -> None:
    rows = [(0, week * 7 * 24 + 1, loyalty.BEGINNING, 1 + week % 3) for week in range(12)]
    found = loyalty.find_stages(as_doings(rows), 4, NOW)
    assert found.stage.tolist() == [Stage.FAN, Stage.AWAY, Stage.AWAY, Stage.AWAY]
    assert found.loyalty[0] == pytest.approx(100 * (1 - math.exp(-3 / 5)))


def test_flows_are_counted_by_pair_of_stages() -> None:
    before, after = np.array([0, 1, 1, 5], dtype=np.int32), np.array([1, 1, 2, 0], dtype=np.int32)
    found = loyalty.flows(before, after)
    assert found.shape == (6, 6)
    assert {(int(one), int(other)) for one, other in np.argwhere(found)} == {(0, 1), (1, 1), (1, 2), (5, 0)}
    assert found.sum() == 4


@given(st.integers(0, 40), st.integers(0, 40))
def test_some_of_them_are_told_when_neither_they_nor_the_others_are_few(some: int, others: int) -> None:
    told = tell_some(some, some + others)
    assert (told == FEW) == (some in range(1, 5) or others in range(1, 5))
    assert told in (FEW, some)


def test_cohorts_tell_who_stayed() -> None:
    def at(month: int, day: int = 5) -> int:
        return int(datetime(2026, month, day, tzinfo=UTC).timestamp()) * 1_000

    joined = np.array([at(8), at(8, 20), at(9), at(11)])
    acts = [(0, at(8, 6)), (0, at(10)), (0, at(10, 9)), (1, at(9)), (2, at(9, 9)), (2, at(11)), (3, at(11, 6))]
    made = loyalty.Doings(
        np.array([who for who, _ in acts], dtype=np.int32),
        np.array([when for _, when in acts]),
        np.full(len(acts), loyalty.TALK, dtype=np.int8),
        np.full(len(acts), -1, dtype=np.int32),
    )
    assert loyalty.cohorts(joined, made, NOW) == [
        (at(8, 1), 2, [0.5, 0.5, 0.5]),
        (at(9, 1), 1, [1.0, 0.0]),
        (at(11, 1), 1, []),
    ]
    quarters = loyalty.cohorts(joined, made, NOW, months=3)
    # In the third month after joining the one who came in September had not all of it yet.
    assert [one[:2] for one in quarters] == [(at(7, 1), 3), (at(10, 1), 1)]
    assert [one[2] for one in quarters] == [pytest.approx([2 / 3, 1 / 3]), []]
