"""Introductions: both must agree, nobody learns who does not, and blocks hold."""

import pytest

from plausch.exchange import personal_data
from plausch.feeds.model import NotificationKind
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions, queries
from plausch.people.jobs import forget_requests
from plausch.people.model import INTRODUCTION_LIFE, INTRODUCTION_REST, Consent, Role, Viewer
from plausch.storage import Database
from tests.harness.community import connect, join_all
from tests.people.test_relations import notified


async def introduce(
    database: Database, by: Viewer, one: Viewer, other: Viewer, why: str = "You both play chess."
) -> None:
    async with database.write() as tx:
        await actions.introduce(tx, by, one.person, other.person, why)


async def asked(database: Database, viewer: Viewer) -> list[int]:
    async with database.read() as read:
        return [one.id for one in await queries.list_introductions(read, viewer)]


async def answer(database: Database, viewer: Viewer, *, yes: bool, id_: int = 0) -> None:
    id_ = id_ or (await asked(database, viewer))[0]
    async with database.write() as tx:
        await (actions.agree_to_meet if yes else actions.decline_to_meet)(tx, viewer, id_)


async def connected(database: Database, one: Viewer, other: Viewer) -> bool:
    async with database.read() as read:
        return (await queries.get_relationship(read, one, other.person)).connected


async def three(database: Database) -> tuple[Viewer, Viewer, Viewer]:
    """Anna knows Ben and Cem, who do not know each other."""
    anna, ben, cem = await join_all(database, "anna", "ben", "cem")
    async with database.write() as tx:
        await connect(tx, anna, ben)
        await connect(tx, anna, cem)
    return Viewer(anna.person, anna.person), ben, cem


async def test_both_are_asked_and_meet_when_both_agree(database: Database) -> None:
    anna, ben, cem = await three(database)
    await introduce(database, anna, cem, ben)
    assert NotificationKind.INTRODUCED in await notified(database, ben)
    await answer(database, ben, yes=True)
    assert NotificationKind.INTRODUCED not in await notified(database, ben)
    assert not await connected(database, ben, cem), "the other has not said yes yet"
    with pytest.raises(IndexError):
        await answer(database, ben, yes=True)
    await answer(database, cem, yes=True)
    assert await connected(database, ben, cem)
    assert (await notified(database, ben)).count(NotificationKind.CONNECTED) == 1
    async with database.read() as read:
        (made,) = await queries.list_made_introductions(read, anna)
    assert made.met_at is not None
    with pytest.raises(Conflict, match="know_each_other"):
        await introduce(database, anna, ben, cem)


async def test_nobody_learns_who_declined(database: Database) -> None:
    anna, ben, cem = await three(database)
    await introduce(database, anna, ben, cem)
    (id_,) = await asked(database, cem)
    before = await notified(database, anna), await notified(database, cem)
    await answer(database, ben, yes=False)
    assert await asked(database, cem) == [id_], "it looks as before to the other"
    assert (await notified(database, anna), await notified(database, cem)) == before
    await answer(database, cem, yes=True)
    assert not await connected(database, ben, cem)
    async with database.read() as read:
        (made,) = await queries.list_made_introductions(read, anna)
        assert made.met_at is None
        for viewer, own in ((anna, None), (cem, True), (ben, False)):
            (row,) = (await personal_data.collect(read, viewer.person))["tables"]["people_introductions"]
            answers = {row["one_agrees"], row["other_agrees"]} - {None}
            assert answers == ({own} if own is not None else set()), "one's own answer, and no other"
    # Made again it looks the same to whoever makes it, and asks nobody.
    await introduce(database, anna, ben, cem)
    assert await asked(database, ben) == await asked(database, cem) == []
    async with database.read() as read:
        assert len(await queries.list_made_introductions(read, anna)) == 2


async def test_who_may_introduce_whom(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ben, cem = await three(database)
    (dora,) = await join_all(database, "dora")
    async with database.write() as tx:
        await connect(tx, dora, ben)
    cases: list[tuple[Viewer, Viewer, Viewer, str, type[DomainError]]] = [
        (dora, ben, cem, "Why not", NotAllowed),
        (anna, ben, ben, "Why not", Invalid),
        (anna, ben, anna, "Why not", Invalid),
        (anna, ben, cem, " ", Invalid),
        (anna, ben, Viewer(404, 404), "Why not", NotFound),
    ]
    for by, one, other, why, expected in cases:
        with pytest.raises(expected):
            await introduce(database, by, one, other, why)
    staff = Viewer(dora.person, dora.person, Role.MODERATOR)
    await introduce(database, staff, ben, cem)
    assert await asked(database, cem)
    async with database.write() as tx:
        await actions.set_consent(tx, anna, Consent.BE_SUGGESTED, False)
    with pytest.raises(NotAllowed):
        await introduce(database, staff, ben, anna)
    later = clock.now() + INTRODUCTION_LIFE + 1
    monkeypatch.setattr(clock, "now", lambda: later)
    assert await asked(database, cem) == [], "it is over"


async def test_a_block_is_neither_told_nor_got_round(database: Database) -> None:
    anna, ben, cem = await three(database)
    async with database.write() as tx:
        await actions.block(tx, ben, cem.person)
    await introduce(database, anna, ben, cem)
    assert await asked(database, ben) == await asked(database, cem) == []
    async with database.write() as tx:
        await actions.unblock(tx, ben, cem.person)
    (emil,) = await join_all(database, "emil")
    async with database.write() as tx:
        await connect(tx, anna, emil)
    await introduce(database, anna, ben, emil)
    await answer(database, ben, yes=True)
    (id_,) = await asked(database, emil)
    async with database.write() as tx:
        await actions.block(tx, ben, emil.person)
    assert await asked(database, emil) == []
    with pytest.raises(NotFound):
        await answer(database, emil, yes=True, id_=id_)
    with pytest.raises(NotFound):
        await answer(database, cem, yes=True, id_=id_)
    assert not await connected(database, ben, emil)


async def test_they_are_forgotten_in_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ben, cem = await three(database)
    await introduce(database, anna, ben, cem)
    await answer(database, ben, yes=False)
    later = clock.now() + INTRODUCTION_REST + 1
    monkeypatch.setattr(clock, "now", lambda: later)
    async with database.write() as tx:
        await forget_requests(tx, None)
    await introduce(database, anna, ben, cem)
    assert await asked(database, ben), "after half a year they may be asked again"


async def test_who_is_sent_away_is_not_suggested_again(database: Database) -> None:
    anna, ben, cem = await join_all(database, "anna", "ben", "cem")
    ids = [ben.person, cem.person]
    async with database.write() as tx:
        await actions.dismiss(tx, anna, ben.person)
        await actions.dismiss(tx, anna, ben.person)
    async with database.read() as read:
        assert set(await queries.list_suggestible(read, anna, ids)) == {cem.person}
        assert [one.id for one in await queries.list_newcomers(read, anna, Page())] == [cem.person]
        assert set(await queries.list_suggestible(read, ben, [anna.person])) == {anna.person}
    for deed in (actions.mute, actions.block, actions.follow):
        async with database.write() as tx:
            await deed(tx, anna, cem.person)
        async with database.read() as read:
            assert await queries.list_suggestible(read, anna, ids) == {}
        async with database.write() as tx:
            await actions.unmute(tx, anna, cem.person)
            await actions.unblock(tx, anna, cem.person)
    async with database.write() as tx:
        await actions.unfollow(tx, anna, cem.person)
        await actions.set_consent(tx, cem, Consent.BE_SUGGESTED, False)
    async with database.read() as read:
        assert await queries.list_suggestible(read, anna, ids) == {}
