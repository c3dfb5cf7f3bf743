"""How soon those who listen see a post: each has a WebSocket at the server, and the most followed person writes."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import NamedTuple

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bench.measuring import cpu_of
from tests.harness.server import Server

_POSTS = 20
#: How many connect at once, and how long (seconds) somebody waits who is not sent the post at all.
_AT_ONCE = 20
_PATIENCE = 5.0
_REST = 0.3


class _Seen(NamedTuple):
    #: Milliseconds after the answer until the last one has it, and from the request on.
    after_answer: float
    after_request: float
    cpu_ms: float


def measure_streams(server: Server, writer: str, crowd: Sequence[str]) -> None:
    """Posting while many listen, with all that follows from it."""
    listeners, seen = asyncio.run(_listen(server, writer, crowd))
    seen = seen[1:]  # the first one finds nothing prepared
    after, sent, cpu = (sorted(one[place] for one in seen) for place in range(3))
    print(
        f"app: {listeners} listen: the last one sees a post {statistics.median(after):.0f} ms after its answer "
        f"(at most {after[-1]:.0f}), {statistics.median(sent):.0f} ms after it was sent (at most {sent[-1]:.0f}); "
        f"{statistics.median(cpu):.0f} ms CPU for the post and all of them"
    )


async def _listen(server: Server, writer: str, crowd: Sequence[str]) -> tuple[int, list[_Seen]]:
    address = f"ws://127.0.0.1:{server.port}/api/v1/streaming?stream=user&access_token="
    opened: list[ClientConnection] = []
    for start in range(0, len(crowd), _AT_ONCE):
        opened += await asyncio.gather(*(connect(address + token) for token in crowd[start : start + _AT_ONCE]))
    async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {writer}"}) as client:
        # Who of them follows the writer is found out with a first post.
        await client.post("/api/v1/statuses", json={"status": "Wer hört zu?", "language": "de"})
        heard = await asyncio.gather(*(_hears(one) for one in opened))
        following = [one for one, hears in zip(opened, heard, strict=True) if hears]
        seen = [await _post(server, client, following) for _ in range(_POSTS)]
    await asyncio.gather(*(one.close() for one in opened))
    return len(following), seen


async def _post(server: Server, client: httpx.AsyncClient, listeners: Sequence[ClientConnection]) -> _Seen:
    before = cpu_of(server.pid)
    began = time.perf_counter()
    waiting = [asyncio.ensure_future(_update(one)) for one in listeners]
    (await client.post("/api/v1/statuses", json={"status": "Guten Morgen", "language": "de"})).raise_for_status()
    answered = time.perf_counter()
    last = max(await asyncio.gather(*waiting))
    await asyncio.sleep(_REST)
    return _Seen((last - answered) * 1000, (last - began) * 1000, (cpu_of(server.pid) - before) * 1000)


async def _hears(listener: ClientConnection) -> bool:
    try:
        await asyncio.wait_for(_update(listener), _PATIENCE)
    except TimeoutError:
        return False
    return True


async def _update(listener: ClientConnection) -> float:
    """When the next status came."""
    while '"event":"update"' not in str(await listener.recv()).replace(" ", "")[:200]:
        pass
    return time.perf_counter()
