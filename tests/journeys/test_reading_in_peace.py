"""Ines reads in peace: she sorts her notifications, switches one kind off, searches closely, and is told when away."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, expect

from tests.conftest import StartServer
from tests.journeys.visitors import PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)

QUESTION, THANKS = "Wer kommt zum Fest?", "Danke an alle"
ANSWER, CAKE = "Ich komme gern zum Fest", "Der Kuchen zum Fest ist fertig"


class Evening:
    def __init__(self, ines: Visitor, anna: Visitor) -> None:
        self.ines, self.anna = ines, anna

    async def talk(self) -> None:
        ines, anna = self.ines, self.anna
        await ines.sign_up("ines", "Ines Krüger")
        await anna.sign_up("anna", "Anna Ritter")
        await ines.go("/compose")
        await ines.field("Your post").fill(QUESTION)
        await ines.press_and_follow(ines.button("Post").click, "**/conversations/**")
        await anna.go(ines.page.url)
        await anna.page.locator("#reply textarea").fill(ANSWER)
        await anna.button("Reply", anna.page.locator("#reply")).click()
        await anna.button("Like", anna.post(QUESTION)).first.click()
        await anna.go("/compose")
        await anna.field("Your post").fill(CAKE)
        await anna.press_and_follow(anna.button("Post").click, "**/conversations/**")

    async def sort(self) -> None:
        """The number is alive on a page that has no stream of its own; each part shows its own."""
        ines, page = self.ines, self.ines.page
        await ines.go("/settings")
        await expect(page.locator("[data-count]:visible i")).to_have_text("2")
        await ines.go("/notifications")
        await expect(page.locator(".notification")).to_have_count(2)
        await ines.press_and_follow(ines.link("Likes and shares").click, "**/notifications?show=responses")
        await expect(page.locator(".notification")).to_have_count(1)
        await ines.press_and_follow(ines.link("To you").click, "**/notifications?show=talk")
        await expect(page.locator(".notification.new")).to_have_count(1)
        await page.evaluate("window.untouched = true")
        await ines.button("Mark as read", page.locator(".notification")).click()
        await expect(page.locator(".notification.new")).to_have_count(0)
        await expect(page.locator("[data-count]:visible")).to_have_count(0)
        assert await page.evaluate("window.untouched"), "the page was loaded anew"
        await ines.check()

    async def switch_off(self) -> None:
        ines, anna, page = self.ines, self.anna, self.ines.page
        await ines.press_and_follow(ines.link("What you are notified of").click, "**/settings/notifications")
        await page.locator("[name=liked-page]").uncheck()
        await ines.press_and_follow(ines.button("Save").click, "**/settings/notifications?saved=1")
        await expect(page.locator("[name=liked-page]")).not_to_be_checked()
        await ines.go("/compose")
        await ines.field("Your post").fill(THANKS)
        await ines.press_and_follow(ines.button("Post").click, "**/conversations/**")
        await anna.go("/local")
        for name in ("Like", "Share"):
            button = anna.button(name, anna.post(THANKS)).first
            await button.click()
            await expect(button).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("[data-count]:visible i")).to_have_text("1")
        await ines.go("/notifications?show=responses")
        await expect(page.locator(".notification")).to_have_count(2)
        await expect(page.locator(".notification", has_text=THANKS)).to_have_count(1)
        await expect(page.locator(".notification", has_text=THANKS)).to_contain_text("geteilt")

    async def search(self) -> None:
        ines, page = self.ines, self.ines.page
        await ines.go("/search")
        await page.get_by_role("searchbox").fill("fest von:anna")
        await ines.press_and_follow(ines.button("Search", page.get_by_role("main")).click, "**/search?q=*")
        await expect(ines.post(CAKE)).to_be_visible()
        await expect(page.locator(".card")).to_have_count(2)
        await ines.press_and_follow(ines.link("Most talked about").click, "**by=relevance")
        await expect(ines.post(CAKE)).to_be_visible()
        await ines.press_and_follow(ines.button("Keep this search").click, "**/search?q=*")
        await ines.go("/search")
        await ines.press_and_follow(page.get_by_role("link", name="fest von:anna").click, "**/search?q=*")

    async def be_told_when_away(self) -> None:
        """A push message as the browser hands it to our worker; then without any network."""
        ines, page = self.ines, self.ines.page
        await ines.context.grant_permissions(["notifications"])
        await ines.go("/settings/notifications")
        session = await ines.context.new_cdp_session(page)
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        message = {"title": "Anna Ritter hat dir geantwortet", "path": "/notifications", "tag": "n1"}
        await _push(session, ines.url, message)
        shown = "navigator.serviceWorker.ready.then(one => one.getNotifications())"
        await ines.until(f"{shown}.then(found => found.length === 1)")
        assert await page.evaluate(f"{shown}.then(([one]) => one.title)") == message["title"]
        await ines.context.set_offline(True)
        await page.goto("/local")
        await expect(page.get_by_role("heading", name="Keine Verbindung")).to_be_visible()
        assert QUESTION not in await page.content()
        weight = await page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
        assert "Source Serif" in weight, "the shell is there"
        await ines.context.set_offline(False)
        ines.troubles.clear()  # the browser complains that there was no network
        await ines.go("/local")
        await expect(ines.post(QUESTION)).to_be_visible()

    async def hear_again(self) -> None:
        """A page that was refused asks again by itself, less and less often."""
        ines, page = self.ines, self.anna.page
        await page.route("**/live/**", lambda route: route.fulfill(status=429), times=2)
        await page.clock.install()
        async with page.expect_response("**/live/**") as refused:
            await page.goto("/settings")
        assert (await refused.value).status == 429
        for wait, status in ((5_000, 429), (10_000, 200)):
            async with page.expect_response("**/live/**") as answer:
                await page.clock.fast_forward(wait)
            assert (await answer.value).status == status
        await expect(page.locator("[data-count]:visible")).to_have_count(0)
        await ines.button("Like", ines.post(CAKE)).first.click()
        await expect(page.locator("[data-count]:visible i")).to_have_text("1")


async def _push(session: CDPSession, origin: str, message: dict[str, Any]) -> None:
    """Through the browser's own tools for developers: a push service of the world outside is not to be reached."""
    found: asyncio.Queue[str] = asyncio.Queue()

    def updated(event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            found.put_nowait(one["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", updated)
    await session.send("ServiceWorker.enable")
    registration = await asyncio.wait_for(found.get(), PATIENCE / 1000)
    data = {"origin": origin, "registrationId": registration, "data": json.dumps(message)}
    await session.send("ServiceWorker.deliverPushMessage", data)


async def test_reading_in_peace(chromium: Browser, start_server: StartServer) -> None:
    url = start_server().url
    ines, anna = [await Visitor.arrive(chromium, url, "de", PHONE) for _ in range(2)]
    try:
        evening = Evening(ines, anna)
        await evening.talk()
        await evening.sort()
        await evening.switch_off()
        await evening.search()
        await evening.be_told_when_away()
        await evening.hear_again()
    finally:
        await ines.leave()
        await anna.leave()
