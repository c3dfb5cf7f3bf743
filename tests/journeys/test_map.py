"""Ines looks at the map of communities: she comes closer and moves about with every hand, and a list says the same."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import StartServer
from tests.journeys.test_accessibility import NARROW, walk
from tests.journeys.visitors import PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

_MAP = "/insights/communities"

expect.set_options(timeout=PATIENCE)


async def seen(page: Page) -> tuple[float, ...]:
    """Which part of the map: left, top, width, height."""
    box = await page.locator("[data-map] svg").get_attribute("viewBox")
    assert box is not None
    return tuple(float(one) for one in box.split())


async def test_the_map_is_looked_at_by_hand_and_by_keys(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str
) -> None:
    async with walk(chromium, start_server, data, database_url, "de", NARROW, "dark") as ines:
        page, button = ines.visitor.page, ines.visitor.button
        await ines.look(_MAP)
        await ines.measure(_MAP)
        await ines.ask_axe(_MAP)
        drawing = page.locator("[data-map] svg")
        whole = await seen(page)

        await button("Closer").click()
        near = await seen(page)
        assert near[2] == pytest.approx(0.7 * whole[2])
        assert near[2] / near[3] == pytest.approx(whole[2] / whole[3]), "nothing is distorted"
        await drawing.focus()
        await page.keyboard.press("ArrowRight")
        moved = await seen(page)
        assert moved[0] > near[0]
        assert moved[1:] == near[1:]
        for _ in range(20):
            await page.keyboard.press("ArrowRight")
        at_edge = await seen(page)
        assert at_edge[0] + at_edge[2] == pytest.approx(whole[0] + whole[2]), "not beyond the edge"
        for _ in range(20):
            await page.keyboard.press("+")
        assert (await seen(page))[2] == pytest.approx(whole[2] / 8)
        await page.keyboard.press("0")
        assert await seen(page) == whole
        await page.keyboard.press("-")
        assert await seen(page) == whole, "not further away than all of it"

        await drawing.scroll_into_view_if_needed()
        await drawing.hover()
        await page.mouse.wheel(0, -100)
        assert await seen(page) == whole, "the wheel alone scrolls the page"
        await drawing.hover()
        await page.keyboard.down("Control")
        await page.mouse.wheel(0, -100)
        await page.keyboard.up("Control")
        await expect(drawing).not_to_have_attribute("viewBox", " ".join(f"{one:g}" for one in whole))
        near = await seen(page)
        assert near[2] == pytest.approx(0.85 * whole[2])
        box = await drawing.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x + 30, y, steps=3)
        await page.mouse.up()
        assert (await seen(page))[0] == pytest.approx(max(near[0] - 30 * near[2] / box["width"], whole[0]), abs=1)
        await button("Everything").click()
        assert await seen(page) == whole

        circles = page.locator(".circles .interest")
        await expect(circles).to_have_count(await drawing.locator(".circle").count())
        await expect(circles.first).to_contain_text("Garten, Beet, Gießkanne")
        await expect(circles.first).to_contain_text("Ines Krüger")
        plain = await Visitor.arrive(chromium, ines.visitor.url, "de", PHONE, scripts=False)
        await plain.bring(ines.town.secret)
        await plain.go(_MAP)
        await expect(plain.page.locator("[data-map] svg .circle")).to_have_count(3)
        await expect(plain.page.locator(".map-tools")).to_be_hidden()
        await expect(plain.page.locator(".circles .interest")).to_have_count(3)
        await plain.leave()
