"""The application with people whose programs have tokens; every answer is held against the API's description."""

import functools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import jsonschema
import pytest
import sqlalchemy as sa

from plausch.app.application import Application
from plausch.clientapi.plausch import DOOR
from plausch.clientapi.plausch.openapi import describe
from plausch.clientapi.plausch.routes import ENDPOINTS
from plausch.http.routing import Match, Router
from plausch.http.site import Site
from plausch.people import actions as people
from plausch.people.model import SignUp, Viewer
from plausch.settings import read_settings
from plausch.storage import column_statement
from plausch.storage.parts import parts

API = "/api/plausch/v1"


class Person(NamedTuple):
    viewer: Viewer
    program: httpx.AsyncClient

    @property
    def id(self) -> str:
        return str(self.viewer.person)

    async def ask(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """What the API answers, which is of this status."""
        answer = await self.program.request(
            method, API + path, json=body if method in ("POST", "PATCH", "PUT") else None
        )
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def get(self, path: str, status: int = 200) -> Any:
        return await self.ask("GET", path, status)

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        return await self.ask("POST", path, status, **body)


class Town:
    def __init__(self, app: Application, site: Site, stack: AsyncExitStack) -> None:
        self.site = site
        self._app = app
        self._stack = stack
        #: At which addresses programs got a good answer.
        self.asked: set[tuple[str, str]] = set()
        self._router = Router(one.route for one in ENDPOINTS)

    async def person(self, handle: str, scopes: str = "read write") -> Person:
        async with self.site.database.write() as tx:
            form = SignUp(handle=handle, email=f"{handle}@example.org", password_hash="-", name=handle.title())
            id_ = await people.sign_up(tx, form)
            token = await people.create_token(tx, id_, scopes)
        return Person(Viewer(id_, id_), await self.program(token))

    async def stranger(self) -> Person:
        return Person(Viewer(0, 0), await self.program(None))

    async def program(self, token: str | None) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self._app)
        client = httpx.AsyncClient(
            transport=transport,
            base_url="http://localhost:8000",
            headers=headers,
            event_hooks={"response": [self.check]},
        )
        return await self._stack.enter_async_context(client)

    async def parts(self) -> int:
        async with self.site.database.read() as tx:
            return int(await tx.first(column_statement(sa.select(sa.func.count()).select_from(parts))) or 0)

    async def check(self, answer: httpx.Response) -> None:
        """Every answer is as the description says, and holds nothing that it does not name."""
        await answer.aread()
        if answer.status_code in (405, 413):
            return  # Said of any address, before anybody looks what it is.
        match = self._router.match(answer.request.method, answer.request.url.path)
        if match is None:
            assert answer.status_code == 404
            return
        check_answer(described(self.site), match, answer)
        if answer.is_success:
            self.asked.add((match.route.method, match.route.path))


@functools.cache
def described(site: Site) -> dict[str, Any]:
    document: dict[str, Any] = strictly(describe(site, ENDPOINTS))
    return document


def strictly(schema: Any) -> Any:
    """The same description, but what it does not name is wrong."""
    if isinstance(schema, list):
        return [strictly(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: strictly(one) for name, one in schema.items()}
    if found.get("type") == "object" and isinstance(found.get("properties"), dict):
        found.setdefault("additionalProperties", False)
    return found


def check_answer(document: dict[str, Any], match: Match, answer: httpx.Response) -> None:
    operation = document["paths"][match.route.path][match.route.method.lower()]
    response = operation["responses"].get(str(answer.status_code))
    assert response is not None, f"{match.route.path} answers {answer.status_code}, of which nobody was told"
    if "content" not in response:
        assert not answer.content
        return
    schema = {**response["content"]["application/json"]["schema"], "components": document["components"]}
    jsonschema.validate(answer.json(), schema, cls=jsonschema.Draft202012Validator)


@pytest.fixture
async def town(database_url: str, data: Path) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        flags = {"data": str(data), "database_url": database_url, "rate_limits": "off"}
        app = Application(read_settings(flags, {})[0], (DOOR,))
        site = await app.start()
        stack.push_async_callback(app.stop)
        yield Town(app, site, stack)
