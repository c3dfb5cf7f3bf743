"""Who is told of what, where and how loudly: preferences, people one knows, marks, push and mail."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plausch.app.background import register_all
from plausch.feeds import actions, queries
from plausch.feeds.events import NotificationsDue
from plausch.feeds.jobs import PUSH_KEY
from plausch.feeds.model import (
    CHANNEL_DEFAULTS,
    Channel,
    FromWhom,
    Group,
    NotificationKind,
    Place,
    Preferences,
    Stop,
    read_stop,
)
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotFound
from plausch.kernel.paging import TOP, Page
from plausch.net import push
from plausch.net.fetching import GuardedClient
from plausch.people import actions as people
from plausch.people.model import Role, Theme, Viewer
from plausch.people.queries import list_sessions
from plausch.storage import Database, column_statement, param
from plausch.storage.media import MediaFiles
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind, PostEdit
from plausch.work.facts import decode
from plausch.work.tables import jobs
from plausch.work.worker import Worker
from tests.harness.community import connect, join, join_all, publish, settle, stored
from tests.harness.engines import on_postgres_when_all
from tests.harness.push_service import PushService, push_service

ALL = {(kind, channel) for kind in NotificationKind for channel in Channel}
DEFAULTS = {(kind, channel) for channel, kinds in CHANNEL_DEFAULTS.items() for kind in kinds}
_OF_KIND = jobs.c.kind == param("kind_", sa.Text())
DROP = column_statement(sa.delete(jobs).where(_OF_KIND))
LIKED, REPLIED = NotificationKind.LIKED, NotificationKind.REPLIED


async def told(database: Database, viewer: Viewer, group: Group = Group.ALL) -> list[str]:
    async with database.read() as read:
        return [one.kind.value for one in await queries.list_notifications(read, viewer, Page(), group)]


async def unread(database: Database, viewer: Viewer) -> int:
    async with database.read() as read:
        return await queries.count_unread(read, viewer)


async def answer_and_like(database: Database, anna: Viewer, ines: Viewer) -> int:
    """Ines answers a post of Anna's and likes it; the post."""
    async with database.write() as tx:
        post = await publish(tx, anna, "Wer kommt?")
        await publish(tx, ines, "Ich", reply_to=post)
        await talk.like_post(tx, ines, post)
    await settle(database)
    return post


async def test_each_kind_can_be_switched_off(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await answer_and_like(database, anna, ines)
    async with database.write() as tx:
        await actions.set_notification_preferences(tx, anna, DEFAULTS - {(LIKED, Channel.PAGE)}, FromWhom.EVERYBODY)
    await answer_and_like(database, anna, ines)
    assert await told(database, anna) == ["replied", "liked", "replied"], "what was there stays"
    assert await told(database, anna, Group.TALK) == ["replied", "replied"]
    assert await told(database, anna, Group.RESPONSES) == ["liked"]
    assert await told(database, anna, Group.PEOPLE) == []
    rows = (await stored(database))["feeds_preferences"]
    assert rows == [(anna.person, "liked", "page", False if database.engine == "postgres" else 0)], "only differences"
    async with database.write() as tx:
        await actions.set_notification_preferences(tx, anna, DEFAULTS, FromWhom.EVERYBODY)
    assert (await stored(database))["feeds_preferences"] == []


async def test_what_strangers_do_can_be_kept_aside(database: Database) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    async with database.write() as tx:
        await connect(tx, ines, anna)
        await actions.set_notification_preferences(tx, anna, DEFAULTS, FromWhom.KNOWN)
    await settle(database)
    await answer_and_like(database, anna, mehmet)
    async with database.write() as tx:
        await people.ask_to_connect(tx, mehmet, anna.person, "")
    await settle(database)
    assert await told(database, anna) == ["connection_requested"], "one has to be able to get to know people"
    assert await told(database, anna, Group.ASIDE) == ["liked", "replied"]
    assert await unread(database, anna) == 1
    await answer_and_like(database, anna, ines)
    assert await told(database, anna) == ["liked", "replied", "connection_requested"]
    async with database.write() as tx:
        await actions.mark_notifications_read(tx, anna, TOP)
        assert [one.read_at for one in await queries.list_notifications(tx, anna, Page(), Group.ASIDE)] == [None, None]
        await actions.mark_notifications_read(tx, anna, TOP, Group.ASIDE)
        assert all(one.read_at for one in await queries.list_notifications(tx, anna, Page(), Group.ASIDE))


async def reword(database: Database, viewer: Viewer, post: int, **edit: Any) -> None:
    async with database.write() as tx:
        await talk.edit_post(tx, viewer, post, PostEdit(**edit), ADDRESSES)
    await settle(database)


async def test_whoever_passed_a_post_on_hears_that_it_says_something_else(database: Database) -> None:
    anna, ines, mehmet, omar = await join_all(database, "anna", "ines", "mehmet", "omar")
    async with database.write() as tx:
        post = await publish(tx, anna, "Um drei")
        await talk.share_post(tx, ines, post)
        await talk.share_post(tx, mehmet, post)
        await talk.share_post(tx, omar, post)
        quote = await publish(tx, mehmet, "Kommt alle", quote=post)
        await people.mute(tx, omar, anna.person)
    await settle(database)
    async with database.write() as tx:
        await actions.mark_notifications_read(tx, anna, TOP)
    await reword(database, anna, post, source="Um vier")
    assert await told(database, ines) == ["shared_edited"]
    assert await told(database, mehmet) == ["quoted_edited"], "not twice for the same"
    async with database.read() as read:
        (one,) = await queries.list_notifications(read, mehmet, Page())
        assert (one.actor_id, one.post_id) == (anna.person, quote), "one's own that quotes it"
    assert await told(database, omar) == []
    assert "shared_edited" not in await told(database, anna)
    # Who has not looked yet is told once, and whoever has, again.
    async with database.write() as tx:
        await actions.mark_notifications_read(tx, ines, TOP)
    await reword(database, anna, post, source="Um fünf")
    assert await told(database, ines) == ["shared_edited"]
    assert (await unread(database, ines), await unread(database, mehmet)) == (1, 1)
    async with database.write() as tx:
        await actions.mark_notifications_read(tx, ines, TOP)
    await reword(database, anna, post, source="Um fünf", who_quotes="followers")
    assert await unread(database, ines) == 0, "it says the same"
    async with database.write() as tx:
        await actions.set_notification_preferences(
            tx, ines, DEFAULTS - {(NotificationKind.SHARED_EDITED, Channel.PAGE)}, FromWhom.EVERYBODY
        )
        await talk.withdraw_quote(tx, anna, quote)
        await actions.mark_notifications_read(tx, mehmet, TOP)
    await reword(database, anna, post, source="Um sechs")
    assert await unread(database, ines) == 0
    assert await told(database, mehmet) == ["shared_edited", "quoted_edited"], "it is quoted no more, but still shared"


async def test_who_looks_after_the_place_may_hear_of_who_is_new(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await settle(database)
    assert await told(database, anna) == [], "nobody has to"
    async with database.write() as tx:
        for viewer in (anna, ines):
            wanted = DEFAULTS | {(NotificationKind.JOINED, Channel.PAGE)}
            await actions.set_notification_preferences(tx, viewer, wanted, FromWhom.KNOWN)
    (omar,) = await join_all(database, "omar")
    await settle(database)
    assert await told(database, anna) == ["joined"]
    assert (await told(database, ines), await told(database, omar)) == ([], [])
    async with database.write() as tx:
        waiting = await join(tx, "mara", waits=True)
    await settle(database)
    assert await told(database, anna) == ["joined"], "who waits is not here yet"
    async with database.write() as tx:
        await people.approve(tx, Viewer(anna.person, anna.person, Role.OWNER), waiting.person)
    await settle(database)
    assert await told(database, anna) == ["joined"], "whoever lets somebody in knows"


def test_where_a_notification_goes() -> None:
    nothing = Preferences(dict.fromkeys(ALL, False))
    assert nothing.places(LIKED, known=True) is None
    only_mail = Preferences({**nothing.decided, (LIKED, Channel.MAIL): True}, FromWhom.KNOWN)
    assert only_mail.places(LIKED, known=True) is Place.NOWHERE
    assert only_mail.places(LIKED, known=False) is None
    assert Preferences().places(LIKED, known=False) is Place.PAGE


async def test_marks_come_by_looking_opening_and_reading(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    posts = [await answer_and_like(database, anna, ines) for _ in range(2)]
    assert await unread(database, anna) == 4
    async with database.write() as tx:
        await actions.mark_notifications_read(tx, anna, TOP, looked=True)
    assert await unread(database, anna) == 2, "likes are over with a look, answers are not"
    async with database.write() as tx:
        newest = (await queries.list_notifications(tx, anna, Page(), Group.TALK))[0]
        with pytest.raises(NotFound):
            await actions.mark_notification_read(tx, ines, newest.id)
        await actions.mark_notification_read(tx, anna, newest.id)
    assert await unread(database, anna) == 1
    async with database.write() as tx:
        await actions.mark_conversation_read(tx, ines, posts[0])
        assert await queries.count_unread(tx, anna) == 1
        await actions.mark_conversation_read(tx, anna, posts[0])
    assert await unread(database, anna) == 0


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as one:
        yield one


async def subscribe(database: Database, viewer: Viewer, service: PushService) -> bytes:
    """With a session of its own; the server's public key."""
    async with database.write() as tx:
        await people.start_session(tx, viewer.person, "Firefox")
        key = await actions.keep_server_key(tx, PUSH_KEY, push.new_private_key())
        assert key == await actions.keep_server_key(tx, PUSH_KEY, push.new_private_key()), "it is made once"
        (session,) = await list_sessions(tx, viewer.person, clock.now())
        await actions.subscribe_to_push(
            tx, viewer, session.id, service.endpoint, service.public_key, service.secret, "Firefox, Linux"
        )
    return push.public_key_of(key)


def sending(database: Database) -> Worker:
    client = GuardedClient("https://plausch.example.org", allow_loopback=True)
    return Worker(database, register_all(MediaFiles(Path("no-such-folder")), client))


@on_postgres_when_all
async def test_a_push_message_says_who_and_never_what(database: Database, service: PushService) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    key = await subscribe(database, anna, service)
    async with database.write() as tx:
        await people.set_preferences(tx, anna, "de", Theme.SYSTEM, "UTC")
        post = await publish(tx, anna, "Wer kommt?")
        await publish(tx, ines, "geheimwort", reply_to=post)
        await talk.like_post(tx, ines, post)
    await sending(database).work_all()
    message = await service.message()
    (notification,) = [one for one in await notifications_of(database, anna) if one.kind is REPLIED]
    assert message == {
        "title": "ines hat dir geantwortet",
        "path": f"/notifications/{notification.id}",
        "tag": f"n{post}",
    }
    assert service.messages.empty(), "likes are not called out, unless somebody wants it"
    assert service.senders == [key]


async def notifications_of(database: Database, viewer: Viewer) -> list[Any]:
    async with database.read() as read:
        return await queries.list_notifications(read, viewer, Page())


@on_postgres_when_all
@pytest.mark.parametrize("what", ["removed", "read", "signed out", "gone"])
async def test_nothing_is_pushed_that_is_over(database: Database, service: PushService, what: str) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await subscribe(database, anna, service)
    async with database.write() as tx:
        reply = await publish(tx, ines, "Hallo @anna")
    worker = sending(database)
    await worker.work_once()  # the facts; the messages wait now
    async with database.write() as tx:
        if what == "removed":
            await talk.remove_post(tx, ines, reply)
        elif what == "read":
            await actions.mark_notifications_read(tx, anna, TOP)
        elif what == "signed out":
            await people.end_other_sessions(tx, anna, 0)
    service.status = 410 if what == "gone" else 201
    await worker.work_all()
    assert service.messages.empty()
    kept = what in ("removed", "read")
    async with database.read() as read:
        assert len(await queries.list_push_subscriptions(read, anna.person)) == kept


@on_postgres_when_all
async def test_a_push_service_that_rests_is_asked_again(database: Database, service: PushService) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await subscribe(database, anna, service)
    service.status = 503
    async with database.write() as tx:
        await publish(tx, ines, "Hallo @anna")
    worker = sending(database)
    await worker.work_all()
    waiting = [row for row in (await stored(database))["work_jobs"] if row[1] == actions.PUSH]
    assert [row[4] for row in waiting] == [1], "it waits for another try"


@on_postgres_when_all
async def test_broken_subscriptions_are_refused(database: Database, service: PushService) -> None:
    (anna,) = await join_all(database, "anna")
    good = (service.endpoint, service.public_key, service.secret)
    async with database.write() as tx:
        for place, broken in ((0, "javascript:alert(1)"), (0, "https://" + "x" * 3000), (1, b"x" * 65), (2, b"")):
            parts: list[Any] = [*good]
            parts[place] = broken
            with pytest.raises(Invalid):
                await actions.subscribe_to_push(tx, anna, 1, parts[0], parts[1], parts[2], "")


def due(rows: dict[str, list[tuple[Any, ...]]]) -> list[NotificationsDue]:
    return [decode(NotificationsDue, row[2]) for row in rows["work_jobs"] if row[1] == "fact:NotificationsDue"]


async def test_mails_are_gathered_and_only_for_what_is_unread(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")

    async def write(times: int) -> None:
        async with database.write() as tx:
            for _ in range(times):
                await publish(tx, ines, "Unter uns", audience=AudienceKind.PARTICIPANTS, participants=(anna.person,))
            await publish(tx, ines, "Hallo @anna")
        await settle(database)

    async def gather() -> list[NotificationsDue]:
        rows = await stored(database)
        waiting = [row for row in rows["work_jobs"] if row[1] == actions.GATHER_MAIL]
        assert len(waiting) == 1, "one for all that comes within a quarter of an hour"
        assert 14 * clock.MINUTE < waiting[0][3] - clock.real_now() <= 15 * clock.MINUTE
        async with database.write() as tx:
            await actions.gather_mail(tx, anna.person)
            await tx.run(DROP, kind_=actions.GATHER_MAIL)
        return due(await stored(database))

    await write(2)
    await write(1)
    (fact,) = await gather()
    async with database.write() as tx:
        mailed = await queries.list_due(tx, anna, fact.ids)
        assert [one.kind.value for one in mailed] == ["addressed"] * 3, "mentions are not mailed, unless one wants it"
        await actions.mark_notification_read(tx, anna, mailed[0].id)
        assert len(await queries.list_due(tx, anna, fact.ids)) == 2
        await tx.run(DROP, kind_="fact:NotificationsDue")
    await write(1)
    async with database.write() as tx:
        await actions.mark_notifications_read(tx, anna, TOP)
    assert await gather() == [], "read meanwhile"
    await write(1)
    async with database.write() as tx:
        await actions.stop_notifications(tx, anna.person, NotificationKind.ADDRESSED, Channel.MAIL)
    assert await gather() == [], "not wanted any more"


@on_postgres_when_all
async def test_links_that_stop_mails_cannot_be_made_up(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    async with database.write() as tx:
        tokens = [await actions.make_stop_token(tx, anna.person, kind) for kind in (REPLIED, None)]
        key = await queries.find_server_key(tx, "stop")
    assert key
    assert [read_stop(key, token) for token in tokens] == [Stop(anna.person, REPLIED), Stop(anna.person, None)]
    for broken in (
        tokens[0][:-1],
        tokens[0].replace("replied", "liked"),
        "1.all.ä",
        "",
        "..",
        Stop(anna.person, REPLIED).token(b"another key"),
    ):
        assert read_stop(key, broken) is None


async def test_whoever_leaves_leaves_no_wishes_behind(database: Database, service: PushService) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await subscribe(database, ines, service)
    async with database.write() as tx:
        await actions.set_notification_preferences(tx, ines, ALL, FromWhom.KNOWN)
        await actions.keep_search(tx, ines, "from:anna")
    await answer_and_like(database, ines, anna)
    async with database.write() as tx:
        await people.erase_account(tx, ines.person)
    await settle(database)
    rows = await stored(database)
    for name in ("feeds_preferences", "feeds_wishes", "feeds_push", "feeds_searches", "feeds_notifications"):
        assert all(ines.person not in row for row in rows[name]), name
