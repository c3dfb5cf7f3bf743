"""Where a conversation stands: nobody goes on in a group's by a way that its rules do not know."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility, Who
from plausch.http.site import ADDRESSES
from plausch.kernel.errors import NotAllowed
from plausch.people import actions as people
from plausch.people.model import VISITOR, PageKind, Viewer
from plausch.storage import Database, Write
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.model import AudienceKind
from tests.harness.community import connect, join_all, publish, settle

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


async def found(tx: Write, viewer: Viewer, who: Who = Who.MEMBERS) -> int:
    draft = GroupDraft(name="Schachgruppe", handle="schach", who_posts=who, who_replies=who)
    return await groups.create_group(tx, viewer, draft, LINKS)


async def close(tx: Write, viewer: Viewer, group: int) -> None:
    await groups.edit_group(tx, viewer, group, GroupDraft(name="Still", visibility=Visibility.SECRET), LINKS)


async def refused(database: Database, viewer: Viewer, to: int) -> str:
    with pytest.raises(NotAllowed) as error:
        async with database.write() as tx:
            await publish(tx, viewer, "Doch!", reply_to=to)
    return error.value.reason


async def test_blocking_a_group_opens_nothing_in_it(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        group = await found(tx, anna)
        post = await publish(tx, anna, "Wer eröffnet?", place=group)
        await groups.ban(tx, anna, group, ben.person)
    assert await refused(database, ben, post) == "group_banned"
    async with database.write() as tx:
        await people.block(tx, ben, group)
    assert await refused(database, ben, post) == "group_not_for_you"


async def test_in_a_group_one_speaks_to_all_of_it(database: Database) -> None:
    """Also in a public one: nothing stays with others when it closes its doors."""
    anna, cleo = await join_all(database, "anna", "cleo")
    async with database.write() as tx:
        await connect(tx, anna, cleo)
        group = await found(tx, anna)
        post = await publish(tx, anna, "Wer eröffnet?", place=group)
        reply = await publish(tx, anna, "Unter uns", reply_to=post, audience=AudienceKind.CONNECTIONS)
    async with database.read() as read:
        assert (await queries.get_post(read, cleo, reply)).audience_kind is AudienceKind.PUBLIC
    async with database.write() as tx:
        await groups.edit_group(tx, anna, group, GroupDraft(name="Still", visibility=Visibility.SECRET), LINKS)
    await settle(database)
    async with database.read() as read:
        assert await queries.find_post(read, cleo, reply) is None


async def test_nothing_is_said_for_everybody_once_a_group_is_closed(database: Database) -> None:
    """Also not before those who narrow what was said have come by."""
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        group = await found(tx, anna)
        post = await publish(tx, anna, "Wer eröffnet?", place=group)
        await close(tx, anna, group)
    assert await refused(database, anna, post) == "conversation_locked"
    await settle(database)
    async with database.write() as tx:
        reply = await publish(tx, anna, "Ich", reply_to=post)
    async with database.read() as read:
        for viewer in (ben, VISITOR):
            assert await queries.find_post(read, viewer, reply) is None


async def test_closing_a_group_leaves_no_moment(database: Database) -> None:
    """What was said for everybody is for members alone in the transaction in which the group closes its doors."""
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        group = await found(tx, anna)
        post = await publish(tx, anna, "Wer eröffnet?", place=group)
        draft = GroupDraft(name="Still", visibility=Visibility.SECRET)
        await talk.change_group(tx, anna, group, draft, LINKS)
    async with database.read() as read:
        assert await queries.find_post(read, anna, post) is not None
        for viewer in (ben, VISITOR):
            assert await queries.find_post(read, viewer, post) is None


@pytest.mark.parametrize("end", [close, groups.delete_group])
async def test_what_is_said_while_a_group_ends_is_not_forgotten(
    database: Database, end: Callable[[Write, Viewer, int], Awaitable[None]]
) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        group = await found(tx, anna)

    async def ending() -> None:
        async with database.write() as tx:
            await end(tx, anna, group)
        await settle(database)

    async with database.write() as tx:
        post = await publish(tx, anna, "Gerade noch", place=group)
        task = asyncio.create_task(ending())
        # It waits for what is being said; if it does not, it has time to miss it.
        await asyncio.wait({task}, timeout=0.3)
    await task
    await settle(database)
    async with database.read() as read:
        assert await queries.find_post(read, ben, post) is None


async def test_a_page_is_no_way_around_a_ban(database: Database) -> None:
    anna, ben, cleo = await join_all(database, "anna", "ben", "cleo")
    async with database.write() as tx:
        group = await found(tx, anna, Who.EVERYBODY)
        post = await publish(tx, anna, "Wer eröffnet?", place=group)
        page = await people.create_page(tx, ben, "bens", "Bens Seite", PageKind.CLUB)
        await groups.ban(tx, anna, group, ben.person)
    for_page = Viewer(ben.person, page)
    assert await refused(database, for_page, post) == "group_banned"
    with pytest.raises(NotAllowed, match="group_banned"):
        async with database.write() as tx:
            await groups.join_group(tx, for_page, group)
    # Others on its team are not banned, but those do not let him in either.
    async with database.write() as tx:
        await groups.join_group(tx, Viewer(cleo.person, page), group)
    assert await refused(database, for_page, post) == "group_banned"
