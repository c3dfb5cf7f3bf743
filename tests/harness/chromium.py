"""The Chromium for browser journeys: the machine's own, driven by Playwright, and able to reach only this machine."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

WHAT_TO_INSTALL = (
    "no Chromium found: `sudo apt install chromium`, `brew install --cask chromium`, "
    "or name one in PLAUSCH_CHROMIUM; the browser journey is left out"
)
_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
_MAC_APPS = ["Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"]
_SWITCHES = [
    "--no-sandbox",  # it does not run as root otherwise, and it opens only our own pages
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome, or None."""
    named = os.environ.get("PLAUSCH_CHROMIUM")
    if named:
        return named
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    apps = [Path(root) / app for root in ("/Applications", Path.home() / "Applications") for app in _MAC_APPS]
    return next((str(app) for app in apps if app.exists()), None)


@asynccontextmanager
async def open_chromium(path: str) -> AsyncIterator[Browser]:
    """A headless browser; contexts and pages are the caller's."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, headless=True, args=_SWITCHES)
        try:
            yield browser
        finally:
            await browser.close()
