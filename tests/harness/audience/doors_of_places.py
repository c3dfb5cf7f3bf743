"""Doors to groups, boards, blogs and pages, and to what waits to be posted."""

import pytest

from plausch.feeds import queries as feeds
from plausch.groups import queries as groups
from plausch.groups.model import GroupRole
from plausch.insights import queries as insights
from plausch.insights.model import Scope, ScopeKind
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Role, Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import TopicOrder
from plausch.talk.queries import TopicPage
from tests.harness.audience.performing import TAGS
from tests.harness.audience.seeing import Door, Owed, Seen
from tests.harness.audience.world import PlainGroup, World
from tests.harness.community import text_of

_MANY = 1_000


async def _groups(read: Read, viewer: Viewer, world: World) -> Seen:
    """A group's page, by every way that leads to it: for whoever may not know of it there is none."""
    me, seen = viewer.acting_as, Seen()
    listed = await groups.list_groups(read, viewer, world.actors)
    for group in world.groups:
        found = await groups.find_group(read, viewer, group.id)
        known = world.knows(me, group)
        assert (found is not None) == known == (group.id in listed), "a group is known to others"
        actor = await people.get_actor(read, group.id)
        if found is None:
            with pytest.raises(NotFound):
                await groups.get_group(read, viewer, actor.handle)
            continue
        assert (await groups.get_group(read, viewer, actor.handle)).id == group.id
        assert found.role == _role(world, group, me)
        assert found.readable == (group.visibility == "public" or me in group.members)
        seen.text += text_of(found)
        if found.readable:
            seen.people |= await _inside(read, viewer, world, group)
    seen.people |= set(listed)
    mine = {one.id for one in await groups.list_mine(read, viewer)}
    assert mine == {group.id for group in world.groups if me in group.members and world.knows(me, group)}
    return seen


def _role(world: World, group: PlainGroup, actor: int) -> GroupRole | None:
    if actor not in group.members:
        return None
    if actor in group.guardians:
        return GroupRole.OWNER if actor == world.people[0] else GroupRole.MODERATOR
    return GroupRole.MEMBER


async def _inside(read: Read, viewer: Viewer, world: World, group: PlainGroup) -> set[int]:
    """Its members; those who ask are for those who look after it."""
    found = {one.actor_id for one in await groups.list_members(read, viewer, group.id, _MANY)}
    near = {one for one in group.members if one == viewer.acting_as or world.near(viewer.acting_as, one)}
    assert found == near, "other members"
    asking = {one.actor_id for one in await groups.list_requests(read, viewer, group.id)}
    assert asking <= group.asked
    return found | asking


async def _group_directory(read: Read, viewer: Viewer, world: World) -> Seen:
    me = viewer.acting_as
    found = await groups.find_directory(read, viewer, _MANY)
    listed = {
        group.id
        for group in world.groups
        if group.visibility != "secret" and not group.closed and world.near(me, group.id) and me not in group.members
    }
    assert {one.id for one in found} == listed, "other groups are listed"
    for words in ("gruppe", *(group.word for group in world.groups)):
        found += await groups.find_directory(read, viewer, _MANY, words=words)
    for tag in TAGS:
        found += await groups.find_directory(read, viewer, _MANY, tag=tag)
    tags = dict(await groups.list_subjects(read, _MANY))
    listed_tags = {TAGS[one.number % 2] for one in world.groups if one.visibility != "secret" and not one.closed}
    assert set(tags) == listed_tags, "what a group is about is told"
    return Seen(people={one.id for one in found}, text=text_of(found))


async def _invitations(read: Read, viewer: Viewer, world: World) -> Seen:
    inviting = await groups.list_inviting(read, viewer)
    told = await groups.list_invitations(read, viewer)
    asked = {group.id: group.invited[viewer.acting_as] for group in world.groups if viewer.acting_as in group.invited}
    assert set(inviting) <= set(asked)
    assert {one.group_id for one in told} <= set(asked)
    # Whoever asked may be away by now, and is not named then: only their id stands with the invitation.
    return Seen(people={one.invited_by for one in told} - world.absent, text=text_of(list(inviting.values())))


async def _actors(read: Read, viewer: Viewer, world: World) -> Seen:
    """All who speak: by their ids, their handles and names, in parts of pages and directories."""
    seen = Seen(people=set(await people.list_actors(read, viewer, world.actors)))
    assert seen.people == {one for one in world.actors if one == viewer.acting_as or world.near(viewer.acting_as, one)}
    parts = await feeds.list_actor_parts(read, viewer, world.actors)
    # A page shows its visitors more of whoever they have blocked themselves: that they have, and how to undo it.
    for actor in world.actors:
        handle = (await people.get_actor(read, actor)).handle
        try:
            profile = await people.get_profile(read, viewer, handle)
        except NotFound:
            continue
        if (viewer.acting_as, actor) not in world.blocks:
            seen.people.add(profile.id)
            seen.text += text_of(profile)
    for words in ("person", "gruppe", "seite", *(group.word for group in world.groups)):
        seen.people |= set(await feeds.search_people(read, viewer, words, 100))
        seen.people |= {one.id for one in await people.list_near(read, viewer, words, 100)}
    seen.people |= {one.id for one in parts} | {one.id for one in await people.list_pages(read, viewer, Page())}
    seen.people |= {one.id for one in await people.list_newcomers(read, viewer, Page())}
    return seen


async def _boards(read: Read, viewer: Viewer, world: World) -> Seen:
    """Lists of topics, in every order and page by page; numbers and latest topics of boards."""
    seen = Seen()
    boards = [world.board, *(one for group in world.groups for one in (group.board, group.shelf))]
    for board in boards:
        pinned = await talk.list_pinned_topics(read, viewer, board)
        visible = {one.id for one in world.seen_by(viewer.acting_as) if one.board == board}
        for order in TopicOrder:
            found, page = list(pinned), TopicPage(order, limit=2)
            while part := await talk.list_board_topics(read, viewer, board, page):
                found += part
                page = TopicPage(order, talk.place_of(part[-1], order), 2)
            ids = [one.id for one in found]
            assert len(ids) == len(set(ids)), "a topic stands twice"
            assert order is TopicOrder.UNANSWERED or visible <= set(ids), "a topic is missing"
            seen.posts |= {one.id for one in found if one.actor_id}
            # A list may name topics whose beginning is not shown, and nothing of it.
            seen.posts |= set(await talk.list_tags_of(read, viewer, ids))
            seen.people |= {one.actor_id for one in found}
            seen.text += text_of(found)
    numbers = await talk.count_boards(read, viewer, boards)
    for board, number in numbers.items():
        there = [post for post in world.posts if post.board == board and _within(world, viewer.acting_as, post.id)]
        assert number.topics <= len(there), "topics are counted for others"
    latest = await talk.list_latest_topics(read, viewer, list(numbers.values()))
    seen.posts |= {one.id for one in latest.values() if one.actor_id}
    seen.text += text_of(list(latest.values()))
    return seen


def _within(world: World, viewer: int, id_: int) -> bool:
    root = next(post for post in world.posts if post.id == id_)
    return world.within(viewer, root.circle) and (viewer != 0 or not root.local)


async def _pins(read: Read, viewer: Viewer, world: World) -> Seen:
    found = {post for actor in world.actors for post in await talk.list_pinned(read, viewer, actor)}
    return Seen(found)


def _owed_pins(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in world.seen_by(viewer) if post.pinned})


async def _blogs(read: Read, viewer: Viewer, world: World) -> Seen:
    """Fronts of blogs, their tags and series, and each article whole."""
    seen = Seen()
    for blog in world.actors:
        shown = await talk.list_articles(read, viewer, blog, Page(limit=_MANY))
        for tag in TAGS:
            assert set(await talk.list_articles(read, viewer, blog, Page(limit=_MANY), tag)) <= set(shown)
        assert await talk.has_articles(read, viewer, blog) == bool(shown)
        series = await talk.list_series(read, viewer, blog)
        entries = [one for part in series for one in await talk.list_series_entries(read, viewer, part.id)]
        tags = dict(await talk.list_blog_tags(read, viewer, blog, _MANY))
        told = {f"nur{post.number}": post for post in world.posts if post.article and not post.deleted}
        seen.posts |= {told[tag].id for tag in tags if tag in told} | set(shown)
        seen.text += text_of([*series, *entries])
    for post in world.posts:
        if post.article:
            try:
                body = await talk.get_body(read, viewer, post.id)
            except NotFound:
                continue
            seen.posts.add(post.id)
            seen.text += text_of(body)
    return seen


def _owed_blogs(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in world.seen_by(viewer) if post.article})


async def _approvals(read: Read, viewer: Viewer, world: World) -> Seen:
    """What waits is for its author and those who decide now; what is begun is for its author alone."""
    person = viewer.person
    deciding = await talk.list_to_decide(read, viewer, _MANY)
    assert {one.id for one in deciding} == {one.id for one in world.drafts if world.decides(person, one)}
    waiting = await talk.list_submitted(read, viewer)
    assert {one.id for one in waiting} == {one.id for one in world.drafts if one.writer == person and one.waits_for}
    assert (await feeds.count_addressed(read, viewer)).waiting == len(deciding)
    own = await talk.list_drafts(read, viewer) if viewer.signed_in else []
    assert {one.id for one in own} == {
        one.id for one in world.drafts if one.writer == person and one.author == viewer.acting_as
    }
    found = [*deciding, *waiting, *own]
    for draft in world.drafts:
        try:
            found.append(await talk.get_submitted(read, viewer, draft.id))
        except NotFound:
            assert not draft.waits_for or (draft.writer != person and not world.decides(person, draft))
    for place in world.actors:
        decides = await talk.may_decide(read, viewer, place)
        steps = await talk.list_approvals_at(read, viewer, place, Page(limit=_MANY))
        assert decides or not steps, "what was decided is told to others"
    return Seen(text=text_of(found))


async def _windows(read: Read, viewer: Viewer, world: World) -> Seen:
    """Conversations in parts, from the middle in both directions: they are the tree, cut in pieces."""
    seen = Seen()
    for root in {post.root.id for post in world.posts}:
        tree = [
            (post.id, post.parent_id, post.deleted) for post in await talk.list_conversation_posts(read, viewer, root)
        ]
        for at, _, _ in tree[:: max(1, len(tree) // 2)]:
            above = await talk.list_spots_before(read, viewer, root, at, _MANY)
            below = await talk.list_spots_from(read, viewer, root, at, _MANY)
            assert [tuple(one) for one in (*above, *below)] == tree, "another conversation in parts"
        spots = await talk.list_spots_from(read, viewer, root, 0, _MANY)
        found = await feeds.list_post_parts(read, viewer, [one.id for one in spots if not one.deleted])
        seen.posts |= {one.post_id for one in found}
        seen.people |= {one.actor_id for one in found}
    return seen


def _owed_windows(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in world.seen_by(viewer)})


async def _walls_in_parts(read: Read, viewer: Viewer, world: World) -> Seen:
    """What is said on walls and in groups, as programs read it."""
    seen = Seen()
    for actor in world.actors:
        picks, drawn, _ = await feeds.actor_outline(read, viewer, actor, Page(limit=_MANY))
        feed = await feeds.actor_feed(read, viewer, actor, Page(limit=_MANY))
        found = {one.post_id for one in await feeds.list_post_parts(read, viewer, drawn.post_ids())}
        roots = [drawn.conversations[pick.conversation_id].root_id for pick in picks]
        shown = [
            id_
            for pick, root in zip(picks, roots, strict=True)
            if (id_ := pick.conversation_id) and found & {root, *drawn.replies[id_]}
        ]
        assert shown == [card.conversation.id for card in feed.cards], "other cards in parts"
        seen.posts |= found
        seen.people |= {pick.reason.actor_id for pick in picks if pick.conversation_id in shown}
    return seen


async def _unanswered(read: Read, viewer: Viewer, world: World) -> Seen:
    """What nobody has answered: for those who look after a place, and of what stands there."""
    seen = Seen()
    if not viewer.signed_in:
        return seen
    looking_after = Viewer(viewer.person, viewer.acting_as, Role.MODERATOR)
    waiting = await insights.list_unanswered(read, looking_after, Scope(ScopeKind.SERVER), 0)
    found = {one.post.id for one in waiting}
    assert all(post.circle.kind in ("public", "quiet") for post in world.posts if post.id in found)
    seen.posts |= found
    for group in world.groups:
        scope = Scope(ScopeKind.GROUP, group.id)
        if viewer.person not in group.guardians:
            with pytest.raises((NotAllowed, NotFound)):
                await insights.list_unanswered(read, viewer, scope, 0)
            continue
        seen.posts |= {one.post.id for one in await insights.list_unanswered(read, viewer, scope, 0)}
    return seen


PLACE_DOORS = [
    Door("conversations in windows", _windows, _owed_windows),
    Door("walls in parts", _walls_in_parts),
    Door("groups", _groups),
    Door("the directory of groups", _group_directory),
    Door("invitations into groups", _invitations, asks_in=True),
    Door("all who speak", _actors),
    Door("boards", _boards),
    Door("pins", _pins, _owed_pins),
    Door("blogs", _blogs, _owed_blogs),
    Door("approvals and drafts", _approvals),
    Door("posts without an answer", _unanswered),
]
