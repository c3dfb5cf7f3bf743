"""The page where things come and go."""

import asyncio
import zipfile
from io import BytesIO
from pathlib import Path

import httpx

from tests.exchange.archives import as_zip, files
from tests.web.conftest import Browser, Web


async def done(browser: Browser) -> httpx.Response:
    """The page as soon as nothing is under way any more."""
    for _ in range(300):
        page = await browser.get("/settings/archive")
        if "Look again" not in page.text:
            return page
        await asyncio.sleep(0.05)
    raise AssertionError("it is still under way")


async def test_an_archive_is_brought_in_and_another_fetched(web: Web, tmp_path: Path) -> None:
    browser = await web.join("greta")
    page = await browser.get("/settings/archive")
    assert "Make my archive" in page.text
    data = as_zip(files(), tmp_path / "greta.zip").read_bytes()
    headers = {"sec-fetch-site": "same-origin"}
    answer = await browser.post("/settings/archive/import", files={"archive": ("greta.zip", data)}, headers=headers)
    assert answer.status_code == 303
    page = await done(browser)
    assert "8 posts." in page.text
    assert "1 messages to named people" in page.text
    assert "Der erste Beitrag" in (await browser.get("/@greta")).text
    assert (await browser.submit("/settings/archive")).status_code == 303
    page = await done(browser)
    link = page.text.split('href="/settings/archive/')[1].split('"')[0]
    fetched = await browser.get(f"/settings/archive/{link}")
    assert "outbox.json" in zipfile.ZipFile(BytesIO(fetched.content)).namelist()
    stranger = await web.join("ben")
    assert (await stranger.get(f"/settings/archive/{link}")).status_code == 404


async def test_what_is_no_archive_is_refused_with_words(web: Web) -> None:
    browser = await web.join("greta")
    headers = {"sec-fetch-site": "same-origin"}
    nothing = await browser.post("/settings/archive/import", files={"archive": ("", b"")}, headers=headers)
    assert nothing.status_code == 422
    assert "Choose the archive first." in nothing.text
    await browser.post("/settings/archive/import", files={"archive": ("a.zip", b"not a zip")}, headers=headers)
    assert "neither a zip nor a tar file" in (await done(browser)).text
