"""No barriers: what axe finds, narrow windows, fingers, the keyboard; and no page asks other servers for anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ViewportSize

from tests.conftest import StartServer
from tests.journeys.every_page import pages_of, visitors_pages
from tests.journeys.small_town import Town, settle_town
from tests.journeys.visitors import ASKED, DESKTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"])]

#: 320 pixels are a window of 1280 at 400 % (WCAG 1.4.10).
NARROW: ViewportSize = {"width": 320, "height": 640}
_FINGER = 44
#: Of these axe's rule is not on by itself (WCAG 2.5.8).
_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
#: Everything that folds, but for menus, which would lie above each other.
_UNFOLD = "document.querySelectorAll('details:not(.more)').forEach(one => { one.open = true; })"
#: Replies have a guessed height until one has come near them; axe would see them overlap.
_COME_NEAR = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const pages = document.querySelector(".branches") ? document.documentElement.scrollHeight / innerHeight : 0;
  for (let page = 0; page < 2 * pages; page++) { scrollTo(0, page * innerHeight); await frame(); await frame(); }
  scrollTo(0, 0);
  await frame();
}"""
#: What a finger must hit: everything one presses, but for links within text and what is drawn like one.
_SMALL = """finger => [...document.querySelectorAll(
  "button:not(.plain), .button:not(.plain), summary, select, textarea, .act, .tabs a, .switch a, " +
  "input:not([type=hidden], [type=checkbox], [type=radio])"
)].filter(one => one.checkVisibility({visibilityProperty: true}))
  .map(one => [one.outerHTML.slice(0, 120), one.getBoundingClientRect().height])
  .filter(([, height]) => height && height < finger)"""


class Walk:
    """Somebody goes through pages and looks at each; complaints are gathered, so that one run tells all."""

    def __init__(self, visitor: Visitor, town: Town) -> None:
        self.visitor = visitor
        self.town = town
        self.complaints: list[str] = []

    async def look(self, path: str) -> None:
        """Open a page, and everything on it."""
        await self.visitor.page.goto(path)
        await self.visitor.page.evaluate(_UNFOLD)
        await self.visitor.page.evaluate(_COME_NEAR)
        await self.check_width(path)

    async def check_width(self, path: str) -> None:
        wide, window = await self.visitor.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if wide > window:
            self.complaints.append(f"{path}: scrolls sideways, {wide} px in {window}")

    async def ask_axe(self, path: str) -> None:
        results = await Axe().run(self.visitor.page, options=_OPTIONS)
        for violation in results.response["violations"]:
            nodes = [node["html"][:160] + " " + node.get("failureSummary", "")[:240] for node in violation["nodes"][:3]]
            self.complaints.append(f"{path}: {violation['id']} ({len(violation['nodes'])}) {nodes}")

    async def measure(self, path: str) -> None:
        """What fingers press is large enough."""
        small = await self.visitor.page.evaluate(_SMALL, _FINGER)
        self.complaints += [f"{path}: {height:.0f} px high: {html}" for html, height in small]

    async def fail_to_sign_up(self) -> None:
        """The form with a complaint at each field."""
        page = self.visitor.page
        await page.goto("/sign-up")
        await self.visitor.button("Join").click()
        await page.locator(".errors").wait_for()
        await page.evaluate(_UNFOLD)


@asynccontextmanager
async def walk(
    browser: Browser,
    start: StartServer,
    data: Path,
    url: str,
    language: str,
    viewport: ViewportSize,
    theme: str = "light",
) -> AsyncIterator[Walk]:
    """A town with Ines signed in; it is fine with her if there is nothing to complain about at the end."""
    town = await settle_town(url, data, language)
    server = start()
    visitor = await Visitor.arrive(browser, server.url, language, viewport, theme=theme)
    try:
        await visitor.bring(town.secret)
        walking = Walk(visitor, town)
        yield walking
        walking.complaints += [trouble for trouble in visitor.troubles if ASKED in trouble]
        assert not walking.complaints, "\n".join(walking.complaints)
    finally:
        await visitor.leave()


@pytest.mark.slow
@pytest.mark.parametrize(
    "paths",
    [("/", "/settings"), ("/conversations/{}", "/notifications")],
    ids=["home-and-settings", "conversation-and-notifications"],
)
async def test_main_pages_have_no_barriers(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str, paths: tuple[str, ...]
) -> None:
    async with walk(chromium, start_server, data, database_url, "de", NARROW, "dark") as ines:
        for path in (one.format(ines.town.conversation) for one in paths):
            await ines.look(path)
            await ines.measure(path)
            await ines.ask_axe(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "theme", "viewport"),
    [("de", "light", DESKTOP), ("de", "dark", PHONE), ("en", "light", PHONE), ("en", "dark", DESKTOP)],
)
async def test_no_page_has_barriers(
    chromium: Browser,
    start_server: StartServer,
    data: Path,
    database_url: str,
    language: str,
    theme: str,
    viewport: ViewportSize,
) -> None:
    async with walk(chromium, start_server, data, database_url, language, viewport, theme) as ines:
        for path in [*pages_of(ines.town), "/nowhere"]:
            await ines.look(path)
            await ines.ask_axe(path)
        await ines.visitor.context.clear_cookies()
        for path in visitors_pages(ines.town):
            await ines.look(path)
            await ines.ask_axe(path)
        await ines.fail_to_sign_up()
        await ines.ask_axe("/sign-up with errors")


@pytest.mark.slow
async def test_every_page_fits_a_narrow_window_and_fingers(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str
) -> None:
    async with walk(chromium, start_server, data, database_url, "de", NARROW) as ines:
        for path in pages_of(ines.town):
            await ines.look(path)
            await ines.measure(path)
        await ines.visitor.context.clear_cookies()
        for path in visitors_pages(ines.town):
            await ines.look(path)
            await ines.measure(path)
        await ines.fail_to_sign_up()
        await ines.check_width("/sign-up with errors")


#: Where the focus is, whether one sees that, and whether something lies above it (WCAG 2.4.7, 2.4.11).
_FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const frame = one.closest(".compose");
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    || frame && getComputedStyle(frame).boxShadow !== "none";
  const above = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const free = above && (one.contains(above) || above.contains(one) || above.closest("label")?.control === one);
  const lies = free ? "" : above?.outerHTML.slice(0, 120) ?? "nothing";
  return [one.tagName, one.outerHTML.slice(0, 120), Boolean(seen), lies];
}"""
#: For how long a page may scroll to what has the focus, in quarters of a second.
_SCROLLS = 20


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_keyboard_reaches_everything_and_one_sees_where_it_is(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str, viewport: ViewportSize
) -> None:
    async with walk(chromium, start_server, data, database_url, "de", viewport) as ines:
        page, keys = ines.visitor.page, ines.visitor.page.keyboard
        for path in ("/", f"/conversations/{ines.town.conversation}", "/settings", "/requests"):
            await page.goto(path)
            await keys.press("Tab")
            await keys.press("Enter")
            await page.wait_for_function("document.activeElement.id === 'main'")
            visited = set()
            for _ in range(40):
                await keys.press("Tab")
                tag, html, seen, above = await page.evaluate(_FOCUS)
                for _ in range(_SCROLLS):
                    if not above:
                        break
                    await page.wait_for_timeout(250)
                    tag, html, seen, above = await page.evaluate(_FOCUS)
                if tag == "BODY":
                    break
                visited.add(html)
                if not seen:
                    ines.complaints.append(f"{path}: nobody sees the focus on {html}")
                if above:
                    ines.complaints.append(f"{path}: {above} lies above {html}")
            assert len(visited) > 5, path
