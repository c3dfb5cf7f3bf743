"""Listening to server-sent events of the application itself: httpx hands over a body only when it is complete."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from plausch.app.application import Application
from tests.web.conftest import Browser


class Stream:
    """What one open page hears."""

    def __init__(self) -> None:
        self.status = 0
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()
        self._heard: dict[str, asyncio.Queue[str]] = defaultdict(asyncio.Queue)

    async def event(self, kind: str, within: float = 1.0) -> str:
        """The data of the next event of a kind."""
        async with asyncio.timeout(within):
            return await self._heard[kind].get()

    async def silence(self, kind: str, during: float = 0.4) -> None:
        """Nothing of this kind comes."""
        try:
            heard = await self.event(kind, during)
        except TimeoutError:
            return
        raise AssertionError(f"{kind}: {heard}")

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.begun.set()
        for block in message.get("body", b"").decode().split("\n\n"):
            lines = [line.partition(": ") for line in block.splitlines()]
            names = [value for name, _, value in lines if name == "event"]
            if names:
                self._heard[names[0]].put_nowait("\n".join(value for name, _, value in lines if name == "data"))


@asynccontextmanager
async def listen(app: Application, browser: Browser, path: str) -> AsyncIterator[Stream]:
    """Open a stream with a browser's cookies; leaving closes the connection, and the stream has to notice."""
    stream, gone, address = Stream(), asyncio.Event(), urlsplit(path)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"cookie", cookies.encode())],
        "client": ("192.0.2.1", 5000),
        "server": ("localhost", 80),
    }

    async def call() -> None:
        await app(scope, receive, stream.send)
        stream.ended.set()

    running = asyncio.create_task(call())
    try:
        await asyncio.wait_for(stream.begun.wait(), 2)
        yield stream
        gone.set()
        await asyncio.wait_for(running, 2)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
