"""When the database has no time: said as such, so that whoever asked can try again, and nothing has happened."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest
import sqlalchemy as sa
from starlette.responses import Response

from plausch.app.application import Application
from plausch.clientapi.plausch import DOOR as API
from plausch.clientapi.plausch.endpoints import ROOT, Endpoint
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.settings import read_settings
from plausch.storage import Database, Unavailable, column_statement, open_database, param, postgres, sqlite
from plausch.web import DOOR as WEB
from plausch.web.wants import Wants
from plausch.work.tables import jobs

only_postgres = pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
TOUCH = column_statement(sa.update(jobs).where(jobs.c.id == param("id")).values(attempts=jobs.c.attempts + 1))
ATTEMPTS = column_statement(sa.select(jobs.c.attempts).order_by(jobs.c.id))


@only_postgres
async def test_who_stands_in_anothers_way_may_try_again(database: Database) -> None:
    async with database.write() as tx:
        for id_ in (1, 2):
            await tx.insert(jobs, id=id_, kind="", payload=b"", due_at=0)
    first = [asyncio.Event(), asyncio.Event()]

    async def touch(mine: int, other: int) -> None:
        async with database.write() as tx:
            await tx.run(TOUCH, id=mine)
            first[mine - 1].set()
            await first[other - 1].wait()
            await tx.run(TOUCH, id=other)

    done = await asyncio.gather(touch(1, 2), touch(2, 1), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "Unavailable"]
    async with database.read() as read:
        assert await read.all(ATTEMPTS) == [1, 1], "one has written both, the other nothing"


@only_sqlite
async def test_another_process_may_write_for_too_long(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_PATIENCE", 0.05)
    other = await open_database(database.url)
    async with other.write() as tx:
        await tx.insert(jobs, id=1, kind="", payload=b"", due_at=0)
        with pytest.raises(Unavailable):
            async with database.write():
                pass
    async with database.write() as tx:
        await tx.insert(jobs, id=2, kind="", payload=b"", due_at=0)
    await other.close()


async def _hold_all(held: AsyncExitStack, database: Database) -> int:
    """Take all connections that are free; how many: what goes on behind the scenes gives some back later."""
    taken = 0
    while True:
        try:
            await held.enter_async_context(database.read())
        except Unavailable:
            return taken
        taken += 1


@only_postgres
async def test_both_doors_say_when_to_come_again(
    database_url: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_PATIENCE", 0.05)
    app = Application(read_settings({"data": str(data), "database_url": database_url}, {})[0], (API, WEB))
    site = await app.start()
    async with AsyncExitStack() as held:
        client = await held.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=site.settings.base_url)
        )
        for path in ("/local", "/nowhere", "/api/plausch/v1/posts/1", "/health"):
            answer = await client.get(path, headers={"authorization": "Bearer x", "cookie": "session=x"})
            while answer.status_code != 503 and await _hold_all(held, site.database):
                answer = await client.get(path, headers={"authorization": "Bearer x", "cookie": "session=x"})
            assert (answer.status_code, answer.headers.get("retry-after")) == (503, "5"), path
            assert "content-security-policy" in answer.headers
    await app.stop()


@only_sqlite
async def test_uploads_are_closed_by_both_doors(database_url: str, data: Path) -> None:
    files: list[BinaryIO] = []

    async def take(request: Request) -> Response:
        upload = (await request.form())["file"]
        assert not isinstance(upload, str)
        assert not upload.file.closed
        files.append(upload.file)
        return Response()

    doors = [
        replace(API, routes=[*API.routes, Endpoint("POST", "/take", take, "Take a file", None).route]),
        replace(WEB, routes=[*WEB.routes, Route("POST", "/take", take, Wants.ANYBODY)]),
    ]
    app = Application(read_settings({"data": str(data), "database_url": database_url}, {})[0], doors)
    site = await app.start()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=site.settings.base_url) as client:
        for path in (f"{ROOT}/take", "/take"):
            await client.post(path, files={"file": ("a.txt", b"words")})
    await app.stop()
    assert [file.closed for file in files] == [True, True]
