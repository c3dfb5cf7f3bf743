"""What is removed is gone everywhere: feeds, search, notifications, parts, pictures, queued work, every table.

And whoever leaves for good leaves no name and no text behind, but a place in the tree and what others wrote.
"""

import asyncio
from typing import Any

import pytest

from plausch.app.background import register_all
from plausch.feeds import queries as feeds
from plausch.feeds.listeners.posts import on_post_removed
from plausch.feeds.tables import notifications, post_words
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people import jobs as people_jobs
from plausch.people.events import ConnectionRequested
from plausch.people.model import GRACE, VISITOR, ProfileEdit, Role, Standing, Viewer
from plausch.people.queries import get_actor
from plausch.storage import Database, Write
from plausch.storage.media import MediaFiles, new_key
from plausch.storage.parts import Part, keep_parts
from plausch.talk import actions, queries
from plausch.talk.events import PostRemoved
from plausch.talk.model import AudienceKind, PostEdit
from plausch.work.facts import decode
from plausch.work.worker import Worker
from tests.harness.community import connect, join_all, publish, settle, stored, tables_with

#: In the post's text, warning, alt text, tag, and in what it said before.
WORDS = ("geheimwort", "warnwort", "bildwort", "stichwort", "altwort")


async def add_picture(tx: Write, viewer: Viewer, media: MediaFiles, alt: str) -> tuple[int, list[str]]:
    keys = [new_key(), new_key()]
    for key in keys:
        await media.put(key, b"pixels")
    files = [(name, "image/webp", key) for name, key in zip(("large", "small"), keys, strict=True)]
    picture = await actions.add_picture(tx, viewer, files=files, width=1, height=1, blurhash="", colour="", alt=alt)
    return picture, keys


async def write_everything(database: Database, media: MediaFiles, anna: Viewer, ines: Viewer) -> tuple[int, int, int]:
    """A post of Anna's with all that can hang on one; it, Ines's reply, and the picture."""
    async with database.write() as tx:
        picture, _ = await add_picture(tx, anna, media, "bildwort")
        post = await publish(tx, anna, "altwort geheimwort #stichwort @ines", warning="warnwort", pictures=(picture,))
        edit = PostEdit(source="geheimwort #stichwort @ines", language="de", warning="warnwort")
        await actions.edit_post(tx, anna, post, edit, ADDRESSES)
        reply = await publish(tx, ines, "Antwort, die bleibt", reply_to=post)
        await actions.like_post(tx, ines, post)
        await actions.share_post(tx, ines, post)
        await actions.bookmark_post(tx, ines, post)
        shown = await queries.get_post(tx, anna, post)
        part = Part("web", "post", post, shown.version, b"<p>geheimwort</p>")
        await keep_parts(tx, [part, part._replace(door="clientapi")])
    return post, reply, picture


async def nothing_is_left(database: Database, media: MediaFiles, post: int, picture: int, reader: Viewer) -> None:
    assert tables_with(await stored(database), *WORDS) == set()
    assert await media.keys() == set()
    async with database.read() as read:
        for viewer in (VISITOR, reader):
            assert await queries.find_post(read, viewer, post) is None
            assert await queries.find_picture_file(read, viewer, picture, "small") is None
            assert await queries.list_revisions(read, viewer, post) == []
            for feed in (
                await feeds.local_feed(read, viewer, Page()),
                await feeds.home_feed(read, viewer, Page()),
                await feeds.tag_feed(read, viewer, "stichwort", Page()),
                await feeds.bookmarks_feed(read, viewer, Page()),
            ):
                assert all(shown.id != post for card in feed.cards for shown in (card.root, *card.replies) if shown)
            for word in WORDS:
                assert await feeds.search_posts(read, viewer, word, Page()) == []
            assert await feeds.search_tags(read, viewer, "stich", 5) == []
        assert all(one.post_id != post for one in await feeds.list_notifications(read, reader, Page()))
    assert all(row[4] != post for row in (await stored(database))[notifications.name])


@pytest.fixture
def media(tmp_path: Any) -> MediaFiles:
    return MediaFiles(tmp_path / "media")


@pytest.mark.parametrize("listened", [True, False])
async def test_one_removal_clears_everything(database: Database, media: MediaFiles, listened: bool) -> None:
    """Also when what was to be done about the post still waits: then that ends without effect."""
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
    worker = Worker(database, register_all(media))
    post, reply, picture = await write_everything(database, media, anna, ines)
    if listened:
        await worker.work_all()
        async with database.read() as read:
            assert await feeds.search_posts(read, ines, "geheimwort", Page()) == [post]
            assert len(await feeds.list_notifications(read, anna, Page())) >= 3
        assert {"talk_posts", "talk_revisions", "storage_parts"} <= tables_with(await stored(database), *WORDS)
    async with database.write() as tx:
        await actions.remove_post(tx, anna, post)
    await worker.work_all()
    await nothing_is_left(database, media, post, picture, ines)
    async with database.read() as read:
        (gone, kept) = await queries.list_conversation_posts(read, VISITOR, post)
        assert (gone.id, gone.deleted, gone.html, gone.pictures_count) == (post, True, "", 0)
        assert (kept.id, kept.parent_id, kept.deleted) == (reply, post, False)
        talk = await queries.get_conversation(read, VISITOR, post)
        assert (talk.replies, talk.voices, talk.talker_ids) == (1, 1, [ines.person])


async def test_a_removal_while_a_listener_runs_leaves_nothing(database: Database, media: MediaFiles) -> None:
    """The listener has read the post and not yet written its words when the post is removed."""
    anna, _ = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        post = await publish(tx, anna, "geheimwort @ines")
    registry = register_all(media)
    listener = next(one for name, one in registry.listeners["fact:PostPublished"].items() if "feeds" in name)
    facts = [row for row in (await stored(database))["work_jobs"] if row[1] == "fact:PostPublished"]
    fact = registry.facts["fact:PostPublished"]

    async def remove() -> None:
        async with database.write() as tx:
            await actions.remove_post(tx, anna, post)
        async with database.write() as tx:
            removed = PostRemoved(
                post_id=post,
                conversation_id=post,
                actor_id=anna.person,
                parent_id=None,
                scope_kind="public",
                scope_id=0,
                published_at=0,
            )
            await on_post_removed(tx, removed)

    async with database.write() as tx:
        await listener(tx, decode(fact, bytes(facts[0][2])))
        removing = asyncio.create_task(remove())
        await asyncio.sleep(0.3)
        assert not removing.done(), "it waits until the listener is done"
    await removing
    rows = await stored(database)
    assert rows[post_words.name] == []
    assert rows[notifications.name] == []


async def test_whoever_leaves_for_good_leaves_no_trace_but_a_place(database: Database, media: MediaFiles) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    names = ("Annemarie Geheim", "anna@example.org", "Hintergrundtext", "sie/ihr", "Kennenlernsatz")
    worker = Worker(database, register_all(media))
    async with database.write() as tx:
        _, face = await add_picture(tx, anna, media, "")
        edit = ProfileEdit(name=names[0], about=names[2], pronouns=names[3], locked=False)
        await people.set_role(tx, ines.person, Role.OWNER)
        await people.edit_profile(tx, anna, edit, profile_url=str, tag_url=str)
        await people.set_picture(tx, anna, ".".join(face))
        await people.ask_to_connect(tx, anna, mehmet.person, names[4])
        await connect(tx, anna, ines)
        await people.start_session(tx, anna.person, "Firefox")
        await keep_parts(tx, [Part("web", "actor", anna.person, 9, names[0].encode())])
        theirs = await publish(tx, ines, "Von Ines")
        await actions.like_post(tx, anna, theirs)
        await actions.share_post(tx, anna, theirs)
        await actions.bookmark_post(tx, anna, theirs)
        await actions.mark_read(tx, anna, theirs, theirs)
        answer = await publish(tx, anna, "geheimwort", reply_to=theirs)
        await publish(tx, mehmet, "Darauf antworte ich", reply_to=answer)
        await publish(tx, anna, "geheimwort", audience=AudienceKind.PARTICIPANTS, participants=(ines.person,))
        await add_picture(tx, anna, media, "bildwort")
    post, reply, picture = await write_everything(database, media, anna, ines)
    await worker.work_all()
    found = tables_with(await stored(database), *WORDS, *names)
    assert {"people_actors", "people_accounts", "people_requests", "talk_posts", "storage_parts"} <= found
    async with database.write() as tx:
        await people.leave(tx, anna)
    later = clock.real_now() + GRACE
    with clock.at(later):
        async with database.write() as tx:
            await people_jobs.end_accounts(tx, None)
    await worker.work_all()
    assert tables_with(await stored(database), *names) == set()
    await nothing_is_left(database, media, post, picture, ines)
    await _only_a_place_is_left(database, anna, ines, theirs, post, reply)


async def _only_a_place_is_left(
    database: Database, anna: Viewer, ines: Viewer, theirs: int, post: int, reply: int
) -> None:
    async with database.read() as read:
        tombstone = await get_actor(read, anna.person)
        assert (tombstone.standing, tombstone.name, tombstone.picture) == (Standing.DELETED, "", "")
        for viewer in (ines, VISITOR):
            gone, kept = await queries.list_conversation_posts(read, viewer, post)
            assert (gone.deleted, kept.id, kept.parent_id) == (True, reply, post)
            tree = await queries.list_conversation_posts(read, viewer, theirs)
            assert [one.deleted for one in tree] == [False, True, False], "others' replies stay where they were"
        shown = await queries.get_post(read, VISITOR, theirs)
        assert (shown.likes, shown.shares, shown.replies) == (0, 0, 0)
        assert await queries.list_likers(read, ines, theirs, Page()) == []
        assert [one for one in await feeds.list_notifications(read, ines, Page()) if one.actor_id == anna.person] == []
    rows = await stored(database)
    for name in ("talk_likes", "talk_shares", "talk_bookmarks", "talk_reads", "people_relations", "people_sessions"):
        assert all(anna.person not in row for row in rows[name]), name
    counted = {row[0]: row[1:] for row in rows["people_counts"]}
    assert counted[ines.person] == (0, 0, 0)


async def test_a_request_that_ended_before_it_was_heard_is_not_announced(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await people.ask_to_connect(tx, anna, ines.person, "")
        await people.block(tx, ines, anna.person)
    assert ConnectionRequested.__name__ in str((await stored(database))["work_jobs"])
    await settle(database)
    assert (await stored(database))[notifications.name] == []
    async with database.write() as tx:
        with pytest.raises(NotFound):
            await people.accept_connection(tx, ines, anna.person)
