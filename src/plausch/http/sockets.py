"""WebSockets, as doors that have any speak through them."""

from typing import Any

#: Codes with which a connection ends (RFC 6455 7.4.1, and the registry).
GOING_AWAY, TOO_BIG, NOT_ALLOWED = 1001, 1009, 1008
#: Characters of a message from outside.
_MESSAGE_MAX = 4_096


class Gone(Exception):
    """The other side is not there any more."""


class Socket:
    """One connection, from the request to its end."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self.open = False
        self._ended = False

    @property
    def wanted_protocols(self) -> list[str]:
        return list(self._scope.get("subprotocols", ()))

    async def accept(self, protocol: str | None = None) -> None:
        await self._receive()  # the connecting itself
        await self._send({"type": "websocket.accept", "subprotocol": protocol, "headers": []})
        self.open = True

    async def refuse(self, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Answer as to any other request, where the server knows how; else it says 403."""
        await self._receive()
        self._ended = True
        if "websocket.http.response" not in self._scope.get("extensions", {}):
            await self._send({"type": "websocket.close", "code": NOT_ALLOWED})
            return
        await self._send({"type": "websocket.http.response.start", "status": status, "headers": headers})
        await self._send({"type": "websocket.http.response.body", "body": body, "more_body": False})

    async def hear(self) -> str:
        """The next message; what is no text is empty. Raises Gone."""
        while not self._ended:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                break
            text = message.get("text") or ""
            if len(text) > _MESSAGE_MAX or len(message.get("bytes") or b"") > _MESSAGE_MAX:
                await self.close(TOO_BIG)
                break
            return text
        self._ended = True
        raise Gone

    async def say(self, text: str) -> None:
        """Raises Gone."""
        if self._ended:
            raise Gone
        try:
            await self._send({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError) as error:  # what servers raise for a connection that is lost
            self._ended = True
            raise Gone from error

    async def close(self, code: int = 1000) -> None:
        if self._ended:
            return
        self._ended = True
        try:
            await self._send({"type": "websocket.close", "code": code})
        except (OSError, RuntimeError):
            return
