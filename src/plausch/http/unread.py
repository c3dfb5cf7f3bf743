"""What was sent and nobody read: without it being out of the way, the next request on the connection is lost.

Who is refused before their body was looked at, or sends one where none is wanted, often has more to ask on the same
connection, and sends all before they read the answer (RFC 9112, 9.3 and 9.6).
"""

import asyncio
from contextlib import suppress
from typing import Any

from plausch.http.forms import UPLOAD_BYTES

#: How long we read on, in seconds: longer than any usual upload takes, and not for ever.
_PATIENCE = 10.0


class Body:
    """Stands between a request and its body, and knows how much of it was read."""

    def __init__(self, receive: Any, declared: int) -> None:
        self._receive = receive
        self._seen = 0
        self._declared = declared
        self.whole = False

    async def __call__(self) -> Any:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        return message

    async def finish(self, *, most: int = UPLOAD_BYTES, patience: float = _PATIENCE) -> bool:
        """Read on to the end, keeping nothing; False where that is more, or takes longer, than is worth it."""
        if self._declared > most:
            return self.whole
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not self.whole and self._seen <= most:
                    await self()
        return self.whole


def body_of(scope: Any, receive: Any) -> Body | None:
    """The body that comes with a request; None where there is none, as with nearly all of them."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value != b"0":
            return Body(receive, int(value) if value.isdigit() else 0)
        if name == b"transfer-encoding":
            return Body(receive, 0)
    return None
