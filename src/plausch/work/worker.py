"""The worker loop: leases due jobs in batches and does them, in every server process.

A batch's jobs run side by side, so that on SQLite they share commits; whatever takes long goes on beside the next
batch. What fails is tried again later; a fact of which one listener fails is split into one job a listener, so that the
others are not held up.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from plausch.kernel import clock
from plausch.storage import Database, Unavailable, Write
from plausch.work import queue
from plausch.work.queue import Lease
from plausch.work.registry import Registry
from plausch.work.turns import is_turn, take_turn

log = logging.getLogger("plausch.work")

_BATCH = 50
#: How often to look for what other processes queued, or what has become due, in seconds.
_GLANCE = 1.0
_LISTENER = "listener:"
#: Before a transaction that could not be done is begun anew, in seconds.
_PAUSES = (0.05, 0.3)


class _NeverEnded(Exception):
    """The job was begun as often as is allowed, and each time the process died before it could say how it ended."""


class _LeaseLost(Exception):
    """Another worker has taken the job up meanwhile; this one must not do it."""


class Worker:
    """Does the background work of one process."""

    def __init__(self, database: Database, registry: Registry) -> None:
        self._database = database
        self._registry = registry
        self._name = secrets.token_hex(8)
        self._woken = asyncio.Event()
        self._stopping = False
        #: What was begun and goes on.
        self._going: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until `stop` is called; then finish what is begun and hand the rest back."""
        queue.on_put(self._woken.set)
        try:
            while not self._stopping:
                try:
                    await self._queue_repeated()
                    busy = await self._begin_batch()
                except Exception:
                    log.exception("background work was interrupted; it goes on in a moment")
                    busy = False
                    await asyncio.sleep(_GLANCE)
                if not busy:
                    await self._wait()
            await asyncio.gather(*self._going, return_exceptions=True)
        finally:
            for going in self._going:
                going.cancel()
            await asyncio.gather(*self._going, return_exceptions=True)
            queue.off_put(self._woken.set)
            await self._hand_back()

    async def _hand_back(self) -> None:
        try:
            async with self._database.write() as tx:
                await queue.hand_back(tx, self._name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the server is to end, and leases end by themselves
            log.warning("leased jobs were not handed back", extra={"error": type(error).__name__})

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    async def _begin_batch(self) -> bool:
        """Begin one batch and give it a moment; False when there was nothing, or too much goes on already."""
        leased = await self._lease(_BATCH - len(self._going))
        begun = {asyncio.create_task(self._do(job)) for job in leased}
        self._going |= begun
        if begun:
            await asyncio.wait(begun, timeout=_GLANCE)
        ended = {one for one in self._going if one.done()}
        self._going -= ended
        for one in ended:
            one.result()
        return bool(leased)

    async def work_once(self) -> bool:
        """Do one batch of what is due; False when there was nothing."""
        leased = await self._lease(_BATCH)
        await asyncio.gather(*(self._do(job) for job in leased))
        return bool(leased)

    async def _lease(self, most: int) -> list[Lease]:
        if most <= 0:
            return []
        async with self._database.read() as read:
            if not await queue.is_due(read):
                return []
        async with self._database.write() as tx:
            return await queue.lease(tx, self._name, most)

    async def work_all(self) -> None:
        """Do everything that is due, for commands and tests without a running server."""
        while await self.work_once():
            pass

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_GLANCE):
                await self._woken.wait()
        self._woken.clear()

    async def _do(self, job: Lease) -> None:
        try:
            if job.attempts > queue.ATTEMPTS:
                raise _NeverEnded
            await self._dispatch_patiently(job)
        except _LeaseLost:
            log.info("a job's lease ended before it was begun", extra={"kind": job.kind})
        except Exception as error:
            log.warning("job failed", extra={"kind": job.kind, "attempt": job.attempts, "error": type(error).__name__})
            log.debug("job failed", exc_info=error)
            await self._after_failure(job, type(error).__name__)

    async def _dispatch_patiently(self, job: Lease) -> None:
        """Transactions that were in each other's way are begun anew a few times: that is nobody's failure."""
        for pause in _PAUSES:
            try:
                return await self._dispatch(job)
            except Unavailable:
                await asyncio.sleep(pause * (1 + random.random()))  # noqa: S311 - so that both do not wait alike
        return await self._dispatch(job)

    async def _dispatch(self, job: Lease) -> None:
        registry = self._registry
        if job.kind in registry.tasks:
            payload_type, task = registry.tasks[job.kind]
            async with self._held(job):
                await task(self._database, msgspec.json.decode(job.payload, type=payload_type))
            async with self._database.write() as tx:
                await queue.finish(tx, self._name, job)
            return
        async with self._database.write() as tx:
            if not await queue.finish(tx, self._name, job):
                raise _LeaseLost
            await self._effects(tx, job)

    @asynccontextmanager
    async def _held(self, job: Lease) -> AsyncIterator[None]:
        """The lease is renewed as long as this takes: nobody else takes up what is being done."""
        holding = asyncio.create_task(self._hold(job))
        try:
            yield
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def _hold(self, job: Lease) -> None:
        while True:
            await asyncio.sleep(queue.LEASE / clock.SECOND / 3)
            with suppress(Unavailable):
                async with self._database.write() as tx:
                    await queue.renew(tx, self._name, job)

    async def _effects(self, tx: Write, job: Lease) -> None:
        registry = self._registry
        if job.kind in registry.jobs:
            payload_type, run = registry.jobs[job.kind]
            await run(tx, msgspec.json.decode(job.payload, type=payload_type))
        elif job.kind.startswith(_LISTENER):
            fact_kind, _, name = job.kind.removeprefix(_LISTENER).partition("/")
            listener = registry.listeners.get(fact_kind, {}).get(name)
            if listener is not None:
                await listener(tx, msgspec.json.decode(job.payload, type=registry.facts[fact_kind]))
        elif job.kind in registry.facts:
            fact = msgspec.json.decode(job.payload, type=registry.facts[job.kind])
            for listener in registry.listeners[job.kind].values():
                await listener(tx, fact)
        elif not job.kind.startswith("fact:"):
            raise LookupError(job.kind)

    async def _after_failure(self, job: Lease, error: str) -> None:
        listeners = self._registry.listeners.get(job.kind, {})
        async with self._database.write() as tx:
            if len(listeners) > 1:
                if await queue.finish(tx, self._name, job):
                    payload = msgspec.Raw(job.payload)
                    for name in listeners:
                        await queue.put(tx, f"{_LISTENER}{job.kind}/{name}", payload)
            elif await queue.fail(tx, self._name, job, error):
                log.error("job given up", extra={"kind": job.kind, "error": error})

    async def _queue_repeated(self) -> None:
        for repeated in self._registry.repeated:
            before = clock.real_now() - repeated.every
            if await is_turn(self._database, repeated.name, before):
                async with self._database.write() as tx:
                    if await take_turn(tx, repeated.name, before):
                        await queue.put(tx, repeated.name, None)
