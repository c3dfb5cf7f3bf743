"""Figures for Prometheus, in its text format.

Each process counts what it answers, in memory: two additions a request. Every few seconds it leaves its counts as a
file in the data folder, and whichever process is asked puts together those of all that live. Counters stand there by
process, so that one that starts anew makes no sum go down; figures of the community are read when they are asked for.
"""

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from plausch.people import queries as people
from plausch.storage import Database
from plausch.storage.measures import database_size
from plausch.talk import queries as talk
from plausch.work import queue

#: Seconds between two files: the counts of other processes are at most so old.
_PAUSE = 10.0


class Count(msgspec.Struct, array_like=True):
    """What was answered at a route in one way."""

    requests: int = 0
    #: From the first byte asked to the last one answered, in seconds.
    seconds: float = 0.0


class Snapshot(msgspec.Struct):
    """What a process has counted; `answers` by `METHOD route status`."""

    process: int
    started_at: float
    cpu_seconds: float
    memory: int
    answers: dict[str, Count]


class Metrics:
    """The counts of this process, and where those of the others are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started_at = time.time()
        self._answers: dict[str, Count] = {}

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """An answer was given."""
        key = f"{method} {route} {status}"
        count = self._answers.get(key)
        if count is None:
            count = self._answers[key] = Count()
        count.requests += 1
        count.seconds += seconds

    async def run(self) -> None:
        """Leave the counts for the other processes now and then, until cancelled."""
        try:
            while True:
                with contextlib.suppress(OSError):  # a full disk must not end it
                    await asyncio.to_thread(self._leave)
                await asyncio.sleep(_PAUSE)
        finally:
            self._path(os.getpid()).unlink(missing_ok=True)

    async def text(self, database: Database) -> str:
        """All figures."""
        snapshots = await asyncio.to_thread(self._gather)
        return "\n".join([*_of_processes(snapshots), *await _of_community(database)]) + "\n"

    def _snapshot(self) -> Snapshot:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return Snapshot(
            os.getpid(), self._started_at, used.ru_utime + used.ru_stime, _memory(used.ru_maxrss), self._answers
        )

    def _path(self, process: int) -> Path:
        return self._folder / f"{process}.json"

    def _leave(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._path(os.getpid()).with_suffix(".part")
        partial.write_bytes(msgspec.json.encode(self._snapshot()))
        partial.replace(self._path(os.getpid()))

    def _gather(self) -> list[Snapshot]:
        """Of this process as it is, of the others as they left it; what dead ones left goes."""
        found = [self._snapshot()]
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            process = int(path.stem) if path.stem.isdigit() else 0
            if process == os.getpid():
                continue
            if not _lives(process):
                path.unlink(missing_ok=True)
                continue
            with contextlib.suppress(OSError, msgspec.DecodeError):
                found.append(msgspec.json.decode(path.read_bytes(), type=Snapshot))
        return found


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return process > 0


def _memory(most: int) -> int:
    """Bytes in memory now where the system tells (Linux), else the most there ever were."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return most * 1024


def _of_processes(snapshots: Iterable[Snapshot]) -> Iterable[str]:
    snapshots = list(snapshots)
    for name, kind, about, values in (
        ("process_cpu_seconds_total", "counter", "Processor time of a server process.", "cpu_seconds"),
        ("process_resident_memory_bytes", "gauge", "Memory of a server process.", "memory"),
        ("process_start_time_seconds", "gauge", "When a server process started, since 1970.", "started_at"),
    ):
        yield from _head(name, kind, about)
        for one in snapshots:
            yield _line(name, {"process": str(one.process)}, getattr(one, values))
    for name, about, values in (
        ("plausch_http_requests_total", "Answers by route and status.", "requests"),
        ("plausch_http_request_seconds_total", "Time until they were answered, by route and status.", "seconds"),
    ):
        yield from _head(name, "counter", about)
        for one in snapshots:
            for key, count in sorted(one.answers.items()):
                method, route, status = key.split(" ")
                labels = {"process": str(one.process), "method": method, "route": route, "status": status}
                yield _line(name, labels, getattr(count, values))


async def _of_community(database: Database) -> list[str]:
    async with database.slow_read() as tx:
        loads = await queue.list_loads(tx)
        figures = (
            ("plausch_jobs_delay_seconds", "How long the oldest due job waits.", await queue.measure_delay(tx) / 1000),
            ("plausch_people", "Accounts.", await people.count_accounts(tx)),
            ("plausch_posts", "Posts, with those that were removed.", await talk.count_posts(tx)),
            ("plausch_database_bytes", "Size of the database.", await database_size(tx)),
        )
    lines = []
    for name, about, values in (
        ("plausch_jobs_waiting", "Background jobs that are due, by kind.", {load.kind: load.due for load in loads}),
        ("plausch_jobs_scheduled", "Background jobs for later, by kind.", {load.kind: load.later for load in loads}),
        ("plausch_jobs_failed", "Background jobs given up, by kind.", {load.kind: load.failed for load in loads}),
    ):
        lines += _head(name, "gauge", about)
        lines += [_line(name, {"kind": kind}, value) for kind, value in values.items()]
    for name, about, figure in figures:
        lines += [*_head(name, "gauge", about), _line(name, {}, figure)]
    return lines


def _head(name: str, kind: str, about: str) -> list[str]:
    return [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {value}" if labels else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
