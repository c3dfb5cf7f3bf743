"""Answers that last: as long as somebody listens."""

import weakref
from collections.abc import AsyncIterator, Callable
from functools import partial

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from plausch.http.request import Request
from plausch.settings import Switch

#: Seconds of silence after which a stream says that it is still there, and looks whether it may be.
HEARTBEAT = 15.0
#: How many may listen at once, of one person and of the visitors of one network.
_OF_PERSON, _OF_NETWORK = 60, 20


def take_place(request: Request) -> Callable[[], None]:
    """A place among those who listen; the answer gives it back. Raises TooMany.

    A network may be a whole school: those who are signed in count by themselves.
    """
    if request.viewer.signed_in:
        whose, most = f"person:{request.viewer.person}", _OF_PERSON
    else:
        whose, most = request.client_network, _OF_NETWORK
    live = request.site.live
    live.take_place(whose, most if request.site.settings.rate_limits is Switch.ON else None)
    return partial(live.leave_place, whose)


class EventStream(StreamingResponse):
    """Server-sent events. Gives its place back at its end, and also when it has never begun."""

    def __init__(self, events: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self._leave = weakref.finalize(self, leave)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()
