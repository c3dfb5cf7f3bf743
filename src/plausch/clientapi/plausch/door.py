"""How the API answers: by access token, in JSON, errors as codes."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch.endpoints import Endpoint
from plausch.clientapi.plausch.routes import ROUTES
from plausch.http.cors import answer_preflight, open_to_all
from plausch.http.door import Door
from plausch.http.errors import status_of
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import find_bearer
from plausch.kernel.errors import DomainError, TooMany
from plausch.people.model import has_scope


def refusal(status: int, reason: str) -> Response:
    """An error as programs get it."""
    body = msgspec.json.encode({"error": reason})
    return open_to_all(Response(body, status, media_type="application/json"))


async def answer(request: Request, route: Route) -> Response:
    """Answer at one of the API's addresses.

    Where it is open to all, a token that may read sees what its person sees, any other what a visitor sees.
    """
    endpoint: Endpoint = route.wants
    try:
        request.signed_in = await find_bearer(request)
        if endpoint.scope is not None:
            if request.signed_in is None:
                return refusal(401, "token_invalid")
            if not has_scope(request.signed_in.scopes, endpoint.scope):
                return refusal(403, "scope_missing")
        elif request.signed_in is not None and not has_scope(request.signed_in.scopes, endpoint.sees):
            request.signed_in = None  # what is open to all is, but no more than that
        return open_to_all(await route.view(request))
    except DomainError as error:
        response = refusal(status_of(error), error.reason)
        if isinstance(error, TooMany):
            response.headers["retry-after"] = str(error.retry_after)
        return response
    finally:
        # Uploaded files are temporary ones: they go now, and not when somebody collects the garbage.
        await request.close()


async def refuse(request: Request, reason: str) -> Response:
    if request.method == "OPTIONS":
        return answer_preflight(request)
    return refusal({"wrong_method": 405, "shut_out": 403}.get(reason, 404), reason)


def apologise(_: Request) -> Response:
    return refusal(500, "server_error")


DOOR = Door(routes=ROUTES, answer=answer, refuse=refuse, beginnings=("/api/plausch/",), apologise=apologise)
