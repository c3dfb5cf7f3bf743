"""People at browsers, who note everything that no page of ours may do."""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from typing import Self
from urllib.parse import urlsplit

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Locator, Page, Request, ViewportSize

from plausch.language.catalogues import catalogue

PASSWORD = "correct horse battery"
#: Milliseconds for what happens elsewhere: in another process, by the worker, on a busy machine.
PATIENCE = 20_000
_HERE = {"localhost", "127.0.0.1"}
#: How a trouble begins that is a request to another server.
ASKED = "asked "
_LOCALES = {"de": "de-DE", "en": "en-GB"}

#: Where somebody can look from: how wide, and in which language.
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


class Visitor:
    """One browser of one person. Elements are found by the words of the language, as people find them."""

    def __init__(self, context: BrowserContext, page: Page, url: str, language: str) -> None:
        self.context = context
        self.url = url
        self.page = page
        self.language = language
        self.say = catalogue(language).gettext
        self.troubles: list[str] = []
        #: What was sent, by path.
        self.sent: list[str] = []
        page.on("console", lambda message: self._note(message.type in ("error", "warning"), message.text))
        page.on("pageerror", lambda error: self._note(True, f"script: {error}"))
        page.on("response", lambda answer: self._note(answer.status >= 400, f"{answer.status} {answer.url}"))
        context.on("request", self._requested)

    @classmethod
    async def arrive(
        cls,
        browser: Browser,
        url: str,
        language: str,
        viewport: ViewportSize,
        *,
        scripts: bool = True,
        theme: str = "light",
    ) -> Self:
        context = await browser.new_context(
            base_url=url,
            viewport=viewport,
            locale=_LOCALES[language],
            timezone_id="Europe/Berlin",
            java_script_enabled=scripts,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        return cls(context, await context.new_page(), url, language)

    def _note(self, is_trouble: bool, text: str) -> None:
        if is_trouble:
            self.troubles.append(f"{urlsplit(self.page.url).path}: {text}")

    def _requested(self, request: Request) -> None:
        url = request.url
        parts = urlsplit(url)
        if request.method != "GET":
            self.sent.append(parts.path)
        self._note(parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in _HERE, f"{ASKED}{url}")

    async def check(self) -> None:
        """Nothing has gone wrong behind the scenes, and the page fits its window."""
        wide, window = await self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        self._note(wide > window, f"scrolls sideways: {wide} px in {window}")
        assert self.troubles == [], self.troubles

    async def go(self, path: str) -> None:
        await self.page.goto(path)
        await self.check()

    async def go_until(self, path: str, there: Locator) -> None:
        """Look again and again: what follows from what others did is done behind the scenes."""
        deadline = time.monotonic() + PATIENCE / 1000
        await self.go(path)
        while not await there.count():
            assert time.monotonic() < deadline, f"never came: {there}"
            await asyncio.sleep(0.2)
            await self.go(path)

    def button(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=self.say(name))

    def link(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("link", name=self.say(name))

    def field(self, name: str) -> Locator:
        return self.page.get_by_label(self.say(name))

    def post(self, text: str) -> Locator:
        """The innermost post that says this."""
        return self.page.locator("[data-post]", has_text=text)

    async def until(self, expression: str) -> None:
        """Wait for something in the page; what Playwright has for it needs `eval`, which our pages forbid."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not await self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"never came: {expression}"
            await asyncio.sleep(0.05)

    async def press_and_follow(self, press: Callable[[], Awaitable[None]], path: str) -> None:
        """Do something that leads to another page, and look at that."""
        await press()
        await self.page.wait_for_url(path)
        await self.check()

    async def sign_up(self, handle: str, name: str) -> None:
        """From the first page to the welcome."""
        await self.go("/")
        await self.press_and_follow(self.link("Join").first.click, "**/sign-up")
        await self.field("Your name").fill(name)
        await self.page.locator("[name=handle]").fill(handle)
        await self.field("E-mail address").fill(f"{handle}@example.org")
        await self.page.locator("[name=password]").fill(PASSWORD)
        await self.field("People can find me").check()
        await self.press_and_follow(self.button("Join").click, "**/welcome")

    async def sign_in(self, handle: str) -> None:
        await self.go("/sign-in")
        await self.page.locator("[name=login]").fill(handle)
        await self.page.locator("[name=password]").fill(PASSWORD)
        await self.press_and_follow(self.button("Sign in", self.page.locator("form.form")).click, "**/")

    async def bring(self, secret: str) -> None:
        """Be signed in already, with the secret of a session."""
        await self.context.add_cookies([{"name": "session", "value": secret, "url": self.url}])

    async def leave(self) -> None:
        await self.context.close()


def photograph(width: int = 900, height: int = 600, colour: str = "#2b6e80") -> bytes:
    """A JPEG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()
