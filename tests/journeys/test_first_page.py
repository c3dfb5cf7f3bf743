"""The first page is light, and everything that matters works without scripts."""

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, CDPSession, expect

from plausch.demo.town import load
from plausch.kernel.paging import DEFAULT_LIMIT
from plausch.people import actions as people
from plausch.people.model import Viewer
from plausch.storage import open_database
from tests.conftest import StartServer
from tests.harness.community import join, publish
from tests.harness.server import Server
from tests.journeys.small_town import settle_town
from tests.journeys.visitors import DESKTOP, PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"])]

#: Bytes on the wire with their headers; pictures of people, the bundled fonts and the icon of the tab come beside.
_MOST = 60_000
_BESIDE = ("/pictures/", "/faces/", ".woff2", ".png", "/logo.svg", "/manifest.webmanifest", "/live/")


async def _fill_the_page(url: str, ines: Viewer) -> None:
    """What people really write, as many times as there is room for."""
    texts = [conversation.post.text for conversation in load().conversations]
    database = await open_database(url)
    async with database.write() as tx:
        oskar = await join(tx, "oskar", name="Oskar Brandt")
        await people.follow(tx, ines, oskar.person)
        for text in texts[:DEFAULT_LIMIT]:
            await publish(tx, oskar, text)
    await database.close()


async def _weigh(session: CDPSession) -> dict[str, int]:
    """Listen to what the browser loads: bytes on the wire by path, filled while it goes on."""
    paths: dict[str, str] = {}
    weights: dict[str, int] = {}

    def answered(event: dict[str, dict[str, str] | str]) -> None:
        response = event["response"]
        assert isinstance(response, dict)
        paths[str(event["requestId"])] = urlsplit(response["url"]).path

    def finished(event: dict[str, str | int]) -> None:
        path = paths.get(str(event["requestId"]), "")
        weights[path] = weights.get(path, 0) + int(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    await session.send("Network.enable")
    return weights


@pytest.mark.slow
async def test_the_first_page_is_light(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str
) -> None:
    town = await settle_town(database_url, data, "de")
    await _fill_the_page(database_url, town.ines)
    ines = await Visitor.arrive(chromium, start_server().url, "de", DESKTOP)
    try:
        await ines.bring(town.secret)
        weights = await _weigh(await ines.context.new_cdp_session(ines.page))
        await ines.go("/")
        await ines.until("document.documentElement.classList.contains('js')")
        counted = {path: size for path, size in weights.items() if not any(part in path for part in _BESIDE)}
        assets = {f"/assets/{name}" for name in ("plausch.css", "plausch.js", "swap.js", "icons.svg")}
        assert {"/", *assets} <= counted.keys()
        assert await ines.page.locator(".card").count() == DEFAULT_LIMIT
        assert sum(counted.values()) <= _MOST, counted
    finally:
        await ines.leave()


@pytest.mark.slow
async def test_talking_needs_no_scripts(chromium: Browser, server: Server) -> None:
    anna, ines = [
        await Visitor.arrive(chromium, server.url, language, PHONE, scripts=False) for language in ("de", "en")
    ]
    try:
        await anna.sign_up("anna", "Anna Ritter")
        await ines.sign_up("ines", "Ines Krüger")
        await _connect(anna, ines)
        await anna.go("/")
        await anna.field("Your post").fill("Wer kommt mit an den See?")
        await anna.press_and_follow(anna.button("Post").click, "**/conversations/**")
        await ines.go("/")
        await ines.press_and_follow(ines.link("Be the first to reply").click, "**/conversations/**")
        await ines.page.locator("#reply textarea").fill("Ich bringe Kuchen mit")
        await ines.press_and_follow(ines.button("Reply", ines.page.locator("#reply")).click, "**/conversations/**")
        await expect(ines.post("Ich bringe Kuchen mit")).to_be_visible()
        await ines.go("/")
        await _respond(ines)
        for message in ("%(who)s replied to you", "%(who)s likes your post", "%(who)s has shared your post"):
            await _find_notification(anna, anna.say(message) % {"who": "Ines Krüger"})
        for one in (anna, ines):
            await one.go("/settings/account")
            await one.press_and_follow(one.button("Sign out", one.page.get_by_role("main")).click, "**/*")
            await one.page.goto("/settings")
            assert urlsplit(one.page.url).path == "/sign-in"
    finally:
        await anna.leave()
        await ines.leave()


async def _connect(anna: Visitor, ines: Visitor) -> None:
    await ines.go("/@anna")
    await ines.page.locator("summary", has_text=ines.say("Connect")).click()
    await ines.page.locator("[name=line]").fill("Wir singen beide im Chor")
    await ines.press_and_follow(ines.button("Ask to connect").click, "**/@anna")
    await anna.go("/requests")
    await expect(anna.page.get_by_text("Wir singen beide im Chor")).to_be_visible()
    await anna.press_and_follow(anna.button("Accept").click, "**/requests")
    await ines.go("/@anna")
    await expect(ines.page.get_by_text(ines.say("You are connected"))).to_be_visible()


async def _find_notification(anna: Visitor, text: str) -> None:
    """Without scripts one looks again: notifications are made in the background."""
    deadline = time.monotonic() + PATIENCE / 1000
    while True:
        await anna.go("/notifications")
        if await anna.page.locator(".notification", has_text=text).count() == 1:
            return
        assert time.monotonic() < deadline, text


async def _respond(ines: Visitor) -> None:
    """Like, share and keep; each leads back to the page one was on."""
    for name in ("Like", "Share", "Bookmark"):
        button = ines.button(name, ines.post("Wer kommt mit an den See?")).first
        await ines.press_and_follow(button.click, "**/#p-*")
        await expect(button).to_have_attribute("aria-pressed", "true")
