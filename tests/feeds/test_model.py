"""How feeds put together what belongs together."""

from hypothesis import given
from hypothesis import strategies as st

from plausch.feeds.model import (
    SHOWN_REPLIES,
    Entry,
    Notification,
    NotificationKind,
    ReasonKind,
    group_notifications,
    pick_conversations,
)
from plausch.talk.model import EntryKind

GROUPED = {
    *(NotificationKind.LIKED, NotificationKind.SHARED, NotificationKind.FOLLOWED),
    *(NotificationKind.TOPIC_REPLIED, NotificationKind.JOINED),
}
REASONS = {
    EntryKind.POST: ReasonKind.POSTED,
    EntryKind.REPLY: ReasonKind.REPLIED,
    EntryKind.SHARE: ReasonKind.SHARED,
    EntryKind.WALL: ReasonKind.PLACED,
}
NOTIFICATIONS = st.lists(
    st.builds(
        Notification,
        id=st.just(0),
        kind=st.sampled_from(NotificationKind),
        actor_id=st.integers(1, 4),
        post_id=st.one_of(st.none(), st.integers(1, 3)),
        conversation_id=st.one_of(st.none(), st.integers(1, 2)),
        request_id=st.none(),
        at=st.integers(0, 9),
        read_at=st.one_of(st.none(), st.just(1)),
    ),
    max_size=20,
).map(lambda found: [_numbered(one, len(found) - place) for place, one in enumerate(found)])
ENTRIES = st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(1, 5), st.integers(1, 6)), max_size=30).map(
    lambda found: [
        Entry(len(found) - place, kind, actor, 100 * talk + place, talk)
        for place, (kind, actor, talk) in enumerate(found)
    ]
)


def _numbered(one: Notification, id_: int) -> Notification:
    return Notification(id_, one.kind, one.actor_id, one.post_id, one.conversation_id, None, one.at, one.read_at)


def subject(one: Notification) -> int | None:
    """Of what is watched each reply is another post, and all are about one conversation."""
    return one.conversation_id if one.kind is NotificationKind.TOPIC_REPLIED else one.post_id


@given(found=NOTIFICATIONS)
def test_notifications_are_grouped_by_what_they_are_about(found: list[Notification]) -> None:
    groups = group_notifications(found)
    assert [group.newest.id for group in groups] == sorted((group.newest.id for group in groups), reverse=True)
    taken: list[int] = []
    for group in groups:
        members = [
            one
            for one in found
            if one == group.newest
            or (one.kind in GROUPED and (one.kind, subject(one)) == (group.kind, subject(group.newest)))
        ]
        assert group.newest == members[0]
        assert list(group.actor_ids) == list(dict.fromkeys(one.actor_id for one in members))
        assert group.unread == any(one.read_at is None for one in members)
        taken += [one.id for one in members]
    assert sorted(taken) == sorted(one.id for one in found), "each is in one group"


@given(entries=ENTRIES, limit=st.integers(1, 7))
def test_page_after_page_every_conversation_is_picked(entries: list[Entry], limit: int) -> None:
    picks, rest = pick_conversations(entries, limit)
    assert len({pick.conversation_id for pick in picks}) == len(picks) <= limit
    used = entries if rest is None else [one for one in entries if one.id >= rest]
    assert {pick.conversation_id for pick in picks} == {one.conversation_id for one in used}
    if rest is not None:
        assert len(picks) == limit
        following = next(one for one in entries if one.id < rest)
        assert following.conversation_id not in {pick.conversation_id for pick in picks}, "no page is cut too early"
    for pick in picks:
        members = [one for one in used if one.conversation_id == pick.conversation_id]
        assert pick.position == members[0].id
        assert (pick.reason.kind, pick.reason.actor_id) == (REASONS[members[0].kind], members[0].actor_id)
        replies = [one for one in members if one.kind not in (EntryKind.POST, EntryKind.WALL)]
        drawing = dict.fromkeys(one.post_id for one in replies)
        assert list(pick.post_ids) == list(drawing)[:SHOWN_REPLIES]
