"""The application with people whose apps speak the Mastodon client API, and browsers in which they sign in."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import httpx
import pytest

from plausch.app.application import Application
from plausch.clientapi.mastodon import DOOR as MASTODON
from plausch.clientapi.plausch import DOOR as OWN
from plausch.http.site import Site
from plausch.net.fetching import GuardedClient
from plausch.people import actions as people
from plausch.people.model import Role, SignUp, Viewer
from plausch.settings import read_settings
from plausch.storage import open_database
from plausch.web import DOOR as WEB
from tests.mastodon import openapi

PASSWORD = "correct horse battery"
BASE = "http://localhost:8000"
SCOPES = "read write follow push"

T = TypeVar("T")


class Person(NamedTuple):
    viewer: Viewer
    app: httpx.AsyncClient

    @property
    def id(self) -> str:
        return str(self.viewer.person)

    async def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """What the API answers, which is of this status; `options` are those of httpx (json, data, files, params)."""
        answer = await self.app.request(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def get(self, path: str, status: int = 200, **params: Any) -> Any:
        return await self.ask("GET", path, status, params=params or None)

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        return await self.ask("POST", path, status, json=body)


class Town:
    def __init__(self, app: Application, site: Site, stack: AsyncExitStack) -> None:
        self.application = app
        self.site = site
        self._stack = stack

    async def person(self, handle: str, scopes: str = SCOPES, role: Role = Role.MEMBER) -> Person:
        """Somebody with an app that has a token."""
        password_hash = await people.hash_password(PASSWORD)
        async with self.site.database.write() as tx:
            form = SignUp(
                handle=handle,
                email=f"{handle}@example.org",
                password_hash=password_hash,
                name=handle.title(),
                role=role,
                email_confirmed=True,
            )
            id_ = await people.sign_up(tx, form)
            token = await people.create_token(tx, id_, scopes)
        return Person(Viewer(id_, id_, role), await self.client(token))

    async def stranger(self) -> Person:
        return Person(Viewer(0, 0), await self.client())

    async def client(self, token: str = "", **headers: str) -> httpx.AsyncClient:
        """An app, with a token or without; it keeps cookies too, so that it can be a browser."""
        if token:
            headers["authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(self.application)
        hooks = {"response": [openapi.check]}
        client = httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers, event_hooks=hooks)
        return await self._stack.enter_async_context(client)


def join(browser: httpx.Client, handle: str) -> None:
    """Sign up at a server that runs: the first one founds it."""
    form = {"handle": handle, "email": f"{handle}@example.org", "password": PASSWORD, "language": "en"}
    assert browser.post("/sign-up", data=form).status_code == 303


async def tokens(database_url: str, *handles: str, scopes: str = SCOPES, role: Role = Role.MEMBER) -> list[str]:
    """People in a database whose server is elsewhere, each with an app's token."""
    database = await open_database(database_url)
    found = []
    async with database.write() as tx:
        for handle in handles:
            form = SignUp(handle, f"{handle}@example.org", "-", handle.title(), role=role, email_confirmed=True)
            found.append(await people.create_token(tx, await people.sign_up(tx, form), scopes))
    await database.close()
    return found


def eventually(look: Callable[[], T], wanted: T, within: float = 20) -> None:
    """What a worker does afterwards is there in the end; until then it is looked at again."""
    deadline = time.monotonic() + within
    while (found := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == wanted


OpenTown = Callable[..., Awaitable[Town]]


@pytest.fixture
async def open_town(database_url: str, data: Path) -> AsyncIterator[OpenTown]:
    """Starts the application with further settings, as in `await open_town(rate_limits="on")`."""
    async with AsyncExitStack() as stack:

        async def start(outgoing: GuardedClient | None = None, **settings: str) -> Town:
            flags = {
                "data": str(data),
                "database_url": database_url,
                "rate_limits": "off",
                "insights": "off",
                **settings,
            }
            app = Application(read_settings(flags, {})[0], (OWN, MASTODON, WEB), outgoing=outgoing)
            site = await app.start()
            stack.push_async_callback(app.stop)
            return Town(app, site, stack)

        yield start


@pytest.fixture
async def town(open_town: OpenTown) -> Town:
    return await open_town()
