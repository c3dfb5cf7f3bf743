"""Measuring a server under load: processor time of its process tree, answers in a second, latencies."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import psutil

from bench.load import Job, Seen
from tests.harness.server import free_port


class Figures(NamedTuple):
    """What one kind of request costs."""

    cpu_ms: float
    #: Processor time of the database server, where it is a process of its own.
    database_ms: float
    per_second: float
    p50_ms: float
    p99_ms: float


def get(path: str, port: int, *headers: str) -> str:
    """A request as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Accept: */*", *headers]
    return "\r\n".join(lines) + "\r\n\r\n"


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process and its children have used, those included that have ended since."""
    tree = [psutil.Process(pid)]
    tree += tree[0].children(recursive=True)
    total = 0.0
    for process in tree:
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def memory_of(pid: int) -> float:
    """Megabytes that a process tree has for itself; what its processes share counts once (PSS)."""
    tree = [psutil.Process(pid)]
    tree += tree[0].children(recursive=True)
    return sum(getattr(process.memory_full_info(), "pss", process.memory_info().rss) for process in tree) / 1e6


def run(port: int, requests: Sequence[str], count: int, connections: int) -> Seen:
    """Ask `count` times; raises when an answer is not a good one."""
    job = Job("127.0.0.1", port, list(requests), count, connections)
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=msgspec.json.encode(job), capture_output=True, check=True
    )
    seen = msgspec.json.decode(done.stdout, type=Seen)
    if set(seen.statuses) - {"200", "201"}:
        raise RuntimeError(f"answers with other statuses: {seen.statuses}")
    return seen


def measure(
    pid: int, port: int, requests: Sequence[str], *, count: int, connections: int = 8, database: int | None = None
) -> Figures:
    """The figures of some requests, after a few to warm up."""
    run(port, requests, max(20, min(count // 10, 200)), connections)
    before, database_before = cpu_of(pid), cpu_of(database) if database else 0.0
    seen = run(port, requests, count, connections)
    cpu = cpu_of(pid) - before
    database_cpu = cpu_of(database) - database_before if database else 0.0
    ordered = sorted(seen.latencies)
    return Figures(
        cpu_ms=cpu / count * 1000,
        database_ms=database_cpu / count * 1000,
        per_second=count / seen.seconds,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[int(len(ordered) * 0.99)] * 1000,
    )


class Bare:
    """The yardstick in a process tree of its own."""

    def __init__(self, bodies: Path) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--no-ws"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--no-log", "bench.bare:app"]
        self._process = subprocess.Popen(command, env={**os.environ, "BENCH_BODIES": str(bodies)})
        self.pid = self._process.pid
        for _ in range(200):
            try:
                run(self.port, [get("/", self.port)], 1, 1)
                return
            except subprocess.CalledProcessError:
                time.sleep(0.05)
        raise RuntimeError("the bare server did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
