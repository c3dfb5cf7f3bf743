"""Servers of strangers, on the loopback: they answer what a test tells them to, byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Write = Callable[[bytes], Awaitable[None]]
Answer = Callable[[Write], Awaitable[None]]


class Stranger:
    """A web server that knows some paths, and remembers what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self.answers: dict[str, Answer | bytes] = {}

    def says(self, path: str, body: bytes, kind: str = "text/html; charset=utf-8", *headers: str) -> str:
        """Answer with a body; the address."""
        lines = ["HTTP/1.1 200 OK", f"content-type: {kind}", f"content-length: {len(body)}", *headers]
        self.answers[path] = "\r\n".join([*lines, "", ""]).encode() + body
        return self.url + path

    def leads(self, path: str, location: str, status: int = 302) -> str:
        """Answer with a redirect; the address."""
        self.answers[path] = f"HTTP/1.1 {status} Go\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n".encode()
        return self.url + path

    def does(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return self.url + path

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def write(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.asked.append(head)
            answer = self.answers.get(head.split(" ", 2)[1], b"HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n")
            if isinstance(answer, bytes):
                await write(answer)
            else:
                await answer(write)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def a_stranger() -> AsyncIterator[Stranger]:
    stranger = Stranger()
    server = await asyncio.start_server(stranger.serve, "127.0.0.1", 0)
    stranger.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stranger
    finally:
        server.close()
