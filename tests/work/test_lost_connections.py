"""PostgreSQL is restarted under a running server, or cuts its connections: everything goes on by itself."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest

from plausch.storage import Database, Write, open_database
from plausch.work import queue
from plausch.work.live import LiveBus, Notice, Subscription, tell
from plausch.work.registry import Registry
from plausch.work.worker import Worker

#: What a statement may meet in that moment.
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"


async def _cut_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(_CUT, connection.get_server_pid())
    await connection.close()


async def _hears(database: Database, page: Subscription) -> None:
    """Somebody goes on telling until the page hears it."""
    async with asyncio.timeout(10):
        while True:
            with suppress(*_LOST):
                async with database.write() as tx:
                    await tell(tx, Notice("local", "posted"))
            if await page.next(0.1) is not None:
                return


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_pages_hear_and_work_is_done_after_connections_were_cut(database_url: str) -> None:
    database = await open_database(database_url)
    done = asyncio.Event()

    async def note(tx: Write, _: object) -> None:
        tx.after_commit(done.set)

    registry = Registry()
    registry.job("note", type(None), note)
    worker, bus = Worker(database, registry), LiveBus(database)
    tasks = [asyncio.create_task(worker.run()), asyncio.create_task(bus.run())]
    try:
        with bus.subscribe(["local"]) as page:
            await _hears(database, page)
            await _cut_connections(database_url)
            await _hears(database, page)
            async with database.write() as tx:
                await queue.put(tx, "note", None)
            await asyncio.wait_for(done.wait(), 10)
    finally:
        worker.stop()
        await asyncio.wait_for(tasks[0], 10)
        tasks[1].cancel()
        await asyncio.gather(tasks[1], return_exceptions=True)
        await database.close()
