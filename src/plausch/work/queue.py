"""Putting jobs into the durable queue, leasing them, and finishing them.

A leased job is simply not due until its lease ends: when the process that holds it dies, it becomes due again by
itself.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.storage import Read, Statement, Write, column_statement, param
from plausch.work.tables import jobs

#: How long a process may work on a job before others take it up, in ms.
LEASE = 30 * clock.SECOND
#: How many times a job is tried before a person has to look at it.
ATTEMPTS = 10
#: From then on an owner is told that a job fails again and again, though it may still end well.
STUBBORN = 3
_FIRST_PAUSE = 2 * clock.SECOND
_LONGEST_PAUSE = 6 * clock.HOUR


class Lease(msgspec.Struct, frozen=True):
    """A job that is this process's to do until the lease ends."""

    id: int
    kind: str
    payload: bytes
    attempts: int


class Failed(msgspec.Struct, frozen=True):
    """A job that was given up."""

    id: int
    kind: str
    attempts: int
    failed_at: int
    #: The kind of error, never its text.
    error: str


class Load(msgspec.Struct, frozen=True):
    """How many jobs of a kind there are."""

    kind: str
    #: Those whose moment has come, with those that are being done or tried again.
    due: int
    #: Those whose moment is still to come: a post that is scheduled for next week is not behind.
    later: int
    failed: int
    #: Those that were tried more than `STUBBORN` times and are still tried; the kind of error of one of them.
    stubborn: int
    error: str


_DUE = (
    sa.select(jobs.c.id)
    .where(jobs.c.due_at <= param("now"), jobs.c.failed_at.is_(None))
    .order_by(jobs.c.due_at, jobs.c.id)
    .limit(param("limit"))
    .with_for_update(skip_locked=True)
)
_LEASE = Statement(
    sa.update(jobs)
    .where(jobs.c.id.in_(_DUE.scalar_subquery()))
    .values(due_at=param("until"), leased_by=param("worker", sa.Text()), attempts=jobs.c.attempts + 1)
    .returning(jobs.c.id, jobs.c.kind, jobs.c.payload, jobs.c.attempts),
    Lease,
)
_ANY_DUE = column_statement(
    sa.select(jobs.c.id).where(jobs.c.due_at <= param("now"), jobs.c.failed_at.is_(None)).limit(1)
)
_MINE = (jobs.c.id == param("job"), jobs.c.leased_by == param("worker", sa.Text()))
_FINISH = column_statement(sa.delete(jobs).where(*_MINE))
_RENEW = column_statement(sa.update(jobs).where(*_MINE).values(due_at=param("until")))
_POSTPONE = column_statement(
    sa.update(jobs).where(*_MINE).values(due_at=param("due"), leased_by=None, error=param("error_kind", sa.Text()))
)
_GIVE_UP = column_statement(
    sa.update(jobs).where(*_MINE).values(failed_at=param("now"), leased_by=None, error=param("error_kind", sa.Text()))
)
_HAND_BACK = column_statement(
    sa.update(jobs)
    .where(jobs.c.leased_by == param("worker", sa.Text()), jobs.c.failed_at.is_(None))
    .values(due_at=param("now"), leased_by=None, attempts=jobs.c.attempts - 1)
)
_DROP = column_statement(
    sa.delete(jobs).where(
        jobs.c.kind == param("job_kind", sa.Text()), jobs.c.payload == param("payload", sa.LargeBinary())
    )
)
_RETRY = column_statement(
    sa.update(jobs)
    .where(jobs.c.failed_at.is_not(None))
    .values(failed_at=None, leased_by=None, attempts=0, due_at=param("now"))
)
_ONE_FAILED = (jobs.c.id == param("job"), jobs.c.failed_at.is_not(None))
_RETRY_ONE = column_statement(
    sa.update(jobs).where(*_ONE_FAILED).values(failed_at=None, leased_by=None, attempts=0, due_at=param("now"))
)
_DROP_ONE = column_statement(sa.delete(jobs).where(*_ONE_FAILED))
_FAILED = Statement(
    sa.select(jobs.c.id, jobs.c.kind, jobs.c.attempts, jobs.c.failed_at, sa.func.coalesce(jobs.c.error, ""))
    .where(jobs.c.failed_at.is_not(None))
    .order_by(jobs.c.failed_at.desc(), jobs.c.id.desc())
    .limit(param("limit")),
    Failed,
)


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


_OPEN = jobs.c.failed_at.is_(None)
#: What was begun once is to be done, whenever it is tried again; what is leased is not due either.
_BEHIND = sa.or_(jobs.c.due_at <= param("now"), jobs.c.attempts > 0)
_STUBBORN = sa.and_(_OPEN, jobs.c.attempts > STUBBORN)
_LOADS = Statement(
    sa.select(
        jobs.c.kind,
        _how_many(sa.and_(_OPEN, _BEHIND)),
        _how_many(sa.and_(_OPEN, sa.not_(_BEHIND))),
        _how_many(jobs.c.failed_at.is_not(None)),
        _how_many(_STUBBORN),
        sa.func.coalesce(sa.func.max(sa.case((_STUBBORN, jobs.c.error))), ""),
    )
    .group_by(jobs.c.kind)
    .order_by(jobs.c.kind),
    Load,
)
_OLDEST = column_statement(sa.select(sa.func.min(jobs.c.due_at)).where(_OPEN))
_COUNT = column_statement(sa.select(sa.func.count()).select_from(jobs).where(_OPEN, _BEHIND))
_COUNT_FAILED = column_statement(sa.select(sa.func.count()).select_from(jobs).where(jobs.c.failed_at.is_not(None)))
_COUNT_STUBBORN = column_statement(sa.select(sa.func.count()).select_from(jobs).where(_STUBBORN))

#: Called after a commit that put something into the queue: wakes this process's worker.
_wake: list[Any] = []


def on_put(call: Any) -> None:
    """Have `call()` run whenever this process has put a job into the queue."""
    _wake.append(call)


def off_put(call: Any) -> None:
    _wake.remove(call)


def _wake_all() -> None:
    for call in _wake:
        call()


async def put(tx: Write, kind: str, payload: Any, *, at: int | None = None, id_: int | None = None) -> None:
    """Queue a job in the transaction of the change; due at a moment (ms), or at once."""
    await _insert(tx, kind, payload, at, id_)


async def put_again(tx: Write, kind: str, payload: Any, *, at: int, tries: int, error: str) -> None:
    """Queue anew, with another payload, a job that counts its attempts itself and has failed `tries` times."""
    # Its next attempt is still one that the queue allows: only the job itself gives up.
    await _insert(tx, kind, payload, at, attempts=min(tries, ATTEMPTS - 1), error=error)


async def _insert(
    tx: Write, kind: str, payload: Any, at: int | None, id_: int | None = None, **tried: int | str
) -> None:
    await tx.insert(
        jobs,
        id=ids.new_id() if id_ is None else id_,
        kind=kind,
        payload=msgspec.json.encode(payload),
        due_at=clock.real_now() if at is None else at,
        **tried,
    )
    tx.after_commit(_wake_all)


async def put_failed(tx: Write, kind: str, payload: Any, error: str) -> None:
    """Note a job that has counted its attempts itself and gives up: a person looks at it, and may try it again."""
    now = clock.real_now()
    await tx.insert(
        jobs,
        id=ids.new_id(),
        kind=kind,
        payload=msgspec.json.encode(payload),
        due_at=now,
        failed_at=now,
        error=error,
    )


async def take_back(tx: Write, kind: str, payload: Any) -> None:
    """Remove a queued job that has become pointless."""
    await tx.run(_DROP, job_kind=kind, payload=msgspec.json.encode(payload))


async def is_due(tx: Read) -> bool:
    """Whether there is anything to lease: asking disturbs nobody, leasing takes the one writer."""
    return await tx.first(_ANY_DUE, now=clock.real_now()) is not None


async def lease(tx: Write, worker: str, limit: int) -> list[Lease]:
    """Take up to `limit` due jobs, oldest first."""
    now = clock.real_now()
    leased = await tx.all(_LEASE, now=now, until=now + LEASE, worker=worker, limit=limit)
    leased.sort(key=lambda job: job.id)
    return leased


async def renew(tx: Write, worker: str, job: Lease) -> None:
    """The job is still being done: its lease begins anew."""
    await tx.run(_RENEW, job=job.id, worker=worker, until=clock.real_now() + LEASE)


async def finish(tx: Write, worker: str, job: Lease) -> bool:
    """Remove a job that is being done in this transaction; False when its lease has gone to somebody else."""
    return await tx.run(_FINISH, job=job.id, worker=worker) > 0


async def fail(tx: Write, worker: str, job: Lease, error: str) -> bool:
    """Try again after a pause that doubles each time; True when it was given up instead."""
    now = clock.real_now()
    if job.attempts >= ATTEMPTS:
        await tx.run(_GIVE_UP, job=job.id, worker=worker, now=now, error_kind=error)
        return True
    pause = min(_FIRST_PAUSE << (job.attempts - 1), _LONGEST_PAUSE)
    await tx.run(_POSTPONE, job=job.id, worker=worker, due=now + pause, error_kind=error)
    return False


async def hand_back(tx: Write, worker: str) -> None:
    """Make everything this worker has leased due again: it is shutting down."""
    await tx.run(_HAND_BACK, worker=worker, now=clock.real_now())


async def retry_failed(tx: Write) -> int:
    """Try again what was given up, once its cause is mended; how many jobs that are."""
    return await tx.run(_RETRY, now=clock.real_now())


async def count_waiting(tx: Read) -> int:
    """How many jobs are to be done, begun or not: what is scheduled for later is not behind."""
    return int(await tx.first(_COUNT, now=clock.real_now()) or 0)


async def count_failed(tx: Read) -> int:
    return int(await tx.first(_COUNT_FAILED) or 0)


async def count_stubborn(tx: Read) -> int:
    """How many jobs have failed again and again, and are still tried."""
    return int(await tx.first(_COUNT_STUBBORN) or 0)


async def list_loads(tx: Read) -> list[Load]:
    """What there is to do and what was given up, by kind."""
    return await tx.all(_LOADS, now=clock.real_now())


async def list_failed(tx: Read, limit: int) -> list[Failed]:
    """What was given up, the newest first."""
    return await tx.all(_FAILED, limit=limit)


async def measure_delay(tx: Read) -> int:
    """How long (ms) the job that has waited longest could have been begun; 0 when nothing waits."""
    oldest = await tx.first(_OLDEST)
    return max(0, clock.real_now() - int(oldest)) if oldest is not None else 0


async def retry_job(tx: Write, job: int) -> None:
    """Try one again that was given up; nothing when it is gone."""
    await tx.run(_RETRY_ONE, job=job, now=clock.real_now())
    tx.after_commit(_wake_all)


async def drop_job(tx: Write, job: int) -> None:
    """Forget one that was given up: what it was for will not happen."""
    await tx.run(_DROP_ONE, job=job)
