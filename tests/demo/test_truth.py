"""What is planted in Lindenau is really there: the screenplay holds what `plausch.demo.truth` says about it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import msgspec
import pytest

from plausch.demo.model import TIME_ZONE, Post, Town, scenes
from plausch.demo.town import load
from plausch.demo.truth import CIRCLES, MERELY_LOUD, OPINION_MAKERS, READER_TO_REGULAR, UNANSWERED_NEWCOMERS, WAVES
from plausch.kernel import clock

NOW = int(datetime(2026, 11, 23, 20, 0, tzinfo=UTC).timestamp()) * clock.SECOND
ZONE = ZoneInfo(TIME_ZONE)
#: What a deed weighs where people are looked for who belong together, and how much makes one belong.
_WEIGHTS = {"reply": 4, "share": 3, "like": 1}
_BELONGS, _BELONGS_TO_SEVERAL = 0.2, 0.15


class Deed(msgspec.Struct, frozen=True):
    """Somebody posted, replied, liked or shared: whose post, how many days ago."""

    kind: str
    by: str
    whom: str
    days_ago: int
    post: Post
    place: str


@pytest.fixture(scope="module")
def town() -> Town:
    return load()


@pytest.fixture(scope="module")
def deeds(town: Town) -> list[Deed]:
    """Everything public that people do with each other."""

    def days(moment: int) -> int:
        today, then = (datetime.fromtimestamp(at / clock.SECOND, ZONE).date() for at in (NOW, moment))
        return (today - then).days

    found = []
    for conversation in town.conversations:
        if conversation.audience not in ("public", "quiet"):
            continue
        for scene in scenes(conversation, NOW):
            post, place = scene.post, scene.post.place
            kind, whom = ("reply", scene.parent.by) if scene.parent else ("post", post.by)
            found.append(Deed(kind, post.by, whom, days(scene.moment), post, place))
            found += [Deed("like", o.by, post.by, days(scene.moment + o.after), post, place) for o in post.likes]
            found += [Deed("share", o.by, post.by, days(scene.moment + o.after), post, place) for o in post.shares]
    return found


def ties(deeds: list[Deed]) -> Counter[frozenset[str]]:
    """How much each pair has to do with each other, in either direction."""
    pairs: Counter[frozenset[str]] = Counter()
    for deed in deeds:
        if deed.by != deed.whom and deed.kind in _WEIGHTS:
            pairs[frozenset((deed.by, deed.whom))] += _WEIGHTS[deed.kind]
    return pairs


def circles_of(people: Iterable[str]) -> set[str]:
    known = set(people)
    return {name for name, circle in CIRCLES.items() if known & set(circle.members)}


def members_of_circles() -> set[str]:
    return {member for circle in CIRCLES.values() for member in circle.members}


def test_truth_speaks_of_people_who_exist(town: Town) -> None:
    handles = {person.handle for person in town.people}
    named = {*OPINION_MAKERS, *MERELY_LOUD, *READER_TO_REGULAR, *UNANSWERED_NEWCOMERS, *members_of_circles()}
    assert named == handles


def test_circles_overlap_so_that_people_are_bridges() -> None:
    counts = Counter(member for circle in CIRCLES.values() for member in circle.members)
    assert sum(count >= 2 for count in counts.values()) >= 10


@pytest.mark.parametrize("name", CIRCLES)
def test_a_circle_keeps_together(deeds: list[Deed], name: str) -> None:
    members = CIRCLES[name].members
    pairs = ties(deeds)
    for member in members:
        everything = sum(weight for pair, weight in pairs.items() if member in pair)
        inside = sum(pairs[frozenset((member, other))] for other in members if other != member)
        several = sum(member in circle.members for circle in CIRCLES.values()) > 1
        enough = (_BELONGS_TO_SEVERAL if several else _BELONGS) * everything
        assert inside >= enough, f"{member}: {inside} with the circle of {everything} with everybody"
    inner = [pairs[frozenset(pair)] for pair in combinations(members, 2)]
    people = {person for pair in pairs for person in pair}
    overall = sum(pairs.values()) / (len(people) * (len(people) - 1) / 2)
    assert sum(inner) / len(inner) >= 3 * overall
    used = {tag for deed in deeds if deed.by in members for tag in re.findall(r"#(\w+)", deed.post.text)}
    assert set(CIRCLES[name].tags) <= used


@pytest.mark.parametrize("handle", OPINION_MAKERS)
def test_opinion_makers_are_answered_and_shared_from_several_circles(deeds: list[Deed], handle: str) -> None:
    tag = f"#{OPINION_MAKERS[handle]}"
    on_topic = {d.place for d in deeds if d.kind == "post" and d.by == handle and tag in d.post.text}
    assert len(on_topic) >= 6
    responding = [d for d in deeds if d.kind in ("reply", "share") and d.whom == handle and d.by != handle]
    sharing = {d.by for d in responding if d.kind == "share" and d.place in on_topic}
    assert len(sharing) >= 10
    assert len({d.by for d in responding if d.kind == "reply"}) >= 12
    assert len(circles_of(d.by for d in responding)) >= 7


@pytest.mark.parametrize("handle", MERELY_LOUD)
def test_the_merely_loud_are_heard_by_two(deeds: list[Deed], handle: str) -> None:
    own = [d for d in deeds if d.kind == "post" and d.by == handle]
    shares = [d for d in deeds if d.kind == "share" and d.whom == handle]
    replies = [d for d in deeds if d.kind == "reply" and d.whom == handle and d.by != handle]
    assert len(own) >= 12
    assert len(shares) >= 1.5 * len(own)
    assert {d.by for d in shares} == set(MERELY_LOUD[handle])
    assert len(replies) <= 4


@pytest.mark.parametrize("handle", READER_TO_REGULAR)
def test_readers_begin_when_it_is_said(town: Town, deeds: list[Deed], handle: str) -> None:
    path, own = READER_TO_REGULAR[handle], [d for d in deeds if d.by == handle]
    first = {kind: max((d.days_ago, d.place) for d in own if d.kind == kind) for kind in ("like", "reply", "post")}
    assert town.person(handle).joined_days_ago == path.joined
    planted = (path.first_like, path.first_reply, path.first_post)
    assert tuple(first[kind][0] for kind in ("like", "reply", "post")) == planted, first
    assert all(d.days_ago <= path.first_like for d in own), "nothing comes before the first like"


@pytest.mark.parametrize("handle", READER_TO_REGULAR)
def test_readers_become_regulars(deeds: list[Deed], handle: str) -> None:
    path = READER_TO_REGULAR[handle]
    own = [d for d in deeds if d.by == handle]
    assert len({d.days_ago // 7 for d in own if d.days_ago < path.first_reply}) >= 4
    partners = {d.whom for d in own if d.kind == "reply"} & {d.by for d in deeds if d.whom == handle}
    assert len(partners - {handle}) >= 3
    assert sum(d.kind == "post" for d in own) >= 3
    assert sum(d.kind == "reply" for d in own) >= 6


@pytest.mark.parametrize("handle", UNANSWERED_NEWCOMERS)
def test_newcomers_wait_for_an_answer(town: Town, deeds: list[Deed], handle: str) -> None:
    assert town.person(handle).joined_days_ago <= 7
    assert any(d.kind == "post" and d.by == handle for d in deeds)
    assert [d.place for d in deeds if d.kind == "reply" and d.whom == handle] == []


@pytest.mark.parametrize("name", WAVES)
def test_waves_spread_as_planted(town: Town, name: str) -> None:
    wave = WAVES[name]
    post = next(conversation.post for conversation in town.conversations if conversation.name == name)
    assert post.by == wave.author
    assert {share.by: share.via for share in post.shares} == dict(wave.through)

    def generation(handle: str) -> int:
        source = wave.through[handle]
        return 1 + generation(source) if source else 1

    widths = Counter(generation(handle) for handle in wave.through)
    assert max(widths) >= 3
    assert len(circles_of(wave.through)) >= 5


def test_influence_is_not_activity(deeds: list[Deed]) -> None:
    """Whoever is merely loud posts as much as opinion makers do, and brings fewer people into talk."""
    posts: Counter[str] = Counter(d.by for d in deeds if d.kind == "post")
    partners: defaultdict[str, set[str]] = defaultdict(set)
    for deed in deeds:
        if deed.by != deed.whom:
            partners[deed.whom].add(deed.by)
    assert min(posts[handle] for handle in MERELY_LOUD) >= min(posts[handle] for handle in OPINION_MAKERS)
    assert 4 * max(len(partners[h]) for h in MERELY_LOUD) <= 2 * min(len(partners[h]) for h in OPINION_MAKERS)
