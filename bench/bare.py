"""The yardstick: a bare ASGI application on the same server that returns the same bytes and does nothing else."""

import os
from pathlib import Path
from typing import Any

_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"private, no-store")]
#: One file an answer, named like its path.
_BODIES = {f"/{file.name}": file.read_bytes() for file in Path(os.environ["BENCH_BODIES"]).iterdir()}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer every path with its bytes."""
    if scope["type"] != "http":
        return
    body = _BODIES.get(scope["path"], b"ok")
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
    await send({"type": "http.response.body", "body": body})
