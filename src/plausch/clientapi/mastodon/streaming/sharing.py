"""What several listeners of a process are given alike: joined once, encoded once.

What is shared is found by all that goes into it and differs by viewer (the piece as it was read for this listener), so
nobody gets what was not read for them. The account in it is as old as the entry, a second at most.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import msgspec

from plausch.feeds.queries import Piece

_encode = msgspec.json.Encoder().encode
#: How long (seconds), and how many.
_LIFE, _MOST = 1.0, 256


class Event:
    """One event, in the forms in which it is sent."""

    __slots__ = ("_escaped", "_said", "kind", "payload")

    def __init__(self, kind: str, payload: bytes | None = None) -> None:
        self.kind = kind
        self.payload = payload
        self._escaped = b""
        self._said: dict[str, str] = {}

    def as_lines(self) -> bytes:
        """As server-sent event."""
        data = b"undefined" if self.payload is None else self.payload
        return b"event: %b\ndata: %b\n\n" % (self.kind.encode(), data)

    def as_message(self, label: list[str]) -> str:
        """As a message of a WebSocket: the payload is a text, which is JSON in turn."""
        key = " ".join(label)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self._message(label)
        return said

    def _message(self, label: list[str]) -> str:
        head = b'{"stream":%b,"event":"%b"' % (_encode(label), self.kind.encode())
        if self.payload is None:
            return (head + b"}").decode()
        if not self._escaped:
            self._escaped = _encode(self.payload.decode())
        return (head + b',"payload":%b}' % self._escaped).decode()


class Sharing:
    """Of one process."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, Piece, bool], tuple[float, Event]] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    def find(self, kind: str, piece: Piece, own: bool) -> Event | None:  # a part of the key
        found = self._events.get((kind, piece, own))
        return found[1] if found is not None and found[0] > monotonic() else None

    def put(self, piece: Piece, own: bool, event: Event) -> None:  # a part of the key
        if len(self._events) >= _MOST:
            self._events.clear()
        self._events[(event.kind, piece, own)] = (monotonic() + _LIFE, event)

    async def once(self, id_: int, work: Callable[[], Awaitable[None]]) -> None:
        """Do something about a post, unless somebody is at it already: then wait for them."""
        running = self._running.get(id_)
        if running is None:

            async def run() -> None:
                try:
                    await work()
                finally:
                    del self._running[id_]

            running = self._running[id_] = asyncio.create_task(run())
        await asyncio.wait({running})


SHARED = Sharing()
