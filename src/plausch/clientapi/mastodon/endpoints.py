"""What there is in the API: each address with whom it answers, and what their token must be good for."""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel.errors import NotAllowed


class Caller(enum.Enum):
    """Whom an address answers."""

    #: Everybody; with a token that has the scope they see what its person sees.
    ANYBODY = enum.auto()
    #: Whoever has a token, also one that speaks for a program alone.
    PROGRAM = enum.auto()
    #: Whoever has a token that speaks for a person.
    PERSON = enum.auto()


class Endpoint(NamedTuple):
    """One address and method."""

    method: str
    path: str
    view: View
    #: The scopes of which the token needs one, with blanks between; empty: any token will do.
    scopes: str = ""
    caller: Caller = Caller.PERSON
    #: Fields by what the domain calls them, where apps call them otherwise: it is said to them what is wrong with each.
    names: Mapping[str, str] = MappingProxyType({})

    @property
    def route(self) -> Route:
        return Route(self.method, self.path, self.view, self)


def for_staff(view: View) -> View:
    """Only for those who look after the place, where what is asked for does not say so itself."""

    async def checked(request: Request) -> Response:
        if not request.viewer.staff:
            raise NotAllowed
        return await view(request)

    return checked
