"""The live bus: what one process tells, pages in every process hear, once it is durable."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from plausch.storage import Database, column_statement, open_database
from plausch.storage.schema import signals
from plausch.work.live import LiveBus, Notice, tell

COUNT = column_statement(sa.select(sa.func.count()).select_from(signals))


@pytest.fixture
async def buses(database: Database, database_url: str) -> AsyncIterator[list[LiveBus]]:
    """One in this process's database, one in another's."""
    elsewhere = await open_database(database_url)
    found = [LiveBus(one) for one in (database, elsewhere)]
    running = [asyncio.create_task(bus.run()) for bus in found]
    # Nothing is kept for who does not listen yet.
    await asyncio.sleep(0.3)
    yield found
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await elsewhere.close()


async def test_every_process_hears_what_was_told(database: Database, buses: list[LiveBus]) -> None:
    notice = Notice("conversation:17", "posted", 2**62, 5)
    with buses[0].subscribe(["conversation:17"]) as here, buses[1].subscribe(["conversation:17", "x"]) as there:
        async with database.write() as tx:
            await tell(tx, Notice("conversation:18", "posted", 1), notice)
            assert await here.next(0.2) is None, "not before it is durable"
        assert await here.next(5) == notice
        assert await there.next(5) == notice
        assert await here.next(0.1) is None


async def test_what_was_undone_is_never_told(database: Database, buses: list[LiveBus]) -> None:
    with buses[1].subscribe(["x"]) as page:
        with pytest.raises(LookupError):
            await _tell_and_fail(database)
        async with database.write() as tx:
            await tell(tx, Notice("x", "posted", 2))
        assert await page.next(5) == Notice("x", "posted", 2)


async def _tell_and_fail(database: Database) -> None:
    async with database.write() as tx:
        await tell(tx, Notice("x", "posted", 1))
        raise LookupError


async def test_a_burst_arrives_whole_and_in_order(database: Database, buses: list[LiveBus]) -> None:
    """More than one look brings, and nothing that is written later has to push it along."""
    count = 2_500
    heard: list[int] = []
    with buses[1].subscribe(["x"]) as page:
        async with database.write() as tx:
            for number in range(count):
                await tx.signal(
                    '{"topic":"y","what":"posted"}'
                    if number % 50
                    else f'{{"topic":"x","what":"posted","id":{number + 1}}}'
                )
        while (notice := await page.next(1)) is not None:
            heard.append(notice.id)
    assert heard == list(range(1, count, 50))


async def test_a_page_that_does_not_listen_holds_nobody_up(database: Database, buses: list[LiveBus]) -> None:
    with buses[0].subscribe(["x"]) as slow, buses[0].subscribe(["x"]) as quick:
        for number in range(1, 301):
            async with database.write() as tx:
                await tell(tx, Notice("x", "posted", number))
            if number % 100 == 0:
                while await quick.next(0.2) is not None:
                    pass
        assert slow.heard.full()
    async with database.write() as tx:
        await tell(tx, Notice("x", "posted", 301))
    assert await slow.next(0.01) is not None, "what was heard before is still there"
    assert not buses[0]._by_topic, "and nobody is subscribed any more"


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_old_signals_do_not_pile_up(database: Database) -> None:
    async with database.write() as tx:
        for _ in range(25_000):
            await tx.signal("{}")
    async with database.read() as read:
        assert int(await read.first(COUNT) or 0) <= 11_000


async def test_who_is_told_to_stop_stops_though_a_notice_comes_at_that_moment(database: Database) -> None:
    for turns in range(6):
        with LiveBus(database).subscribe(["x"]) as page:
            listening = asyncio.create_task(page.next(60))
            await asyncio.sleep(0)
            page.heard.put_nowait(Notice("x", "posted"))
            for _ in range(turns):
                await asyncio.sleep(0)
            if listening.done():
                return
            listening.cancel()
            await asyncio.wait([listening])
            assert listening.cancelled(), f"after {turns} turns"
