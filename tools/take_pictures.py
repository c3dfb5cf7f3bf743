"""Takes the pictures of the documentation: `python -m tools.take_pictures`.

It starts the demo town in a folder of its own and looks at it as one of its people does. The results are committed;
take them again when the pages have changed.
"""

import asyncio
import io
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image
from playwright.async_api import ViewportSize

from plausch.demo.player import PASSWORD
from tests.harness.chromium import WHAT_TO_INSTALL, find_chromium, open_chromium
from tests.harness.server import free_port

TARGET = Path(__file__).parent.parent / "docs" / "pictures"
_WHO = "mehmet"
_WINDOW: ViewportSize = {"width": 1280, "height": 800}
#: Pictures further down load when one comes there.
_ALL_THERE = "[...document.images].every(one => one.complete || one.getBoundingClientRect().top > innerHeight)"
_STARTS_WITHIN = 120.0


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


async def take(url: str, chromium: str) -> None:
    """Sign in, and look at home when all its pictures are there."""
    async with open_chromium(chromium) as browser:
        context = await browser.new_context(base_url=url, viewport=_WINDOW, locale="de-DE", reduced_motion="reduce")
        page = await context.new_page()
        await page.goto("/sign-in")
        await page.locator("[name=login]").fill(_WHO)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.locator("main button").click()
        await page.wait_for_url(f"{url}/")
        await page.evaluate("document.fonts.ready")
        while not await page.evaluate(_ALL_THERE):  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.05)
        _keep("home", await page.screenshot())


def _keep(name: str, picture: bytes) -> None:
    """256 colours are enough for a page, and a quarter of the bytes."""
    TARGET.mkdir(parents=True, exist_ok=True)
    path = TARGET / f"{name}.png"
    with Image.open(io.BytesIO(picture)) as whole:
        few = whole.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    few.save(path, optimize=True)
    print(f"{path.name:28} {path.stat().st_size / 1024:6.1f} KB")


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print(WHAT_TO_INSTALL)
        return 1
    with town() as url:
        asyncio.run(take(url, chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
