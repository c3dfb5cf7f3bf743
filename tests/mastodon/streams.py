"""Listening to a real server's streams: with a WebSocket client, and to server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import jsonschema
import websockets

from tests.mastodon.schemas import STATUS

#: What is said on streams is as documented, too.
_SHAPES = {kind: jsonschema.Draft202012Validator(STATUS) for kind in ("update", "status.update")}


class Heard:
    """Events in the order in which they came."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[tuple[str, Any, list[str]]] = asyncio.Queue()
        self.begun, self.ended = asyncio.Event(), asyncio.Event()
        self.code = 0
        self.lines: list[str] = []

    def note(self, kind: str, payload: str | None, stream: list[str]) -> None:
        told = json.loads(payload) if payload not in (None, "undefined") else None
        if kind in _SHAPES:
            _SHAPES[kind].validate(told)
        self._events.put_nowait((kind, told, stream))

    async def next(self, within: float = 10) -> tuple[str, Any, list[str]]:
        async with asyncio.timeout(within):
            return await self._events.get()

    async def event(self, kind: str, stream: str = "", within: float = 10) -> Any:
        """What the next event of a kind says, perhaps on one stream."""
        async with asyncio.timeout(within):
            while True:
                found, told, whence = await self._events.get()
                if found == kind and (not stream or whence[0] == stream):
                    return told

    def rest(self) -> list[tuple[str, Any, list[str]]]:
        """What has come and was not looked at."""
        found = []
        while not self._events.empty():
            found.append(self._events.get_nowait())
        return found


class Socket(Heard):
    def __init__(self, connection: websockets.ClientConnection) -> None:
        super().__init__()
        self.connection = connection
        self.errors: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def subscribe(self, stream: str, **more: str) -> None:
        await self.say(type="subscribe", stream=stream, **more)

    async def hear(self) -> None:
        with suppress(websockets.ConnectionClosed):
            async for message in self.connection:
                told = json.loads(message)
                if "error" in told:
                    self.errors.put_nowait(told)
                else:
                    self.note(told["event"], told.get("payload"), told["stream"])
        self.code = self.connection.close_code or 0
        self.ended.set()


@asynccontextmanager
async def connect(url: str, token: str = "", query: str = "", **options: Any) -> AsyncIterator[Socket]:
    """A WebSocket at a server's streaming address; a token in the query, unless `options` bear one."""
    address = url.replace("http", "ws", 1) + "/api/v1/streaming"
    asked = "&".join(filter(None, [f"access_token={token}" if token else "", query]))
    async with websockets.connect(f"{address}?{asked}", **options) as connection:
        socket = Socket(connection)
        hearing = asyncio.create_task(socket.hear())
        try:
            yield socket
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)


@asynccontextmanager
async def listen(client: httpx.AsyncClient, path: str) -> AsyncIterator[Heard]:
    """Server-sent events at `/api/v1/streaming/PATH`."""
    heard = Heard()
    async with client.stream("GET", f"/api/v1/streaming/{path}", timeout=30) as answer:
        assert answer.status_code == 200, answer.status_code
        assert answer.headers["content-type"].startswith("text/event-stream")

        async def read() -> None:
            kind = ""
            async for line in answer.aiter_lines():
                heard.lines.append(line)
                heard.begun.set()
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    heard.note(kind, value, [path])
            heard.ended.set()

        reading = asyncio.create_task(read())
        try:
            await asyncio.wait_for(heard.begun.wait(), 10)
            yield heard
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
