"""What people do in conversations: who may reply, editing with history, pictures, reading marks, sharing."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from plausch.feeds import queries as feeds
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.kernel.paging import TOP, Page
from plausch.people import actions as people
from plausch.people.model import VISITOR, Consent, Role, Viewer
from plausch.storage import Database, Write
from plausch.talk import actions, jobs, queries
from plausch.talk.model import AudienceKind, Post, PostEdit, WhoReplies
from tests.harness.community import connect, join_all, publish, settle

FILES = [("large", "image/webp", "a" * 32), ("small", "image/webp", "b" * 32)]


async def add_picture(tx: Write, viewer: Viewer, alt: str = "") -> int:
    return await actions.add_picture(tx, viewer, files=FILES, width=4, height=3, blurhash="", colour="#ffffff", alt=alt)


async def tree(database: Database, viewer: Viewer, id_: int) -> list[Post]:
    async with database.read() as read:
        return await queries.list_conversation_posts(read, viewer, id_)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (WhoReplies.EVERYBODY, {"owner", "contact", "follower", "mentioned", "stranger"}),
        (WhoReplies.FOLLOWERS, {"owner", "contact", "follower"}),
        (WhoReplies.CONNECTIONS, {"owner", "contact"}),
        (WhoReplies.MENTIONED, {"owner", "mentioned"}),
        (WhoReplies.NOBODY, {"owner"}),
    ],
)
async def test_who_may_reply(database: Database, rule: WhoReplies, allowed: set[str]) -> None:
    names = ("boss", "contact", "follower", "mentioned", "stranger")
    people_ = dict(zip(("owner", *names[1:]), await join_all(database, *names), strict=True))
    owner = people_["owner"]
    async with database.write() as tx:
        await connect(tx, people_["contact"], owner)
        await people.unfollow(tx, people_["contact"], owner.person)
        await people.follow(tx, people_["follower"], owner.person)
        root = await publish(tx, owner, "Was meint ihr, @mentioned?", who_replies=rule)
        own = await publish(tx, owner, "Ich fange an", reply_to=root)
    for name, viewer in people_.items():
        for parent in (root, own):
            if name in allowed:
                async with database.write() as tx:
                    await publish(tx, viewer, f"von {name}", reply_to=parent)
            else:
                with pytest.raises(NotAllowed):
                    await _publish(database, viewer, parent)
    assert len(await tree(database, VISITOR, root)) == 2 + 2 * len(allowed)


async def _publish(database: Database, viewer: Viewer, parent: int) -> int:
    async with database.write() as tx:
        return await publish(tx, viewer, "Doch", reply_to=parent)


async def test_nobody_replies_to_what_they_may_not_see(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        closed = await publish(tx, anna, "Nur für Kontakte", audience=AudienceKind.CONNECTIONS)
        opened = await publish(tx, anna, "Für alle")
    with pytest.raises(NotFound):
        await _publish(database, ines, closed)
    with pytest.raises(NotAllowed):
        await _publish(database, VISITOR, opened)
    async with database.write() as tx:
        await people.block(tx, anna, ines.person)
    with pytest.raises(NotFound):
        await _publish(database, ines, opened)


async def test_an_edit_keeps_what_was_said(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        post = await publish(tx, anna, "Erste #eins @ines", warning="Achtung")
    for number, (source, warning) in enumerate(
        [("Zweite #zwei", "Achtung"), ("Zweite #zwei", ""), ("Zweite #zwei", "")], start=1
    ):
        with clock.at(clock.real_now() + number):
            async with database.write() as tx:
                await actions.edit_post(tx, anna, post, PostEdit(source=source, warning=warning), ADDRESSES)
    await settle(database)
    async with database.read() as read:
        shown = await queries.get_post(read, VISITOR, post)
        history = await queries.list_revisions(read, VISITOR, post)
        assert await queries.list_tags(read, post) == ["zwei"]
        assert await queries.list_mentioned(read, post) == []
        assert await feeds.search_posts(read, VISITOR, "Erste", Page()) == []
        assert await feeds.search_posts(read, VISITOR, "zweite", Page()) == [post]
    assert "Zweite" in shown.html
    assert shown.edited_at is not None
    assert [("Erste" in one.html, one.warning) for one in history] == [(False, "Achtung"), (True, "Achtung")]
    assert [one.version for one in history] == [2, 1], "what changed nothing is no wording of its own"
    assert history[1].at == shown.published_at
    for viewer, error in ((ines, NotAllowed), (VISITOR, NotAllowed)):
        with pytest.raises(error):
            await _edit(database, viewer, post, "Fremd")
    for blank in ("", "\u200b", " \n "):
        with pytest.raises(Invalid):
            await _edit(database, anna, post, blank)


async def _edit(database: Database, viewer: Viewer, post: int, source: str) -> None:
    async with database.write() as tx:
        await actions.edit_post(tx, viewer, post, PostEdit(source=source), ADDRESSES)


async def test_pictures_are_ones_own_and_used_once(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        one, two, theirs = await add_picture(tx, anna), await add_picture(tx, anna), await add_picture(tx, ines)
        post = await publish(tx, anna, "", pictures=(two, one))
    for picture in (theirs, one, 1):
        with pytest.raises(Invalid) as refused:
            await _publish_with(database, anna, picture)
        assert refused.value.reason == "picture_unknown"
    async with database.read() as read:
        pictures = (await queries.list_pictures(read, [post]))[post]
        assert [picture.id for picture in pictures] == [two, one]
        for picture, viewer, seen in (
            *[(one, viewer, True) for viewer in (anna, ines, VISITOR)],
            *[(theirs, ines, True), (theirs, anna, False), (theirs, VISITOR, False)],
        ):
            assert (await queries.find_picture_file(read, viewer, picture, "small") is not None) == seen
        assert await queries.find_picture_file(read, anna, one, "huge") is None


async def _publish_with(database: Database, viewer: Viewer, picture: int) -> None:
    async with database.write() as tx:
        await publish(tx, viewer, "Bild", pictures=(picture,))


async def test_alt_texts_are_changed_with_their_post_only(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        mine, other = await add_picture(tx, anna, "alt"), await add_picture(tx, anna, "alt")
        theirs = await add_picture(tx, ines, "alt")
        post = await publish(tx, anna, "eins", pictures=(mine,))
        another = await publish(tx, anna, "zwei", pictures=(other,))
        third = await publish(tx, ines, "drei", pictures=(theirs,))
        edit = PostEdit(source="eins", alts={mine: "neu", other: "neu", theirs: "neu"})
        await actions.edit_post(tx, anna, post, edit, ADDRESSES)
    async with database.read() as read:
        found = await queries.list_pictures(read, [post, another, third])
    assert [found[id_][0].alt for id_ in (post, another, third)] == ["neu", "alt", "alt"]


async def test_pictures_that_were_never_posted_go(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    with clock.at(clock.real_now() - 2 * clock.DAY):
        async with database.write() as tx:
            loose, kept = await add_picture(tx, anna), await add_picture(tx, anna)
            await publish(tx, anna, "Bild", pictures=(kept,))
    async with database.write() as tx:
        fresh = await add_picture(tx, anna)
        await jobs.drop_loose_pictures(tx, None)
        left = [await queries.find_picture_file(tx, anna, id_, "small") for id_ in (loose, kept, fresh)]
    assert [one is not None for one in left] == [False, True, True]


async def test_what_is_new_since_one_was_last_here(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")

    async def unread(viewer: Viewer) -> int:
        async with database.read() as read:
            return (await queries.get_conversation(read, viewer, root)).unread

    async with database.write() as tx:
        root = await publish(tx, anna, "Start")
        await publish(tx, ines, "eins", reply_to=root)
    assert await unread(ines) == 0, "one who was never here has nothing to catch up with"
    async with database.write() as tx:
        await actions.mark_read(tx, ines, root, root)
        await publish(tx, anna, "zwei", reply_to=root)
        last = await publish(tx, anna, "drei", reply_to=root)
    assert await unread(ines) == 2
    async with database.write() as tx:
        await publish(tx, ines, "mein eigenes", reply_to=root)
    assert await unread(ines) == 2, "one's own is not new to oneself"
    async with database.write() as tx:
        await actions.mark_read(tx, ines, root, last)
    assert await unread(ines) == 0
    with pytest.raises(NotFound):
        await _mark(database, ines, 1)


async def test_what_is_unread_is_neither_more_nor_less(database: Database) -> None:
    """Pages are marked up to what they showed; removed replies are missing on both sides."""
    anna, ines, jonas = await join_all(database, "anna", "ines", "jonas")

    async def unread(viewer: Viewer) -> int:
        async with database.read() as read:
            return (await queries.get_conversation(read, viewer, root)).unread

    async with database.write() as tx:
        root = await publish(tx, anna, "Start")
        first = await publish(tx, ines, "eins", reply_to=root)
        second = await publish(tx, jonas, "zwei", reply_to=root)
    assert [await unread(one) for one in (anna, ines, jonas)] == [2, 1, 0], "who writes has been there"
    async with database.write() as tx:
        # Shown when the first was the newest, and marked only now.
        await actions.mark_read(tx, anna, root, first)
    assert await unread(anna) == 1
    async with database.write() as tx:
        third = await publish(tx, ines, "drei", reply_to=second)
        await actions.mark_read(tx, anna, root, second)
        await actions.mark_read(tx, anna, root, first)  # from another tab
    assert await unread(anna) == 1
    async with database.write() as tx:
        await actions.remove_post(tx, jonas, second)
    assert [await unread(one) for one in (anna, ines, jonas)] == [1, 0, 1], "it was read already"
    async with database.write() as tx:
        await publish(tx, jonas, "vier", reply_to=root)
        await actions.remove_post(tx, ines, third)
    assert [await unread(one) for one in (anna, ines, jonas)] == [1, 1, 0], "that one was not"
    async with database.write() as tx:
        await publish(
            tx, jonas, "nur für Anna", reply_to=root, audience=AudienceKind.PARTICIPANTS, participants=(anna.person,)
        )
        await actions.mark_read(tx, anna, root, TOP)
    assert [await unread(one) for one in (anna, ines, jonas)] == [0, 1, 0]


async def _mark(database: Database, viewer: Viewer, conversation: int) -> None:
    async with database.write() as tx:
        await actions.mark_read(tx, viewer, conversation, 1)


async def test_responses_count_once_and_what_is_between_people_is_not_shared(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        post = await publish(tx, anna, "Für alle")
        direct = await publish(tx, anna, "Nur du", audience=AudienceKind.PARTICIPANTS, participants=(ines.person,))
        first = await actions.share_post(tx, ines, post)
        assert await actions.share_post(tx, ines, post) is None
        again = await actions.share_post(tx, anna, post, via=first)
        assert again is not None
        for _ in range(2):
            await actions.like_post(tx, ines, post)
            await actions.bookmark_post(tx, ines, post)
        shown = await queries.get_post(tx, ines, post)
        assert (shown.likes, shown.shares, shown.liked, shown.shared, shown.bookmarked) == (1, 2, True, True, True)
        with pytest.raises(NotAllowed):
            await actions.share_post(tx, ines, direct)
        for undo in (actions.unlike_post, actions.unshare_post, actions.unbookmark_post):
            await undo(tx, ines, post)
            await undo(tx, ines, post)
        shown = await queries.get_post(tx, ines, post)
        assert (shown.likes, shown.shares, shown.liked, shown.shared, shown.bookmarked) == (0, 1, False, False, False)


Taken = Callable[[Write, Viewer, int], Awaitable[object]]


@pytest.mark.parametrize(
    ("do", "undo"),
    [(actions.like_post, actions.unlike_post), (actions.share_post, actions.unshare_post)],
)
async def test_what_was_taken_back_before_it_was_heard_is_not_announced(
    database: Database, do: Taken, undo: Taken
) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        post = await publish(tx, anna, "Für alle")
    for deeds, told in (((do, undo), 0), ((do, undo, do), 1), ((undo, do), 1), ((undo,), 0)):
        for deed in deeds:
            async with database.write() as tx:
                await deed(tx, ines, post)
        await settle(database)
        async with database.read() as read:
            assert len(await feeds.list_notifications(read, anna, Page())) == told


async def test_only_the_author_and_moderators_who_see_it_remove_a_post(database: Database) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    moderator = Viewer(mehmet.person, mehmet.person, Role.MODERATOR)
    async with database.write() as tx:
        post = await publish(tx, anna, "Für alle")
        direct = await publish(tx, anna, "Nur du", audience=AudienceKind.PARTICIPANTS, participants=(ines.person,))
    for viewer, id_, error in ((ines, post, NotAllowed), (VISITOR, post, NotAllowed), (moderator, direct, NotFound)):
        with pytest.raises(error):
            await _remove(database, viewer, id_)
    await _remove(database, moderator, post)
    with pytest.raises(NotFound):
        await _remove(database, anna, post)


async def _remove(database: Database, viewer: Viewer, post: int) -> None:
    async with database.write() as tx:
        await actions.remove_post(tx, viewer, post)


async def test_a_double_click_and_a_removal_at_once_end_well(database: Database) -> None:
    """Like, unlike, share, unshare and remove take the same way through the rows: nobody waits in a circle."""
    anna, ines = await join_all(database, "anna", "ines")

    async def do(action: Callable[[Write, Viewer, int], Awaitable[object]], viewer: Viewer, post: int) -> None:
        with suppress(NotFound):
            async with database.write() as tx:
                await action(tx, viewer, post)

    for _ in range(12):
        async with database.write() as tx:
            post = await publish(tx, anna, "Hin und her")
        await do(actions.like_post, ines, post)
        await do(actions.share_post, ines, post)
        moves = (actions.unlike_post, actions.like_post, actions.unshare_post, actions.share_post, actions.unlike_post)
        await asyncio.gather(*(do(move, ines, post) for move in moves), do(actions.remove_post, anna, post))
        async with database.read() as read:
            assert await queries.find_post(read, ines, post) is None


async def test_whoever_wants_no_read_marks_has_none(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        root = await publish(tx, anna, "Frage")
        await actions.mark_read(tx, ben, root, root)
    async with database.read() as read:
        assert await queries.find_read_mark(read, ben, root) is not None
    async with database.write() as tx:
        await people.set_consent(tx, ben, Consent.KEEP_READ_MARKS, False)
    await settle(database)
    async with database.write() as tx:
        assert await queries.find_read_mark(tx, ben, root) is None
        await actions.mark_read(tx, ben, root, root)
        assert await queries.find_read_mark(tx, ben, root) is None
