"""The worker loop: woken by what is queued, also by other processes, and gone without losing anything."""

import asyncio

import pytest

from plausch.storage import Database, Unavailable, Write, open_database
from plausch.work import queue
from plausch.work.registry import Registry
from plausch.work.tables import jobs
from plausch.work.worker import Worker


async def until(condition: asyncio.Event, seconds: float = 10) -> None:
    await asyncio.wait_for(condition.wait(), seconds)


async def test_queued_work_is_done_at_once_and_the_rest_handed_back(database: Database) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()
    done: list[int] = []

    async def work(_: Database, number: int) -> None:
        began.set()
        await go_on.wait()
        done.append(number)

    registry = Registry()
    registry.task("work", int, work)
    worker = Worker(database, registry)
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.1)
    async with database.write() as tx:
        await queue.put(tx, "work", 1)
    await until(began, 0.9)  # sooner than it would glance by itself
    worker.stop()
    async with database.write() as tx:
        await queue.put(tx, "work", 2)
    go_on.set()
    await asyncio.wait_for(running, 10)
    assert done == [1]
    async with database.read() as read:
        assert await queue.count_waiting(read) == 1
    other = Worker(database, registry)
    await other.work_all()
    assert done == [1, 2]


async def test_work_of_another_process_is_found(database: Database, database_url: str) -> None:
    found = asyncio.Event()

    async def work(tx: Write, _: object) -> None:
        tx.after_commit(found.set)

    registry = Registry()
    registry.job("work", object, work)
    worker = Worker(database, registry)
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.1)
    elsewhere = await open_database(database_url)
    async with elsewhere.write() as tx:
        await tx.insert(jobs, id=1, kind="work", payload=b"1", due_at=0)
    await until(found)
    worker.stop()
    await running
    await elsewhere.close()


async def test_a_cancelled_worker_hands_back_what_it_holds(database: Database) -> None:
    began = asyncio.Event()

    async def work(_: Database, number: int) -> None:
        began.set()
        await asyncio.sleep(60)

    registry = Registry()
    registry.task("work", int, work)
    async with database.write() as tx:
        await queue.put(tx, "work", 1)
    running = asyncio.create_task(Worker(database, registry).run())
    await until(began)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    async with database.write() as tx:
        (job,) = await queue.lease(tx, "other", 5)
    assert job.attempts == 1


async def test_a_job_that_kills_its_process_again_and_again_is_given_up(database: Database) -> None:
    tried: list[int] = []

    async def work(_: Database, number: int) -> None:
        tried.append(number)

    registry = Registry()
    registry.task("work", int, work)
    async with database.write() as tx:
        await tx.insert(jobs, id=1, kind="work", payload=b"1", due_at=0, attempts=queue.ATTEMPTS)
        await tx.insert(jobs, id=2, kind="work", payload=b"2", due_at=0, attempts=queue.ATTEMPTS - 1)
    await Worker(database, registry).work_all()
    assert tried == [2]
    async with database.read() as read:
        assert (await queue.count_waiting(read), await queue.count_failed(read)) == (0, 1)


async def test_a_lease_lasts_as_long_as_the_work(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LEASE", 150)
    began, go_on = asyncio.Event(), asyncio.Event()
    done: list[int] = []

    async def work(_: Database, number: int) -> None:
        began.set()
        await go_on.wait()
        done.append(number)

    registry = Registry()
    registry.task("work", int, work)
    async with database.write() as tx:
        await queue.put(tx, "work", 1)
    working = asyncio.create_task(Worker(database, registry).work_once())
    await until(began)
    await asyncio.sleep(0.5)  # more than three leases
    assert not await Worker(database, registry).work_once(), "nobody else takes it up"
    go_on.set()
    await working
    assert done == [1]
    async with database.read() as read:
        assert await queue.count_waiting(read) == 0


async def test_what_was_in_the_way_of_another_is_begun_anew(database: Database) -> None:
    tries: list[int] = []

    async def work(tx: Write, number: int) -> None:
        tries.append(number)
        await queue.put(tx, "rest", None)
        if len(tries) < 3:
            raise Unavailable

    async def rest(_: Write, __: object) -> None:
        return None

    registry = Registry()
    registry.job("work", int, work)
    registry.job("rest", type(None), rest)
    async with database.write() as tx:
        await queue.put(tx, "work", 1)
    worker = Worker(database, registry)
    await worker.work_once()
    assert tries == [1, 1, 1]
    async with database.read() as read:
        assert await queue.count_waiting(read) == 1, "what was undone is not there twice"
    await worker.work_all()
