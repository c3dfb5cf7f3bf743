"""Boards and topics: who may do what in them, in which order they are read, and what is new there."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from plausch.feeds import actions as feeds
from plausch.feeds import queries as feed_queries
from plausch.feeds import tables as feed_tables
from plausch.feeds.model import NotificationKind, WatchLevel, group_notifications
from plausch.groups import actions as groups
from plausch.groups import queries as group_queries
from plausch.groups.actions import Links
from plausch.groups.model import BoardDraft, GroupDraft, Joining, Visibility, Who
from plausch.http.site import ADDRESSES
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import VISITOR, Consent, Role, Viewer
from plausch.storage import Database, column_statement
from plausch.talk import actions, queries, tables
from plausch.talk.model import AudienceKind, Form, ListedTopic, PollDraft, PostEdit, TopicKind, TopicOrder
from plausch.talk.queries import TopicPage
from tests.harness.community import join_all, publish, settle

LINKS = Links(ADDRESSES.profile, ADDRESSES.tag)


def staff(viewer: Viewer) -> Viewer:
    return Viewer(viewer.person, viewer.acting_as, Role.MODERATOR)


async def make_board(database: Database, viewer: Viewer, name: str = "Verein", **more: Any) -> int:
    async with database.write() as tx:
        return await groups.make_board(tx, staff(viewer), 0, BoardDraft(name=name, **more))


async def begin(
    database: Database, viewer: Viewer, board: int, title: str, source: str = "Was meint ihr?", **more: Any
) -> int:
    async with database.write() as tx:
        return await publish(tx, viewer, source, form=Form.TOPIC, title=title, board=board, **more)


async def reply(database: Database, viewer: Viewer, to: int, source: str = "Ja", **more: Any) -> int:
    async with database.write() as tx:
        return await publish(tx, viewer, source, reply_to=to, **more)


async def listed(
    database: Database, viewer: Viewer, board: int, order: TopicOrder = TopicOrder.LATEST, **page: Any
) -> list[ListedTopic]:
    async with database.read() as read:
        return await queries.list_board_topics(read, viewer, board, TopicPage(order, **page))


async def remove(database: Database, viewer: Viewer, post: int) -> None:
    async with database.write() as tx:
        await actions.remove_post(tx, viewer, post)


def titles(found: list[ListedTopic]) -> list[str]:
    return [one.title for one in found]


async def test_boards_are_made_by_those_who_look_after_the_place(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    first = await make_board(database, anna, "Bücher & Spiele")
    second = await make_board(database, anna, "Bücher, Spiele")
    inner = await make_board(database, anna, "Neues", parent_id=first)
    async with database.write() as tx:
        for attempt in (
            groups.make_board(tx, ben, 0, BoardDraft(name="Meins")),
            groups.edit_board(tx, ben, first, BoardDraft(name="Meins")),
            groups.move_board(tx, ben, first, 1),
            groups.close_board(tx, ben, first),
            actions.remove_empty_board(tx, ben, first),
        ):
            with pytest.raises(NotAllowed):
                await attempt
        for parent in (inner, 17):
            with pytest.raises(Invalid):
                await groups.make_board(tx, staff(anna), 0, BoardDraft(name="Tief", parent_id=parent))
        for parent in (first, second):
            with pytest.raises(Invalid):
                await groups.edit_board(tx, staff(anna), first, BoardDraft(name="Tief", parent_id=parent))
        with pytest.raises(Conflict):
            await actions.remove_empty_board(tx, staff(anna), first)
        await groups.move_board(tx, staff(anna), second, -1)
        await groups.edit_board(tx, staff(anna), second, BoardDraft(name="Lesen", who_posts=Who.MODERATORS))
    async with database.read() as read:
        there = await group_queries.list_boards(read, 0)
        found = await group_queries.find_board_at(read, 0, "buecher-spiele-2")
    assert [(one.name, one.slug) for one in there] == [
        ("Lesen", "buecher-spiele-2"),
        ("Bücher & Spiele", "buecher-spiele"),
        ("Neues", "neues"),
    ]
    assert found is not None
    assert found.id == second, "the address outlives the name"
    async with database.write() as tx:
        await actions.remove_empty_board(tx, staff(anna), inner)
        await actions.remove_empty_board(tx, staff(anna), first)
    async with database.read() as read:
        assert [one.id for one in await group_queries.list_boards(read, 0)] == [second]


async def test_who_begins_what_where(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    board = await make_board(database, anna)
    guarded = await make_board(database, anna, "Ansagen", who_posts=Who.MODERATORS)
    await begin(database, ben, board, "Frage", topic=TopicKind.QUESTION)
    for attempt in (
        begin(database, ben, guarded, "Meins"),
        begin(database, ben, board, "  "),
        begin(database, ben, board, "Ansage", topic=TopicKind.ANNOUNCEMENT),
        begin(database, ben, board, "Wahl", topic=TopicKind.POLL),
        begin(database, VISITOR, board, "Gast"),
        begin(database, ben, 17, "Wo"),
    ):
        with pytest.raises(DomainError):
            await attempt
    await begin(database, staff(anna), board, "Ansage", topic=TopicKind.ANNOUNCEMENT)
    await begin(database, ben, board, "Wahl", topic=TopicKind.POLL, poll=PollDraft(options=("ja", "nein")))
    async with database.write() as tx:
        await groups.close_board(tx, staff(anna), board)
    with pytest.raises(NotAllowed):
        await begin(database, ben, board, "Zu spät")
    async with database.write() as tx:
        await groups.reopen_board(tx, staff(anna), board)
    await begin(database, ben, board, "Wieder auf")


async def test_the_orders_of_a_board(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    board = await make_board(database, anna)
    old = await begin(database, ben, board, "alt", topic=TopicKind.QUESTION)
    busy = await begin(database, ben, board, "belebt")
    await begin(database, ben, board, "still")
    pinned = await begin(database, ben, board, "oben")
    for viewer in (anna, ines):
        await reply(database, viewer, busy)
    await asyncio.sleep(0.002)  # A moment is a millisecond, and two in one are in no order.
    answer = await reply(database, anna, old)
    async with database.write() as tx:
        await actions.pin_topic(tx, staff(anna), pinned)
    assert titles(await listed(database, VISITOR, board)) == ["alt", "belebt", "still"]
    assert titles(await listed(database, ben, board, TopicOrder.NEWEST)) == ["still", "belebt", "alt"]
    assert titles(await listed(database, ben, board, TopicOrder.VOICES)) == ["belebt", "alt", "still"]
    assert titles(await listed(database, ben, board, TopicOrder.UNANSWERED)) == ["still", "alt"]
    async with database.read() as read:
        assert titles(await queries.list_pinned_topics(read, ben, board)) == ["oben"]
    for order in TopicOrder:
        whole = await listed(database, ben, board, order)
        again: list[ListedTopic] = []
        while page := await listed(
            database, ben, board, order, limit=1, **({"after": queries.place_of(again[-1], order)} if again else {})
        ):
            again += page
        assert again == whole, order
    async with database.write() as tx:
        await actions.accept_answer(tx, ben, answer)
        await actions.unpin_topic(tx, staff(anna), pinned)
    assert titles(await listed(database, ben, board, TopicOrder.UNANSWERED)) == ["oben", "still"]
    assert "oben" in titles(await listed(database, ben, board))


async def test_an_answer_is_accepted_by_who_asked(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    board = await make_board(database, anna)
    asked = await begin(database, ben, board, "Wie?", topic=TopicKind.QUESTION)
    talked = await begin(database, ben, board, "So")
    answer = await reply(database, ines, asked)
    aside = await reply(database, ines, talked)
    whispered = await reply(database, ben, answer, audience=AudienceKind.PARTICIPANTS)
    async with database.write() as tx:
        for viewer, post in ((ines, answer), (ben, asked), (ben, aside), (ben, whispered), (VISITOR, answer), (ben, 1)):
            with pytest.raises(DomainError):
                await actions.accept_answer(tx, viewer, post)
        await actions.accept_answer(tx, ben, answer)
    async with database.read() as read:
        found = await queries.find_topic(read, asked)
    assert found is not None
    assert found.answer_id == answer
    async with database.write() as tx:
        await actions.unaccept_answer(tx, staff(anna), answer)
        await actions.accept_answer(tx, staff(anna), answer)
        await actions.remove_post(tx, ines, answer)
    async with database.read() as read:
        found = await queries.find_topic(read, asked)
    assert found is not None
    assert found.answer_id is None, "nothing points to what is gone"


async def test_locked_and_moved_by_those_who_look_after_it(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    board, other = await make_board(database, anna), await make_board(database, anna, "Anderswo")
    topic = await begin(database, ben, board, "Streit")
    async with database.write() as tx:
        note = await publish(tx, ben, "Nur so")
        for attempt in (
            actions.lock_conversation(tx, ben, topic),
            actions.lock_conversation(tx, staff(anna), note),
            actions.pin_topic(tx, ben, topic),
            actions.move_topic(tx, ben, topic, other),
        ):
            with pytest.raises(NotAllowed):
                await attempt
        with pytest.raises(NotFound):
            await actions.move_topic(tx, staff(anna), topic, 17)
        await actions.lock_conversation(tx, staff(anna), topic)
        await actions.move_topic(tx, staff(anna), topic, other)
    with pytest.raises(NotAllowed):
        await reply(database, ben, topic)
    await reply(database, staff(anna), topic, "Genug davon")
    assert titles(await listed(database, ben, other)) == ["Streit"]
    assert await listed(database, ben, board) == []
    async with database.write() as tx:
        await actions.unlock_conversation(tx, staff(anna), topic)
        with pytest.raises(Conflict):
            await actions.remove_empty_board(tx, staff(anna), other)
    await reply(database, ben, topic)


async def test_what_is_new_in_a_board(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    board = await make_board(database, anna)
    first = await begin(database, ben, board, "eins")
    await begin(database, ben, board, "zwei")
    early = await reply(database, ben, first)

    async def news(viewer: Viewer) -> dict[str, tuple[int, bool]]:
        return {one.title: (one.unread, one.is_new) for one in await listed(database, viewer, board)}

    async def unread(viewer: Viewer) -> int:
        async with database.read() as read:
            return (await queries.count_boards(read, viewer, [board]))[board].unread

    assert await news(ines) == {"eins": (0, True), "zwei": (0, True)}
    assert await news(ben) == await news(VISITOR) == {"eins": (0, False), "zwei": (0, False)}
    assert (await unread(ines), await unread(ben), await unread(VISITOR)) == (2, 0, 0)
    async with database.write() as tx:
        await actions.mark_read(tx, ines, first, early)
    late = await reply(database, ben, early)
    assert (await news(ines))["eins"] == (1, False)
    async with database.read() as read:
        conversation = await queries.get_conversation(read, ines, first)
        assert await queries.find_first_unread(read, ines, conversation) == late
        numbers = await queries.count_boards(read, ines, [board])
        assert (numbers[board].topics, numbers[board].replies) == (2, 2)
        latest = await queries.list_latest_topics(read, ines, list(numbers.values()))
        assert latest[board].title == "eins"
    async with database.write() as tx:
        await actions.mark_board_read(tx, ines, board)
    assert await news(ines) == {"eins": (0, False), "zwei": (0, False)}
    assert await unread(ines) == 0
    await reply(database, ben, first)
    assert await news(ines) == {"eins": (1, False), "zwei": (0, False)}
    async with database.write() as tx:
        await people.set_consent(tx, ines, Consent.KEEP_READ_MARKS, granted=False)
    await settle(database)
    async with database.write() as tx:
        await actions.mark_board_read(tx, ines, board)
    assert await news(ines) == {"eins": (0, False), "zwei": (0, False)}
    assert await unread(ines) == 0


async def test_a_title_is_edited_found_and_gone_with_its_post(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    board = await make_board(database, anna)
    topic = await begin(database, ben, board, "Ausflug nach Wien")
    said = await reply(database, anna, topic)
    async with database.write() as tx:
        with pytest.raises(Invalid):
            await actions.edit_post(tx, ben, topic, PostEdit(source="Wer kommt?", title=" "), ADDRESSES)
        await actions.edit_post(tx, ben, topic, PostEdit(source="Wer kommt?", title="Ausflug nach Graz"), ADDRESSES)
        await actions.edit_post(tx, ben, topic, PostEdit(source="Wer kommt mit?"), ADDRESSES)
        await actions.edit_post(tx, anna, said, PostEdit(source="Ich", title="Kein Titel"), ADDRESSES)
    async with database.read() as read:
        assert [one.title for one in await queries.list_revisions(read, anna, topic)] == [
            "Ausflug nach Graz",
            "Ausflug nach Wien",
        ]
        posts = await queries.list_posts(read, anna, [topic, said])
        assert (posts[topic].title, posts[said].title) == ("Ausflug nach Graz", "")
        words = await queries.find_words(read, topic)
    assert words is not None
    assert words.title == "Ausflug nach Graz"
    async with database.write() as tx:
        await actions.remove_post(tx, ben, topic)
    (left,) = await listed(database, anna, board)
    assert (left.title, left.actor_id, left.replies) == ("", 0, 1), "what others said is still there"
    async with database.write() as tx:
        await actions.remove_post(tx, anna, said)
    assert await listed(database, anna, board) == []


async def test_a_board_shows_each_only_what_is_for_them(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    board = await make_board(database, anna)
    await begin(database, ben, board, "für alle")
    await begin(database, ben, board, "für hier", local_only=True)
    assert titles(await listed(database, ines, board)) == ["für hier", "für alle"]
    assert titles(await listed(database, VISITOR, board)) == ["für alle"]
    async with database.read() as read:
        assert (await queries.count_boards(read, VISITOR, [board]))[board].topics == 1
    async with database.write() as tx:
        await people.block(tx, ben, ines.person)
    assert await listed(database, ines, board) == []


async def test_a_note_becomes_a_topic_where_it_widens_nothing(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    board = await make_board(database, anna)
    async with database.write() as tx:
        open_note = await publish(tx, ben, "Wer hilft beim Fest?")
        quiet_note = await publish(tx, ben, "Leise gesagt", audience=AudienceKind.QUIET)
        narrow = await publish(tx, ben, "Nur für Freunde", audience=AudienceKind.CONNECTIONS)
    said = await reply(database, ines, open_note)
    await reply(database, ben, narrow, "Unter uns")

    async def promote(viewer: Viewer, note: int, title: str = "Das Fest", **more: Any) -> int:
        async with database.write() as tx:
            return await actions.promote_to_topic(tx, viewer, note, board, title, ADDRESSES, **more)

    for viewer, note, title in (
        (ines, open_note, "Das Fest"),
        (VISITOR, open_note, "Das Fest"),
        (staff(anna), quiet_note, "Leise"),
        (staff(anna), narrow, "Freunde"),
        (ben, open_note, " "),
        (ben, 17, "Nichts"),
    ):
        with pytest.raises(DomainError):
            await promote(viewer, note, title)
    with pytest.raises(Invalid):
        await promote(ben, open_note, kind=TopicKind.ANNOUNCEMENT)
    assert await promote(staff(anna), open_note) == open_note, "its address stays"
    with pytest.raises(Conflict):
        await promote(ben, open_note)
    (moved,) = await listed(database, ines, board)
    assert (moved.title, moved.replies, moved.voices) == ("Das Fest", 1, 2)
    async with database.read() as read:
        tree = await queries.list_conversation_posts(read, ines, open_note)
    assert [(one.id, one.title) for one in tree] == [(open_note, "Das Fest"), (said, "")]
    anew = await promote(ben, narrow, "Für alle")
    assert anew != narrow
    async with database.read() as read:
        (post,) = await queries.list_conversation_posts(read, VISITOR, anew)
        assert "Nur für Freunde" in post.html, "the author's own words, and nobody else's"
        assert await queries.list_conversation_posts(read, ines, narrow) == []
        kept = await queries.get_conversation(read, ben, narrow)
    assert kept.form is Form.NOTE


async def test_a_topic_of_a_group_is_for_the_group(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    async with database.write() as tx:
        draft = GroupDraft(handle="schach", name="Schach", visibility=Visibility.CLOSED, joining=Joining.OPEN)
        group = await groups.create_group(tx, anna, draft, LINKS)
        await groups.join_group(tx, ben, group)
        board = await groups.make_board(tx, anna, group, BoardDraft(name="Partien"))
        with pytest.raises(NotAllowed):
            await groups.make_board(tx, ines, group, BoardDraft(name="Meins"))
        inside = await publish(tx, ben, "Wer spielt?", place=group)
        outside = await publish(tx, ben, "Schach ist schön")
        topic = await publish(tx, ben, "Eröffnungen", place=group, board=board, form=Form.TOPIC, title="Eröffnungen")
        assert await actions.promote_to_topic(tx, anna, inside, board, "Wer spielt?", ADDRESSES) == inside
        anew = await actions.promote_to_topic(tx, ben, outside, board, "Schön", ADDRESSES)
        with pytest.raises(DomainError):
            await actions.promote_to_topic(tx, anna, outside, board, "Schön", ADDRESSES)
    assert anew != outside
    assert {one.id for one in await listed(database, ben, board)} == {inside, topic, anew}
    for stranger in (ines, VISITOR):
        assert await listed(database, stranger, board) == []
        async with database.read() as read:
            assert await queries.count_boards(read, stranger, [board]) == {}
    async with database.write() as tx:
        with pytest.raises(NotFound):
            await feeds.set_board_watch(tx, ines, board, WatchLevel.WATCH)


async def test_who_watches_hears_of_it_once(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    board = await make_board(database, anna)
    async with database.write() as tx:
        await feeds.set_board_watch(tx, ines, board, WatchLevel.WATCH)
    topic = await begin(database, ben, board, "Neu", topic=TopicKind.QUESTION)
    async with database.write() as tx:
        await feeds.watch_conversation(tx, ines, topic)
    answer = await reply(database, anna, topic)
    await reply(database, anna, answer, "Und noch etwas")
    await reply(database, anna, topic, "An @ines")
    async with database.write() as tx:
        await actions.accept_answer(tx, ben, answer)
    await settle(database)

    async def told(viewer: Viewer) -> list[NotificationKind]:
        async with database.read() as read:
            return [one.kind for one in await feed_queries.list_notifications(read, viewer, Page())]

    kinds = NotificationKind
    assert await told(ines) == [kinds.MENTIONED, kinds.TOPIC_REPLIED, kinds.TOPIC_REPLIED, kinds.TOPIC_STARTED]
    assert kinds.ANSWER_ACCEPTED in await told(anna)
    async with database.read() as read:
        found = await feed_queries.list_notifications(read, ines, Page())
        groups_shown = group_notifications(found)
    assert [(one.kind, len(one.actor_ids)) for one in groups_shown][1] == (kinds.TOPIC_REPLIED, 1)
    assert len(groups_shown) == 3, "replies in one conversation are one to a reader"
    async with database.write() as tx:
        await feeds.mark_notification_read(tx, ines, groups_shown[1].newest.id)
        await feeds.unwatch_conversation(tx, ines, topic)
        await feeds.set_board_watch(tx, ines, board, WatchLevel.MUTE)
        await people.follow(tx, ines, ben.person)
    await reply(database, ben, topic, "Danke")
    await begin(database, ben, board, "Noch eins")
    await settle(database)
    assert len(await told(ines)) == 4
    async with database.read() as read:
        assert await feed_queries.count_unread(read, ines) == 2
        home = await feed_queries.home_feed(read, ines, Page())
        assert [card.root.id for card in home.cards if card.root] == [], "a muted board is left out of home"
    async with database.write() as tx:
        await feeds.set_board_watch(tx, ines, board, None)
    async with database.read() as read:
        home = await feed_queries.home_feed(read, ines, Page())
    assert len(home.cards) == 2


async def test_the_order_of_time_has_what_the_tree_has(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    topic = await begin(database, anna, await make_board(database, anna), "Lang")
    said = [await reply(database, (anna, ben)[number % 2], topic, f"Nummer {number}") for number in range(6)]
    await reply(database, ben, said[0], "Nur für dich", audience=AudienceKind.PARTICIPANTS)
    async with database.write() as tx:
        await actions.remove_post(tx, anna, said[2])
        await people.block(tx, ines, anna.person)
    for viewer in (anna, ben, ines, VISITOR):
        async with database.read() as read:
            tree = await queries.list_conversation_posts(read, viewer, topic)
            stretches = [await queries.list_conversation_stretch(read, viewer, topic, at, 3) for at in range(0, 9, 3)]
            position = await queries.find_position(read, viewer, topic, said[3])
        assert [post for stretch in stretches for post in stretch] == tree
        assert position == (len(tree), len([post for post in tree if post.id < said[3]]))


async def test_a_secret_groups_board_is_not_there_for_others(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        draft = GroupDraft(name="Verschwiegen", visibility=Visibility.SECRET, joining=Joining.INVITATION)
        group = await groups.create_group(tx, anna, draft, LINKS)
        board = await groups.make_board(tx, anna, group, BoardDraft(name="Drinnen"))
        topic = await publish(tx, anna, "Psst", place=group, board=board, form=Form.TOPIC, title="Psst")
        said = await publish(tx, anna, "Ja", reply_to=topic)
        note = await publish(tx, ben, "Hallo")

    def ways(board: int, group: int, topic: int, said: int) -> list[Any]:
        new = {"form": Form.TOPIC, "title": "Neu", "board": board, "place": group}
        return [
            lambda tx: publish(tx, ben, "Neu", **new),
            lambda tx: groups.make_board(tx, ben, group, BoardDraft(name="Meins")),
            lambda tx: groups.close_board(tx, ben, board),
            lambda tx: feeds.set_board_watch(tx, ben, board, WatchLevel.WATCH),
            lambda tx: feeds.watch_conversation(tx, ben, topic),
            lambda tx: actions.pin_topic(tx, ben, topic),
            lambda tx: actions.move_topic(tx, ben, topic, board),
            lambda tx: actions.lock_conversation(tx, ben, topic),
            lambda tx: actions.accept_answer(tx, ben, said),
            lambda tx: actions.promote_to_topic(tx, ben, note, board, "Neu", ADDRESSES),
            lambda tx: actions.promote_to_topic(tx, ben, topic, board, "Neu", ADDRESSES),
        ]

    for there, nowhere in zip(ways(board, group, topic, said), ways(17, 18, 19, 20), strict=True):
        answers = []
        for way in (there, nowhere):
            async with database.write() as tx:
                with pytest.raises(NotFound) as refused:
                    await way(tx)
            answers.append(refused.value.reason)
        assert answers[0] == answers[1], "it is answered as if there were nothing"


async def test_nothing_is_left_of_boards_and_topics_that_are_gone(database: Database) -> None:
    anna, ben, ines = await join_all(database, "anna", "ben", "ines")
    board = await make_board(database, anna)
    topic = await begin(database, ben, board, "Fahrt")
    answer = await reply(database, ines, topic)
    async with database.write() as tx:
        await actions.mark_read(tx, anna, topic, answer)
        await actions.mark_board_read(tx, anna, board)
        await feeds.watch_conversation(tx, anna, topic)
        await feeds.mute_conversation(tx, ben, topic)
        await feeds.set_board_watch(tx, anna, board, WatchLevel.WATCH)
        await feeds.set_board_watch(tx, ben, board, WatchLevel.MUTE)
        await actions.remove_post(tx, ben, topic)
        with pytest.raises(Conflict):
            await actions.remove_empty_board(tx, staff(anna), board)
    await settle(database)
    assert await _left(database) == {"topics": 1, "reads": 3, "board_reads": 1, "watches": 3, "muted": 1, "shaped": 1}
    async with database.write() as tx:
        await actions.remove_post(tx, ines, answer)
        assert not await queries.has_topics(tx, board), "it is as empty as it looks"
    await settle(database)
    assert await _left(database) == {"topics": 0, "reads": 0, "board_reads": 1, "watches": 2, "muted": 0, "shaped": 1}
    async with database.write() as tx:
        await actions.remove_empty_board(tx, staff(anna), board)
    await settle(database)
    assert set((await _left(database)).values()) == {0}


async def test_with_a_group_go_its_boards_and_all_that_is_kept_of_them(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        group = await groups.create_group(tx, anna, GroupDraft(name="Verein", handle="verein"), LINKS)
        await groups.join_group(tx, ben, group)
        board = await groups.make_board(tx, anna, group, BoardDraft(name="Fragen"))
        topic = await publish(tx, anna, "Wer?", form=Form.TOPIC, title="Fahrt", board=board, place=group)
        await feeds.set_board_watch(tx, ben, board, WatchLevel.MUTE)
        await feeds.watch_conversation(tx, ben, topic)
        await actions.mark_board_read(tx, ben, board)
        await groups.delete_group(tx, anna, group)
    await settle(database)
    assert set((await _left(database)).values()) == {0}


async def _left(database: Database) -> dict[str, int]:
    """How many rows there are that speak of boards and topics."""
    counted = {
        "topics": sa.select(sa.func.count()).select_from(tables.topics),
        "reads": sa.select(sa.func.count()).select_from(tables.reads),
        "board_reads": sa.select(sa.func.count()).select_from(tables.board_reads),
        "watches": sa.select(sa.func.count()).select_from(feed_tables.watches),
        "muted": sa.select(sa.func.count()).select_from(feed_tables.muted_conversations),
        "shaped": sa.select(sa.func.count()).select_from(feed_tables.readers).where(feed_tables.readers.c.shaped != 0),
    }
    async with database.read() as read:
        return {name: int(await read.first(column_statement(query)) or 0) for name, query in counted.items()}


async def test_no_reply_comes_under_the_last_post_of_a_topic_while_it_is_removed(database: Database) -> None:
    """In either order: it stays a topic with a reply in it, or it is none and nothing is in it."""
    anna, ben = await join_all(database, "anna", "ben")
    board = await make_board(database, anna)
    topic = await begin(database, anna, board, "Gleich weg")
    async with database.write() as tx:
        await actions.remove_post(tx, anna, topic)
        coming = asyncio.create_task(reply(database, ben, topic))
        await asyncio.wait([coming], timeout=0.1)
    with pytest.raises(NotFound):
        await coming
    other = await begin(database, anna, board, "Noch da")
    async with database.write() as tx:
        await publish(tx, ben, "Schnell noch", reply_to=other)
        going = asyncio.create_task(remove(database, anna, other))
        await asyncio.wait([going], timeout=0.1)
    await going
    async with database.read() as read:
        assert await queries.find_topic(read, topic) is None
        assert await queries.find_topic(read, other) is not None
