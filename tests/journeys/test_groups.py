"""A club house: Anna founds a closed group, Ben asks to be let in, they talk, she looks after it, and he leaves."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.journeys.visitors import DESKTOP, PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect.set_options(timeout=PATIENCE)

NAME, QUESTION, ANSWER = "Schachklub Lindenau", "Bist du im Verein?", "Seit gestern."
SAID, REPLY = "Wer eröffnet am Dienstag?", "Ich, mit dem Damenbauern."


async def no_barriers(visitor: Visitor) -> None:
    await visitor.check()
    results = await Axe().run(visitor.page)
    assert results.violations_count == 0, results.generate_report()


async def found(anna: Visitor) -> None:
    await anna.go("/groups")
    await no_barriers(anna)
    await anna.press_and_follow(anna.link("Found a group").first.click, "**/groups/new")
    await anna.field("Name").first.fill(NAME)
    await anna.page.locator("[name=handle]").fill("schach")
    await anna.page.locator("#f-visibility-closed").check()
    await anna.page.locator("#f-joining-request").check()
    await anna.page.locator("[name=question]").fill(QUESTION)
    await no_barriers(anna)
    await anna.press_and_follow(anna.button("Found the group").click, "**/groups/schach*")
    await no_barriers(anna)


async def ask(ben: Visitor) -> None:
    await ben.go("/groups")
    await ben.press_and_follow(ben.page.get_by_role("link", name=NAME).click, "**/groups/schach")
    await no_barriers(ben)
    await ben.page.locator("summary", has_text=ben.say("Request to join")).click()
    await ben.page.locator("[name=answer]").fill(ANSWER)
    await ben.press_and_follow(ben.button("Send the request").click, "**/groups/schach*")
    await no_barriers(ben)


async def let_in(anna: Visitor) -> None:
    await anna.go("/groups/schach/requests")
    await expect(anna.page.get_by_text(ANSWER)).to_have_count(1)
    await no_barriers(anna)
    await anna.press_and_follow(anna.page.locator(".asking button.primary").click, "**/requests*")


async def talk(ben: Visitor) -> str:
    await ben.go("/groups/schach")
    await ben.page.locator("#compose textarea").fill(SAID)
    await ben.press_and_follow(ben.page.locator("#compose button.go").click, "**/conversations/**")
    await expect(ben.page.locator(".context")).to_contain_text(NAME)
    await no_barriers(ben)
    return ben.page.url.partition("?")[0]


async def look_after(anna: Visitor, address: str) -> None:
    await anna.go(address)
    await anna.page.locator("#answer textarea").fill(REPLY)
    await anna.page.locator("#answer button.go").click()
    await expect(anna.post(REPLY)).to_have_count(1)
    await anna.go(address.replace("/conversations/", "/posts/") + "/tend")
    await no_barriers(anna)
    await anna.press_and_follow(anna.button("Pin to the group").click, "**/groups/schach*")
    await expect(anna.page.locator(".pinned")).to_contain_text(SAID)
    for place in ("members", "invitations", "settings", "log", "about"):
        await anna.go(f"/groups/schach/{place}")
        await no_barriers(anna)


async def leave(ben: Visitor, address: str) -> None:
    await ben.go("/groups/schach")
    await ben.page.locator(".joining summary").click()
    await ben.press_and_follow(ben.button("Leave the group").click, "**/groups/schach*")
    gone = await ben.page.request.get(address)
    assert gone.status == 404


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_club_house(chromium: Browser, start_server: StartServer) -> None:
    url = start_server().url
    anna = await Visitor.arrive(chromium, url, "de", DESKTOP)
    ben = await Visitor.arrive(chromium, url, "en", PHONE, theme="dark")
    guest = await Visitor.arrive(chromium, url, "de", PHONE, scripts=False)
    try:
        await anna.sign_up("anna", "Anna Ritter")
        await ben.sign_up("ben", "Ben Adler")
        await found(anna)
        await ask(ben)
        await let_in(anna)
        address = await talk(ben)
        await look_after(anna, address)
        await guest.go("/groups/schach")
        await expect(guest.page.get_by_text(SAID)).to_have_count(0)
        assert (await guest.page.request.get(address)).status == 404
        await leave(ben, address)
    finally:
        for visitor in (anna, ben, guest):
            await visitor.leave()
