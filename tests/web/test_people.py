"""People through the web: arriving, getting to know each other, being found or not, and leaving."""

import html
import re
from collections.abc import Awaitable, Callable
from io import BytesIO

import anyio
import httpx
import pytest
from PIL import Image

from plausch.feeds import queries as feeds
from plausch.kernel import clock
from plausch.people import actions, queries
from plausch.people.model import GRACE, Consent, Viewer
from tests.web.conftest import PASSWORD, Browser, OpenWeb, Web


async def person_of(web: Web, handle: str) -> Viewer:
    async with web.site.database.read() as tx:
        account = await queries.find_account(tx, handle)
    assert account is not None
    return Viewer(account.person_id, account.person_id, account.role)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for the background work."""
    with anyio.fail_after(10):
        while not await holds():  # noqa: ASYNC110 - the work happens in the application, which has no event for us
            await anyio.sleep(0.02)


def text_of(page: httpx.Response) -> str:
    """What a person reads, more or less."""
    body = re.sub(r"(?s)<(script|head).*?</\1>", "", page.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def test_from_sign_up_to_connected(web: Web) -> None:
    anna = await web.join("anna", name="Anna Berg")
    welcome = await anna.get("/welcome")
    assert "Welcome, Anna Berg" in text_of(welcome)
    ben = await web.join("ben", "de", name="Ben")
    assert "Anna Berg" in text_of(await ben.get("/welcome")), "somebody to meet"

    asked = await ben.submit("/@anna/connect", line="We met at the <fair> & talked.")
    assert (asked.status_code, asked.headers["location"]) == (303, "/@anna")
    assert "Du hast angefragt" in text_of(await ben.get("/@anna"))
    request = text_of(await anna.get("/requests"))
    assert "Ben would like to connect with you. We met at the <fair> & talked." in request
    assert "Accept" in text_of(await anna.get("/@ben"))

    accepted = await anna.submit("/@ben/accept", kind="connect", next="/requests")
    assert accepted.headers["location"] == "/requests"
    assert "Nobody is waiting for you" in text_of(await anna.get("/requests"))
    assert "Ihr seid vernetzt" in text_of(await ben.get("/@anna"))
    assert "Anna Berg" in text_of(await ben.get("/@ben/connections"))

    async def told() -> bool:
        return "Du und Anna Berg seid jetzt vernetzt" in text_of(await ben.get("/notifications"))

    await eventually(told)


async def test_looking_at_notifications_marks_them(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await ben.submit("/@anna/follow", x="")
    viewer = await person_of(web, "anna")

    async def unread() -> int:
        async with web.site.database.read() as tx:
            return await feeds.count_unread(tx, viewer)

    async def arrived() -> bool:
        return await unread() == 1

    await eventually(arrived)
    await anna.get("/notifications", headers={"sec-purpose": "prefetch"})
    await anna.head("/notifications")
    assert await unread() == 1, "nobody has seen it"
    page = await anna.get("/notifications")
    assert "unread: ben follows you now" in text_of(page)
    assert await unread() == 0
    assert "unread:" not in text_of(await anna.get("/notifications"))


async def test_a_request_can_be_declined_quietly(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await ben.submit("/@anna/connect", line="")
    await anna.submit("/@ben/decline", kind="connect")
    assert "Nobody is waiting for you" in text_of(await anna.get("/requests"))
    assert "You have asked to connect" in text_of(await ben.get("/@anna")), "and does not learn of it"
    assert (await anna.submit("/@ben/decline", kind="connect")).status_code == 404


async def test_who_is_locked_decides_who_follows(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await anna.submit("/settings", name="Anna", about="", pronouns="", locked="yes")
    await ben.submit("/@anna/follow", x="")
    assert "You have asked to follow" in text_of(await ben.get("/@anna"))
    assert "ben would like to follow you." in text_of(await anna.get("/requests"))
    await anna.submit("/@ben/accept", kind="follow")
    assert "Unfollow" in text_of(await ben.get("/@anna"))
    assert "ben" in text_of(await anna.get("/@anna/followers"))


async def test_a_script_gets_the_buttons_alone(web: Web) -> None:
    await web.join("anna")
    ben = await web.join("ben")
    bar = await ben.post(
        "/@anna/follow", data={"x": ""}, headers={"plausch-part": "1", "sec-fetch-site": "same-origin"}
    )
    assert bar.status_code == 200
    assert bar.text.lstrip().startswith('<div class="relation"')
    assert "Unfollow" in bar.text


async def test_blocking_and_taking_it_back(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await anna.submit("/@ben/block", x="")
    assert (await ben.get("/@anna")).status_code == 404
    assert "You have blocked ben" in text_of(await anna.get("/@ben"))
    await ben.submit("/@anna/block", x="")
    assert "ben" in text_of(await anna.get("/settings/privacy")), "the list does not depend on seeing them"
    await anna.submit("/@ben/unblock", next="/settings/privacy")
    await ben.submit("/@anna/unblock", next="/settings/privacy")
    assert "Follow" in text_of(await ben.get("/@anna"))


async def test_a_line_that_is_too_long_is_kept_and_explained(web: Web) -> None:
    await web.join("anna")
    ben = await web.join("ben")
    answer = await ben.submit("/@anna/connect", line="x" * 301)
    assert answer.status_code == 422
    assert "This is too long." in text_of(answer)
    assert "x" * 301 in answer.text


async def test_the_profile_and_its_picture(web: Web) -> None:
    anna = await web.join("anna")
    answer = await anna.submit("/settings", name="Anna B.", about="I *love* #chess", pronouns="she/her", locked="")
    assert answer.headers["location"] == "/settings?saved=1"
    assert "Saved." in text_of(await anna.get("/settings?saved=1"))
    shown = await anna.get("/@anna")
    assert "<em>love</em>" in shown.text
    assert "she/her" in text_of(shown)
    assert "automated" not in text_of(shown)
    await anna.submit("/settings", name="Anna B.", about="", pronouns="", locked="", automated="yes")
    assert "automated" in text_of(await anna.get("/@anna"))
    picture = BytesIO()
    Image.new("RGB", (300, 200), "teal").save(picture, "PNG")
    keys: list[set[str]] = []
    for _ in range(2):
        sent = await anna.post("/settings/picture", files={"picture": ("../../p.png", picture.getvalue(), "image/png")})
        assert sent.status_code == 303
        keys.append(await web.site.media.keys())
    assert len(keys[1]) == 2
    assert not keys[0] & keys[1], "the former files are gone"
    face = re.search(r'src="(/faces/[^"]+)"', (await anna.get("/@anna")).text)
    assert face is not None
    assert (await anna.get(html.unescape(face[1]))).headers["content-type"] == "image/webp"
    await anna.submit("/settings/picture/remove", x="")
    assert await web.site.media.keys() == set()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "Choose a picture first."), (b"GIF89a nonsense", "damaged"), (b"%PDF-1.7", "no picture")],
)
async def test_what_is_no_picture(web: Web, content: bytes, words: str) -> None:
    anna = await web.join("anna")
    answer = await anna.post("/settings/picture", files={"picture": ("p.png" if content else "", content, "image/png")})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert await web.site.media.keys() == set()


async def test_being_found_is_for_each_to_decide(web: Web) -> None:
    visitor = await web.open()
    anna = await web.join("anna", name="Anna Zuckmayer", be_found="yes")
    await web.join("ben", name="Ben Zuckmayer")

    async def indexed() -> bool:
        return "Anna Zuckmayer" in text_of(await visitor.get("/search?q=zuckmayer"))

    await eventually(indexed)
    assert "Ben Zuckmayer" not in text_of(await visitor.get("/search?q=zuckmayer")), "he has not agreed"
    assert "x-robots-tag" not in (await visitor.get("/@anna")).headers
    await anna.submit("/settings/privacy", be_suggested="yes")
    assert "Nothing found" in text_of(await visitor.get("/search?q=zuckmayer"))
    assert (await visitor.get("/@anna")).headers["x-robots-tag"] == "noindex"
    async with web.site.database.read() as tx:
        kept = {kind for kind in Consent if await queries.has_consent(tx, (await person_of(web, "anna")).person, kind)}
    assert kept == {Consent.BE_SUGGESTED}


async def test_language_theme_and_time_zone(web: Web) -> None:
    visitor = await web.open("en")
    chosen = await visitor.submit("/language", language="de", next="/about")
    assert chosen.headers["location"] == "/about"
    assert "Über Plausch" in text_of(await visitor.get("/about"))
    anna = await web.join("anna", "en")
    await anna.submit("/settings/display", language="de", theme="dark", time_zone="Europe/Berlin")
    page = await anna.get("/settings/display")
    assert 'data-theme="dark"' in page.text
    assert "Einstellungen" in text_of(page)
    await anna.submit("/settings/display", language="xx", theme="pink", time_zone="Nowhere/At_All")
    page = await anna.get("/settings/display")
    assert 'data-theme="dark"' in page.text
    assert '<option value="Europe/Berlin" selected>' in page.text


async def sign_in(browser: Browser, login: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
    return await browser.submit("/sign-in", login=login, password=password, **fields)


async def test_signing_in_by_handle_or_address(web: Web) -> None:
    await web.join("anna")
    for login in ("anna", "@Anna", "ANNA@example.org"):
        browser = await web.open()
        answer = await sign_in(browser, login, next="/@anna?before=5")
        assert (answer.status_code, answer.headers["location"]) == (303, "/@anna?before=5")
        assert (await browser.get("/settings")).status_code == 200
        await browser.submit("/sign-out", x="")
        assert (await browser.get("/settings")).status_code == 303


async def test_the_way_back_after_signing_in(web: Web) -> None:
    await web.join("anna")
    browser = await web.open()
    turned = await browser.get("/search/../settings/display?x=1&y=2")
    form = await browser.get(turned.headers["location"])
    target = re.search(r'name="next" value="([^"]*)"', form.text)
    assert target is not None
    assert (await sign_in(browser, "anna", next=html.unescape(target[1]))).headers[
        "location"
    ] == "/settings/display?x=1&y=2"


async def test_sessions_are_seen_and_ended(web: Web) -> None:
    anna = await web.join("anna")
    others = [await web.open(), await web.open()]
    for other in others:
        await sign_in(other, "anna")
    page = await anna.get("/settings/sessions")
    assert text_of(page).count("Firefox, Linux") == 3
    ids = re.findall(r'name="session" value="(\d+)"', page.text)
    assert len(ids) == 2
    stranger = await web.join("ben")
    await stranger.submit("/settings/sessions", session=ids[0])
    assert text_of(await anna.get("/settings/sessions")).count("Firefox, Linux") == 3, "not somebody else's"
    await anna.submit("/settings/sessions", session=ids[0])
    assert text_of(await anna.get("/settings/sessions")).count("Firefox, Linux") == 2
    await anna.submit("/settings/sessions", x="")
    assert [(await other.get("/settings")).status_code for other in others] == [303, 303]
    assert (await anna.get("/settings")).status_code == 200


async def test_a_new_password_needs_the_old_one(web: Web) -> None:
    anna, other = await web.join("anna"), await web.open()
    await sign_in(other, "anna")
    wrong = await anna.submit("/settings/account", old_password="guess guess", password="another good one")
    assert wrong.status_code == 422
    assert "This is not your password." in text_of(wrong)
    changed = await anna.submit("/settings/account", old_password=PASSWORD, password="another good one")
    assert changed.status_code == 303
    assert (await other.get("/settings")).status_code == 303, "all others have to sign in again"
    assert (await anna.get("/settings")).status_code == 200
    assert (await sign_in(await web.open(), "anna")).status_code == 422
    assert (await sign_in(await web.open(), "anna", "another good one")).status_code == 303


async def test_leaving_and_coming_back(web: Web) -> None:
    await web.join("zoe")
    anna, ben = await web.join("anna"), await web.join("ben")
    assert (await anna.submit("/settings/leave", password="guess guess")).status_code == 422
    assert (await anna.submit("/settings/leave", password=PASSWORD)).headers["location"] == "/goodbye"
    assert (await anna.get("/settings")).status_code == 303
    assert (await ben.get("/@anna")).status_code == 404
    asked = await sign_in(anna, "anna")
    assert asked.status_code == 422
    assert "Your account is about to end" in text_of(asked)
    assert (await ben.get("/@anna")).status_code == 404, "nothing is called off by the password alone"
    assert (await sign_in(anna, "anna", come_back="yes")).status_code == 303
    assert (await ben.get("/@anna")).status_code == 200


async def test_after_the_grace_there_is_no_way_back(web: Web) -> None:
    await web.join("zoe")
    anna = await web.join("anna")
    await anna.submit("/settings/leave", password=PASSWORD)
    with clock.at(clock.now() + GRACE + clock.MINUTE):
        answer = await sign_in(anna, "anna", come_back="yes")
    assert "The name or the password is not right." in text_of(answer)


async def test_the_last_owner_stays(web: Web) -> None:
    anna = await web.join("anna")
    answer = await anna.submit("/settings/leave", password=PASSWORD)
    assert answer.status_code == 422
    assert "You are the only owner here." in text_of(answer)


async def test_who_is_suspended_is_told_after_the_right_password(web: Web) -> None:
    await web.join("zoe")
    anna = await web.join("anna")
    person = await person_of(web, "anna")
    async with web.site.database.write() as tx:
        await actions.suspend(tx, person.person)
    assert "suspended" in text_of(await sign_in(anna, "anna"))
    assert "suspended" not in text_of(await sign_in(anna, "anna", "guess guess"))


async def test_nobody_signs_up_where_it_is_closed(open_web: OpenWeb) -> None:
    web = await open_web(sign_up="closed")
    visitor = await web.open()
    assert "Nobody can join at the moment" in text_of(await visitor.get("/sign-up"))
    answer = await visitor.submit("/sign-up", handle="anna", email="anna@example.org", password=PASSWORD)
    assert answer.status_code == 403
    async with web.site.database.read() as tx:
        assert await queries.count_accounts(tx) == 0


async def test_everything_wrong_with_a_sign_up_is_said_at_once(web: Web) -> None:
    await web.join("taken")
    visitor = await web.open()
    answer = await visitor.submit(
        "/sign-up", handle="Ä b", email="nowhere", password="short", name="n" * 81, time_zone="UTC"
    )
    assert answer.status_code == 422
    words = text_of(answer)
    for sentence in ("A handle has 2 to 30", "does not look like an e-mail", "too short", "This is too long."):
        assert sentence in words
    assert 'value="nowhere"' in answer.text
    assert 'value="Ä b"' in answer.text
    assert "short" not in re.findall(r'value="([^"]*)"', answer.text), "passwords are never sent back"
    for fields in ({"handle": "taken"}, {"email": "TAKEN@example.org"}, {"handle": "admin"}):
        form = {"handle": "fresh", "email": "fresh@example.org", "password": PASSWORD, **fields}
        assert (await visitor.submit("/sign-up", **form)).status_code == 422
