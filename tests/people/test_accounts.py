"""Accounts: joining, who owns the server, suspension, leaving and coming back, many at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.people import actions, jobs, queries
from plausch.people.actions import set_standing
from plausch.people.actions.bulk import Tie, load_ties
from plausch.people.model import GRACE, SESSION_LIFE, Consent, Relation, Role, SignUp, Standing, Viewer
from plausch.people.tables import accounts, actors, consents, counts, relations
from plausch.storage import Database, Write
from tests.harness.community import NO_PASSWORD, as_person, clear, connect, join_all

NOW = 1_700_000_000_000


async def standing(database: Database, person: int) -> Standing:
    async with database.read() as read:
        return (await queries.get_actor(read, person)).standing


async def test_the_first_one_owns_the_server(database: Database) -> None:
    one, two = await join_all(database, "anna", "ines")
    async with database.read() as read:
        assert [account.role for account in await queries.list_accounts(read)] == [Role.OWNER, Role.MEMBER]
    for change in (
        lambda tx: actions.set_role(tx, one.person, Role.MEMBER),
        lambda tx: actions.suspend(tx, one.person),
        lambda tx: actions.leave(tx, Viewer(one.person, one.person, Role.OWNER)),
    ):
        with pytest.raises(Conflict):
            await _do(database, change)
    async with database.write() as tx:
        await actions.set_role(tx, two.person, Role.OWNER)
        await actions.suspend(tx, one.person)
        await actions.set_role(tx, one.person, Role.MEMBER)  # somebody else owns it
    with pytest.raises(Conflict):
        await _do(database, lambda tx: actions.suspend(tx, two.person))


async def _do(database: Database, change: Any) -> None:
    async with database.write() as tx:
        await change(tx)


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"handle": "Anna"}, "handle_taken"),
        ({"handle": "other", "email": "ANNA@example.org"}, "email_taken"),
        ({"handle": "other", "email": "x"}, "email_form"),
        ({"handle": "x y"}, "handle_form"),
        ({"handle": "other", "name": "x" * 81}, "too_long"),
    ],
)
async def test_what_is_taken_or_malformed_is_refused_one_by_one_and_in_bulk(
    database: Database, form: dict[str, str], reason: str
) -> None:
    await join_all(database, "anna")
    usual = SignUp(handle="other", email="other@example.org", password_hash=NO_PASSWORD)
    wanted = msgspec.structs.replace(usual, **form)
    for attempt in (lambda tx: actions.sign_up(tx, wanted), lambda tx: actions.load_many(tx, [wanted])):
        with pytest.raises((Conflict, Invalid)) as refused:
            await _do(database, attempt)
        assert refused.value.reason == reason
    async with database.read() as read:
        assert await queries.count_accounts(read) == 1
        assert await queries.find_handle(read, "other") is None, "nothing is left of the attempt"


async def test_suspended_nobody_sees_them_and_no_session_is_good(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
        secret = await actions.start_session(tx, ines.person, "Firefox")
        token = await actions.create_token(tx, ines.person, "read")
        await actions.suspend(tx, ines.person)
    async with database.read() as read:
        assert await queries.find_session(read, actions.hash_secret(secret), clock.now()) is None
        assert await queries.find_token(read, actions.hash_secret(token)) is None
        assert await queries.list_actors(read, anna, [ines.person]) == {}
        with pytest.raises(NotFound):
            await queries.get_profile(read, anna, "ines")
    async with database.write() as tx:
        await actions.cancel_leaving(tx, ines.person)
    assert await standing(database, ines.person) is Standing.SUSPENDED, "signing in ends no suspension"
    async with database.write() as tx:
        await actions.unsuspend(tx, ines.person)
    async with database.read() as read:
        assert await queries.find_token(read, actions.hash_secret(token)) is not None
        assert await queries.find_session(read, actions.hash_secret(secret), clock.now()) is None, "that was ended"
        assert (await queries.get_relationship(read, anna, ines.person)).connected


async def test_leaving_can_be_called_off_until_the_grace_is_over(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    with clock.at(NOW):
        async with database.write() as tx:
            secret = await actions.start_session(tx, ines.person, "Firefox")
            await actions.leave(tx, ines)
        async with database.read() as read:
            assert await queries.find_session(read, actions.hash_secret(secret), NOW) is None
            assert await queries.list_actors(read, anna, [ines.person]) == {}
            found = await queries.find_credentials(read, "INES@example.org")
            assert found is not None
            assert (found.standing, found.ends_at) == (Standing.LEAVING, NOW + GRACE)
    with clock.at(NOW + GRACE - 1):
        async with database.write() as tx:
            await jobs.end_accounts(tx, None)
            await actions.cancel_leaving(tx, ines.person)
    assert await standing(database, ines.person) is Standing.ACTIVE
    with clock.at(NOW + 10 * GRACE):
        async with database.write() as tx:
            await jobs.end_accounts(tx, None)
    assert await standing(database, ines.person) is Standing.ACTIVE


async def test_who_was_limited_comes_back_limited(database: Database) -> None:
    """From leaving, from a suspension, and from one in the midst of the other."""
    _, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await set_standing(tx, ines.person, Standing.LIMITED)
    deeds: dict[str, Callable[[Write], Awaitable[None]]] = {
        "leave": lambda tx: actions.leave(tx, ines),
        "stay": lambda tx: actions.cancel_leaving(tx, ines.person),
        "suspend": lambda tx: actions.suspend(tx, ines.person),
        "unsuspend": lambda tx: actions.unsuspend(tx, ines.person),
    }
    for life in ("leave stay", "suspend unsuspend", "leave suspend unsuspend stay"):
        for deed in life.split():
            async with database.write() as tx:
                await deeds[deed](tx)
        assert await standing(database, ines.person) is Standing.LIMITED


async def test_a_suspension_while_leaving_neither_saves_nor_ends_the_account(database: Database) -> None:
    _, ines = await join_all(database, "anna", "ines")
    with clock.at(NOW):
        async with database.write() as tx:
            await actions.leave(tx, ines)
            await actions.suspend(tx, ines.person)
            await actions.unsuspend(tx, ines.person)
    assert await standing(database, ines.person) is Standing.LEAVING
    with clock.at(NOW + GRACE):
        async with database.write() as tx:
            await jobs.end_accounts(tx, None)
    assert await standing(database, ines.person) is Standing.DELETED
    with pytest.raises((NotFound, Invalid)):
        await _do(database, lambda tx: actions.unsuspend(tx, ines.person))
    assert await standing(database, ines.person) is Standing.DELETED


async def test_a_handle_is_never_given_to_somebody_else(database: Database) -> None:
    _, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await actions.erase_account(tx, ines.person)
    with pytest.raises(Conflict):
        await join_all(database, "ines")
    async with database.write() as tx:
        # The address was forgotten, so it is free.
        await actions.sign_up(tx, SignUp(handle="ines2", email="ines@example.org", password_hash=NO_PASSWORD))


async def test_sessions_end_by_themselves_or_by_their_owner(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    with clock.at(NOW):
        async with database.write() as tx:
            secrets = [await actions.start_session(tx, anna.person, "Firefox") for _ in range(3)]
        async with database.read() as read:
            one, two, _ = [
                found
                for secret in secrets
                if (found := await queries.find_session(read, actions.hash_secret(secret), NOW)) is not None
            ]
        async with database.write() as tx:
            await actions.end_session(tx, ines, one.session_id)
            assert len(await queries.list_sessions(tx, anna.person, NOW)) == 3, "somebody else's"
            await actions.end_session(tx, anna, one.session_id)
            await actions.change_password(tx, anna, "new", two.session_id)
            assert [found.id for found in await queries.list_sessions(tx, anna.person, NOW)] == [two.session_id]
    later = NOW + SESSION_LIFE - 1
    with clock.at(later):
        async with database.write() as tx:
            await actions.touch_session(tx, two.session_id)
    with clock.at(later + SESSION_LIFE):
        async with database.write() as tx:
            await jobs.forget_sessions(tx, None)
            assert await queries.list_sessions(tx, anna.person, 0) == []


FORMS = [
    SignUp(handle=" @Anna", email=" Anna@Example.org ", password_hash="a", name="  Anna\n B. ", role=Role.OWNER),
    SignUp(handle="ines", email="ines@example.org", password_hash="b", locale="de", time_zone="Europe/Berlin"),
    SignUp(handle="mehmet", email="m@example.org", password_hash="c", be_found=False, role=Role.MODERATOR, locked=True),
    SignUp(handle="quiet", email="q@example.org", password_hash="d"),
]
TABLES = (actors, accounts, consents, counts, relations)


async def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All of the room, with handles in the place of ids."""
    found = {table.name: [row async for part in database.stream(table) for row in part] for table in TABLES}
    handles = {row[0]: row[2] for row in found[actors.name]}
    return {
        name: sorted((tuple(handles.get(value, value) for value in row) for row in part), key=str)
        for name, part in found.items()
    }


async def test_loading_many_equals_doing_it_one_by_one(database: Database) -> None:
    with clock.at(NOW):
        async with database.write() as tx:
            one, two, three, _ = [as_person(await actions.sign_up(tx, form)) for form in FORMS]
            await connect(tx, one, two)
            await actions.follow(tx, two, three.person)
            await actions.accept_follow(tx, three, two.person)
            await actions.follow(tx, three, one.person)
            await actions.mute(tx, one, three.person)
        singly = await rows(database)
        await clear(database)
        async with database.write() as tx:
            a, b, c, _ = await actions.load_many(tx, FORMS)
            ties = [
                *(Tie(a, Relation.CONNECT, b, NOW), Tie(b, Relation.FOLLOW, c, NOW), Tie(c, Relation.FOLLOW, a, NOW)),
                *(Tie(a, Relation.MUTE, c, NOW), Tie(a, Relation.FOLLOW, b, NOW)),
            ]
            await load_ties(tx, ties)
    assert await rows(database) == singly
    assert [row[:3] for row in singly[consents.name]] == [("mehmet", Consent.BE_FOUND.value, False)]


async def test_two_owners_who_go_at_once_do_not_leave_it_without_one(database: Database) -> None:
    one, two = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await actions.set_role(tx, two.person, Role.OWNER)

    async def go(person: int) -> None:
        async with database.write() as tx:
            await actions.leave(tx, Viewer(person, person, Role.OWNER))

    ended = await asyncio.gather(go(one.person), go(two.person), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ended) == ["Conflict", "NoneType"]


async def test_a_new_password_ends_every_token(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    async with database.write() as tx:
        token = await actions.create_token(tx, anna.person, "read")
        await actions.change_password(tx, anna, "-", 0)
    async with database.read() as read:
        assert await queries.find_token(read, actions.hash_secret(token)) is None
