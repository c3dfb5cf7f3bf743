"""A body that nobody reads does not take the next request on the connection with it."""

import asyncio
import http.client
import socket
from typing import Any

from plausch.http.unread import Body, body_of
from tests.harness.server import Server

_JSON = {"content-type": "application/json"}


def _pieces(*sizes: int) -> Any:
    """A body in pieces, the last of which never comes if it is negative."""
    waiting = list(sizes)

    async def receive() -> Any:
        size = waiting.pop(0)
        if size < 0:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(waiting)}

    return receive


async def test_it_is_read_to_the_end_within_bounds() -> None:
    body = Body(_pieces(10, 10, 10), 30)
    await body()
    assert (body.whole, await body.finish(), body.whole) == (False, True, True)
    assert not await Body(_pieces(10, 10, 10), 0).finish(most=15)
    assert not await Body(_pieces(10, 10, 10), 30).finish(most=29)
    assert not await Body(_pieces(10, -1), 30).finish(patience=0.01)


def test_most_requests_have_none() -> None:
    assert body_of({"headers": [(b"host", b"x"), (b"content-length", b"0")]}, None) is None
    assert body_of({"headers": [(b"content-length", b"12")]}, None) is not None
    assert body_of({"headers": [(b"transfer-encoding", b"chunked")]}, None) is not None


def test_whoever_is_refused_goes_on_asking_on_the_same_connection(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.connect()
    place = connection.sock
    large = b'{"status":"' + b"x" * 70_000 + b'"}'
    for path, status in (
        ("/api/v1/statuses/1/favourite", 401),
        ("/api/v1/statuses", 401),
        ("/api/v2/media", 401),
        ("/api/v1/nothing", 404),
        ("/api/plausch/v1/posts", 401),
        ("/nothing", 404),
        ("/api/v1/instance", 405),
    ):
        for _ in range(3):
            connection.request("POST", path, large, _JSON)
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, answer.getheader("connection")) == (status, None), path
        # In pieces, too, whose number is not known before.
        connection.request("POST", path, iter([large, large]), _JSON, encode_chunked=True)
        assert connection.getresponse().read() is not None
        connection.request("GET", "/health")
        assert connection.getresponse().read() == b'{"status":"ok"}'
        assert connection.sock is place, path
    connection.close()
    # More than anybody takes is not waited for.
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as place:
        place.sendall(b"POST /api/v1/statuses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\n\r\nx")
        said = place.makefile("rb").read()
    head = said.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 401")
    assert b"\r\nconnection: close" in head
