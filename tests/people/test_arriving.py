"""Coming in, and proving an address: what is counted once, what is void, and who may do what."""

import asyncio

import pytest

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import actions, queries
from plausch.people.actions import proofs
from plausch.people.model import INVITATIONS_MAX, VISITOR, Purpose, Role, SignUp, Standing, Viewer
from plausch.settings import SignUpMode
from plausch.storage import Database, Write
from plausch.talk import actions as talk
from plausch.talk import queries as talk_queries
from plausch.talk.actions import visiting
from plausch.talk.model import Spot
from tests.harness.community import NO_PASSWORD, join, join_all, publish, stored, tables_with


def form(handle: str, **more: str) -> SignUp:
    return SignUp(handle=handle, email=f"{handle}@example.org", password_hash=NO_PASSWORD, **more)  # type: ignore[arg-type]  # only texts are given


async def owner_of(tx: Write) -> Viewer:
    jonas = await join(tx, "jonas")
    return Viewer(jonas.person, jonas.person, Role.OWNER)


async def invite(tx: Write, host: Viewer, uses: int) -> str:
    ends_at = clock.now() + clock.DAY
    id_ = await actions.invite(tx, host, note="For the choir", uses=uses, ends_at=ends_at, members_may=True)
    return next(one.code for one in await queries.list_invitations(tx, host) if one.id == id_)


async def test_an_invitation_is_used_as_often_as_it_says(database: Database) -> None:
    async with database.write() as tx:
        host = await owner_of(tx)
        code = await invite(tx, host, 2)

    async def come(number: int) -> bool:
        try:
            async with database.write() as tx:
                await actions.arrive(tx, form(f"guest{number}"), SignUpMode.INVITE, code)
        except NotFound:
            return False
        return True

    assert sum(await asyncio.gather(*(come(number) for number in range(5)))) == 2
    async with database.read() as read:
        assert await queries.find_invitation(read, code, clock.now()) is None
        [invitation] = await queries.list_invitations(read, host)
        guests = (await queries.list_guests(read, [invitation.id]))[invitation.id]
        assert len(guests) == invitation.uses == 2
        guest = Viewer(guests[0], guests[0])
        found = await queries.find_host(read, guest)
        assert found is not None
        assert found.id == host.person
        assert (await queries.get_relationship(read, guest, host.person)).follows
        with pytest.raises(NotAllowed):
            await queries.list_invitations(read, guest, everybodys=True)


async def test_what_ends_an_invitation(database: Database) -> None:
    async with database.write() as tx:
        host, [anna] = await owner_of(tx), [await join(tx, "anna")]
        code = await invite(tx, anna, 5)
        [invitation] = await queries.list_invitations(tx, anna)
        ben = await join(tx, "ben")
        await actions.revoke_invitation(tx, ben, invitation.id)
        assert await queries.find_invitation(tx, code, clock.now()), "it is not his"
        assert await queries.find_invitation(tx, code, invitation.ends_at) is None
        for away, back in ((actions.limit, actions.unlimit), (actions.suspend, actions.unsuspend)):
            await away(tx, anna.person)
            assert await queries.find_invitation(tx, code, clock.now()) is None, "whoever invites stands well"
            with pytest.raises(NotFound, match="invitation_over"):
                await actions.arrive(tx, form("x"), SignUpMode.INVITE, code)
            await back(tx, anna.person)
            assert await queries.find_invitation(tx, code, clock.now())
        moderator = Viewer(ben.person, ben.person, Role.MODERATOR)
        owners = await invite(tx, host, 1)
        await actions.revoke_invitation(tx, moderator, (await queries.list_invitations(tx, host))[0].id)
        assert await queries.find_invitation(tx, owners, clock.now()), "moderators act on members only"
        await actions.revoke_invitation(tx, host, (await queries.list_invitations(tx, host))[0].id)
        await actions.revoke_invitation(tx, moderator, invitation.id)
        assert await queries.find_invitation(tx, code, clock.now()) is None
        with pytest.raises(NotAllowed):
            await actions.arrive(tx, form("x"), SignUpMode.CLOSED, await invite(tx, host, 1))
        for _ in range(INVITATIONS_MAX - 1):
            await invite(tx, host, 1)
        with pytest.raises(Conflict):
            await invite(tx, host, 1)
        await actions.erase_account(tx, anna.person)
    assert "people_invitations" not in tables_with(await stored(database), code)


async def test_each_mode(database: Database) -> None:
    async with database.write() as tx:
        first = await actions.arrive(tx, form("jonas"), SignUpMode.APPROVAL)
        assert not first.waits, "there is nobody who could let them in"
        owner = Viewer(first.person, first.person, Role.OWNER)
        with pytest.raises(Invalid):
            await actions.arrive(tx, form("pia"), SignUpMode.APPROVAL)
        with pytest.raises(NotAllowed):
            await actions.arrive(tx, form("pia"), SignUpMode.INVITE)
        pia = await actions.arrive(tx, form("pia", reason="I sing"), SignUpMode.APPROVAL)
        assert pia.waits
        assert (await queries.count_members(tx), await queries.count_waiting(tx)) == (1, 1)
        otto = await actions.arrive(tx, form("otto", reason="I play"), SignUpMode.OPEN)
        assert not otto.waits
        with pytest.raises(NotAllowed):
            await actions.approve(tx, Viewer(otto.person, otto.person), pia.person)
        with pytest.raises(NotAllowed):
            await queries.list_waiting(tx, VISITOR)
        assert [one.reason for one in await queries.list_waiting(tx, owner)] == ["I sing"]
        await actions.approve(tx, owner, pia.person)
        with pytest.raises(NotFound):
            await actions.decline(tx, owner, otto.person)
        assert (await queries.get_account(tx, pia.person)).standing is Standing.ACTIVE
    assert tables_with(await stored(database), "I sing", "I play") == set()


async def sealed(tx: Write, person: int, purpose: Purpose, address: str) -> str:
    return await proofs.make_proof(tx, person, purpose, address)


async def test_a_secret_is_used_once_and_by_its_purpose(database: Database) -> None:
    [anna] = await join_all(database, "anna")
    async with database.write() as tx:
        secret = await sealed(tx, anna.person, Purpose.RESET, "anna@example.org")

    async def take(purpose: Purpose) -> bool:
        try:
            async with database.write() as tx:
                await proofs.take_proof(tx, secret, purpose)
        except NotFound:
            return False
        return True

    assert not await take(Purpose.CONFIRM)
    assert sum(await asyncio.gather(*(take(Purpose.RESET) for _ in range(4)))) == 1


async def test_an_address_is_confirmed_changed_and_taken_back(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        old = await sealed(tx, anna.person, Purpose.CONFIRM, "former@example.org")
        await actions.confirm_email(tx, old)
        assert not (await queries.get_account(tx, anna.person)).confirmed, "that was another address"
        await actions.confirm_email(tx, await sealed(tx, anna.person, Purpose.CONFIRM, "anna@example.org"))
        assert (await queries.get_account(tx, anna.person)).confirmed

        await actions.ask_to_change_email(tx, anna, "New@example.org", at_once=False)
        assert (await queries.get_account(tx, anna.person)).email == "anna@example.org"
        reset = await sealed(tx, anna.person, Purpose.RESET, "anna@example.org")
        await actions.change_email(tx, await sealed(tx, anna.person, Purpose.CHANGE, "New@example.org"))
        assert (await queries.get_account(tx, anna.person)).email == "New@example.org"
        assert await queries.find_proof(tx, reset, clock.now()) is None, "a letter to the former address is void"
        with pytest.raises(Conflict):
            await actions.ask_to_change_email(tx, ben, "new@example.org", at_once=True)

        await actions.create_token(tx, anna.person, "read")
        back = await sealed(tx, anna.person, Purpose.UNDO, "anna@example.org")
        following = await actions.undo_change(tx, back)
        assert (await queries.get_account(tx, anna.person)).email == "anna@example.org"
        assert await queries.list_tokens(tx, anna.person) == []
        assert await actions.reset_password(tx, following, "another hash") == anna.person
        await actions.ask_to_change_email(tx, ben, "ben@example.com", at_once=True)
        account = await queries.get_account(tx, ben.person)
        assert (account.email, account.confirmed) == ("ben@example.com", False)
        await actions.erase_account(tx, ben.person)
    assert tables_with(await stored(database), "ben@example.com", "ben@example.org") == set()


async def test_who_has_not_confirmed_neither_publishes_nor_relates(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    reader = Viewer(ben.person, ben.person, unconfirmed=True)
    async with database.write() as tx:
        post = await publish(tx, anna, "Hallo")
        await actions.ask_to_connect(tx, anna, ben.person, "")
        for deed in (
            publish(tx, reader, "Werbung"),
            publish(tx, reader, "Werbung", reply_to=post),
            talk.like_post(tx, reader, post),
            talk.share_post(tx, reader, post),
            actions.follow(tx, reader, anna.person),
            actions.ask_to_connect(tx, reader, anna.person, "Werbung"),
            actions.accept_connection(tx, reader, anna.person),
            actions.invite(tx, reader, note="", uses=1, ends_at=clock.now() + clock.DAY, members_may=True),
        ):
            with pytest.raises(NotAllowed, match="confirm_first"):
                await deed
        await talk.bookmark_post(tx, reader, post)


async def test_what_a_visitor_began_becomes_a_draft(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        post = await publish(tx, anna, "Wer kommt?")
        first = await talk.begin_reply(tx, post, "Ich")
        second = await talk.begin_reply(tx, post, "Wir beide", former=first)
        assert await talk.take_up_reply(tx, ben, first) is None, "it was given up"
        assert await talk.take_up_reply(tx, ben, second) == post
        assert await talk.take_up_reply(tx, ben, second) is None, "once"
        again = await talk.begin_reply(tx, post, "Und Ines")
        await talk.take_up_reply(tx, ben, again)
        draft = await talk_queries.find_draft_at(tx, ben, Spot(post))
        assert draft is not None
        assert draft.source == "Wir beide\n\nUnd Ines", "what was begun before stays"
        lost = await talk.begin_reply(tx, post, "Zu spät")
        await talk.remove_post(tx, anna, post)
        assert await talk.take_up_reply(tx, ben, lost) is None


async def test_visitors_who_write_much_keep_nobody_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "_MOST", 2)
    anna, ben = await join_all(database, "anna", "ben")
    began = clock.now()
    async with database.write() as tx:
        post = await publish(tx, anna, "Wer kommt?")
        kept = []
        for number in range(3):
            with clock.at(began + number * clock.SECOND):
                kept.append(await talk.begin_reply(tx, post, f"Ich {number}"))
        assert [await talk.take_up_reply(tx, ben, secret) for secret in kept] == [None, post, post], "the oldest goes"
