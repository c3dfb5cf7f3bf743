"""Jonas gives the place a name, a colour, rules and an imprint; a visitor sees it all."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize

from plausch.people import actions as people
from plausch.storage import open_database
from tests.conftest import StartServer
from tests.harness.community import join
from tests.journeys.visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

TABLET: ViewportSize = {"width": 768, "height": 1024}
_NAME = "Lindenau am Fluss"
_RULE = "Rede mit anderen wie am Stammtisch."
_ACCENT = "rgb(138, 21, 56)"


async def test_an_owner_looks_after_the_place(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str
) -> None:
    database = await open_database(database_url)
    async with database.write() as tx:
        owner = await join(tx, "jonas", name="Jonas Weiß", locale="de", time_zone="Europe/Berlin")
        secret = await people.start_session(tx, owner.person, "Firefox, Linux")
    await database.close()
    url = start_server(PLAUSCH_WORKERS="2").url
    jonas = await Visitor.arrive(chromium, url, "de", TABLET)
    visitor = await Visitor.arrive(chromium, url, "de", TABLET)
    try:
        await jonas.bring(secret)
        await _describe(jonas)
        await _publish_imprint(jonas)
        await _look_around(visitor)
    finally:
        await jonas.leave()
        await visitor.leave()


async def _describe(jonas: Visitor) -> None:
    page = jonas.page
    await jonas.go("/")
    await page.locator(".rail a[href='/admin']").click()
    await jonas.link("Name and description").first.click()
    await page.get_by_label(jonas.say("Name"), exact=True).fill(_NAME)
    await page.get_by_label(jonas.say("Description in German")).fill("Für **alle**, die hier wohnen.")
    await jonas.button("Save").click()
    await page.get_by_text(jonas.say("Saved.")).wait_for()
    await jonas.go("/admin/looks")
    await page.get_by_label(jonas.say("Accent colour")).fill("#8a1538")
    await jonas.button("Use this colour").click()
    await page.get_by_text(jonas.say("Saved.")).wait_for()
    await jonas.go("/admin/rules")
    await page.get_by_label(jonas.say("In German")).first.fill(_RULE)
    await jonas.button("Save").click()
    await page.get_by_text(jonas.say("Saved.")).wait_for()
    await jonas.check()


async def _publish_imprint(jonas: Visitor) -> None:
    page = jonas.page
    await jonas.go("/admin/legal")
    await page.get_by_label(jonas.say("Name"), exact=True).fill("Bürgerverein Lindenau e. V.")
    await page.get_by_label(jonas.say("Postal address")).fill("Am Markt 1\n04177 Lindenau")
    await jonas.button("Save").click()
    await page.get_by_text(jonas.say("Saved. Now look at the texts.")).wait_for()
    await page.locator("a[href='/admin/legal/imprint']").first.click()
    assert "§ 5 DDG" in await page.get_by_label(jonas.say("In German")).input_value()
    await jonas.button("Publish").click()
    await page.wait_for_url("**/legal/imprint")
    await jonas.check()


async def _look_around(visitor: Visitor) -> None:
    """In whichever of the two processes answers: the other one hears of it a moment later."""
    page = visitor.page
    for _ in range(3):
        await page.goto("/about")
        while _NAME not in await page.title():
            await page.reload()
        assert _RULE in await page.locator(".rules").inner_text()
        link = page.locator(".enter .button.primary")
        assert await link.evaluate("one => getComputedStyle(one).backgroundColor") == _ACCENT
    await page.locator("footer a[href='/legal/imprint']").click()
    await page.get_by_text("Bürgerverein Lindenau e. V.").first.wait_for()
    await visitor.check()
