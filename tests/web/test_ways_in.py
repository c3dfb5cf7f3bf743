"""Other ways in than the password alone: codes beside it, passkeys, and coming back by them."""

import re
from typing import Any

import httpx
import pyotp
import pytest

from plausch.exchange.personal_data import collect
from plausch.kernel import clock
from plausch.moderation.actions import decide
from plausch.moderation.model import DecisionKind, Verdict
from plausch.people import actions, jobs
from plausch.people.model import GRACE, Role, Viewer
from tests.harness.authenticator import Authenticator
from tests.harness.community import publish, stored
from tests.web.conftest import PASSWORD, Browser, OpenWeb, Web
from tests.web.test_people import person_of, text_of

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
_PAGE = "/settings/security"
#: By table, what nobody is told who could act with it.
_KEPT = {
    "people_second_factors": {"secret"},
    "people_recovery_codes": {"code_hash"},
    "people_passkeys": set[str](),
    "people_attempts": {"secret_hash", "secret_content"},
}


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/settings")).status_code == 200


async def with_codes(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """Switch codes on: what shows them, and the recovery codes."""
    begun = await browser.submit(f"{_PAGE}/codes", password_codes=PASSWORD)
    assert begun.headers["location"] == f"{_PAGE}/codes"
    page = await browser.get(f"{_PAGE}/codes")
    totp = pyotp.parse_uri(re.findall(r'href="(otpauth://[^"]+)"', page.text)[0].replace("&amp;", "&"))
    assert isinstance(totp, pyotp.TOTP)
    assert totp.secret in page.text.replace(" ", "")
    picture = await browser.get(f"{_PAGE}/codes.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert (await browser.submit(f"{_PAGE}/codes/confirm", code="000 000")).status_code == 422
    shown = await browser.submit(f"{_PAGE}/codes/confirm", code=code_of(totp))
    codes = re.findall(r"<li><code>([^<]+)</code>", shown.text)
    assert (shown.status_code, len(set(codes)), shown.headers["cache-control"]) == (200, 10, "no-store")
    return totp, codes


def code_of(totp: pyotp.TOTP) -> str:
    return totp.at(clock.now() // 1000)


async def enter(browser: Browser, login: str, **more: str) -> httpx.Response:
    return await browser.submit("/sign-in", login=login, password=PASSWORD, **more)


async def test_codes_beside_the_password(web: Web) -> None:
    anna, began = await web.join("anna"), clock.now()
    assert (await anna.submit(f"{_PAGE}/codes", password_codes="wrong")).status_code == 422
    with clock.at(began):
        totp, recovery = await with_codes(anna)
        assert (await anna.get(f"{_PAGE}/codes")).status_code == 303, "nobody is told the secret again"
        assert (await anna.get(f"{_PAGE}/codes.svg")).status_code == 404
        assert (await anna.submit(f"{_PAGE}/codes", password_codes=PASSWORD)).status_code == 409
        phone = await web.open()
        assert (await phone.get("/sign-in/code")).headers["location"] == "/sign-in"
        asked = await enter(phone, "anna", next="/bookmarks")
        assert asked.headers["location"] == "/sign-in/code"
        assert not await is_in(phone), "the password alone does not do"
        assert "Enter your code" in text_of(await phone.get("/sign-in/code"))
        used = await phone.submit("/sign-in/code", code=code_of(totp))
        assert used.status_code == 422, "the one with which they were switched on"
        other = await web.open()
        assert (await other.submit("/sign-in/code", code=recovery[0])).headers["location"] == "/sign-in"
    with clock.at(began + 60 * clock.SECOND):
        code = code_of(totp)
        entered = await phone.submit("/sign-in/code", code=f"{code[:3]} {code[3:]}")
        assert entered.headers["location"] == "/bookmarks"
        assert await is_in(phone)
        await enter(other, "anna")
        assert (await other.submit("/sign-in/code", code=code)).status_code == 422, "a code counts once"
        assert (await other.submit("/sign-in/code", code=recovery[0].upper().replace("-", " "))).status_code == 303
        assert await is_in(other)
        third = await web.open()
        await enter(third, "anna")
        assert (await third.submit("/sign-in/code", code=recovery[0])).status_code == 422, "used up"
        assert "9 recovery codes left" in text_of(await anna.get(_PAGE))
        renewed = await anna.submit(f"{_PAGE}/codes/renew", password_renew=PASSWORD)
        assert recovery[1] not in renewed.text
        assert (await third.submit("/sign-in/code", code=recovery[1])).status_code == 422, "the former are void"
    with clock.at(began + 11 * clock.MINUTE + 60 * clock.SECOND):
        late = await third.submit("/sign-in/code", code=code_of(totp))
        assert late.headers["location"] == "/sign-in", "who takes too long begins again"
        assert (await anna.submit(f"{_PAGE}/codes/off", password_off="wrong")).status_code == 422
        await anna.submit(f"{_PAGE}/codes/off", password_off=PASSWORD)
        assert (await enter(third, "anna")).headers["location"] == "/"


@only_sqlite
async def test_codes_cannot_be_guessed_for_long(open_web: OpenWeb) -> None:
    web = await open_web(rate_limits="on")
    anna = await web.join("anna")
    await with_codes(anna)
    thief = await web.open()
    await enter(thief, "anna")
    answers = [(await thief.submit("/sign-in/code", code=f"{n:06}")).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]


@only_sqlite
async def test_a_new_password_ends_what_was_begun_with_the_old_one(web: Web) -> None:
    anna = await web.join("anna")
    _, recovery = await with_codes(anna)
    thief = await web.open()
    await enter(thief, "anna")
    await anna.submit("/settings/account", old_password=PASSWORD, password="another long sentence")
    assert (await thief.submit("/sign-in/code", code=recovery[0])).headers["location"] == "/sign-in"


async def ask(browser: Browser, path: str, **fields: str) -> dict[str, Any]:
    answer = await browser.submit(path, **fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def add_passkey(browser: Browser, device: Authenticator, name: str = "My phone") -> httpx.Response:
    options = await ask(browser, f"{_PAGE}/passkeys/options", password_passkey=PASSWORD)
    return await browser.submit(f"{_PAGE}/passkeys", credential=device.create(options), name=name)


async def use(browser: Browser, device: Authenticator) -> httpx.Response:
    options = await ask(browser, "/sign-in/passkey/options")
    return await browser.submit("/sign-in/passkey", credential=device.get(options), next="/bookmarks")


@pytest.fixture
def device(web: Web) -> Authenticator:
    return Authenticator(web.site.settings.base_url)


async def test_a_passkey_is_added_used_and_removed(web: Web, device: Authenticator) -> None:
    anna = await web.join("anna")
    assert (await anna.submit(f"{_PAGE}/passkeys/options", password_passkey="wrong")).status_code == 422
    assert (await add_passkey(anna, device, "My <phone>")).headers["location"] == f"{_PAGE}?done=passkey"
    assert "My <phone> made" in text_of(await anna.get(_PAGE))
    assert "is here already" in text_of(await add_passkey(anna, device)), "the same one once more"
    await with_codes(anna)
    phone = await web.open()
    assert (await use(phone, device)).headers["location"] == "/bookmarks", "it counts as both"
    assert await is_in(phone)
    device.verifies = False
    other = await web.open()
    assert (await use(other, device)).headers["location"] == "/sign-in/code", "found on the street, it does not"
    device.verifies = True
    ben = await web.join("ben")
    passkey = re.findall(r'name="passkey" value="(\d+)"', (await anna.get(_PAGE)).text)[0]
    entered = {"passkey": passkey, f"password_{passkey}": PASSWORD}
    await ben.submit(f"{_PAGE}/passkeys/remove", **entered)
    assert (await use(await web.open(), device)).status_code == 303, "it is not his to remove"
    assert (await anna.submit(f"{_PAGE}/passkeys/remove", passkey=passkey)).status_code == 422, "with the password only"
    await anna.submit(f"{_PAGE}/passkeys/remove", **entered)
    assert "belongs to nobody here" in text_of(await use(await web.open(), device))


@only_sqlite
async def test_what_is_no_passkey_of_ours(web: Web, device: Authenticator) -> None:
    anna = await web.join("anna")
    await add_passkey(anna, device)
    thief = await web.open()
    options = await ask(thief, "/sign-in/passkey/options")
    signed = device.get(options)
    other = await web.open()
    assert (await other.submit("/sign-in/passkey", credential=signed)).status_code == 422, "in another browser"
    assert (await thief.submit("/sign-in/passkey", credential=signed)).status_code == 303
    await thief.submit("/sign-out")
    assert (await thief.submit("/sign-in/passkey", credential=signed)).status_code == 422, "a challenge counts once"

    device.count -= 5
    assert (await use(thief, device)).status_code == 422, "a copy: it has counted less far"
    device.count += 50
    for origin, rp_id in (("https://evil.example", "localhost"), (device.origin, "evil.example")):
        elsewhere = Authenticator(origin, rp_id)
        elsewhere.id, elsewhere._key, elsewhere.count = device.id, device._key, device.count
        assert (await use(thief, elsewhere)).status_code == 422, (origin, rp_id)
    stranger = Authenticator(device.origin)
    assert (await use(thief, stranger)).status_code == 422
    stranger.id = device.id
    assert (await use(thief, stranger)).status_code == 422, "her number, but not her key"
    for broken in ("", "{}", "null", "[]", '{"id": 1}', "\ud7ff", "x" * 20_000):
        await ask(thief, "/sign-in/passkey/options")
        assert (await thief.submit("/sign-in/passkey", credential=broken)).status_code == 422, broken
    assert not await is_in(thief)
    assert (await use(thief, device)).status_code == 303

    ben = await web.join("ben")
    options = await ask(ben, f"{_PAGE}/passkeys/options", password_passkey=PASSWORD)
    mira = await web.join("mira")
    mira.cookies.set("step-new_passkey", ben.cookies["step-new_passkey"])
    taken = await mira.submit(f"{_PAGE}/passkeys", credential=stranger.create(options))
    assert taken.status_code == 422, "begun by somebody else"
    evil = Authenticator("https://evil.example")
    assert (await add_passkey(mira, evil)).status_code == 422


async def test_coming_back_and_being_forgotten(web: Web, device: Authenticator) -> None:
    await web.join("jonas")
    anna = await web.join("anna")
    await add_passkey(anna, device)
    _, recovery = await with_codes(anna)
    await anna.submit("/settings/leave", password=PASSWORD)
    phone = await web.open()
    assert (await use(phone, device)).headers["location"] == "/sign-in/return"
    assert not await is_in(phone)
    assert "will be erased" in text_of(await phone.get("/sign-in/return"))
    assert (await phone.submit("/sign-in/return")).headers["location"] == "/bookmarks"
    assert await is_in(phone)
    await phone.submit("/settings/leave", password=PASSWORD)
    other = await web.open()
    assert (await enter(other, "anna", come_back="yes", next="/likes")).headers["location"] == "/sign-in/code"
    assert (await other.submit("/sign-in/code", code=recovery[0])).headers["location"] == "/likes", "said already"
    await use(await web.open(), device)
    person = (await person_of(web, "anna")).person
    await other.submit("/settings/leave", password=PASSWORD)
    async with web.site.database.write() as tx:
        with clock.at(clock.now() + GRACE):
            await jobs.end_accounts(tx, None)
    left = await stored(web.site.database)
    tables = ("second_factors", "recovery_codes", "passkeys", "identities", "attempts")
    assert {name: [row for row in left[f"people_{name}"] if person in row] for name in tables} == {
        name: [] for name in tables
    }
    assert (await use(await web.open(), device)).status_code == 422


@only_sqlite
async def test_the_copy_of_ones_data_holds_no_secret(web: Web, device: Authenticator) -> None:
    anna = await web.join("anna")
    await add_passkey(anna, device)
    totp, _ = await with_codes(anna)
    await enter(await web.open(), "anna")
    async with web.site.database.read() as tx:
        copy = (await collect(tx, (await person_of(web, "anna")).person))["tables"]
        assert totp.secret not in str(copy)
    hidden = {name: {key for key, value in copy[name][0].items() if value == "(kept secret)"} for name in _KEPT}
    assert hidden == _KEPT


@only_sqlite
async def test_suspended_people_stay_outside(web: Web, device: Authenticator) -> None:
    await web.join("jonas")
    anna = await web.join("anna")
    await add_passkey(anna, device)
    async with web.site.database.write() as tx:
        await actions.suspend(tx, (await person_of(web, "anna")).person)
    assert "is suspended" in text_of(await use(await web.open(), device))


@only_sqlite
async def test_who_is_suspended_gives_the_code_before_they_may_object(web: Web) -> None:
    owner, anna = await web.join("jonas"), await web.join("anna")
    _, recovery = await with_codes(anna)
    async with web.site.database.write() as tx:
        judge, subject = await person_of(web, "jonas"), (await person_of(web, "anna")).person
        viewer = Viewer(judge.person, judge.person, role=Role.OWNER)
        await decide(tx, viewer, subject, Verdict(kind=DecisionKind.SUSPENDED, message="Spam"))
    thief = await web.open()
    assert (await enter(thief, "anna")).headers["location"] == "/sign-in/code"
    led = (await thief.submit("/sign-in/code", code=recovery[0])).headers["location"]
    assert led.startswith("/appeal"), led
    assert await is_in(owner)


@only_sqlite
async def test_a_reply_that_was_begun_survives_the_second_page(web: Web) -> None:
    anna = await web.join("anna")
    _, recovery = await with_codes(anna)
    async with web.site.database.write() as tx:
        post = await publish(tx, await person_of(web, "anna"), "What do you read?")
    visitor = await web.open()
    kept = await visitor.submit("/begin", reply_to=str(post), text="A long novel", sign_in="yes")
    assert "begun" in visitor.cookies, kept.text
    await enter(visitor, "anna")
    assert (await visitor.submit("/sign-in/code", code=recovery[0])).headers["location"] == f"/compose?reply_to={post}"
