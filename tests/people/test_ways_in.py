"""Ways in beside the password, at the rules: what counts once, and what goes with a stolen account."""

import asyncio

import pytest
from pyotp import TOTP

from plausch.kernel import clock
from plausch.kernel.errors import Conflict
from plausch.people import actions, queries
from plausch.people.actions.proofs import make_proof
from plausch.people.model import NO_PASSWORD, Errand, Purpose, SignUp, Step, Stranger, Viewer
from plausch.storage import Database, Write
from tests.harness.community import join, join_all

_BEFORE = 3 * clock.DAY


async def switch_on(tx: Write, viewer: Viewer) -> list[str]:
    await actions.begin_codes(tx, viewer)
    secret = await queries.find_new_secret(tx, viewer) or ""
    return await actions.confirm_codes(tx, viewer, TOTP(secret).at(clock.now() // 1000))


async def test_a_code_and_an_attempt_count_once_also_at_once(database: Database) -> None:
    [anna] = await join_all(database, "anna")
    async with database.write() as tx:
        code = (await switch_on(tx, anna))[0]
        secret = await actions.begin_attempt(tx, Step.CODE, Errand(), anna.person)

    async def use() -> bool:
        async with database.write() as tx:
            return await actions.use_code(tx, anna.person, code)

    async def take() -> bool:
        async with database.write() as tx:
            return await actions.take_attempt(tx, secret, Step.CODE) is not None

    async with database.read() as read:
        assert await queries.find_attempt(read, secret, Step.RETURN) is None, "each step has its own"
    assert sum(await asyncio.gather(*(use() for _ in range(4)))) == 1
    assert sum(await asyncio.gather(*(take() for _ in range(4)))) == 1


async def test_what_was_added_by_whoever_took_the_address_goes_with_them(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    now = clock.now()
    async with database.write() as tx:
        with clock.at(now - _BEFORE):
            await actions.link_identity(tx, anna, Stranger("https://sso.example", "anna"))
            await switch_on(tx, ben)
        await actions.link_identity(tx, anna, Stranger("https://evil.example", "thief"))
        await switch_on(tx, anna)
        for viewer in (anna, ben):
            await actions.ask_to_change_email(tx, viewer, f"thief{viewer.person}@example.org", at_once=True)
            former = f"former{viewer.person}@example.org"
            await actions.undo_change(tx, await make_proof(tx, viewer.person, Purpose.UNDO, former))
        ways, bens = [await queries.list_ways_in(tx, viewer) for viewer in (anna, ben)]
    assert [one.issuer for one in ways.identities] == ["https://sso.example"]
    assert (ways.has_codes, ways.recovery_codes) == (False, 0)
    assert (bens.has_codes, bens.recovery_codes) == (True, 10), "a mailbox alone is not enough to be rid of them"


async def test_nobody_locks_themselves_out(database: Database) -> None:
    async with database.write() as tx:
        await join(tx, "jonas")
        form = SignUp(handle="anna", email="anna@example.org", password_hash=NO_PASSWORD)
        person = await actions.sign_up(tx, form)
        anna = Viewer(person, person)
        await actions.link_identity(tx, anna, Stranger("https://sso.example", "anna"))
        await actions.link_identity(tx, anna, Stranger("https://other.example", "anna"))
        one, other = (await queries.list_ways_in(tx, anna)).identities
        await actions.unlink_identity(tx, anna, one.id)
        with pytest.raises(Conflict, match="last_way_in"):
            await actions.unlink_identity(tx, anna, other.id)
