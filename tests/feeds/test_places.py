"""Feeds of places, and cards: what was kept is shown, all of it; what is shared brings its newest replies."""

from plausch.feeds import queries as feeds
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.storage import Database
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
