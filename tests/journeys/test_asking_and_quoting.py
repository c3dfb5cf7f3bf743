"""A poll and a quote among three people on their phones, in German: asked, answered, quoted, and taken back."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.journeys.visitors import PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect.set_options(timeout=PATIENCE)

QUESTION, COMMENT = "Wann feiern wir am Mühlteich?", "Bitte alle abstimmen!"
CHOICES = ("Am Samstag ab drei", "Am Sonntag", "Mir gleich, Hauptsache Kuchen")


async def no_barriers(visitor: Visitor) -> None:
    await visitor.check()
    results = await Axe().run(visitor.page)
    assert results.violations_count == 0, results.generate_report()


async def ask(anna: Visitor) -> None:
    """The next choice appears when the one before it is filled in."""
    await anna.go("/compose")
    await anna.field("Your post").fill(QUESTION)
    await anna.page.locator("[data-poll] summary").click()
    for place, choice in enumerate(CHOICES, start=1):
        await expect(anna.page.locator(f"#option-{place + 2}")).to_be_hidden()
        await anna.page.locator(f"#option-{place}").fill(choice)
        await anna.check()
    await no_barriers(anna)
    await anna.press_and_follow(anna.page.locator("button.go").click, "**/conversations/**")
    await expect(anna.page.locator(".poll label")).to_have_count(3)
    await no_barriers(anna)


async def vote(ines: Visitor, address: str) -> None:
    """In its place: the page is not left."""
    await ines.go(address)
    await ines.page.evaluate("window.untouched = true")
    await ines.page.get_by_label(CHOICES[1]).check()
    await ines.button("Vote").click()
    await expect(ines.page.locator(".poll li.mine")).to_contain_text("100 %")
    assert await ines.page.evaluate("window.untouched")
    await ines.check()


async def follow_live(ines: Visitor, anna: Visitor) -> None:
    """Ines has voted, and sees how it goes on while Anna does."""
    await anna.page.get_by_label(CHOICES[0]).check()
    await anna.button("Vote").click()
    await expect(anna.page.locator(".poll li.mine")).to_contain_text("50 %")
    await expect(ines.page.locator(".poll li.mine")).to_contain_text("50 %")
    await no_barriers(ines)


async def quote(mehmet: Visitor, address: str) -> str:
    await mehmet.go(address)
    await mehmet.press_and_follow(mehmet.link("Quote").first.click, "**/compose?quote=*")
    await expect(mehmet.page.locator("form .quoted")).to_contain_text(QUESTION)
    await mehmet.field("Your post").fill(COMMENT)
    await mehmet.press_and_follow(mehmet.page.locator("form .quoted ~ .send .go").click, "**/conversations/**")
    await expect(mehmet.post(COMMENT).locator(".quoted")).to_contain_text("Anna Ritter")
    return mehmet.page.url


async def withdraw(anna: Visitor) -> None:
    """She is told, and ends it from the menu of the post."""
    notice = anna.page.locator(".notification", has_text=anna.say("%(who)s quoted you") % {"who": "Mehmet Aydın"})
    await expect(anna.page.locator(".tabs [data-count] i")).to_have_text("1")
    await anna.go("/notifications")
    await expect(notice).to_have_count(1)
    await anna.press_and_follow(notice.locator(".excerpt a").click, "**/conversations/**")
    await anna.post(COMMENT).locator("details.more summary").click()
    await anna.press_and_follow(anna.link("Do not quote me here").click, "**/unquote")
    await anna.press_and_follow(anna.button("Withdraw the quote").click, "**/conversations/**")
    gone = anna.say("Whoever was quoted here does not want that any more.")
    await expect(anna.page.locator(".quoted")).to_contain_text(gone)


async def test_a_poll_and_a_quote(chromium: Browser, start_server: StartServer) -> None:
    url = start_server().url
    anna, ines, mehmet = [await Visitor.arrive(chromium, url, "de", PHONE) for _ in range(3)]
    everybody = (anna, ines, mehmet)
    try:
        for visitor, handle, name in zip(
            everybody, ("anna", "ines", "mehmet"), ("Anna Ritter", "Ines Krüger", "Mehmet Aydın"), strict=True
        ):
            await visitor.sign_up(handle, name)
        await ask(anna)
        address = anna.page.url
        await vote(ines, address)
        await follow_live(ines, anna)
        quoting = await quote(mehmet, address)
        await ines.go(quoting)
        await expect(ines.page.locator(".quoted")).to_contain_text(QUESTION)
        await no_barriers(ines)
        await withdraw(anna)
        await expect(ines.page.locator(".quoted.gone")).to_be_visible()
        for visitor in everybody:
            await no_barriers(visitor)
    finally:
        for visitor in everybody:
            await visitor.leave()
