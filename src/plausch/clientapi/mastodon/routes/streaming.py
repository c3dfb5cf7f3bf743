"""`/api/v1/streaming` as server-sent events: one stream a connection."""

from collections.abc import AsyncIterator

from starlette.responses import PlainTextResponse, Response

from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.streaming.channels import find_channel
from plausch.clientapi.mastodon.streaming.listening import Listener, TokenEnded, open_listener, secret_of
from plausch.http.live import EventStream, take_place
from plausch.http.request import Request
from plausch.http.routing import View

_THUMP = b":thump\n\n"


async def health(request: Request) -> Response:
    return PlainTextResponse("OK", headers={"cache-control": "private, no-store"})


async def without_name(request: Request) -> Response:
    """Here only WebSockets are answered."""
    raise Refused(400, "Unknown stream type")


def _stream(name: str) -> View:
    async def answer(request: Request) -> Response:
        query = query_of(request)
        channel = find_channel(
            name, tag=query.text("tag"), list_=query.text("list"), pictures=bool(query.flag("only_media"))
        )
        listener = await open_listener(request, secret_of(request))
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        leave = take_place(request)
        try:
            await listener.add(channel)
        except BaseException:
            leave()
            raise
        return EventStream(_events(listener), leave)

    return answer


async def _events(listener: Listener) -> AsyncIterator[bytes]:
    with listener:
        yield b":)\n\n"
        try:
            async for said in listener.listen():
                yield _THUMP if said is None else said.event.as_lines()
        except TokenEnded:
            return


_AT = "/api/v1/streaming"
_STREAMS = {
    "user": "user",
    "user/notification": "user:notification",
    "public": "public",
    "public/local": "public:local",
    "public/remote": "public:remote",
    "hashtag": "hashtag",
    "hashtag/local": "hashtag:local",
    "list": "list",
    "direct": "direct",
}
ENDPOINTS = [
    Endpoint("GET", _AT, without_name, caller=Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/health", health, caller=Caller.ANYBODY),
    *(
        # The token may stand in the address: who asks is found out by the view.
        Endpoint("GET", f"{_AT}/{path}", _stream(name), caller=Caller.ANYBODY)
        for path, name in _STREAMS.items()
    ),
]
