"""Announcements and emoji: who makes them, when they are shown, and that nobody is remembered who has left."""

import pytest

from plausch.community import actions, listeners, queries
from plausch.community.model import Announcement, clean_shortcode
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people.events import AccountErased
from plausch.people.model import VISITOR, Role, Viewer
from plausch.storage import Database

MODERATOR, MEMBER = Viewer(7, 7, Role.MODERATOR), Viewer(8, 8)
NOW = 1_800_000_000_000


@pytest.mark.parametrize(
    ("from_at", "until_at", "shown"),
    [(NOW, None, True), (NOW + 1, None, False), (NOW - 5, NOW + 1, True), (NOW - 5, NOW, False)],
)
def test_when_it_is_shown(from_at: int, until_at: int | None, shown: bool) -> None:
    assert Announcement(1, "x", "x", from_at, until_at).is_current(NOW) is shown


async def test_an_announcement_from_its_beginning_to_its_end(database: Database) -> None:
    async with database.write() as tx:
        for viewer in (MEMBER, VISITOR):
            with pytest.raises(NotAllowed):
                await actions.announce(tx, viewer, "Hello", tag_url=str)
        with pytest.raises(Invalid):
            await actions.announce(tx, MODERATOR, "Hello", tag_url=str, from_at=NOW, until_at=NOW)
        one = await actions.announce(tx, MODERATOR, "Hello <b>", tag_url=str)
        assert [found.id for found in await queries.list_open_announcements(tx, clock.now())] == [one]
        await actions.dismiss_announcement(tx, MEMBER, one)
        await actions.dismiss_announcement(tx, MEMBER, one)
        assert await queries.list_dismissed(tx, MEMBER, [one]) == [one]
        with pytest.raises(NotAllowed):
            await actions.dismiss_announcement(tx, VISITOR, one)
        await listeners.on_account_erased(tx, AccountErased(person_id=MEMBER.person))
        assert await queries.list_dismissed(tx, MEMBER, [one]) == []
        await actions.end_announcement(tx, MODERATOR, one)
        assert await queries.list_open_announcements(tx, clock.now()) == []
        with pytest.raises(NotFound):
            await actions.end_announcement(tx, MODERATOR, one)


async def test_emoji_have_names_of_their_own(database: Database) -> None:
    async with database.write() as tx:
        with pytest.raises(NotAllowed):
            await actions.add_emoji(tx, MEMBER, "linde", "ab" * 16)
        await actions.add_emoji(tx, MODERATOR, ":Linde:", "ab" * 16)
        with pytest.raises(Conflict):
            await actions.add_emoji(tx, MODERATOR, "linde", "cd" * 16)
        assert await queries.find_emoji(tx, ["linde", "fluss"]) == {"linde": "/emoji/linde?v=abababab"}
        with pytest.raises(NotAllowed):
            await actions.remove_emoji(tx, MEMBER, "linde")
        assert await actions.remove_emoji(tx, MODERATOR, "linde") == "ab" * 16
        with pytest.raises(NotFound):
            await actions.remove_emoji(tx, MODERATOR, "linde")


@pytest.mark.parametrize("text", ["", "x", "mit leerzeichen", "größe", "x" * 31, "../x"])
def test_what_is_no_shortcode(text: str) -> None:
    with pytest.raises(Invalid):
        clean_shortcode(text)
