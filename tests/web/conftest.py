"""The web as browsers meet it: the real application on a fresh database, without a network between."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from plausch.app.application import Application
from plausch.clientapi.plausch import DOOR as API
from plausch.http.routing import Route
from plausch.http.site import Site
from plausch.settings import read_settings
from plausch.web import DOOR as WEB
from tests.corpus.xss import attacks_in_page

PASSWORD = "correct horse battery"


class Browser(httpx.AsyncClient):
    """A browser: it keeps cookies, and sends what browsers send with a form. Every page it gets is looked over."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        response = await super().send(request, **options)
        if not options.get("stream"):
            check_answer(response)
        return response

    async def submit(self, path: str, /, **fields: Any) -> httpx.Response:
        """Send a form from one of our own pages."""
        headers = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
        return await self.post(path, data=fields, headers=headers)


def check_answer(response: httpx.Response) -> None:
    """What holds for every answer, whatever was asked."""
    request = response.request
    expected = response.status_code < 500 or response.status_code == request.extensions.get("expect")
    assert expected, f"{request.method} {request.url}: {response.status_code}"
    policy = response.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    if response.headers.get("content-type", "").startswith("text/html"):
        assert attacks_in_page(response.text) == []
        assert "<style" not in response.text


class Web:
    """The application, and browsers that look at it."""

    def __init__(self, app: Application, site: Site, stack: AsyncExitStack) -> None:
        self.app = app
        self.site = site
        self._stack = stack

    async def open(self, language: str = "en", address: str = "192.0.2.1") -> Browser:
        """A browser without a session."""
        transport = httpx.ASGITransport(self.app, client=(address, 5000))
        browser = Browser(
            transport=transport,
            base_url=self.site.settings.base_url,
            headers={"accept-language": language, "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"},
        )
        return await self._stack.enter_async_context(browser)

    async def join(self, handle: str, language: str = "en", **fields: str) -> Browser:
        """Somebody new, signed in."""
        browser = await self.open(language)
        form = {
            "handle": handle,
            "email": f"{handle}@example.org",
            "password": PASSWORD,
            "language": language,
            **fields,
        }
        joined = await browser.submit("/sign-up", **form)
        assert joined.status_code == 303, handle
        return browser


OpenWeb = Callable[..., Awaitable[Web]]


@pytest.fixture
async def open_web(database_url: str, data: Path) -> AsyncIterator[OpenWeb]:
    """Starts the application with further routes and settings, as in `await open_web(rate_limits="on")`."""
    async with AsyncExitStack() as stack:

        async def start(*routes: Route, **settings: str) -> Web:
            flags = {
                "data": str(data),
                "database_url": database_url,
                "rate_limits": "off",
                "insights": "off",
                **settings,
            }
            door = replace(WEB, routes=[*WEB.routes, *routes])
            app = Application(read_settings(flags, {})[0], (API, door))
            site = await app.start()
            stack.push_async_callback(app.stop)
            return Web(app, site, stack)

        yield start


@pytest.fixture
async def web(open_web: OpenWeb) -> Web:
    """The application with rate limits off."""
    return await open_web()
