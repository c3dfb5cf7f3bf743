"""Letters, and where they lead: addresses confirmed and changed, passwords set anew; without a mail server, too."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pyotp import TOTP

from plausch.kernel import clock
from plausch.mail.listeners import SEND_LETTER, Order
from plausch.people import actions, queries
from plausch.people.actions import proofs
from plausch.people.model import Purpose, Stranger
from plausch.storage.letters import KeptLetters
from plausch.work import queue
from tests.harness.mailbox import Mailbox, link_in, open_mailbox, text_of_letter
from tests.web.conftest import PASSWORD, Browser, OpenWeb, Web
from tests.web.test_people import eventually, person_of, text_of

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
NEW = "another good password"


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as opened:
        yield opened


@pytest.fixture
async def mailing(open_web: OpenWeb, mailbox: Mailbox) -> Web:
    """A server that sends letters."""
    return await open_web(smtp_url=mailbox.url, name="Lindenau", mail_from="post@lindenau.example")


async def may_write(browser: Browser) -> bool:
    return (await browser.submit("/posts", text="Hallo")).status_code == 303


async def can_sign_in(web: Web, login: str, password: str = PASSWORD) -> bool:
    return (await (await web.open()).submit("/sign-in", login=login, password=password)).status_code == 303


@only_sqlite
async def test_who_has_not_confirmed_reads_only(mailing: Web, mailbox: Mailbox) -> None:
    anna = await mailing.join("anna")
    await anna.submit(link_in(await mailbox.next_to("anna@example.org")))
    ines = await mailing.join("ines", "de", name="Ines <b>")
    assert "bestätige" in text_of(await ines.get("/local"))
    refused = await ines.submit("/posts", text="Was ich sagen wollte")
    assert refused.status_code == 403
    assert "Was ich sagen wollte" in text_of(refused), "nothing is lost"
    for path in ("/@anna/follow", "/@anna/connect", "/invitations"):
        assert (await ines.submit(path, line="", note="", uses="1", days="7")).status_code in (403, 422), path

    letter = await mailbox.next_to("ines@example.org")
    assert str(letter["from"]) == "Lindenau <post@lindenau.example>"
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["message-id"]
    assert letter["date"]
    text = text_of_letter(letter)
    assert text.startswith("Hallo Ines <b>,")
    assert "-- \nLindenau\nhttp://localhost:8000" in text
    html = letter.get_body(("html",))
    assert html is not None
    assert "Ines &lt;b&gt;" in str(html.get_content())

    link = link_in(letter)
    assert (await ines.get(link)).status_code == 200, "looking at it uses nothing up"
    assert not await may_write(ines)
    done = await ines.submit(link)
    assert (done.status_code, done.headers["location"]) == (303, "/settings/account?done=confirmed")
    assert await may_write(ines)
    assert (await ines.get(link)).status_code == 404, "once"


@only_sqlite
async def test_a_letter_sent_again_makes_the_first_void(mailing: Web, mailbox: Mailbox) -> None:
    anna = await mailing.join("anna")
    first = link_in(await mailbox.next_to("anna@example.org"))
    assert (await anna.submit("/settings/account/confirm")).status_code == 303
    second = link_in(await mailbox.next_to("anna@example.org"))
    assert (await anna.submit(first)).status_code == 404
    assert (await anna.submit(second)).status_code == 303
    await anna.submit("/settings/account/confirm")
    await queue_is_empty(mailing)
    assert mailbox.letters == [], "what is confirmed is not asked again"


async def queue_is_empty(web: Web) -> None:
    async def empty() -> bool:
        async with web.site.database.read() as tx:
            return not await queue.is_due(tx)

    await eventually(empty)


@only_sqlite
async def test_sending_again_has_a_limit(open_web: OpenWeb, mailbox: Mailbox) -> None:
    web = await open_web(smtp_url=mailbox.url, rate_limits="on")
    anna = await web.join("anna")
    answers = [(await anna.submit("/settings/account/confirm")).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    visitor = await web.open()
    answers = [(await visitor.submit("/sign-in/forgotten", email="nobody@example.org")).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


async def test_a_new_password_by_letter(mailing: Web, mailbox: Mailbox) -> None:
    anna = await mailing.join("anna")
    viewer = await person_of(mailing, "anna")
    async with mailing.site.database.write() as tx:
        await actions.create_token(tx, viewer.person, "read")
    visitor = await mailing.open()
    known = await visitor.submit("/sign-in/forgotten", email="ANNA@example.org")
    unknown = await visitor.submit("/sign-in/forgotten", email="otto@example.org")
    assert text_of(known).replace("ANNA", "otto") == text_of(unknown), "who is here is not to be learned"
    link = link_in(await mailbox.next_to("anna@example.org", "password"))
    assert (await visitor.submit(link, password="short")).status_code == 422
    done = await visitor.submit(link, password=NEW)
    assert done.headers["location"] == "/sign-in?done=reset&next=%2Fsettings%2Fsecurity%3Fdone%3Dreset"
    assert (await visitor.submit(link, password="third password")).status_code == 404
    assert (await anna.get("/settings")).status_code == 303, "signed out everywhere"
    async with mailing.site.database.read() as tx:
        assert await queries.list_tokens(tx, viewer.person) == []
    assert not await can_sign_in(mailing, "anna")
    assert await can_sign_in(mailing, "anna", NEW)
    again = await mailing.open()
    await again.submit("/sign-in", login="anna", password=NEW)
    assert await may_write(again), "it proves the address, too"


@only_sqlite
async def test_whoever_takes_an_address_in_advance_loses_it(mailing: Web, mailbox: Mailbox) -> None:
    thief = await mailing.join("anna")
    viewer = await person_of(mailing, "anna")

    async def switch_on() -> None:
        async with mailing.site.database.write() as tx:
            await actions.begin_codes(tx, viewer)
            secret = await queries.find_new_secret(tx, viewer) or ""
            await actions.confirm_codes(tx, viewer, TOTP(secret).at(clock.now() // 1000))

    await switch_on()
    async with mailing.site.database.write() as tx:
        await actions.link_identity(tx, viewer, Stranger("https://evil.example", "thief"))

    async def reset(password: str) -> Browser:
        anna = await mailing.open()
        await anna.submit("/sign-in/forgotten", email="anna@example.org")
        await anna.submit(link_in(await mailbox.next_to("anna@example.org", "password")), password=password)
        await anna.submit("/sign-in", login="anna", password=password, next="/settings/security?done=reset")
        return anna

    anna = await reset(NEW)
    assert "Look whether all these" in text_of(await anna.get("/settings/security?done=reset")), "no code is asked for"
    async with mailing.site.database.read() as read:
        ways = await queries.list_ways_in(read, viewer)
    assert (ways.has_codes, ways.recovery_codes, ways.identities) == (False, 0, [])
    assert (await thief.get("/settings")).status_code == 303
    await queue_is_empty(mailing)
    assert not any("How you sign in" in str(one["subject"]) for _, one in mailbox.letters), "to nobody's address"

    await switch_on()
    told = await mailbox.next_to("anna@example.org", "How you sign in")
    assert "Codes beside the password were switched on for @anna." in text_of_letter(told)
    assert "http://localhost:8000/settings/security" in text_of_letter(told)
    kept = await reset("a third long sentence")
    assert (await kept.get("/sign-in/code")).status_code == 200, "her own stay"


@only_sqlite
async def test_a_secret_is_good_for_a_while_and_for_one_purpose(mailing: Web, mailbox: Mailbox) -> None:
    anna = await mailing.join("anna")
    viewer = await person_of(mailing, "anna")
    async with mailing.site.database.write() as tx:
        with clock.at(clock.now() - 3 * clock.HOUR):
            late = await proofs.make_proof(tx, viewer.person, Purpose.RESET, "anna@example.org")
    assert (await anna.submit(f"/letter/{late}", password=NEW)).status_code == 404
    assert (await anna.get("/letter/guess")).status_code == 404
    async with mailing.site.database.write() as tx:
        with pytest.raises(Exception, match="proof_over"):
            await actions.change_email(tx, late)


@only_sqlite
async def test_another_address_and_the_way_back(mailing: Web, mailbox: Mailbox) -> None:
    anna = await mailing.join("anna")
    await mailing.join("ben")
    ask = "/settings/account/email"
    assert (await anna.submit(ask, email="new@example.org", email_password="guess guess")).status_code == 422
    assert (await anna.submit(ask, email="ben@example.org", email_password=PASSWORD)).status_code == 422
    assert (await anna.submit(ask, email="new@example.org", email_password=PASSWORD)).status_code == 303
    link = link_in(await mailbox.next_to("new@example.org"))
    assert await can_sign_in(mailing, "anna@example.org"), "until it is confirmed the old one holds"
    assert (await anna.submit(link)).status_code == 303
    assert not await can_sign_in(mailing, "anna@example.org")

    back = link_in(await mailbox.next_to("anna@example.org", "was changed"))
    visitor = await mailing.open()
    assert "anna@example.org" in text_of(await visitor.get(back))
    done = await visitor.submit(back)
    assert done.headers["location"].startswith("/letter/")
    assert (await anna.get("/settings")).status_code == 303, "whoever changed it is signed out"
    assert (await visitor.submit(done.headers["location"], password=NEW)).status_code == 303
    assert await can_sign_in(mailing, "anna@example.org", NEW)
    assert not await can_sign_in(mailing, "new@example.org", NEW)


@only_sqlite
async def test_an_address_that_is_taken_meanwhile(mailing: Web, mailbox: Mailbox) -> None:
    anna = await mailing.join("anna")
    await anna.submit("/settings/account/email", email="new@example.org", email_password=PASSWORD)
    link = link_in(await mailbox.next_to("new@example.org"))
    await mailing.join("otto", email="New@example.org")
    refused = await anna.submit(link)
    assert refused.status_code == 422
    assert "There is an account with this address already" in text_of(refused)


@only_sqlite
async def test_what_is_not_taken_now_is_sent_later(mailing: Web, mailbox: Mailbox) -> None:
    mailbox.answers = ["451 come again"]
    await mailing.join("anna")

    async def later() -> bool:
        async with mailing.site.database.read() as tx:
            waiting = [load.due for load in await queue.list_loads(tx) if load.kind == SEND_LETTER] == [1]
        return waiting and not mailbox.answers

    await eventually(later)
    assert mailbox.letters == []
    async with mailing.site.database.write() as tx:
        assert await queue.lease(tx, "test", 9) == [], "after a minute, not at once"


@only_sqlite
async def test_without_a_mail_server_letters_are_kept_for_the_owner(
    open_web: OpenWeb, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "plausch.mail")
    web = await open_web(name="Lindenau")
    owner, anna = await web.join("jonas"), await web.join("anna", "de")
    assert await may_write(anna), "an address counts as it is"
    assert "zählt sie, wie sie ist" in text_of(await anna.get("/settings/account"))
    await (await web.open("de")).submit("/sign-in/forgotten", email="anna@example.org")

    async def kept() -> bool:
        return len(list((data / "mails").glob("*.eml"))) == 1

    await eventually(kept)
    [file] = (data / "mails").iterdir()

    async def told() -> bool:
        return [vars(line)["file"] for line in caplog.records if "was kept" in line.message] == [str(file)]

    await eventually(told)
    assert file.stat().st_mode & 0o077 == 0, "for the server alone"
    page = text_of(await owner.get("/admin/mails"))
    assert "Neues Passwort" in page
    assert "anna@example.org" in page
    assert (await anna.get("/admin/mails")).status_code == 403
    [letter] = await KeptLetters(data / "mails").list_newest(9)
    link = letter.text.split("http://localhost:8000")[1].split()[0]
    assert (await (await web.open()).submit(link, password=NEW)).status_code == 303
    assert await can_sign_in(web, "anna", NEW)

    viewer = await person_of(web, "anna")
    async with web.site.database.write() as tx:
        await actions.erase_account(tx, viewer.person)

    async def gone() -> bool:
        return not list((data / "mails").iterdir())

    await eventually(gone)


async def test_a_letter_to_whoever_is_gone_is_not_written(mailing: Web, mailbox: Mailbox) -> None:
    await mailing.join("anna")
    await mailbox.next_to("anna@example.org")
    viewer = await person_of(mailing, "anna")
    async with mailing.site.database.write() as tx:
        await actions.ask_for_trial_letter(tx, viewer)
        await actions.ask_for_reset(tx, "anna@example.org")
        await actions.erase_account(tx, viewer.person)
    await queue_is_empty(mailing)
    assert mailbox.letters == []


@only_sqlite
async def test_the_owner_tries_letters_out(mailing: Web, mailbox: Mailbox) -> None:
    owner = await mailing.join("jonas")
    await mailbox.next_to("jonas@example.org")
    assert (await owner.submit("/admin/mails/test")).status_code == 303
    assert "They do." in text_of_letter(await mailbox.next_to("jonas@example.org"))


@only_sqlite
async def test_a_letter_that_was_given_up_can_be_sent_again(mailing: Web, mailbox: Mailbox) -> None:
    owner = await mailing.join("jonas")
    await mailbox.next_to("jonas@example.org")
    mailbox.answers.append("451 come again")
    last = Order(id=1, kind="trial", person_id=(await person_of(mailing, "jonas")).person, tries=10)
    async with mailing.site.database.write() as tx:
        await queue.put(tx, SEND_LETTER, last)

    async def given_up() -> bool:
        return "Background work 1 to do" in text_of(await owner.get("/admin"))

    await eventually(given_up)
    again = re.findall(r'action="(/admin/jobs/\d+/retry)"', (await owner.get("/admin/jobs")).text)
    await owner.submit(again[0])
    assert "They do." in text_of_letter(await mailbox.next_to("jonas@example.org"))


async def test_only_the_newest_letters_are_kept(tmp_path: Path) -> None:
    kept = KeptLetters(tmp_path / "mails", most=2)
    for id_ in (30, 200, 1000):
        await kept.keep(id_, 7, f"To: a@example.org\nSubject: {id_}\n\ntext\n".encode())
    assert [letter.subject for letter in await kept.list_newest(9)] == ["1000", "200"]
    await kept.keep(2000, 17, b"To: b@example.org\nSubject: other\n\ntext\n")
    await kept.forget(7)
    assert [letter.to for letter in await kept.list_newest(9)] == ["b@example.org"]
