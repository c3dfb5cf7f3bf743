"""Write transactions: all or nothing, each for itself although they share commits, whatever happens meanwhile."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plausch.storage import Database, Write, column_statement, open_database, param
from plausch.work.tables import jobs

KINDS = column_statement(sa.select(jobs.c.kind).order_by(jobs.c.id))
SET_KIND = column_statement(sa.update(jobs).where(jobs.c.id == param("id")).values(kind=param("word", sa.Text())))
MANY = 40


async def note(tx: Write, id_: int, kind: str = "") -> None:
    await tx.insert(jobs, id=id_, kind=kind or str(id_), payload=b"", due_at=0)


async def noted(database: Database) -> list[str]:
    async with database.read() as read:
        return await read.all(KINDS)


async def test_what_is_acknowledged_is_there(database: Database) -> None:
    async with database.write() as tx:
        await note(tx, 1)
        assert await tx.all(KINDS) == ["1"], "a transaction reads what it wrote"
        assert await noted(database) == [], "and nobody else does"
    assert await noted(database) == ["1"]


async def test_a_failing_transaction_undoes_only_itself(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as tx:
            await note(tx, number)
            await asyncio.sleep(0)
            if number % 3 == 0:
                raise LookupError(number)
            if number % 3 == 1:
                await note(tx, number)  # the same key again: the engine's own error

    done = await asyncio.gather(*(write(number) for number in range(MANY)), return_exceptions=True)
    assert [number for number, error in enumerate(done) if error is None] == list(range(2, MANY, 3))
    assert await noted(database) == [str(number) for number in range(2, MANY, 3)]


async def _fail(tx: Write) -> None:
    async with tx.savepoint():
        await note(tx, 2)
        async with tx.savepoint():
            await note(tx, 3)
        raise LookupError


async def test_a_part_may_fail_alone(database: Database) -> None:
    async with database.write() as tx:
        await note(tx, 1)
        with pytest.raises(LookupError):
            await _fail(tx)
        await note(tx, 4)
    assert await noted(database) == ["1", "4"]


async def test_callbacks_run_when_it_is_durable_and_only_then(database: Database) -> None:
    called: list[object] = []

    async def write(number: int, fail: bool) -> None:
        async with database.write() as tx:
            await note(tx, number)
            tx.after_commit(lambda: called.append(number))
            if fail:
                raise LookupError

    await asyncio.gather(write(1, False), write(2, True), write(3, False), return_exceptions=True)
    assert sorted(called, key=str) == [1, 3]
    async with database.write() as tx:
        tx.after_commit(lambda: called.append("later"))
        assert "later" not in called
    assert "later" in called


@pytest.mark.parametrize("turns", range(12))
async def test_cancelled_at_any_moment_it_happens_whole_or_not_at_all(database: Database, turns: int) -> None:
    """After 0, 1, 2, ... turns of the loop: while it waits, while it writes, while it is being committed."""
    called: list[int] = []

    async def write(number: int) -> None:
        async with database.write() as tx:
            await note(tx, 10 * number, "half")
            tx.after_commit(lambda: called.append(number))
            await asyncio.sleep(0)
            await tx.run(SET_KIND, id=10 * number, word="whole")

    tasks = [asyncio.create_task(write(number)) for number in range(1, 6)]
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[1].cancel()
    tasks[4].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(error) for error in (done[0], done[2], done[3])] == [type(None)] * 3
    async with database.write() as tx:
        await note(tx, 100, "afterwards")
    kinds = await noted(database)
    assert set(kinds) == {"whole", "afterwards"}
    assert 3 <= kinds.count("whole") <= 5
    assert len(called) == kinds.count("whole"), "what is durable is told, also when nobody waits for it any more"


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_transaction_inside_another_is_refused_and_not_waited_for(database: Database) -> None:
    async with database.write():
        with pytest.raises(RuntimeError, match="inside a write transaction"):
            await _write(database, 1)


async def test_closing_writes_what_waits(database_url: str) -> None:
    database = await open_database(database_url)
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def write(number: int) -> None:
        async with database.write() as tx:
            await note(tx, number)
            entered.set()
            await go_on.wait()

    tasks = [asyncio.create_task(write(number)) for number in range(5)]
    await entered.wait()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.05)
    go_on.set()
    await asyncio.wait_for(asyncio.gather(closing, *tasks, return_exceptions=True), 10)
    await closing
    finished = [number for number, task in enumerate(tasks) if task.exception() is None]
    again = await open_database(database_url)
    assert await noted(again) == [str(number) for number in finished]
    await again.close()
    assert 0 in finished


_WRITER = """
import asyncio, sys
from plausch.storage import open_database
from tests.storage.test_transactions import note

async def main(url, start, count):
    database = await open_database(url)
    async def write(number):
        async with database.write() as tx:
            await note(tx, number)
            await asyncio.sleep(0.0005)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(start, start + count, 4):
        await asyncio.gather(*(write(one) for one in range(number, number + 4)))
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def test_processes_write_side_by_side(database_url: str) -> None:
    """They open the fresh file at the same moment, and wait for each other's transactions."""
    count, root = 100, Path(__file__).parents[2]
    command = [sys.executable, "-c", _WRITER, database_url]
    pipe = subprocess.PIPE
    writers = [
        subprocess.Popen([*command, str(start), str(count)], cwd=root, stdin=pipe, stdout=pipe, text=True)
        for start in (0, 1000, 2000)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=60)
        assert writer.returncode == 0
    expected = [start + number for start in (0, 1000, 2000) for number in range(count)]

    async def look() -> list[str]:
        database = await open_database(database_url)
        try:
            return await noted(database)
        finally:
            await database.close()

    assert asyncio.run(look()) == [str(number) for number in expected]


async def test_what_the_engine_undoes_by_itself_is_acknowledged_to_nobody(
    new_database_url: Callable[[], str],
) -> None:
    """A full disk makes SQLite undo the shared transaction: those who wrote before are told too."""
    database = await open_database(new_database_url())
    undo = column_statement(sa.insert(jobs).prefix_with("OR ROLLBACK", dialect="sqlite"))
    row: dict[str, Any] = dict.fromkeys(("leased_by", "failed_at", "error"))
    row |= {"id": 1, "kind": "1", "payload": b"", "due_at": 0, "attempts": 0}

    async def first() -> None:
        async with database.write() as tx:
            await note(tx, 1)

    async def second() -> None:
        async with database.write() as tx:
            await tx.run(undo, **row)

    async def third() -> None:
        async with database.write() as tx:
            await note(tx, 3)

    done = await asyncio.gather(first(), second(), third(), return_exceptions=True)
    assert isinstance(done[1], Exception)
    acknowledged = [kind for kind, error in zip(("1", "2", "3"), done, strict=True) if error is None]
    assert await noted(database) == acknowledged
    async with database.write() as tx:
        await note(tx, 4)
    assert (await noted(database))[-1] == "4"
    await database.close()


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_who_finds_the_file_busy_waits(database: Database, database_url: str) -> None:
    other = await open_database(database_url)
    async with database.write() as tx:
        await note(tx, 1)
        waiting = asyncio.create_task(_write(other, 2))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        assert await noted(other) == [], "readers wait for nobody"
    await asyncio.wait_for(waiting, 10)
    assert await noted(database) == ["1", "2"]
    await other.close()


async def _write(database: Database, number: int) -> None:
    async with database.write() as tx:
        await note(tx, number)


async def test_slow_reads_see_one_moment(database: Database) -> None:
    await _write(database, 1)
    async with database.slow_read() as read:
        assert await read.all(KINDS) == ["1"]
        await _write(database, 2)
        assert await read.all(KINDS) == ["1"]
    assert await noted(database) == ["1", "2"]
