"""Audiences: a reply never reaches anybody its parent does not reach, whatever a client asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.kernel.errors import Invalid
from plausch.people.model import Role, Viewer
from plausch.talk.model import (
    OPEN,
    PICTURES_MAX,
    TALKERS_KEPT,
    Audience,
    AudienceKind,
    PostDraft,
    check_draft,
    clean_language,
    kept_talkers,
    narrows,
    reply_audience,
)

SCOPED = [kind for kind in AudienceKind if kind not in OPEN]
AUDIENCES = st.one_of(
    st.builds(Audience, st.sampled_from(OPEN), st.just(0), st.booleans()),
    st.builds(Audience, st.sampled_from(SCOPED), st.integers(1, 3), st.booleans()),
)
WISHES = st.one_of(st.none(), st.sampled_from(AudienceKind))
#: Longer than any tree in which it could still matter.
TREES = st.lists(st.tuples(WISHES, st.booleans(), st.integers(1, 3)), max_size=8)


def reach(audience: Audience, people: int = 4) -> set[str]:
    """Who it reaches in the widest case, said independently: each follower and each contact stands for all of them."""
    whose = f"of {audience.scope_id}"
    circles = {
        AudienceKind.GROUP: {f"member {whose}"},
        AudienceKind.PARTICIPANTS: {f"named by {audience.scope_id}"},
        AudienceKind.CONNECTIONS: {f"contact {whose}"},
        AudienceKind.FOLLOWERS: {f"contact {whose}", f"follower {whose}"},
    }
    everybody = {f"{tie} of {one}" for tie in ("contact", "follower", "member") for one in range(people)} | {"anybody"}
    found = circles.get(audience.kind, everybody)
    visitors = {"visitor"} if audience.kind in OPEN and not audience.local_only else set()
    # That named participants are within the outer audience is checked where they are named.
    return found | visitors


@given(audience=AUDIENCES)
def test_an_audience_is_within_itself(audience: Audience) -> None:
    assert narrows(audience, audience)


@given(a=AUDIENCES, b=AUDIENCES, c=AUDIENCES)
def test_within_what_is_within(a: Audience, b: Audience, c: Audience) -> None:
    if narrows(a, b) and narrows(b, c):
        assert narrows(a, c)


@given(inner=AUDIENCES, outer=AUDIENCES)
def test_whoever_is_in_the_inner_is_in_the_outer(inner: Audience, outer: Audience) -> None:
    if narrows(inner, outer) and inner.kind is not AudienceKind.PARTICIPANTS:
        assert reach(inner) <= reach(outer)
    if narrows(inner, outer):
        assert inner.local_only or not outer.local_only


@given(inner=AUDIENCES, outer=AUDIENCES)
def test_two_that_hold_each_other_differ_at_most_in_where_they_are_shown(inner: Audience, outer: Audience) -> None:
    if narrows(inner, outer) and narrows(outer, inner):
        assert inner == outer


@given(root=AUDIENCES, tree=TREES)
def test_replies_never_widen_at_any_depth(root: Audience, tree: list[tuple[AudienceKind | None, bool, int]]) -> None:
    above = [root]
    for depth, (wish, local, who) in enumerate(tree):
        reply = reply_audience(above[-1], wish, local_only=local, own_scope=who, post_id=100 + depth)
        assert all(narrows(reply, one) for one in above)
        assert reply.local_only == (local or above[-1].local_only)
        above.append(reply)


@given(parent=AUDIENCES, wish=st.sampled_from(AudienceKind), local=st.booleans(), who=st.integers(1, 3))
def test_a_narrower_wish_is_granted(parent: Audience, wish: AudienceKind, local: bool, who: int) -> None:
    reply = reply_audience(parent, wish, local_only=local, own_scope=who, post_id=100)
    kinds = list(AudienceKind)
    if AudienceKind.GROUP in (parent.kind, wish):
        assert (reply.kind, reply.scope_id) == (parent.kind, parent.scope_id), "there is nothing narrower in a group"
        return
    assert reply.kind is kinds[max(kinds.index(wish), kinds.index(parent.kind))]
    if reply.kind is not parent.kind:
        own = {AudienceKind.QUIET: 0, AudienceKind.PARTICIPANTS: 100}.get(wish, who)
        assert reply.scope_id == (own if parent.kind in OPEN or wish is AudienceKind.PARTICIPANTS else parent.scope_id)


@given(parent=AUDIENCES, local=st.booleans())
def test_no_wish_is_the_parents_audience(parent: Audience, local: bool) -> None:
    reply = reply_audience(parent, None, local_only=local, own_scope=1, post_id=100)
    assert (reply.kind, reply.scope_id) == (parent.kind, parent.scope_id)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (PostDraft(source=""), "post_empty"),
        (PostDraft(source="\u200b\u2060"), "post_empty"),
        (PostDraft(source="x", pictures=tuple(range(PICTURES_MAX + 1))), "pictures_many"),
        (PostDraft(source="x", pictures=(1, 1)), "picture_twice"),
        (PostDraft(source="x", participants=tuple(range(51))), "participants_many"),
    ],
)
def test_drafts_that_are_refused(draft: PostDraft, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_draft(draft, draft.source)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "draft",
    [
        PostDraft(source="x"),
        PostDraft(source="", pictures=(1, 2, 3, 4)),
        PostDraft(source="👨‍👩‍👧", language="de"),
    ],
)
def test_drafts_that_are_not(draft: PostDraft) -> None:
    check_draft(draft, draft.source)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("pt-BR", "pt"),
        ("nds", "nds"),
        ("", ""),
        ("x", ""),
        ("d\x00", ""),
        ("x" * 10**6, ""),
    ],
)
def test_languages_are_codes_or_not_known(code: str, language: str) -> None:
    assert clean_language(code) == language


@given(actors=st.lists(st.integers(1, 9), max_size=20))
def test_the_last_few_who_talked(actors: list[int]) -> None:
    talkers = ""
    for actor in actors:
        talkers = kept_talkers(talkers, actor)
    latest = list(dict.fromkeys(reversed(actors)))
    assert [int(word) for word in talkers.split()] == latest[:TALKERS_KEPT]


def test_a_viewer_is_staff_by_its_role() -> None:
    assert [Viewer(1, 1, role).staff for role in Role] == [True, True, False]
