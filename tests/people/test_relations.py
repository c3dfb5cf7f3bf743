"""How people stand to each other: asking, answering, going apart; and numbers that are always right."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.exchange import personal_data
from plausch.feeds import queries as feeds
from plausch.feeds.model import NotificationKind
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions, queries
from plausch.people.actions.relations import count
from plausch.people.jobs import forget_requests
from plausch.people.model import EVERYBODY, REQUEST_REST, VISITOR, Relation, Viewer
from plausch.people.tables import counts, relations, requests
from plausch.storage import Database, Write
from plausch.storage.statements import Statement
from tests.harness.community import clear, connect, in_a_loop, join, join_all, settle
from tests.harness.properties import USUAL

Deed = Callable[[Write, Viewer, int], Awaitable[object]]
RELATIONS = Statement(sa.select(relations.c.source_id, relations.c.kind, relations.c.target_id), lambda *row: row)
COUNTS = Statement(
    sa.select(counts.c.actor_id, counts.c.followers, counts.c.following, counts.c.connections), lambda *row: row
)


async def notified(database: Database, viewer: Viewer) -> list[NotificationKind]:
    await settle(database)
    async with database.read() as read:
        return [one.kind for one in await feeds.list_notifications(read, viewer, Page())]


async def do(database: Database, deed: Deed, viewer: Viewer, other: Viewer) -> None:
    async with database.write() as tx:
        await deed(tx, viewer, other.person)


async def ask(tx: Write, viewer: Viewer, other: int) -> None:
    await actions.ask_to_connect(tx, viewer, other, "  Wir kennen uns\nvom Schach. ")


async def decline(tx: Write, viewer: Viewer, other: int) -> None:
    await actions.decline_request(tx, viewer, other, Relation.CONNECT)


async def decline_follow(tx: Write, viewer: Viewer, other: int) -> None:
    await actions.decline_request(tx, viewer, other, Relation.FOLLOW)


async def ties(database: Database) -> set[tuple[int, str, int]]:
    async with database.read() as read:
        return set(await read.all(RELATIONS))


async def check_counts(database: Database) -> None:
    """What is counted is what the rows say."""
    async with database.read() as read:
        rows, counted = await read.all(RELATIONS), await read.all(COUNTS)
    tally: Counter[tuple[str, int]] = Counter()
    for source, kind, target in rows:
        if kind == "follow":
            tally["following", source] += 1
            tally["followers", target] += 1
        elif kind == "connect":
            tally["connections", source] += 1
            assert (target, kind, source) in rows, "a connection has two sides"
    found = {
        (name, actor): number
        for actor, *numbers in counted
        if actor != EVERYBODY
        for name, number in zip(("followers", "following", "connections"), numbers, strict=True)
        if number
    }
    assert found == dict(tally)


async def test_two_ask_answer_and_part(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await do(database, ask, anna, ines)
    async with database.read() as read:
        (request,) = await queries.list_requests(read, ines, Page())
        assert (request.source_id, request.line) == (anna.person, "Wir kennen uns vom Schach.")
        assert await queries.count_requests(read, ines) == 1
        assert (await queries.get_relationship(read, anna, ines.person)).asked_to_connect
        assert (await queries.get_relationship(read, ines, anna.person)).asks_to_connect
    assert await notified(database, ines) == [NotificationKind.CONNECTION_REQUESTED]
    await do(database, actions.accept_connection, ines, anna)
    assert await notified(database, ines) == [], "what announced the request is gone"
    assert await notified(database, anna) == [NotificationKind.CONNECTED]
    both = {(anna.person, ines.person), (ines.person, anna.person)}
    assert await ties(database) == {(one, kind, other) for one, other in both for kind in ("connect", "follow")}
    await do(database, actions.disconnect, anna, ines)
    assert await ties(database) == {(one, "follow", other) for one, other in both}
    await check_counts(database)


async def test_asking_each_other_is_a_yes(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await do(database, ask, anna, ines)
    await do(database, ask, ines, anna)
    async with database.read() as read:
        assert (await queries.get_relationship(read, anna, ines.person)).connected
        assert await queries.count_requests(read, anna) == await queries.count_requests(read, ines) == 0


async def test_declining_is_quiet_and_lasts(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await do(database, ask, anna, ines)
    assert await notified(database, ines) == [NotificationKind.CONNECTION_REQUESTED]
    await do(database, decline, ines, anna)
    assert await notified(database, ines) == [], "it is answered"
    assert await notified(database, anna) == [], "and nobody is told"
    for deed, looks_open in ((None, True), (actions.withdraw_request, False), (ask, True)):
        if deed is not None:
            await do(database, deed, anna, ines)
        async with database.read() as read:
            assert (await queries.get_relationship(read, anna, ines.person)).asked_to_connect is looks_open
            assert not (await queries.get_relationship(read, ines, anna.person)).asks_to_connect
            assert await queries.list_requests(read, ines, Page()) == []
        assert await notified(database, ines) == [], "nobody is asked again and again"
    with pytest.raises(NotFound):
        await do(database, decline, ines, anna)
    await do(database, ask, ines, anna)
    await do(database, actions.accept_connection, anna, ines)
    await check_counts(database)
    async with database.read() as read:
        assert not (await queries.get_relationship(read, anna, ines.person)).asked_to_connect


async def test_the_copy_of_personal_data_does_not_tell_who_declined(database: Database) -> None:
    async with database.write() as tx:
        anna, ines, jonas, mara = [await join(tx, name) for name in ("anna", "ines", "jonas", "mara")]
    for other in (ines, jonas, mara):
        await do(database, ask, anna, other)
    await do(database, decline, ines, anna)
    await do(database, decline, mara, anna)
    await do(database, actions.withdraw_request, anna, mara)
    async with database.slow_read() as tx:
        mine = (await personal_data.collect(tx, anna.person))["tables"]["people_requests"]
        hers = (await personal_data.collect(tx, ines.person))["tables"]["people_requests"]
    assert {row["target_id"] for row in mine} == {str(ines.person), str(jonas.person)}, "nor that Mara did"
    assert [row["declined_at"] for row in mine] == [None, None]
    assert [row["declined_at"] is None for row in hers] == [False], "Ines knows what she did"


async def test_a_withdrawn_request_announces_itself_no_more(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await do(database, ask, anna, ines)
    await do(database, actions.withdraw_request, anna, ines)
    assert await notified(database, ines) == [], "also when the listener comes late"
    with pytest.raises(NotFound):
        await do(database, actions.accept_connection, ines, anna)


@pytest.mark.parametrize("kind", [Relation.CONNECT, Relation.FOLLOW])
async def test_asking_and_withdrawing_rings_once(database: Database, kind: Relation) -> None:
    async with database.write() as tx:
        anna, ines = await join(tx, "anna"), await join(tx, "ines", locked=True)
    deed, back = (ask, actions.withdraw_request) if kind is Relation.CONNECT else (actions.follow, actions.unfollow)
    for _ in range(2):
        await do(database, deed, anna, ines)
    assert len(await notified(database, ines)) == 1
    async with database.read() as read:
        (first,) = await queries.list_requests(read, ines, Page())
    for _ in range(3):
        await do(database, back, anna, ines)
        assert await notified(database, ines) == []
        async with database.read() as read:
            assert await queries.list_requests(read, ines, Page()) == []
            shown = await queries.get_relationship(read, anna, ines.person)
            assert not shown.asked_to_connect
            assert not shown.asked_to_follow
        await do(database, deed, anna, ines)
        assert await notified(database, ines) == [], "it is among the requests, and rings no more"
        async with database.read() as read:
            assert [one.line for one in await queries.list_requests(read, ines, Page())] == [first.line]
    await do(database, actions.block, anna, ines)
    await do(database, actions.unblock, anna, ines)
    await do(database, deed, anna, ines)
    assert await notified(database, ines) == [], "nor after a detour"
    await do(database, back, anna, ines)
    with clock.at(clock.now() + REQUEST_REST + 1):
        await do(database, deed, anna, ines)
        assert len(await notified(database, ines)) == 1, "after a while it is news again"
        await do(database, actions.accept_connection if kind is Relation.CONNECT else actions.accept_follow, ines, anna)
    await check_counts(database)


async def test_a_decline_outlasts_a_block(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    await do(database, ask, anna, ines)
    await do(database, decline, ines, anna)
    for deed in (actions.block, actions.unblock, ask):
        await do(database, deed, anna, ines)
    assert await notified(database, ines) == []
    async with database.read() as read:
        assert await queries.list_requests(read, ines, Page()) == []


async def test_what_was_withdrawn_is_forgotten_after_a_while(database: Database) -> None:
    anna, ines, jonas = await join_all(database, "anna", "ines", "jonas")
    for other in (ines, jonas):
        await do(database, ask, anna, other)
    await do(database, decline, jonas, anna)
    for other in (ines, jonas):
        await do(database, actions.withdraw_request, anna, other)
    rows = [row async for batch in database.stream(requests) for row in batch]
    assert {row[4] for row in rows} == {""}, "the words go at once"
    with clock.at(clock.now() + REQUEST_REST + 1):
        async with database.write() as tx:
            await forget_requests(tx, None)
    rows = [row async for batch in database.stream(requests) for row in batch]
    assert [row[3] for row in rows] == [jonas.person], "but for what was declined: it is not asked again"


async def test_who_approves_followers_decides(database: Database) -> None:
    async with database.write() as tx:
        anna, ines = await join(tx, "anna"), await join(tx, "ines", locked=True)
    await do(database, actions.follow, anna, ines)
    await do(database, actions.follow, anna, ines)
    assert await ties(database) == set()
    assert await notified(database, ines) == [NotificationKind.FOLLOW_REQUESTED]
    await do(database, actions.accept_follow, ines, anna)
    assert await ties(database) == {(anna.person, "follow", ines.person)}
    assert await notified(database, ines) == [NotificationKind.FOLLOWED]
    await do(database, actions.remove_follower, ines, anna)
    assert await ties(database) == set()
    await do(database, actions.follow, anna, ines)
    await do(database, decline_follow, ines, anna)
    for deed in (actions.unfollow, actions.follow):
        await do(database, deed, anna, ines)
    async with database.read() as read:
        assert await queries.list_requests(read, ines, Page()) == [], "declined once, it is not asked again"
    with pytest.raises(NotFound):
        await do(database, actions.accept_connection, ines, anna)
    await check_counts(database)


@pytest.mark.parametrize("blocking", [False, True])
async def test_a_block_ends_everything(database: Database, blocking: bool) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
    one, other = (anna, ines) if blocking else (ines, anna)
    await do(database, actions.block, one, other)
    await do(database, actions.block, one, other)
    assert await ties(database) == {(one.person, "block", other.person)}
    await check_counts(database)
    for deed in (ask, actions.follow, actions.mute):
        with pytest.raises(NotFound):
            await do(database, deed, other, one)
    for deed in (ask, actions.follow):
        with pytest.raises(Conflict):
            await do(database, deed, one, other)
    assert await notified(database, anna) == await notified(database, ines) == []
    async with database.read() as read:
        with pytest.raises(NotFound):
            await queries.get_profile(read, other, "ines" if one is ines else "anna")
        assert await queries.list_actors(read, other, [one.person]) == {}
    await do(database, actions.unblock, one, other)
    await do(database, ask, other, one)
    await do(database, actions.accept_connection, one, other)
    await check_counts(database)


async def test_a_block_ends_open_requests_in_both_directions(database: Database) -> None:
    async with database.write() as tx:
        anna, ines = await join(tx, "anna", locked=True), await join(tx, "ines", locked=True)
    await do(database, ask, anna, ines)
    await do(database, actions.follow, anna, ines)
    await do(database, actions.follow, ines, anna)
    await do(database, actions.block, ines, anna)
    async with database.read() as read:
        for viewer in (anna, ines):
            assert await queries.list_requests(read, viewer, Page()) == []
        shown = await queries.get_relationship(read, anna, ines.person)
        assert not (shown.asked_to_connect)
        assert not (shown.asked_to_follow)
        assert not (shown.asks_to_follow)
    for deed in (actions.accept_connection, actions.accept_follow):
        with pytest.raises(NotFound):
            await do(database, deed, ines, anna)


async def test_who_cannot_be_related_to(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    for deed in (ask, actions.follow, actions.mute, actions.block):
        with pytest.raises(Invalid):
            await do(database, deed, anna, anna)
        with pytest.raises(NotFound):
            await do(database, deed, anna, Viewer(1, 1))
        with pytest.raises(NotAllowed):
            await do(database, deed, VISITOR, anna)
    async with database.write() as tx:
        await actions.suspend(tx, ines.person)
    for deed in (ask, actions.follow):
        with pytest.raises(NotFound):
            await do(database, deed, anna, ines)
    await check_counts(database)


DEEDS: list[Deed] = [
    *(ask, actions.accept_connection, decline, actions.withdraw_request, actions.disconnect),
    *(actions.follow, actions.unfollow, actions.accept_follow, decline_follow, actions.remove_follower),
    *(actions.block, actions.unblock, actions.mute, actions.unmute),
]


async def _live(database: Database, life: list[tuple[int, int, int]]) -> None:
    await clear(database)
    async with database.write() as tx:
        people = [await join(tx, f"person{number}", locked=number == 0) for number in range(4)]
    for what, who, whom in life:
        async with database.write() as tx:
            try:
                if what < len(DEEDS):
                    await DEEDS[what](tx, people[who], people[whom].person)
                elif what == len(DEEDS) and who:
                    await actions.suspend(tx, people[who].person)
                elif who:
                    await actions.unsuspend(tx, people[who].person)
            except DomainError:
                continue  # the next one goes on where this one was refused
    await check_counts(database)


def test_numbers_are_right_after_any_life(database_url: str) -> None:
    with in_a_loop(database_url) as (runner, database):
        small = st.integers(0, 3)

        @settings(USUAL, max_examples=60)
        @given(st.lists(st.tuples(st.integers(0, len(DEEDS) + 1), small, small), min_size=10, max_size=40))
        def right(life: list[tuple[int, int, int]]) -> None:
            runner.run(_live(database, life))

        right()


async def test_two_who_follow_each_other_do_not_wait_in_a_circle(database: Database) -> None:
    """Both are held up at the same place, and go on when it is free."""
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await count(tx, "followers", anna.person, 0)
        pairs = ((anna, ines), (ines, anna))
        both = [asyncio.create_task(do(database, actions.follow, one, other)) for one, other in pairs]
        await asyncio.sleep(0.3)
    await asyncio.gather(*both)
    await check_counts(database)


async def test_numbers_are_right_when_everybody_acts_at_once(database: Database) -> None:
    """And nobody waits for anybody in a circle."""
    people = await join_all(database, *(f"person{number}" for number in range(6)))
    chance = random.Random(1)

    async def act() -> None:
        deed, (one, other) = chance.choice(DEEDS), chance.sample(people, 2)
        try:
            await do(database, deed, one, other)
        except DomainError:
            pass

    await asyncio.gather(*(act() for _ in range(400)))
    await check_counts(database)
