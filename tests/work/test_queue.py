"""The durable queue: leases, retries, giving up, and effects that happen exactly once."""

import msgspec
import pytest
import sqlalchemy as sa

from plausch.kernel import clock
from plausch.storage import Database, Write, column_statement, param
from plausch.work import queue
from plausch.work.facts import Fact, Origin, record
from plausch.work.registry import Registry
from plausch.work.tables import jobs, schedule
from plausch.work.worker import Worker

ROWS = column_statement(sa.select(jobs.c.kind).order_by(jobs.c.id))
DUE = column_statement(sa.select(jobs.c.due_at).order_by(jobs.c.id))
EXPIRE = column_statement(sa.update(jobs).values(due_at=0))
EFFECTS = column_statement(sa.select(schedule.c.last_at).where(schedule.c.name == param("name", sa.Text())))
COUNT_UP = column_statement(
    sa.update(schedule).where(schedule.c.name == param("name", sa.Text())).values(last_at=schedule.c.last_at + 1)
)


class Something(Fact, frozen=True):
    number: int


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The clock of leases and pauses, which a test sets forward."""
    moment = [clock.real_now()]
    monkeypatch.setattr(clock, "real_now", lambda: moment[0])
    return moment


async def put(database: Database, *kinds: str, at: int | None = None) -> None:
    async with database.write() as tx:
        for kind in kinds:
            await queue.put(tx, kind, 1, at=at)


async def lease(database: Database, worker: str, limit: int = 10) -> list[queue.Lease]:
    async with database.write() as tx:
        return await queue.lease(tx, worker, limit)


async def effects(database: Database, name: str) -> int:
    async with database.read() as read:
        return int(await read.first(EFFECTS, name=name) or 0)


async def begin_counting(database: Database, *names: str) -> None:
    async with database.write() as tx:
        for name in names:
            await tx.insert(schedule, name=name, last_at=0)


async def test_one_lease_at_a_time_oldest_first(database: Database, now: list[int]) -> None:
    await put(database, "a", "b", "c")
    assert [job.kind for job in await lease(database, "one", 2)] == ["a", "b"]
    assert [job.kind for job in await lease(database, "two")] == ["c"]
    assert await lease(database, "two") == []
    now[0] += queue.LEASE - 1
    assert await lease(database, "two") == []
    now[0] += 1
    again = await lease(database, "two")
    assert [(job.kind, job.attempts) for job in again] == [("a", 2), ("b", 2), ("c", 2)]


async def test_what_is_not_due_waits(database: Database, now: list[int]) -> None:
    await put(database, "later", at=now[0] + 5)
    assert await lease(database, "one") == []
    now[0] += 5
    assert [job.kind for job in await lease(database, "one")] == ["later"]


async def test_pauses_double_until_it_is_given_up(database: Database, now: list[int]) -> None:
    await put(database, "hard")
    pauses = []
    for attempt in range(1, queue.ATTEMPTS + 1):
        (job,) = await lease(database, "one")
        assert job.attempts == attempt
        async with database.write() as tx:
            given_up = await queue.fail(tx, "one", job, "ValueError")
            (due,) = await tx.all(DUE)
        assert given_up == (attempt == queue.ATTEMPTS)
        if not given_up:
            pauses.append(due - now[0])
            assert await lease(database, "one") == []
            now[0] = due
    assert pauses == [2_000 << number for number in range(queue.ATTEMPTS - 1)]
    now[0] += 365 * clock.DAY
    assert await lease(database, "one") == []
    async with database.read() as read:
        assert (await queue.count_waiting(read), await queue.count_failed(read)) == (0, 1)


async def test_who_has_lost_the_lease_can_neither_finish_nor_postpone(database: Database, now: list[int]) -> None:
    await put(database, "slow")
    (mine,) = await lease(database, "one")
    now[0] += queue.LEASE
    (theirs,) = await lease(database, "two")
    async with database.write() as tx:
        assert not await queue.finish(tx, "one", mine)
        await queue.fail(tx, "one", mine, "ValueError")
        (due,) = await tx.all(DUE)
        assert due == now[0] + queue.LEASE, "it is still the other's"
        assert await queue.finish(tx, "two", theirs)
        assert await tx.all(ROWS) == []


async def test_handed_back_it_is_due_at_once_and_no_attempt_is_lost(database: Database, now: list[int]) -> None:
    await put(database, "a", "b")
    await lease(database, "one", 1)
    await lease(database, "two", 1)
    async with database.write() as tx:
        await queue.hand_back(tx, "one")
    assert [(job.kind, job.attempts) for job in await lease(database, "three")] == [("a", 1)]


async def test_what_has_become_pointless_is_taken_back(database: Database) -> None:
    async with database.write() as tx:
        await queue.put(tx, "mail", {"to": 1})
        await queue.put(tx, "mail", {"to": 2})
        await queue.take_back(tx, "mail", {"to": 1})
    assert [job.payload for job in await lease(database, "one")] == [b'{"to":2}']


async def test_an_undone_transaction_queues_nothing(database: Database) -> None:
    with pytest.raises(LookupError):
        await _record_and_fail(database)
    assert await lease(database, "one") == []


async def _record_and_fail(database: Database) -> None:
    async with database.write() as tx:
        await record(tx, Something(number=1))
        raise LookupError


def counting(name: str, *, fails: list[int] | None = None) -> "Counter":
    return Counter(name, fails if fails is not None else [0])


class Counter:
    """A listener that counts itself in the database, and fails as often as `fails` says."""

    def __init__(self, name: str, fails: list[int]) -> None:
        self.__qualname__ = self.name = name
        self.fails = fails

    async def __call__(self, tx: Write, fact: Something) -> None:
        await tx.run(COUNT_UP, name=self.name)
        if self.fails[0]:
            self.fails[0] -= 1
            raise LookupError("what it did before is undone")


def hearing(*counters: Counter) -> Registry:
    registry = Registry()
    for counter in counters:
        registry.listen(Something, counter)
    return registry


async def test_a_failing_listener_does_not_hold_up_the_others(database: Database, now: list[int]) -> None:
    good, bad, late = counting("good"), counting("bad", fails=[3]), counting("late")
    await begin_counting(database, "good", "bad", "late")
    worker = Worker(database, hearing(good, bad, late))
    async with database.write() as tx:
        await record(tx, Something(number=1))
    await worker.work_all()
    assert [await effects(database, name) for name in ("good", "bad", "late")] == [1, 0, 1]
    for _ in range(3):
        now[0] += clock.HOUR
        await worker.work_all()
    assert [await effects(database, name) for name in ("good", "bad", "late")] == [1, 1, 1]
    async with database.read() as read:
        assert await read.all(ROWS) == []


async def test_effects_happen_once_though_the_lease_is_lost(database: Database, now: list[int]) -> None:
    """The first worker stalls between leasing and doing; a second does the job; the first must not do it again."""
    await begin_counting(database, "once")
    one, two = (Worker(database, hearing(counting("once"))) for _ in range(2))
    async with database.write() as tx:
        await record(tx, Something(number=1))
    async with database.write() as tx:
        stalled = await queue.lease(tx, one._name, 10)
    now[0] += queue.LEASE
    await two.work_all()
    for job in stalled:
        await one._do(job)
    assert await effects(database, "once") == 1


async def test_an_expired_lease_that_nobody_took_is_still_good(database: Database, now: list[int]) -> None:
    await begin_counting(database, "once")
    worker = Worker(database, hearing(counting("once")))
    async with database.write() as tx:
        await record(tx, Something(number=1))
        leased = await queue.lease(tx, worker._name, 10)
    now[0] += 10 * queue.LEASE
    for job in leased:
        await worker._do(job)
    await worker.work_all()
    assert await effects(database, "once") == 1


async def test_a_task_beyond_the_database_happens_at_least_once(database: Database, now: list[int]) -> None:
    done: list[int] = []

    async def send(_: Database, number: int) -> None:
        done.append(number)
        if len(done) == 1:
            raise ConnectionError

    registry = Registry()
    registry.task("send", int, send)
    await put(database, "send")
    worker = Worker(database, registry)
    await worker.work_all()
    assert done == [1]
    now[0] += clock.MINUTE
    await worker.work_all()
    assert done == [1, 1]
    async with database.read() as read:
        assert await read.all(ROWS) == []


async def test_a_job_nobody_knows_is_kept_and_a_fact_nobody_hears_is_not(database: Database, now: list[int]) -> None:
    await put(database, "from.a.newer.version")
    async with database.write() as tx:
        await record(tx, Something(number=1))
    await Worker(database, Registry()).work_all()
    async with database.read() as read:
        assert await read.all(ROWS) == ["from.a.newer.version"]


async def test_repeated_jobs_are_queued_by_one_process_only(database: Database, now: list[int]) -> None:
    async def nothing(tx: Write, _: object) -> None: ...

    registry = Registry()
    registry.job("sweep", type(None), nothing, every=clock.HOUR)
    workers = [Worker(database, registry) for _ in range(3)]
    for _ in range(2):
        for worker in workers:
            await worker._queue_repeated()
    async with database.read() as read:
        assert await read.all(ROWS) == ["sweep"]
    now[0] += clock.HOUR
    for worker in workers:
        await worker._queue_repeated()
    async with database.read() as read:
        assert await read.all(ROWS) == ["sweep", "sweep"]


async def test_a_fact_is_heard_as_it_was_recorded(database: Database) -> None:
    heard: list[Something] = []

    async def listen(tx: Write, fact: Something) -> None:
        heard.append(fact)

    registry = Registry()
    registry.listen(Something, listen)
    fact = Something(number=7, origin=Origin.IMPORT, occurred_at=123)
    async with database.write() as tx:
        await record(tx, fact)
    await Worker(database, registry).work_all()
    assert heard == [fact]
    assert not heard[0].live
    assert msgspec.json.decode(msgspec.json.encode(fact), type=Something) == fact


async def test_what_fails_again_and_again_is_counted_before_it_is_given_up(database: Database, now: list[int]) -> None:
    await put(database, "a", "b")
    async with database.write() as tx:
        await queue.put_again(tx, "c", None, at=now[0], tries=queue.STUBBORN + 1, error="LetterDelayed")
        for tried in range(queue.STUBBORN + 1):
            assert await queue.count_stubborn(tx) == 1, f"after {tried} attempts"
            for job in await queue.lease(tx, "worker", 9):
                if job.kind == "a":
                    await queue.fail(tx, "worker", job, "KeyError")
                elif job.kind == "b":
                    await queue.finish(tx, "worker", job)
            now[0] += clock.MINUTE
        assert await queue.count_stubborn(tx) == 2
        found = {load.kind: (load.stubborn, load.error, load.failed) for load in await queue.list_loads(tx)}
        assert found == {"a": (1, "KeyError", 0), "c": (1, "LetterDelayed", 0)}


async def test_what_was_given_up_is_looked_at_one_by_one(database: Database, now: list[int]) -> None:
    await put(database, "a", "a", "b")
    await put(database, "b", at=now[0] + clock.HOUR)
    async with database.write() as tx:
        for job in await queue.lease(tx, "worker", 2):
            await queue.fail(tx, "worker", msgspec.structs.replace(job, attempts=queue.ATTEMPTS), "KeyError")
        now[0] += clock.MINUTE
        failed = await queue.list_failed(tx, 10)
        assert [(one.kind, one.error) for one in failed] == [("a", "KeyError"), ("a", "KeyError")]
        loads = {load.kind: (load.due, load.later, load.failed) for load in await queue.list_loads(tx)}
        assert loads == {"a": (0, 0, 2), "b": (1, 1, 0)}
        assert await queue.count_waiting(tx) == 1, "what is for later is not behind"
        assert await queue.measure_delay(tx) == clock.MINUTE
        await queue.drop_job(tx, failed[0].id)
        await queue.retry_job(tx, failed[1].id)
        assert await queue.list_failed(tx, 10) == []
        assert [job.kind for job in await queue.lease(tx, "worker", 10)] == ["a", "b"]
        assert await queue.count_waiting(tx) == 2, "what is being done is not done"
