"""`python -m bench --night [--large]`: what computing insights costs, and what readers notice of it meanwhile."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from bench.measuring import get, run
from tests.harness.server import Server

#: Requests that are sent at once, again and again, by so many connections.
_COUNT, _PARALLEL = 500, (1, 8)


T = TypeVar("T")


class Cost(NamedTuple):
    """Of a process that has ended."""

    seconds: float
    cpu: float
    memory_mb: float


def measure_night(server: Server, tokens: Sequence[str]) -> None:
    """The graph is made from what was said first: loaded communities have none. Then one night without readers, and
    one beside readers of the newest home at each number of connections."""
    environment = {"PLAUSCH_DATABASE_URL": server.database_url, "PLAUSCH_DATA": str(server.data)}
    rebuilt = _run(["plausch.cli", "insights", "rebuild"], environment)
    print(f"the graph from what was said: {_told(rebuilt)}")
    night = ["plausch.insights.nightly"]
    print(f"a night: {_told(_run(night, environment))}")
    requests = [get("/api/plausch/v1/home/entries", server.port, f"Authorization: Bearer {one}") for one in tokens]
    for connections in _PARALLEL:
        alone, _ = _read_during(server.port, requests, connections, time.sleep, 10)
        beside, cost = _read_during(server.port, requests, connections, _run, night, environment)
        print(
            f"{connections} reading 20 posts, p50 / p99: {_waits(alone)} ms, beside a night {_waits(beside)} ms; "
            f"the night then: {_told(cost)}"
        )


def _run(module: Sequence[str], environment: dict[str, str]) -> Cost:
    """As a server starts it, which lowers its own priority. Raises RuntimeError."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", *module], env={**os.environ, **environment}, stdout=sys.stderr)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{module} failed")
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _read_during(
    port: int, requests: list[str], connections: int, doing: Callable[..., T], *how: Any
) -> tuple[list[float], T]:
    """How long answers took while something went on, in ms, the shortest first; and what came of it."""
    run(port, requests, _COUNT, connections)
    waits: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        going_on = pool.submit(doing, *how)
        while not going_on.done():
            waits += run(port, requests, _COUNT, connections).latencies
    return sorted(wait * 1000 for wait in waits), going_on.result()


def _waits(ordered: list[float]) -> str:
    return f"{ordered[len(ordered) // 2]:.2f} / {ordered[int(len(ordered) * 0.99)]:.2f}"


def _told(cost: Cost) -> str:
    return f"{cost.seconds:.1f} s, {cost.cpu:.1f} s CPU, {cost.memory_mb:.0f} MB at most"
