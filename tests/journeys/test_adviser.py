"""The post adviser while somebody types: it comes in a pause, is folded, and stays folded."""

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from plausch.people import actions as people
from plausch.storage import open_database
from tests.harness.community import join, publish
from tests.harness.server import Server
from tests.journeys.visitors import PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)

DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@pytest.mark.parametrize("window", [PHONE, DESKTOP])
async def test_it_comes_in_a_pause_and_stays_folded(
    chromium: Browser, server: Server, database_url: str, window: ViewportSize
) -> None:
    database = await open_database(database_url)
    async with database.write() as tx:
        ines = await join(tx, "ines", name="Ines Krüger")
        secret = await people.start_session(tx, ines.person, "Firefox, Linux")
        first = await publish(tx, ines, "Who has a ladder?", language="en")
        reply = await publish(tx, ines, "A short one will do.", language="en", reply_to=first)
    await database.close()
    visitor = await Visitor.arrive(chromium, server.url, "en", window)
    try:
        await visitor.bring(secret)
        page, said = visitor.page, visitor.page.locator("[data-advice]")
        await visitor.go("/compose")
        text = page.get_by_label("Your post")
        await text.press_sequentially("WHY DOES NOBODY EVER ANSWER ME HERE")
        await expect(said).to_contain_text("Capitals only")
        await expect(text).to_be_focused()
        await text.press_sequentially("?")
        await expect(said).to_contain_text("A question invites answers.")
        await visitor.check()
        await text.fill("Fine")
        await expect(said).to_have_count(0)
        await text.fill("Who is in?")
        await said.get_by_text("Post adviser").click()
        await expect(said.get_by_text("A question invites answers.")).to_be_hidden()
        await visitor.go("/compose")
        await text.press_sequentially(" And you?")
        await expect(said).to_have_count(1)
        await expect(said.get_by_text("A question invites answers.")).to_be_hidden()
        await said.locator("summary").focus()
        await page.keyboard.press("Enter")
        await expect(said.get_by_text("A question invites answers.")).to_be_visible()
        # Below a post one replies to, and where one changes one's own.
        await visitor.go(f"/conversations/{first}")
        await page.locator(f"a[href='/compose?reply_to={reply}']").click()
        inline = page.locator(f"#reply-{reply}")
        await inline.locator("textarea").press_sequentially("WHY DOES NOBODY EVER ANSWER ME HERE?")
        await expect(inline.locator("[data-advice]")).to_contain_text("Capitals only")
        await expect(inline.locator("[data-advice]")).not_to_contain_text("A question invites answers.")
        await visitor.check()
        await visitor.go(f"/posts/{first}/edit")
        await text.fill("WHY DOES NOBODY EVER ANSWER ME HERE?")
        await expect(said).to_contain_text("Capitals only")
        await visitor.check()
    finally:
        await visitor.leave()
