"""The load: keep-alive connections that each ask for the next answer as soon as they have one.

It runs in a process of its own (`python -m bench.load`), reads what to do as JSON from standard input and writes what
it saw to standard output. Requests are bounded in number; every address is on this machine.
"""

import asyncio
import sys
import time
from typing import Any

import msgspec


class Job(msgspec.Struct):
    """What to ask for: whole requests, taken in turn."""

    host: str
    port: int
    requests: list[str]
    count: int
    connections: int


class Seen(msgspec.Struct):
    """What came of it; times in seconds."""

    seconds: float
    latencies: list[float]
    statuses: dict[str, int]


class _Connection(asyncio.Protocol):
    def __init__(self, load: "_Load") -> None:
        self._load = load
        self._buffer = bytearray()
        self._needed = 0
        self._began = 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        request = self._load.next_request()
        if request is None:
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._needed:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            start = head.find(b"content-length:")
            length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
            self._needed = end + 4 + length
        if len(self._buffer) >= self._needed:
            status = bytes(self._buffer[9:12]).decode()
            del self._buffer[: self._needed]
            self._needed = 0
            self._load.note(status, time.perf_counter() - self._began)
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.closed()


class _Load:
    def __init__(self, job: Job) -> None:
        self._requests = [request.encode() for request in job.requests]
        self._left = job.count
        self._open = job.connections
        self.latencies: list[float] = []
        self.statuses: dict[str, int] = {}
        self.done = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes | None:
        if self._left <= 0:
            return None
        self._left -= 1
        return self._requests[self._left % len(self._requests)]

    def note(self, status: str, seconds: float) -> None:
        self.latencies.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def closed(self) -> None:
        self._open -= 1
        if self._open == 0:
            self.done.set_result(None)


async def _run(job: Job) -> Seen:
    load = _Load(job)
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(load), job.host, job.port)
    await load.done
    return Seen(time.perf_counter() - began, load.latencies, load.statuses)


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(_run(job))))


if __name__ == "__main__":
    main()
