"""Feeds of places, and cards: what was kept is shown, all of it; what is shared brings its newest replies."""

from collections.abc import Awaitable, Callable

from plausch.feeds import queries as feeds
from plausch.feeds.model import Card, Feed
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import Viewer
from plausch.storage import Database, Read
from plausch.talk import actions
from tests.harness.community import join_all, publish


async def test_every_bookmark_is_shown(database: Database) -> None:
    """Also when several belong to one conversation: they share a card."""
    (anna,) = await join_all(database, "anna")
    async with database.write() as tx:
        root = await publish(tx, anna, "Start")
        replies = [await publish(tx, anna, f"Antwort {number}", reply_to=root) for number in range(6)]
        for post in replies[:4]:
            await actions.bookmark_post(tx, anna, post)
    async with database.read() as read:
        (card,) = (await feeds.bookmarks_feed(read, anna, Page())).cards
    assert card.root is not None
    assert [post.id for post in card.replies] == replies[:4]


async def test_a_shared_root_leaves_room_for_replies(database: Database) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    async with database.write() as tx:
        await people.follow(tx, anna, ines.person)
        root = await publish(tx, mehmet, "Start")
        replies = [await publish(tx, mehmet, f"Antwort {number}", reply_to=root) for number in range(3)]
        await actions.share_post(tx, ines, root)
    async with database.read() as read:
        (card,) = (await feeds.home_feed(read, anna, Page())).cards
    assert [post.id for post in card.replies] == replies[1:]
    assert card.hidden_replies == 1


async def test_others_find_room_beside_a_place_where_much_is_said(database: Database) -> None:
    """However many replies stand above them, a page of conversations is full."""
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await people.follow(tx, anna, ines.person)
        before = [await publish(tx, ines, f"Start {number}") for number in range(6)]
        busy = await publish(tx, ines, "Wer bringt was mit?")
        for number in range(250):
            await publish(tx, ines, f"Kuchen {number}", reply_to=busy)
    async with database.read() as read:
        feed = await feeds.home_feed(read, anna, Page(limit=5))
    assert [card.conversation.id for card in feed.cards] == [busy, *reversed(before[2:])]


Place = Callable[[Read, Viewer, Page], Awaitable[Feed]]


async def test_a_conversation_stands_once_however_one_pages(database: Database) -> None:
    """Where its newest entry puts it; and what was kept is shown there, also what was kept long ago."""
    (anna,) = await join_all(database, "anna")
    async with database.write() as tx:
        roots = [await publish(tx, anna, f"Start {number} #garten") for number in range(4)]
        kept = list(roots)
        for number in range(12):
            to = roots[(0, 3, 1, 0, 2)[number % 5]]
            kept.append(await publish(tx, anna, f"Antwort {number} #garten", reply_to=to))
        for post in kept:
            await actions.bookmark_post(tx, anna, post)
            await actions.like_post(tx, anna, post)

    async def wall(tx: Read, viewer: Viewer, page: Page) -> Feed:
        return await feeds.actor_feed(tx, viewer, anna.person, page)

    async def tag(tx: Read, viewer: Viewer, page: Page) -> Feed:
        return await feeds.tag_feed(tx, viewer, "garten", page)

    places: list[Place] = [wall, tag, feeds.bookmarks_feed, feeds.liked_feed, feeds.local_feed]
    for place in places:
        for limit in (1, 2, 3):
            cards = await _page_through(database, place, anna, limit)
            whole = await _page_through(database, place, anna, 50)
            assert [card.conversation.id for card in cards] == [card.conversation.id for card in whole]
            assert sorted(card.conversation.id for card in cards) == roots
            if place in (feeds.bookmarks_feed, feeds.liked_feed):
                shown = {post.id for card in cards for post in (card.root, *card.replies) if post is not None}
                assert shown == set(kept)


async def _page_through(database: Database, place: Place, viewer: Viewer, limit: int) -> list[Card]:
    cards: list[Card] = []
    page = Page(limit=limit)
    async with database.read() as read:
        while True:
            feed = await place(read, viewer, page)
            assert len(feed.cards) <= limit
            cards += feed.cards
            if feed.next_before is None:
                return cards
            page = Page(before=feed.next_before, limit=limit)
