"""A door: some addresses, and one way of answering at them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sockets import Socket


def _plainly(_: Request) -> Response:
    return Response(status_code=500)


@dataclass(frozen=True, slots=True)
class Door:
    """What `plausch.app` mounts."""

    routes: Sequence[Route]
    #: Finds out who asks, calls the route's view, and turns errors into this door's kind of answer.
    answer: Callable[[Request, Route], Awaitable[Response]]
    #: Answers below its `beginnings` for which there is no route; the reason is `not_found` or `wrong_method`;
    #: or refuses somebody from a barred network (`shut_out`), without asking the database.
    refuse: Callable[[Request, str], Awaitable[Response]]
    #: Of what begins like this it refuses what is not there; a single address in between may be another door's.
    beginnings: Sequence[str] = ("/",)
    #: Answers when something unexpected went wrong: without details, and without relying on anything.
    apologise: Callable[[Request], Response] = _plainly
    #: Speaks over WebSockets at these addresses; elsewhere there are none.
    converse: Mapping[str, Callable[[Request, Socket], Awaitable[None]]] = field(default_factory=dict)
