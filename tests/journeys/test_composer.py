"""Writing: what one types is there after a reload; somebody is named, a picture pasted, looked at and sent later."""

import asyncio
import base64

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, FilePayload, Route, ViewportSize, expect

from plausch.kernel import clock
from plausch.people import actions as people
from plausch.storage import Database, column_statement, open_database
from plausch.storage.statements import param
from plausch.talk.tables import drafts
from plausch.web.zones import local_field
from plausch.work.tables import jobs
from tests.harness.community import join
from tests.harness.server import Server
from tests.journeys.visitors import PATIENCE, PHONE, Visitor, photograph

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)

TABLET: ViewportSize = {"width": 768, "height": 1024}
TEXT, ALT = "The market opens at eight", "A stall with red apples"
PASTE = """([data, kind]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([bytes], "apples.jpg", { type: kind }));
  const paste = new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(paste);
}"""
_DROP = """([form, data, kind, many]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)), carried = new DataTransfer();
  const file = (_, place) => new File([bytes], `${place}.jpg`, { type: "image/jpeg" });
  for (const one of Array.from({ length: many }, file)) carried.items.add(one);
  const event = new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
  return !document.querySelector(form).dispatchEvent(event);
}"""
_HURRY_DRAFT = column_statement(sa.update(drafts).where(drafts.c.due_at.is_not(None)).values(due_at=param("now")))
_HURRY_JOB = column_statement(sa.update(jobs).where(jobs.c.kind == "talk.publish_draft").values(due_at=param("now")))


async def _settle(database: Database) -> str:
    """Ines, who follows Bernd; the secret of her session."""
    async with database.write() as tx:
        ines = await join(tx, "ines", name="Ines Krüger", time_zone="Europe/Berlin")
        bernd = await join(tx, "bernd", name="Bernd Ohm")
        await people.follow(tx, ines, bernd.person)
        return await people.start_session(tx, ines.person, "Firefox, Linux")


async def test_from_a_draft_to_a_post_sent_later(chromium: Browser, server: Server, database_url: str) -> None:
    database = await open_database(database_url)
    secret = await _settle(database)
    ines = await Visitor.arrive(chromium, server.url, "en", TABLET)
    try:
        await ines.bring(secret)
        await _write(ines)
        await _name_somebody(ines)
        await _paste_a_picture(ines)
        await _look_and_send_later(ines)
        async with database.write() as tx:
            await tx.run(_HURRY_DRAFT, now=clock.now())
            await tx.run(_HURRY_JOB, now=clock.now())
        async with asyncio.timeout(PATIENCE / 1000):
            while not await ines.post(TEXT).count():
                await asyncio.sleep(0.1)
                await ines.go("/")
        await expect(ines.post(TEXT)).to_have_count(1)
        await expect(ines.page.get_by_alt_text(ALT)).to_be_visible()
        await ines.check()
    finally:
        await ines.leave()
        await database.close()


async def _write(ines: Visitor) -> None:
    """Type, and come again to the page: it is all there, also on the way back from elsewhere."""
    await ines.go("/")
    area = ines.page.locator("#compose textarea")
    await area.click()
    async with ines.page.expect_response("**/drafts"):
        await area.press_sequentially(TEXT)
    await expect(ines.page.locator("#compose [data-kept]")).to_have_text(ines.say("Kept as a draft"))
    await ines.page.reload()
    await expect(ines.page.locator("#compose textarea")).to_have_value(TEXT)
    await ines.go("/compose")
    await expect(ines.page.locator("#compose textarea")).to_have_value(TEXT)


async def _name_somebody(ines: Visitor) -> None:
    area = ines.page.locator("#compose textarea")
    await area.press("Control+End")
    await area.press_sequentially(" @be")
    option = ines.page.locator("#suggestions").get_by_role("option")
    await expect(option).to_contain_text("Bernd Ohm @bernd")
    await expect(option).to_have_attribute("aria-selected", "true")
    await area.press("Enter")
    await expect(area).to_have_value(f"{TEXT} @bernd ")
    await expect(option).to_have_count(0)


async def _paste_a_picture(ines: Visitor) -> None:
    """It shows at once, wants words, and a click says what stays in sight."""
    page = ines.page
    await page.locator("#compose textarea").focus()
    picture = base64.b64encode(photograph(600, 400)).decode()
    await page.evaluate(PASTE, [picture, "image/jpeg"])
    words = ines.field("What is to be seen in it, for those who cannot see it")
    await expect(words.first).to_be_focused()
    await page.keyboard.type(ALT)
    await page.locator("[data-aim] img").click(position={"x": 4, "y": 4})
    focus = await page.locator("[name^=focus_]").input_value()
    assert all(int(part) < 10 for part in focus.split()), focus
    await expect(page.locator("#compose [data-kept]")).to_have_text(ines.say("Kept as a draft"))
    await page.reload()
    await expect(words.first).to_have_value(ALT)
    assert await page.locator("[name^=focus_]").input_value() == focus
    await page.locator("#compose [name=audience]").select_option("followers")
    await expect(page.locator("[data-reach]")).to_have_text(ines.say("Nobody follows you yet: only you would see it."))
    await ines.check()


async def _look_and_send_later(ines: Visitor) -> None:
    page = ines.page
    await ines.button("Preview").click()
    await expect(page.locator("[data-preview] .text")).to_contain_text(TEXT)
    await expect(page.locator("[data-preview] a[href='/@bernd']")).to_be_visible()
    await page.locator("summary", has_text=ines.say("Send later")).click()
    await ines.field("Day and time").fill(local_field(clock.now() + clock.DAY, "Europe/Berlin"))
    await ines.press_and_follow(ines.button("Schedule").click, "**/drafts?said=scheduled")
    await expect(page.get_by_role("article")).to_contain_text(TEXT)
    await ines.go("/")
    await expect(page.locator("#compose textarea")).to_have_value("")


async def test_pictures_are_dropped(chromium: Browser, server: Server, database_url: str) -> None:
    """The script comes while they are still above the box; what is too many is said, and the rest is there."""
    database = await open_database(database_url)
    secret = await _settle(database)
    await database.close()
    ines = await Visitor.arrive(chromium, server.url, "en", TABLET)
    try:
        await ines.bring(secret)
        await ines.go("/")
        picture = base64.b64encode(photograph(60, 40)).decode()
        async with ines.page.expect_response("**/composer.js**"):
            await ines.page.evaluate(_DROP, ["#compose", picture, "dragenter", 5])
        await expect(ines.page.locator("#compose[data-ready]")).to_have_count(1)
        assert await ines.page.evaluate(_DROP, ["#compose", picture, "dragover", 5]), "it may be dropped here"
        assert await ines.page.evaluate(_DROP, ["#compose", picture, "drop", 5]), "the page stays"
        await expect(ines.page.locator("#compose [data-slot]")).to_have_count(4)
        await expect(ines.page.locator("[data-refused]")).to_have_text(ines.say("A post has up to four pictures."))
        await ines.page.locator("[data-remove]").first.click()
        await expect(ines.page.locator("#compose [data-slot]")).to_have_count(3)
        await ines.check()
    finally:
        await ines.leave()


async def test_a_picture_is_chosen_before_the_script_is_there(
    chromium: Browser, server: Server, database_url: str
) -> None:
    database = await open_database(database_url)
    secret = await _settle(database)
    ines = await Visitor.arrive(chromium, server.url, "en", TABLET)
    slow = asyncio.Event()

    async def hold(route: Route) -> None:
        await slow.wait()
        await route.continue_()

    try:
        await ines.bring(secret)
        await ines.page.route("**/composer.js*", hold)
        await ines.go("/")
        await ines.page.locator("#compose textarea").focus()
        file: FilePayload = {"name": "apples.jpg", "mimeType": "image/jpeg", "buffer": photograph(600, 400)}
        await ines.page.locator("#picture-1").set_input_files(file)
        slow.set()
        await expect(ines.page.locator(".slot.filled input[name^=alt_]")).to_be_focused()
    finally:
        await ines.leave()
        await database.close()


async def test_on_a_phone_the_composer_is_a_sheet(chromium: Browser, server: Server, database_url: str) -> None:
    database = await open_database(database_url)
    secret = await _settle(database)
    await database.close()
    ines = await Visitor.arrive(chromium, server.url, "en", PHONE)
    try:
        await ines.bring(secret)
        await ines.go("/")
        await ines.page.locator("#compose textarea").click()
        sheet = ines.page.get_by_role("dialog")
        await expect(sheet).to_be_visible()
        await ines.page.keyboard.type(TEXT)
        await ines.check()
        await ines.page.keyboard.press("Escape")
        await expect(sheet).to_have_count(0)
        await expect(ines.page.locator("#compose textarea")).to_have_value(TEXT)
        await ines.page.locator("#compose textarea").click()
        await ines.press_and_follow(ines.button("Post", sheet).click, "**/conversations/**")
        await expect(ines.post(TEXT)).to_be_visible()
        await ines.go("/")
        await expect(ines.page.locator("#compose textarea")).to_have_value("")
    finally:
        await ines.leave()
