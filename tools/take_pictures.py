"""Takes the pictures of the README and of the handbook: `python -m tools.take_pictures`.

It starts the demo town in a folder of its own and looks at it as its people do, light, in German and in English. The
results are committed; take them again when the pages have changed. Names choose some: `... take_pictures home search`.
"""

import asyncio
import io
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize

from plausch.demo.player import PASSWORD
from tests.harness.chromium import WHAT_TO_INSTALL, find_chromium, open_chromium
from tests.harness.server import free_port

ROOT = Path(__file__).parent.parent
README, HANDBOOK = ROOT / "docs" / "pictures", ROOT / "src" / "plausch" / "web" / "handbook" / "pictures"
_README_WINDOW: ViewportSize = {"width": 1280, "height": 800}
_WINDOW: ViewportSize = {"width": 1000, "height": 660}
_LANGUAGES = {"de": "de-DE", "en": "en-GB"}
#: Pictures further down load when one comes there.
_ALL_THERE = "[...document.images].every(one => one.complete || one.getBoundingClientRect().top > innerHeight)"
_STARTS_WITHIN = 120.0

Act = Callable[[Page], Coroutine[Any, Any, None]]


async def _nothing(_: Page) -> None:
    pass


async def _write(page: Page) -> None:
    """What somebody might be writing, in the language of the page."""
    german = await page.locator("html").get_attribute("lang") == "de"
    text = (
        "Samstag ist Ernte im #Garten: Wer hat Zeit für die Äpfel?\n\nLeitern sind da, Kuchen bringe ich mit."
        if german
        else "Harvest in the #garden on Saturday: who has time for the apples?\n\nLadders are there, I bring a cake."
    )
    await page.locator("#f-text").fill(text)
    await page.locator("select[name=audience]").select_option("followers")
    await page.locator("[data-reach]").scroll_into_view_if_needed()
    await page.wait_for_load_state("networkidle")
    await page.evaluate("document.activeElement.blur()")


async def _open_conversation(page: Page) -> None:
    """One in which several people talk."""
    await page.locator(".foot a[href^='/conversations/'], a.open[href^='/conversations/']").nth(1).click()
    await page.wait_for_load_state("networkidle")
    await page.evaluate("scrollTo(0, 0)")


class Shot(NamedTuple):
    """One picture of the handbook: whose page, and what to do there first."""

    name: str
    who: str
    path: str
    act: Act = _nothing


SHOTS = (
    Shot("home", "ines", "/"),
    Shot("composer", "ines", "/compose", _write),
    Shot("conversation", "ines", "/", _open_conversation),
    Shot("profile", "ines", "/@mehmet"),
    Shot("notifications", "ines", "/settings/notifications"),
    Shot("search", "ines", "/search"),
    Shot("administration", "jonas", "/admin"),
    Shot("looks", "jonas", "/admin/looks"),
    Shot("joining", "jonas", "/admin/joining"),
)


@contextmanager
def town() -> Iterator[str]:
    """The address of a fresh Lindenau."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [sys.executable, "-m", "plausch.cli", "demo", "--data", folder, "--port", str(port)]
        env = {name: value for name, value in os.environ.items() if not name.startswith("PLAUSCH_")}
        with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
            try:
                asyncio.run(asyncio.wait_for(_answers(f"http://localhost:{port}/health"), _STARTS_WITHIN))
                yield f"http://localhost:{port}"
            finally:
                process.terminate()


async def _answers(url: str) -> None:
    while True:
        with suppress(OSError):
            await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=2).close())  # noqa: S310 - our own
            return
        await asyncio.sleep(0.1)


async def take(url: str, chromium: str, names: list[str]) -> None:
    async with open_chromium(chromium) as browser:
        if not names or "readme" in names:
            page = await _signed_in(browser, url, "mehmet", "de", _README_WINDOW)
            await _settle(page)
            _keep(README / "home.png", await page.screenshot())
        for language in _LANGUAGES:
            for who in dict.fromkeys(shot.who for shot in SHOTS):
                wanted = [one for one in SHOTS if one.who == who and (not names or one.name in names)]
                if wanted:
                    page = await _signed_in(browser, url, who, language, _WINDOW)
                    for shot in wanted:
                        await _take_one(page, shot, language)


async def _signed_in(browser: Browser, url: str, who: str, language: str, window: ViewportSize) -> Page:
    context = await browser.new_context(
        base_url=url, viewport=window, locale=_LANGUAGES[language], reduced_motion="reduce", color_scheme="light"
    )
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator("[name=login]").fill(who)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("main form[action='/sign-in'] button:not([hidden])").first.click()
    await page.wait_for_url(f"{url}/")
    await page.goto("/settings/display")
    await page.locator("[name=language]").first.select_option(language)
    await page.locator("[name=theme][value=light]").check()
    await page.locator("main form[action='/settings/display'] button").first.click()
    await page.goto("/")
    return page


async def _take_one(page: Page, shot: Shot, language: str) -> None:
    await page.goto(shot.path)
    await shot.act(page)
    await _settle(page)
    _keep(HANDBOOK / f"{shot.name}.{language}.webp", await page.screenshot())


async def _settle(page: Page) -> None:
    await page.evaluate("document.fonts.ready")
    while not await page.evaluate(_ALL_THERE):  # noqa: ASYNC110 - there is no event for it
        await asyncio.sleep(0.05)


def _keep(path: Path, picture: bytes) -> None:
    """For the README 256 colours are enough for a page, and a quarter of the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(picture)) as whole:
        if path.suffix == ".webp":
            whole.convert("RGB").save(path, quality=62, method=6)
        else:
            few = whole.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
            few.save(path, optimize=True)
    print(f"{path.name:28} {path.stat().st_size / 1024:6.1f} KB")


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print(WHAT_TO_INSTALL)
        return 1
    with town() as url:
        asyncio.run(take(url, chromium, sys.argv[1:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
