"""Ines watches how her post spread: it plays, the keyboard moves through it, and without scripts all of it is there."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.journeys.test_accessibility import NARROW, walk
from tests.journeys.visitors import PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)


async def test_how_a_post_spread_plays(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str
) -> None:
    async with walk(chromium, start_server, data, database_url, "de", NARROW, "dark") as ines:
        visitor, path = ines.visitor, f"/posts/{ines.town.own}/spread"
        page = visitor.page
        await ines.look(path)
        await ines.measure(path)
        await ines.ask_axe(path)
        slider, later = page.get_by_role("slider"), page.locator(".tree .later")
        await expect(slider).to_have_value("3")
        await expect(later).to_have_count(0)
        await slider.focus()
        await page.keyboard.press("Home")
        await expect(later).to_have_count(3)
        await page.keyboard.press("ArrowRight")
        await expect(later).to_have_count(2)
        said = await slider.get_attribute("aria-valuetext")
        assert said is not None
        assert said.endswith("1 von 3")
        assert said in await page.locator("output").inner_text()
        play = visitor.button("Play")
        await play.focus()
        await page.keyboard.press("Enter")
        await expect(visitor.button("Pause")).to_be_focused()
        await expect(slider).to_have_value("3")
        await expect(later).to_have_count(0)
        await expect(visitor.button("Play")).to_be_visible()
        plain = await Visitor.arrive(chromium, visitor.url, "de", PHONE, scripts=False)
        await plain.bring(ines.town.secret)
        await plain.go(path)
        await expect(plain.page.locator(".tree circle")).to_have_count(4)
        await expect(plain.page.locator(".player")).to_be_hidden()
        await expect(plain.page.locator(".waves")).to_contain_text("jemand")
        await plain.leave()
