"""Greta moves in: she brings her archive, shows who she is, pins what she is proud of, and takes everything along."""

import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.exchange.archives import as_zip, files
from tests.journeys.visitors import PATIENCE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)

PICTURE = sorted(Path("src/plausch/demo/pictures").glob("*.webp"))[0]


async def _bring(greta: Visitor, archive: Path) -> None:
    page = greta.page
    await greta.go("/settings/archive")
    await greta.field("Archive (.zip or .tar.gz, up to 1 GB)").set_input_files(archive)
    await greta.press_and_follow(greta.button("Bring it in").click, "**/settings/archive")
    for _ in range(60):
        if not await page.locator("progress, a[href='/settings/archive']:not(.switch a)").count():
            break
        await page.wait_for_timeout(500)
        await greta.go("/settings/archive")
    await expect(page.get_by_text("8 Beiträge.")).to_be_visible()


async def _show(greta: Visitor) -> None:
    page = greta.page
    await greta.go("/settings")
    await page.locator("input[name=header]").set_input_files(PICTURE)
    await greta.press_and_follow(greta.button("Use as header").click, "**/settings?saved=1")
    await page.locator("[name=label_0]").fill("Garten")
    await page.locator("[name=value_0]").fill("https://garten.example/greta")
    await greta.press_and_follow(greta.button("Save").click, "**/settings?saved=1")
    await greta.go("/@greta")
    await expect(page.locator(".header-picture")).to_be_visible()
    await expect(page.locator(".fields a")).to_have_attribute("rel", "me nofollow noopener")


async def _pin(greta: Visitor) -> None:
    page = greta.page
    first = greta.post("Der erste Beitrag").first
    await first.locator(".more > summary").click()
    await greta.press_and_follow(greta.button("Pin to my profile", first).click, "**/@greta*")
    await expect(page.locator(".pinned")).to_contain_text("Der erste Beitrag")
    await greta.press_and_follow(greta.link("Pictures", page.locator(".switch")).click, "**/@greta/pictures")
    await expect(page.locator(".card")).to_have_count(1)
    await greta.check()


async def _take(greta: Visitor, folder: Path) -> None:
    page = greta.page
    await greta.go("/settings/archive")
    await greta.press_and_follow(greta.button("Make my archive").click, "**/settings/archive")
    link = greta.link("Download")
    for _ in range(60):
        if await link.count():
            break
        await page.wait_for_timeout(500)
        await greta.go("/settings/archive")
    async with page.expect_download() as download:
        await link.click()
    path = folder / "mine.zip"
    await (await download.value).save_as(path)
    names = zipfile.ZipFile(path).namelist()
    assert {"actor.json", "outbox.json", "plausch.json"} <= set(names)
    assert any(name.startswith("media_attachments/") for name in names)


async def test_greta_moves_in_and_could_leave(chromium: Browser, start_server: StartServer, tmp_path: Path) -> None:
    server = start_server(PLAUSCH_RATE_LIMITS="off")
    greta = await Visitor.arrive(chromium, server.url, "de", {"width": 768, "height": 900})
    await greta.sign_up("greta", "")
    await _bring(greta, as_zip(files(), tmp_path / "greta.zip"))
    await _show(greta)
    await _pin(greta)
    await _take(greta, tmp_path)
