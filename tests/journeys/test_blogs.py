"""Writing at length: a picture in the text, a draft that somebody reads by a link, an article that is talked about."""

import base64

import pytest
from playwright.async_api import Browser, expect

from plausch.people import actions as people
from plausch.storage import open_database
from tests.harness.community import join
from tests.harness.server import Server
from tests.journeys.test_composer import PASTE
from tests.journeys.visitors import DESKTOP, PATIENCE, PHONE, Visitor, photograph

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)


async def _write(ines: Visitor) -> None:
    """What one types is kept, looked at beside, and there after a reload."""
    page = ines.page
    await ines.go("/write")
    await ines.field("Title").first.fill("The water meter")
    text = page.locator("#f-text")
    await text.click()
    await text.press_sequentially("We found it.\n\n## Where\n\nBehind the gate.[^1]\n\n[^1]: Of course.\n\n## How\n\n")
    await page.evaluate(PASTE, [base64.b64encode(photograph()).decode(), "image/jpeg"])
    await expect(page.locator("[data-insert]")).to_have_count(1)
    await expect(text).to_be_focused()
    await page.keyboard.type("The meter")
    await ines.button("Preview").first.click()
    await expect(page.locator("[data-preview] figure img[alt='The meter']")).to_be_visible()
    await page.locator("[data-slot] [name=cover]").check()
    await expect(page.locator("[data-preview] figure.cover img")).to_be_visible()
    await expect(page.locator("[data-kept]")).to_have_text(ines.say("Kept as a draft"))
    await page.wait_for_url("**/write?draft=*")
    await page.reload()
    await expect(page.locator("#f-title")).to_have_value("The water meter")
    await expect(page.locator("[data-slot] [name=cover]")).to_be_checked()
    assert "![The meter](picture:" in await text.input_value()
    await ines.check()


async def test_from_a_draft_by_a_link_to_a_conversation(chromium: Browser, server: Server, database_url: str) -> None:
    database = await open_database(database_url)
    async with database.write() as tx:
        secret = await people.start_session(tx, (await join(tx, "ines", name="Ines Krüger")).person, "Firefox")
    ines = await Visitor.arrive(chromium, server.url, "en", DESKTOP)
    guest = await Visitor.arrive(chromium, server.url, "en", PHONE, theme="dark")
    try:
        await ines.bring(secret)
        await _write(ines)
        await ines.press_and_follow(ines.button("Make a link").click, "**/write?draft=*&said=linked#link")
        link = await ines.page.locator("#link a").get_attribute("href")
        assert link is not None
        await guest.go(link)
        await expect(guest.page.locator(".prose h2")).to_have_count(2)
        assert await guest.page.evaluate("[...document.querySelectorAll('.read img')].every(one => one.naturalWidth)")

        await ines.press_and_follow(ines.page.locator("button.go").click, "**/@ines/blog/the-water-meter")
        assert (await guest.context.request.get(link)).status == 404
        await guest.go("/@ines/blog")
        await guest.press_and_follow(guest.link("The water meter").first.click, "**/@ines/blog/the-water-meter")
        await guest.page.locator("summary", has_text=guest.say("Contents")).click()
        await guest.page.locator(".inhere a[href='#s-how']").click()
        await guest.page.locator("sup a").click()
        await expect(guest.page.locator("#fn-1")).to_be_in_viewport()
        await guest.check()

        await ines.page.locator("#answer textarea").fill("Questions?")
        await ines.page.locator("#answer button.go").click()
        await expect(ines.post("Questions?").last).to_be_visible()
        await guest.page.reload()
        await expect(guest.post("Questions?").last).to_be_visible()
        await ines.check()
    finally:
        await ines.leave()
        await guest.leave()
        await database.close()
