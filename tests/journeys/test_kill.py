"""kill -9 at any moment loses nothing that was acknowledged, and background work happens exactly once all the same."""

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from plausch.kernel import clock
from plausch.storage import Database, column_statement, open_database
from plausch.storage.opening import sqlite_path
from plausch.work import queue
from plausch.work.tables import jobs
from tests.harness.consistency import find_faults
from tests.harness.crowd import Crowd, join_people
from tests.harness.server import Server

#: Leases begun within the last tenth of a second.
_JUST_LEASED = f"SELECT count(*) FROM {jobs.name} WHERE leased_by IS NOT NULL AND due_at > "
_FRESH = queue.LEASE - 100
_END_LEASES = column_statement(jobs.update().where(jobs.c.leased_by.is_not(None)).values(due_at=0))


class Rampage:
    """Kills a server again and again while a crowd uses it, each time in one of several ways."""

    def __init__(self, server: Server, crowd: Crowd, seed: int) -> None:
        self._server = server
        self._crowd = crowd
        self._chance = random.Random(seed)
        self.kills = {"sudden": 0, "leased": 0, "starting": 0, "worker": 0}

    async def run(self, kills: int, posts: int, workers: int) -> None:
        """The server is dead in the end."""
        ways = ["sudden", "starting", "leased"] + (["worker"] if workers > 1 else [])
        while sum(self.kills.values()) < kills - 1 or len(self._crowd.promises.posts) < posts:
            await self._once(ways[sum(self.kills.values()) % len(ways)])
        await self._kill_leasing()

    async def _once(self, way: str) -> None:
        if way == "worker":
            await self._kill_one_worker()
            return
        if way == "leased":
            await self._kill_leasing()
        else:
            await self._crowd.answers(self._chance.randint(1, 40))
            await asyncio.sleep(self._chance.uniform(0, 0.02))
            self._kill(way)
        if way == "starting":
            # Once more while it opens the database, which may just be recovering.
            with suppress(RuntimeError):
                await asyncio.to_thread(self._server.start, self._chance.uniform(0.2, 0.9))
            self._server.kill()
        await asyncio.to_thread(self._server.start)
        self._crowd.server_is_up(True)

    def _kill(self, way: str) -> None:
        self._server.kill()
        self._crowd.server_is_up(False)
        self.kills[way] += 1

    async def _kill_leasing(self) -> None:
        await self._crowd.answers(self._chance.randint(1, 20))
        async with _leases_seen(self._server.database_url):
            self._kill("leased")

    async def _kill_one_worker(self) -> None:
        """The main process starts another one; clients that were connected to it ask again."""
        await self._crowd.answers(self._chance.randint(1, 20))
        before = _workers(self._server)
        os.kill(self._chance.choice(before), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while len(_workers(self._server)) < len(before) or set(_workers(self._server)) == set(before):
            assert time.monotonic() < deadline, "no worker took the place of the one that was killed"
            await asyncio.sleep(0.05)
        self.kills["worker"] += 1


def _workers(server: Server) -> list[int]:
    """The server's worker processes: the children that are no helpers of Python's."""
    found = []
    for child in psutil.Process(server.pid).children():
        with suppress(psutil.NoSuchProcess):
            if child.status() != psutil.STATUS_ZOMBIE and "tracker" not in " ".join(child.cmdline()):
                found.append(child.pid)
    return found


@asynccontextmanager
async def _leases_seen(url: str) -> AsyncIterator[None]:
    """Wait until a batch has been leased this moment; whoever looks is gone before the server starts again."""
    path = sqlite_path(url)
    connection: Any
    if path is not None:
        # Read-only, so that it neither recovers nor tidies up what the server leaves behind.
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)

        async def count() -> int:
            return int(connection.execute(f"{_JUST_LEASED} ?", (clock.real_now() + _FRESH,)).fetchone()[0])

    else:
        connection = await asyncpg.connect(url)

        async def count() -> int:
            return int(await connection.fetchval(f"{_JUST_LEASED} $1", clock.real_now() + _FRESH))

    deadline = time.monotonic() + 10
    try:
        while not await count():
            assert time.monotonic() < deadline, "no batch was leased in ten seconds of load"
            await asyncio.sleep(0)
        yield
    finally:
        closing = connection.close()
        if closing is not None:
            await closing


async def _wait_until_done(database: Database, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        async with database.read() as tx:
            if not await queue.count_waiting(tx):
                return
        await asyncio.sleep(0.1)


async def _finish(server: Server, crowd: Crowd, *, patient: bool) -> None:
    """Start once more, let the work that is left be done, stop gracefully, and look for faults."""
    database = await open_database(server.database_url)
    try:
        if not patient:
            # As if half a minute had gone by: nobody is alive who holds a lease.
            async with database.write() as tx:
                await tx.run(_END_LEASES)
        await asyncio.to_thread(server.start)
        await _wait_until_done(database, queue.LEASE / 1000 + 30)
        code = await asyncio.to_thread(server.stop)
        assert code == 0
        faults = await find_faults(database, crowd.promises)
    finally:
        await database.close()
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:50])


async def _rampage(url: str, data: Path, *, workers: int, kills: int, posts: int, patient: bool) -> None:
    server = Server(url, data, {"PLAUSCH_WORKERS": str(workers)})
    began = time.monotonic()
    members = await join_people(url)
    await asyncio.to_thread(server.start)
    try:
        crowd = Crowd(server.url, members, seed=kills)
        rampage = Rampage(server, crowd, seed=kills)
        using = asyncio.create_task(crowd.run())
        with crowd.stopping():
            killing = asyncio.create_task(rampage.run(kills, posts, workers))
            await asyncio.wait({using, killing}, return_when=asyncio.FIRST_COMPLETED)
        await killing if not using.done() else using.result()
        await using
        await _finish(server, crowd, patient=patient)
    finally:
        server.kill()
        print(server.log()[-20_000:])
    told = crowd.promises
    print(
        f"{sum(rampage.kills.values())} kills {rampage.kills}, {len(told.posts)} posts, {len(told.likes)} likes and "
        f"{len(told.shares)} shares acknowledged, {crowd.unanswered} unanswered, {time.monotonic() - began:.0f} s"
    )


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(database_url: str, data: Path) -> None:
    await _rampage(database_url, data, workers=2, kills=3, posts=10, patient=False)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
async def test_nothing_acknowledged_is_lost_in_many_kills(database_url: str, data: Path, workers: int) -> None:
    await _rampage(database_url, data, workers=workers, kills=32, posts=200, patient=True)


@pytest.mark.slow
async def test_a_graceful_end_under_load_loses_nothing(database_url: str, data: Path) -> None:
    server = Server(database_url, data, {"PLAUSCH_WORKERS": "2"})
    members = await join_people(database_url)
    await asyncio.to_thread(server.start)
    crowd = Crowd(server.url, members, seed=1)
    using = asyncio.create_task(crowd.run())
    try:
        with crowd.stopping():
            await crowd.answers(60)
            code = await asyncio.to_thread(server.stop)
        await using
        assert code == 0
        database = await open_database(database_url)
        rows = [row for part in [rows async for rows in database.stream(jobs)] for row in part]
        await database.close()
        leased = [row for row in rows if row[list(jobs.c.keys()).index("leased_by")] is not None]
        assert not leased, leased
        await _finish(server, crowd, patient=False)
    finally:
        server.kill()
        print(server.log()[-20_000:])


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
def test_workers_end_with_the_main_process(database_url: str, data: Path) -> None:
    """Else they would keep the port, and nobody could tell them to end."""
    server = Server(database_url, data, {"PLAUSCH_WORKERS": "2"}).start()
    try:
        workers = [psutil.Process(pid) for pid in _workers(server)]
        os.kill(server.pid, signal.SIGKILL)
        assert len(workers) == 2
        # One of them may be only starting.
        _, alive = psutil.wait_procs(workers, timeout=20)
        assert not alive
    finally:
        server.kill()
