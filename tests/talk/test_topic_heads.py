"""The head of a topic: its title, what it is and its tags; who changes them, and what becomes of what was there."""

import pytest

from plausch.feeds import queries as feeds
from plausch.feeds.model import NotificationKind
from plausch.groups import actions as groups
from plausch.groups import queries as group_queries
from plausch.groups.actions import Links
from plausch.groups.model import BoardDraft, GroupDraft
from plausch.http.site import ADDRESSES
from plausch.kernel.errors import DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people.model import VISITOR, Role, Viewer
from plausch.storage import Database
from plausch.talk import actions, queries
from plausch.talk.model import Form, PollDraft, PostEdit, TopicEdit, TopicKind
from tests.harness.community import join_all, publish, settle

LINKS = Links(ADDRESSES.profile, ADDRESSES.tag)


def staff(viewer: Viewer) -> Viewer:
    return Viewer(viewer.person, viewer.acting_as, Role.MODERATOR)


async def change(database: Database, viewer: Viewer, topic: int, edit: TopicEdit) -> None:
    async with database.write() as tx:
        await actions.change_topic(tx, viewer, topic, edit)


async def begun(database: Database, viewer: Viewer, **more: object) -> int:
    async with database.write() as tx:
        board = await groups.make_board(tx, staff(viewer), 0, BoardDraft(name="Verein"))
        return await publish(
            tx, viewer, "Wer kommt? #Graz", **{"form": Form.TOPIC, "title": "Fahrt", "board": board, **more}
        )


async def test_the_title_is_changed_by_its_author_and_who_looks_after_the_board(database: Database) -> None:
    anna, ben, eve = await join_all(database, "anna", "ben", "eve")
    topic = await begun(database, ben)
    for viewer in (eve, VISITOR):
        with pytest.raises(NotAllowed):
            await change(database, viewer, topic, TopicEdit(title="Meins"))
    for bad in ("", "  ", "x" * 151):
        with pytest.raises(Invalid):
            await change(database, ben, topic, TopicEdit(title=bad))
    await change(database, ben, topic, TopicEdit(title="Fahrt nach Graz"))
    await change(database, staff(anna), topic, TopicEdit(title="Fahrt am 3. Mai"))
    async with database.read() as read:
        post = await queries.get_post(read, VISITOR, topic)
        former = await queries.list_revisions(read, VISITOR, topic)
    assert (post.title, post.edited_at is not None) == ("Fahrt am 3. Mai", True)
    assert [one.title for one in former] == ["Fahrt nach Graz", "Fahrt"]
    async with database.write() as tx:
        note = await publish(tx, ben, "Nur so")
        await actions.remove_post(tx, ben, topic)
    for gone in (note, topic, 17):
        with pytest.raises(NotFound):
            await change(database, ben, gone, TopicEdit(title="Fahrt"))


async def test_what_a_topic_is_can_be_changed(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    topic = await begun(database, ben, topic=TopicKind.QUESTION)
    async with database.write() as tx:
        answer = await publish(tx, anna, "Ich", reply_to=topic)
        await actions.accept_answer(tx, ben, answer)
    await change(database, ben, topic, TopicEdit(kind=TopicKind.QUESTION))
    async with database.read() as read:
        found = await queries.find_topic(read, topic)
        assert found is not None
        assert found.answer_id == answer
    await change(database, ben, topic, TopicEdit(kind=TopicKind.DISCUSSION))
    async with database.read() as read:
        found = await queries.find_topic(read, topic)
        assert found is not None
        assert (found.kind, found.answer_id) == (TopicKind.DISCUSSION, None), "what is no question has no answer"
        assert await queries.list_revisions(read, ben, topic) == [], "its words are as they were"
    for viewer, kind in ((ben, TopicKind.ANNOUNCEMENT), (ben, TopicKind.POLL), (staff(anna), TopicKind.POLL)):
        with pytest.raises(Invalid):
            await change(database, viewer, topic, TopicEdit(kind=kind))
    await change(database, staff(anna), topic, TopicEdit(kind=TopicKind.ANNOUNCEMENT))
    with pytest.raises(Invalid):
        await change(database, ben, topic, TopicEdit(kind=TopicKind.DISCUSSION))
    await change(database, ben, topic, TopicEdit(title="Abfahrt", kind=TopicKind.ANNOUNCEMENT))
    asking = await begun(database, ben, poll=PollDraft(options=("ja", "nein")))
    await change(database, ben, asking, TopicEdit(kind=TopicKind.POLL))


async def test_tags_of_a_topic_stand_beside_those_in_its_text(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    topic = await begun(database, ben, tags=("Ausflug", "#GRAZ", "  "))

    async def tags() -> tuple[list[str], list[str]]:
        async with database.read() as read:
            return await queries.list_tags(read, topic), await queries.list_named_tags(read, topic)

    assert await tags() == (["ausflug", "graz"], ["ausflug", "graz"])
    async with database.write() as tx:
        await actions.edit_post(tx, ben, topic, PostEdit(source="Wer kommt nach #Wien?"), ADDRESSES)
    assert await tags() == (["ausflug", "graz", "wien"], ["ausflug", "graz"]), "the words say nothing of these"
    await change(database, staff(anna), topic, TopicEdit(tags=("bahn",)))
    assert await tags() == (["bahn", "wien"], ["bahn"]), "what stands in the text is not taken from it"
    async with database.write() as tx:
        await actions.edit_post(tx, ben, topic, PostEdit(source="Wer kommt?", tags=()), ADDRESSES)
    assert await tags() == ([], [])
    for bad in (("17",), tuple(f"wort{one}" for one in range(9))):
        with pytest.raises(Invalid):
            await change(database, ben, topic, TopicEdit(tags=bad))
        with pytest.raises(DomainError):
            await begun(database, ben, tags=bad)
    await change(database, ben, topic, TopicEdit(tags=("bahn",)))
    async with database.write() as tx:
        await actions.remove_post(tx, ben, topic)
    assert await tags() == ([], [])


async def test_a_group_knows_who_has_changed_the_topics_of_others(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        group = await groups.create_group(tx, anna, GroupDraft(name="Verein", handle="verein"), LINKS)
        await groups.join_group(tx, ben, group)
        board = await groups.make_board(tx, anna, group, BoardDraft(name="Fragen"))
        topic = await publish(tx, ben, "Wer?", form=Form.TOPIC, title="Fahrt", board=board, place=group)
        await actions.change_topic(tx, ben, topic, TopicEdit(title="Ausfahrt"))
        await actions.change_topic(tx, anna, topic, TopicEdit(title="Ausfahrt im Mai"))
        await actions.change_topic(tx, anna, topic, TopicEdit(title="Ausfahrt im Mai"))
    async with database.read() as read:
        noted = await group_queries.list_log(read, group, Page(), all_steps=True)
    changes = [(one.actor_id, one.subject_id, one.note) for one in noted if one.step == "topic_changed"]
    assert changes == [(anna.person, topic, "")], "once, and without the words"
    await settle(database)
    async with database.read() as read:
        told = [(one.kind, one.actor_id, one.post_id) for one in await feeds.list_notifications(read, ben, Page())]
    assert told == [(NotificationKind.TOPIC_TENDED, anna.person, topic)]
