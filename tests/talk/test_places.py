"""Where a conversation stands: nobody goes on in a group's by a way that its rules do not know."""

import pytest

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel.errors import NotAllowed
from plausch.people import actions as people
from plausch.people.model import Viewer
from plausch.storage import Database, Write
from plausch.talk.model import AudienceKind
from tests.harness.community import connect, join_all, publish, settle

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


async def found(tx: Write, viewer: Viewer) -> int:
    return await groups.create_group(tx, viewer, GroupDraft(name="Schachgruppe", handle="schach"), LINKS)


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


async def test_nothing_is_added_that_would_leave_a_group(database: Database) -> None:
    """What was said to fewer while it was public stays theirs once it is closed."""
    anna, cleo = await join_all(database, "anna", "cleo")
    async with database.write() as tx:
        await connect(tx, anna, cleo)
        group = await found(tx, anna)
        post = await publish(tx, anna, "Wer eröffnet?", place=group)
        reply = await publish(tx, anna, "Unter uns", reply_to=post, audience=AudienceKind.CONNECTIONS)
        await groups.edit_group(tx, anna, group, GroupDraft(name="Still", visibility=Visibility.SECRET), LINKS)
    await settle(database)
    for viewer in (anna, cleo):
        assert await refused(database, viewer, reply) == "conversation_locked"
