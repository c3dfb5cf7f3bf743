"""The page where things come and go."""

import asyncio
import zipfile
from io import BytesIO
from pathlib import Path

import httpx

from plausch.people import queries as people
from tests.exchange.archives import as_zip, files
from tests.web.conftest import Browser, Web

_EXPORT = Path("tests/exchange/corpus/wordpress/blocks.xml").read_bytes()


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


async def send_blog(browser: Browser, data: bytes, **more: str) -> httpx.Response:
    headers = {"sec-fetch-site": "same-origin"}
    sent = {"form": "wordpress", "fetch": "yes", **more}
    return await browser.post("/settings/archive/blog", files={"blog_file": ("b", data)}, data=sent, headers=headers)


async def test_a_blog_is_shown_before_it_comes_in(web: Web) -> None:
    browser = await web.join("greta")
    assert (await send_blog(browser, _EXPORT, fetch="")).status_code == 303
    page = await done(browser)
    assert "2 articles · 2 drafts · 2 comments · 4 pictures" in page.text
    assert "Left out: 1 pages, which are no posts" in page.text
    assert (await browser.get("/@greta/blog/der-erste-kuerbis")).status_code == 404
    # One thing after the other, and nothing for others to decide.
    assert "under way already" in (await send_blog(browser, _EXPORT)).text
    number = page.text.split('action="/settings/archive/1')[1].split('"')[0]
    stranger = await web.join("ben")
    assert (await stranger.submit(f"/settings/archive/1{number}", answer="yes")).status_code == 404
    assert (await browser.submit(f"/settings/archive/1{number}", answer="yes")).status_code == 303
    page = await done(browser)
    assert "2 articles · 2 drafts · 2 comments · 0 pictures" in page.text
    assert "Hanna" in (await browser.get("/@greta/blog/der-erste-kuerbis")).text
    assert "has been answered" in (await browser.submit(f"/settings/archive/1{number}", answer="no")).text


async def test_a_blog_is_thrown_away_unread(web: Web) -> None:
    browser = await web.join("greta")
    await send_blog(browser, b"---\ntitle: Ein Text\ndate: 2020-01-01\n---\nHallo.\n", form="markdown")
    page = await done(browser)
    assert "1 article · 0 drafts" in page.text
    number = page.text.split('action="/settings/archive/1')[1].split('"')[0]
    assert (await browser.submit(f"/settings/archive/1{number}", answer="no")).status_code == 303
    assert "1 article" not in (await browser.get("/settings/archive")).text
    stranger = await web.join("ben")
    async with web.site.database.read() as tx:
        greta = (await people.resolve_handles(tx, ["greta"]))["greta"].id
    others = await send_blog(stranger, b"Hallo", form="markdown", blog=str(greta))
    assert "may not write in this blog" in others.text
    await send_blog(browser, b"<!DOCTYPE x>")
    assert "no WordPress export in it" in (await done(browser)).text
