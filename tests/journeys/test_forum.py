"""A forum from its first board on: asked, answered, closed, read on another day; and a note that becomes a topic."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.journeys.visitors import DESKTOP, PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect.set_options(timeout=PATIENCE)

BOARD, TITLE, QUESTION = "Rund ums Vereinsheim", "Wer hat den Schlüssel?", "Ich stehe vor der Tür. #schlüssel"
ANSWER, NOTE = "Er liegt beim Wirt.", "Am Samstag grillen wir am Teich."
MEANWHILE = "Wir nehmen den Zug um acht."


async def no_barriers(visitor: Visitor) -> None:
    await visitor.check()
    results = await Axe().run(visitor.page)
    assert results.violations_count == 0, results.generate_report()


async def make_board(anna: Visitor) -> None:
    """She owns the place, and finds out by herself that she can."""
    await anna.go("/forum")
    await no_barriers(anna)
    await anna.press_and_follow(anna.link("New board", anna.page.locator(".empty")).click, "**/boards/new")
    await anna.button("Make the board").click()
    await anna.field("Name").first.fill(BOARD)
    await no_barriers(anna)
    await anna.press_and_follow(anna.button("Make the board").click, "**/forum")
    await expect(anna.page.locator(".boards")).to_contain_text(BOARD)
    await no_barriers(anna)


async def ask(ben: Visitor) -> str:
    await ben.go("/forum")
    await ben.press_and_follow(ben.page.get_by_role("link", name=BOARD).click, "**/forum/*")
    await no_barriers(ben)
    await ben.press_and_follow(ben.link("New topic").first.click, "**/compose?board=*")
    await ben.field("Title").fill(TITLE)
    await ben.field("What it is").select_option("question")
    await ben.field("Your post").fill(QUESTION)
    await no_barriers(ben)
    await ben.press_and_follow(ben.page.locator("button.go").click, "**/conversations/**")
    await expect(ben.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    await no_barriers(ben)
    return ben.page.url.partition("?")[0]


async def answer(anna: Visitor, address: str) -> None:
    await anna.go("/forum")
    await expect(anna.page.locator(".boards")).to_contain_text("1")
    await anna.go(address)
    await anna.page.locator("#answer textarea").fill(ANSWER)
    await anna.page.locator("#answer button.go").click()
    await expect(anna.post(ANSWER)).to_have_count(1)
    await anna.check()


async def hear(ben: Visitor, anna: Visitor, address: str) -> None:
    """In the order of time what comes meanwhile stands at the end."""
    await ben.go(address + "?view=linear")
    await anna.go(address)
    await anna.page.locator("#answer textarea").fill(MEANWHILE)
    await anna.page.locator("#answer button.go").click()
    await expect(ben.page.locator(".linear > .arrived:last-child")).to_contain_text(MEANWHILE)
    await expect(ben.page.locator("[data-fresh]")).to_be_visible()
    await no_barriers(ben)
    await ben.go(address + "?view=tree")


async def accept(ben: Visitor, address: str) -> None:
    """He is led to what is new, and says that it is what he asked for."""
    await ben.page.wait_for_timeout(100)
    await ben.go(address + "/unread")
    await ben.press_and_follow(ben.button("Mark as the answer").click, "**/conversations/**")
    await expect(ben.page.locator(".answers")).to_have_count(1)
    await no_barriers(ben)
    await ben.go(address + "?view=linear")
    await no_barriers(ben)
    await ben.go(address + "?view=tree")
    await ben.go("/forum")
    await ben.press_and_follow(ben.page.get_by_role("link", name=BOARD).click, "**/forum/*")
    await expect(ben.page.locator(".topics")).to_contain_text(ben.say("Answered"))
    await no_barriers(ben)


async def promote(ben: Visitor) -> None:
    await ben.go("/compose")
    await ben.field("Your post").fill(NOTE)
    await ben.press_and_follow(ben.page.locator("button.go").click, "**/conversations/**")
    address = ben.page.url.partition("?")[0]
    await ben.press_and_follow(ben.link("Make it a topic").click, "**/promote")
    await no_barriers(ben)
    await ben.field("Title").fill("Grillen")
    await ben.press_and_follow(ben.button("Make it a topic").click, "**/conversations/*")
    assert ben.page.url == address, "its address stays"
    await expect(ben.page.get_by_role("heading", level=1)).to_have_text("Grillen")


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_forum(chromium: Browser, start_server: StartServer) -> None:
    url = start_server().url
    anna = await Visitor.arrive(chromium, url, "de", DESKTOP)
    ben = await Visitor.arrive(chromium, url, "en", PHONE, theme="dark")
    guest = await Visitor.arrive(chromium, url, "de", PHONE, scripts=False)
    try:
        await anna.sign_up("anna", "Anna Ritter")
        await ben.sign_up("ben", "Ben Adler")
        await make_board(anna)
        address = await ask(ben)
        await answer(anna, address)
        await accept(ben, address)
        await hear(ben, anna, address)
        await promote(ben)
        await anna.go(address)
        await anna.press_and_follow(anna.button("Close it").click, "**/conversations/*")
        await guest.go(address)
        await expect(guest.page.get_by_role("heading", level=1)).to_have_text(TITLE)
        await expect(guest.post(ANSWER)).to_have_count(1)
    finally:
        for visitor in (anna, ben, guest):
            await visitor.leave()
