"""Every way to talk, as doors: what a viewer gets there, and what the viewer is owed.

Whoever builds another door (a page, a route of an API) plugs it in: a `Door` with a function that looks through it.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import product

import pytest

from plausch.feeds import queries as feeds
from plausch.feeds.model import Feed, FeedKind, SearchOrder, Wall
from plausch.insights import queries as insights
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import TOP, Page
from plausch.moderation import queries as moderation
from plausch.moderation.model import ReportState
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Post, Quote, QuoteState
from tests.harness.audience.owing import (
    findable,
    owed_all,
    owed_bookmarks,
    owed_entries,
    owed_home,
    owed_index,
    owed_likes,
    owed_local,
    owed_muted,
    owed_pictures,
    owed_search,
    owed_walls,
)
from tests.harness.audience.script import EVERYWHERE, TAGS
from tests.harness.audience.seeing import Door, Seen
from tests.harness.audience.world import PlainPost, World
from tests.harness.community import text_of

#: A page that is smaller than most lists, so that paging is looked through as well.
_LIMIT = 4
_MOST_PAGES = 200
_ALL = 1_000


def _shown(*feeds_: Feed) -> Seen:
    cards = [card for feed in feeds_ for card in feed.cards]
    posts = [post for card in cards for post in (card.root, *card.replies) if post is not None]
    return Seen(
        posts={post.id for post in posts},
        conversations=[card.conversation.id for card in cards],
        people={post.actor_id for post in posts}
        | {card.reason.actor_id for card in cards}
        | {actor for feed in feeds_ for actor in feed.actors},
        text=text_of(feeds_),
    )


async def _pages(ask: Callable[[Page], Awaitable[Feed]]) -> Seen:
    found: list[Feed] = []
    before: int | None = TOP
    while before is not None:
        assert len(found) < _MOST_PAGES, "the pages never end"
        found.append(await ask(Page(before=before, limit=_LIMIT)))
        assert all(card.position < before for card in found[-1].cards), "a card stands above its page"
        before = found[-1].next_before
    seen = _shown(*found)
    positions = [card.position for feed in found for card in feed.cards]
    assert positions == sorted(positions, reverse=True), "not in the order of time"
    return seen


async def _single_posts(read: Read, viewer: Viewer, world: World) -> Seen:
    found = [await talk.find_post(read, viewer, post.id) for post in world.posts]
    shown = [post for post in found if post is not None]
    return Seen({post.id for post in shown}, text=text_of(shown))


async def _posts(read: Read, viewer: Viewer, world: World) -> Seen:
    found = await talk.list_posts(read, viewer, [post.id for post in world.posts])
    for post in world.posts:
        if post.id in found:
            _check_quote(found[post.id], post, world, viewer)
    return Seen(set(found), text=text_of(list(found.values())))


def _check_quote(shown: Post, post: PlainPost, world: World, viewer: Viewer) -> None:
    """What it quotes is there for whom it may be, and else there is nothing about it at all."""
    quote = shown.quote
    if post.quoted is None:
        assert quote is None
        return
    assert quote is not None
    if world.shows_quote(viewer.acting_as, post):
        assert (quote.state, quote.id, quote.actor_id) == (QuoteState.SHOWN, post.quoted.id, post.quoted.author)
        assert post.quoted.words[-1] in quote.html
    else:
        assert quote == Quote(QuoteState.WITHDRAWN if post.withdrawn else QuoteState.UNAVAILABLE)


async def _trees(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()

    def insider(root: int) -> bool:
        return any(post.id == root and world.within(viewer.acting_as, post.circle) for post in world.posts)

    for root in {post.root.id for post in world.posts}:
        tree = await talk.list_conversation_posts(read, viewer, root)
        assert not any(post.html or post.warning for post in tree if post.deleted)
        assert [post.id for post in tree] == sorted(post.id for post in tree)
        shown = [post for post in tree if not post.deleted]
        seen.posts |= {post.id for post in shown}
        seen.text += text_of(tree)
        try:
            conversation = await talk.get_conversation(read, viewer, root)
        except NotFound:
            assert not shown, "a conversation is said not to be there"
        else:
            assert shown, "a conversation is there though nothing in it is"
            assert insider(root) or not (conversation.replies or conversation.voices or conversation.talkers)
            seen.text += text_of(conversation)
            newest = (await talk.list_newest_replies(read, viewer, [root])).get(root, [])
            assert newest == sorted((post.id for post in shown if post.parent_id), reverse=True)[:2]
    return seen


async def _home(read: Read, viewer: Viewer, world: World) -> Seen:
    return await _pages(lambda page: feeds.home_feed(read, viewer, page)) if viewer.signed_in else Seen()


async def _home_in_parts(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    before: int | None = TOP if viewer.signed_in else None
    while before is not None:
        found, before = await feeds.home_parts(read, viewer, Page(before=before, limit=_LIMIT))
        seen.posts |= {one.post_id for one in found}
        seen.people |= {one.by for one in found} | {one.actor_id for one in found}
    return seen


async def _local(read: Read, viewer: Viewer, world: World) -> Seen:
    return await _pages(lambda page: feeds.local_feed(read, viewer, page))


async def _walls(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for actor, part in product(world.actors, Wall):
        wall = await _pages(lambda page, actor=actor, part=part: feeds.actor_feed(read, viewer, actor, page, part))  # type: ignore[misc]  # bound now
        seen.posts |= wall.posts
        seen.people |= wall.people
        seen.text += wall.text
    return seen


async def _tags(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for tag in TAGS:
        page = await _pages(lambda page, tag=tag: feeds.tag_feed(read, viewer, tag, page))  # type: ignore[misc]  # bound now
        counted = dict(await feeds.search_tags(read, viewer, tag, 5)).get(tag, 0)
        public = [post for post in world.seen_by(viewer.acting_as) if post.tag == tag and post.circle.kind == "public"]
        assert counted == len(public), f"{tag} is counted wrong"
        seen.posts |= page.posts
        seen.people |= page.people
        seen.text += page.text
    # A tag that only one post bears is as good as its text.
    for post in world.posts:
        found = await feeds.search_tags(read, viewer, f"nur{post.number}", 5)
        seen.text += post.words[-1] if f"nur{post.number}" in dict(found) else ""
    return seen


async def _one_by_one(read: Read, viewer: Viewer, world: World) -> Seen:
    """Posts without cards, as feeds for readers elsewhere have them: of people, tags, the place, conversations."""
    entries = [entry for actor in world.actors for entry in await feeds.actor_entries(read, viewer, actor, _ALL)]
    for tag in TAGS:
        entries += await feeds.tag_entries(read, viewer, tag, _ALL)
    entries += await feeds.local_entries(read, viewer, _ALL)
    posts = {entry.post_id for entry in entries}
    text = ""
    for root in {post.root.id for post in world.posts}:
        replies = await talk.list_latest_replies(read, viewer, root, _ALL)
        posts |= {post.id for post in replies}
        text += text_of(replies)
    return Seen(posts, people={entry.actor_id for entry in entries}, text=text)


async def _indexed(read: Read, viewer: Viewer, world: World) -> Seen:
    """What search engines list, who come as visitors."""
    if viewer.signed_in:
        return Seen()
    roots = [one.id for one in await talk.list_indexed(read, 0, TOP)]
    found = {one.id for one in await people.list_indexed(read, 0, TOP)}
    assert found == {*world.people, *world.pages} - world.hidden - world.absent
    return Seen(set(roots), conversations=roots, people=found)


async def _bookmarks(read: Read, viewer: Viewer, world: World) -> Seen:
    return await _pages(lambda page: feeds.bookmarks_feed(read, viewer, page))


async def _likes(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    before: int | None = TOP if viewer.signed_in else None
    while before is not None:
        feed = await feeds.liked_feed(read, viewer, Page(before=before, limit=_LIMIT))
        assert feed.next_before is None or feed.next_before < before
        page, before = _shown(feed), feed.next_before
        seen.posts |= page.posts
        seen.people |= page.people
        seen.text += page.text
    return seen


async def _lists(read: Read, viewer: Viewer, world: World) -> Seen:
    """Somebody else's is not there."""
    seen = Seen()
    for owner, list_ in world.lists.items():
        if owner != viewer.acting_as:
            with pytest.raises(NotFound):
                await feeds.list_feed(read, viewer, list_, Page())
            continue
        seen = await _pages(lambda page, list_=list_: feeds.list_feed(read, viewer, list_, page))  # type: ignore[misc]  # bound now
        assert len(set(seen.conversations)) == len(seen.conversations), "a conversation twice"
        on = {one.id for one in await feeds.list_list_members(read, viewer, list_)}
        assert on <= {one for one in world.people if (owner, one) in world.listed}
        seen.people |= on
    return seen


def _check_spared(seen: Seen, world: World, viewer: int, *, followed: bool) -> None:
    """What somebody has muted is in no feed; those they follow are heard wherever they speak."""
    assert len(set(seen.conversations)) == len(seen.conversations), "a conversation twice"
    muted = {talk for who, talk in world.muted_talks if who == viewer}
    if not followed:
        muted |= {post.id for post in world.posts if (viewer, post.author) in world.mutes}
    assert not muted & set(seen.conversations), "somebody is not spared what they have muted"


async def _chosen(read: Read, viewer: Viewer, world: World) -> Seen:
    """The feeds one can choose, though all that was ever said has high scores in them."""
    all_seen = Seen()
    reader = await feeds.get_reader(read, viewer)

    async def ask(kind: FeedKind, page: Page) -> Feed:
        feed = await feeds.chosen_feed(read, viewer, kind, page, reader)
        # How many talk there is for those who may see how it began.
        assert kind is FeedKind.QUIET or all(card.root is not None for card in feed.cards)
        return feed

    for kind in set(FeedKind) - {FeedKind.LATEST}:
        seen = await _pages(partial(ask, kind))
        _check_spared(seen, world, viewer.acting_as, followed=kind is FeedKind.QUIET)
        all_seen.posts |= seen.posts
        all_seen.people |= seen.people
        all_seen.text += seen.text
    return all_seen


async def _own_feeds(read: Read, viewer: Viewer, world: World) -> Seen:
    """Somebody else's is not there."""
    all_seen = Seen()
    reader = await feeds.get_reader(read, viewer)
    for owner, recipes in world.recipes.items():
        for recipe in recipes:
            if owner != viewer.acting_as:
                with pytest.raises(NotFound):
                    await feeds.recipe_feed(read, viewer, recipe, Page(), reader)
                continue
            seen = await _pages(lambda page, recipe=recipe: feeds.recipe_feed(read, viewer, recipe, page, reader))  # type: ignore[misc]  # bound now
            assert len(set(seen.conversations)) == len(seen.conversations), "a conversation twice"
            all_seen.posts |= seen.posts
            all_seen.people |= seen.people | {one.id for one in await feeds.list_recipe_actors(read, viewer, recipe)}
            all_seen.text += seen.text
    return all_seen


async def _muted(read: Read, viewer: Viewer, world: World) -> Seen:
    if not viewer.signed_in:
        return Seen()
    return await _pages(lambda page: feeds.muted_feed(read, viewer, page))


async def _directory(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for tag in ("", TAGS[0]):
        found: list[int] = []
        before: int | None = TOP
        while before is not None:
            actors, before = await feeds.list_active(read, viewer, Page(before=before, limit=2), tag)
            found += [one.id for one in actors]
        public = [post for post in world.seen_by(viewer.acting_as) if post.circle.kind == "public"]
        spoke = {post.author for post in public if tag in ("", post.tag) and post.author not in world.absent}
        assert len(set(found)) == len(found), "somebody stands twice"
        assert set(found) == {one for one in spoke if one == viewer.acting_as or one not in world.hidden}
        seen.people.update(found)
    seen.people |= {one.id for one in await people.list_findable(read, viewer, Page())}
    return seen


async def _trends(read: Read, viewer: Viewer, world: World) -> Seen:
    for trend in await feeds.list_trending_tags(read, viewer, 10):
        # Somebody who speaks for a page, too, is one of the people.
        using = {
            post.writer
            for post in world.posts
            if post.tag == trend.tag and not post.deleted and not post.local and post.circle.kind == "public"
            if world.near(0, post.author)
        }
        assert trend.people == len(using - world.hidden) >= 3
    return Seen(set(await feeds.list_trending_posts(read, viewer, 10)))


async def _openings(read: Read, viewer: Viewer, world: World) -> Seen:
    """What somebody new is shown to join in."""
    topics = set(await talk.list_topics(read, viewer, 10_000))
    # A tag that only one post bears is as good as its text.
    told = {post.id for post in world.posts if f"nur{post.number}" in topics}
    return Seen(told | set(await talk.list_unanswered(read, viewer, 1000)))


async def _reports(read: Read, viewer: Viewer, world: World) -> Seen:
    """What was reported is only for those who look after the place, and what one has reported tells nothing of it."""
    with pytest.raises(NotAllowed):
        await talk.list_entrusted(read, viewer, [post.id for post in world.posts])
    with pytest.raises(NotAllowed):
        await moderation.list_reports(read, viewer, ReportState.OPEN, Page())
    if not viewer.signed_in:
        return Seen()
    return Seen(text=text_of(await moderation.list_own_reports(read, viewer, Page())))


async def _notifications(read: Read, viewer: Viewer, world: World) -> Seen:
    found = await feeds.list_notifications(read, viewer, Page(limit=1000))
    unread = sum(one.read_at is None for one in found)
    if viewer.acting_as == viewer.person:
        by_page = await feeds.count_unread_by_page(read, viewer)
        unread += sum(number for page, number in by_page.items() if page)
    assert await feeds.count_unread(read, viewer) == unread
    return Seen(
        {one.post_id for one in found if one.post_id is not None},
        people={one.actor_id for one in found},
        text=text_of(found),
    )


async def _search(read: Read, viewer: Viewer, world: World) -> Seen:
    found: set[int] = set()
    before = TOP
    while page := await feeds.search_posts(read, viewer, EVERYWHERE, Page(before=before, limit=_LIMIT)):
        assert page == sorted(page, reverse=True)
        found.update(page)
        before = page[-1]
    for post in world.posts:
        for word in post.words[:-1] if not post.deleted else post.words:
            assert not await feeds.search_posts(read, viewer, word, Page()), "what is gone can be searched for"
    return Seen(found)


def _searches(world: World, viewer: int) -> list[tuple[str, set[int]]]:
    """Searches with operators, and what each has to find."""
    found = findable(world, viewer)
    one, other, *_ = world.people
    roots = [post.root.id for post in world.posts[-1:]]
    return [
        ("from:person0 from:person1", {post.id for post in found if post.author in (one, other)}),
        (f"in:#{TAGS[0]} {EVERYWHERE}", {post.id for post in found if post.tag == TAGS[0]}),
        *((f"in:{root}", {post.id for post in found if post.root.id == root}) for root in roots),
        ("has:picture", {post.id for post in found if post.picture is not None}),
        ("in:bookmarks", {post.id for post in found if (viewer, post.id) in world.bookmarks}),
        (f'after:2000 "{EVERYWHERE}"', {post.id for post in found}),
    ]


async def _search_operators(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for text, owed in _searches(world, viewer.acting_as):
        found = await feeds.search_posts(read, viewer, text, Page(limit=1000))
        assert set(found) == owed, f"{text} finds other posts"
        seen.posts.update(found)
    best = await feeds.search_posts(read, viewer, "language:de", Page(limit=1000), order=SearchOrder.RELEVANCE)
    assert set(best) == {post.id for post in findable(world, viewer.acting_as)}, "other posts in another order"
    return seen


async def _missed(read: Read, viewer: Viewer, world: World) -> Seen:
    """What somebody has missed, and where the next unread post is."""
    if not viewer.signed_in:
        return Seen()
    missed = await feeds.catch_up(read, viewer, 0)
    seen = _shown(*missed.feeds)
    _check_spared(seen, world, viewer.acting_as, followed=True)
    seen.people |= missed.actors.keys() | {actor for one in missed.news.values() for actor in one.actor_ids}
    seen.posts |= {one.first_id for one in missed.news.values()}
    assert len(seen.conversations) == len(set(seen.conversations)), "a conversation is there twice"
    unread = await talk.find_unread(read, viewer)
    if unread is not None:
        seen.posts.add(unread.post_id)
    return seen


async def _suggestions(read: Read, viewer: Viewer, world: World) -> Seen:
    """Whom the composer offers while somebody types a name, and how many it says they reach."""
    near = await people.list_near(read, viewer, "person", 100)
    for followers, ties in ((False, world.connected), (True, world.connected | world.follows)):
        reached = {one for one, other in ties if other == viewer.acting_as and one not in world.absent}
        assert await people.count_circle(read, viewer.acting_as, followers=followers) == len(reached)
    return Seen(people={one.id for one in near})


async def _responders(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for post in world.posts:
        page = Page(limit=100)
        likers = {one.actor_id for one in await talk.list_likers(read, viewer, post.id, page)}
        sharers = {one.actor_id for one in await talk.list_sharers(read, viewer, post.id, page)}
        sees = world.sees(viewer.acting_as, post)
        for found, all_of in ((likers, post.likers), (sharers, set(post.sharers))):
            shown = {one for one in all_of if one == viewer.acting_as or world.near(viewer.acting_as, one)}
            assert found == (shown if sees else set()), "other people liked or shared it"
        seen.people |= likers | sharers
    return seen


async def _spread(read: Read, viewer: Viewer, world: World) -> Seen:
    """How posts spread: only of one's own, and of pages for which one speaks."""
    seen = Seen()
    if not viewer.signed_in:
        return seen
    for post in world.posts:
        found = await talk.find_post(read, viewer, post.id)
        if found is None:
            continue
        try:
            spread = await insights.get_spread(read, viewer, found)
        except NotAllowed:
            assert not world.wrote(viewer.acting_as, post), "how one's own post spread is kept from one"
            continue
        team = world.pages.get(post.author, {})
        theirs = {post.author, post.writer} & {viewer.person, viewer.acting_as} or viewer.person in team
        assert theirs or viewer.staff or world.group(post.author), "how a post of others spread"
        assert {node.actor for node in spread.tree} == {post.author, *post.sharers}
        seen.people |= set(spread.named)
        seen.posts.add(post.id)
    passed = await insights.list_spread_lately(read, viewer, _ALL)
    seen.posts |= {one.id for one in passed}
    seen.text = text_of(passed)
    return seen


async def _pictures(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for post in world.posts:
        if post.picture is not None:
            file = await talk.find_picture_file(read, viewer, post.picture, "small")
            if file is not None:
                seen.posts.add(post.id)
                assert not file.open_to_all or world.within(0, post.circle)
                assert not (file.open_to_all and post.local)
    return seen


async def _revisions(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for post in world.posts:
        found = await talk.list_revisions(read, viewer, post.id)
        if world.sees(viewer.acting_as, post):
            assert len(found) == len(post.words) - 1, "a former wording is missing"
        seen.text += text_of(found)
    return seen


async def _sources(read: Read, viewer: Viewer, world: World) -> Seen:
    seen = Seen()
    for post in world.posts:
        try:
            source = await talk.get_source(read, viewer, post.id)
        except (NotFound, NotAllowed):
            continue
        assert world.wrote(viewer.acting_as, post), "somebody else's source"
        seen.text += source.source
    return seen


DOORS = [
    Door("a post by its address", _single_posts, owed_all),
    Door("posts by id", _posts, owed_all),
    Door("conversations", _trees, owed_all),
    Door("home", _home, owed_home),
    Door("home in parts", _home_in_parts, owed_entries),
    Door("local", _local, owed_local),
    Door("walls", _walls, owed_walls),
    Door("tags", _tags),
    Door("posts one by one", _one_by_one, owed_all),
    Door("what search engines list", _indexed, owed_index),
    Door("bookmarks", _bookmarks, owed_bookmarks),
    Door("likes", _likes, owed_likes),
    Door("lists", _lists),
    Door("feeds one can choose", _chosen),
    Door("feeds of one's own", _own_feeds),
    Door("muted conversations", _muted, owed_muted),
    Door("trends", _trends),
    Door("openings", _openings),
    Door("directory", _directory),
    Door("reports", _reports),
    Door("notifications", _notifications, asks_in=True),
    Door("search", _search, owed_search),
    Door("search with operators", _search_operators),
    Door("catching up", _missed),
    Door("suggestions of names", _suggestions),
    Door("likers and sharers", _responders),
    Door("how posts spread", _spread),
    Door("picture files", _pictures, owed_pictures),
    Door("history", _revisions, former_wordings=True),
    Door("source", _sources),
]
