"""What stands before a server that speaks plain HTTP: it ends TLS, and passes on what either side says, streams too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.harness.certificates import make_certificate, server_context


@asynccontextmanager
async def open_tls(folder: Path, port: int, before: int) -> AsyncIterator[None]:
    """Listens on a port with TLS, before another one of this machine. Nobody else vouches for its certificate."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", before)
        async with asyncio.TaskGroup() as both:
            both.create_task(_pass_on(reader, onward_writer))
            both.create_task(_pass_on(onward_reader, writer))

    context = server_context(make_certificate(folder, "localhost"))
    server = await asyncio.start_server(forward, "127.0.0.1", port, ssl=context)
    try:
        yield
    finally:
        server.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side ends it; then the other is told."""
    with suppress(OSError):
        while said := await reader.read(65_536):
            writer.write(said)
            await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
