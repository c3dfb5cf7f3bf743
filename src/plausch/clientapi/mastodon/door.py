"""How the API answers: by access token, in JSON, in the words and with the headers that apps know."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.mastodon.allowance import ALLOWANCE, Use
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.errors import (
    Refused,
    answer_error,
    bad_token,
    login_pending,
    person_missing,
    scope_missing,
)
from plausch.clientapi.mastodon.routes import ROUTES
from plausch.clientapi.mastodon.streaming.sockets import converse
from plausch.http.cors import answer_preflight, open_to_all
from plausch.http.door import Door
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import bearer_secret, bears_for_waiting, find_app_bearer, find_bearer
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, NotFound, TooMany
from plausch.people.model import has_scope
from plausch.settings import Switch

_REFUSALS = {
    "wrong_method": Refused(405, "Method not allowed"),
    "shut_out": Refused(403, "This server does not answer to where you are"),
}
_CRASHED = msgspec.json.encode({"error": "Something went wrong on the server. It was noted."})


async def answer(request: Request, route: Route) -> Response:
    """Answer at one of the API's addresses."""
    used: Use | None = None
    try:
        request.signed_in = await find_bearer(request)
        used = _count(request)
        if used.over and request.site.settings.rate_limits is Switch.ON:
            raise TooMany(used.retry_after)
        await _check(request, route.wants)
        response: Response = await route.view(request)
    except DomainError as error:
        response = answer_error(error, _language(request), route.wants.names)
    finally:
        # Uploaded files are temporary ones: they go now, and not when somebody collects the garbage.
        await request.close()
    if used is not None:
        response.raw_headers.extend(used.headers)
    return open_to_all(response)


def _language(request: Request) -> str:
    """The person's, else the community's."""
    return request.signed_in.locale if request.signed_in is not None else request.language


def _count(request: Request) -> Use:
    caller = request.signed_in.person if request.signed_in is not None else request.client_network
    return ALLOWANCE.use(caller, clock.real_now())


async def _check(request: Request, endpoint: Endpoint) -> None:
    """Whether the caller's token is good for this address; raises Refused."""
    signed_in = request.signed_in
    if signed_in is not None:
        if not has_scope(signed_in.scopes, endpoint.scopes):
            raise scope_missing(endpoint.scopes)
        request.app_id = signed_in.app_id
        return
    # Where a person would see more than a visitor, a token that has ended is no visitor: the app is to hear of it.
    if endpoint.caller is Caller.ANYBODY and not (endpoint.scopes and bearer_secret(request)):
        return
    app = await find_app_bearer(request)
    if app is None:
        raise login_pending() if await bears_for_waiting(request) else bad_token()
    if endpoint.caller is Caller.PERSON:
        raise person_missing()
    if not has_scope(app.scopes, endpoint.scopes):
        raise scope_missing(endpoint.scopes)
    request.app_id = app.app_id


async def refuse(request: Request, reason: str) -> Response:
    if request.method == "OPTIONS":
        return answer_preflight(request)
    error: DomainError = _REFUSALS.get(reason) or NotFound()
    if reason == "shut_out":
        return open_to_all(answer_error(error, request.language))
    request.signed_in = await find_bearer(request)
    used = _count(request)
    if used.over and request.site.settings.rate_limits is Switch.ON:
        error = TooMany(used.retry_after)
    response = answer_error(error, _language(request))
    response.raw_headers.extend(used.headers)
    return open_to_all(response)


def apologise(_: Request) -> Response:
    return open_to_all(Response(_CRASHED, 500, media_type="application/json"))


DOOR = Door(
    routes=ROUTES,
    answer=answer,
    refuse=refuse,
    beginnings=("/api/", "/oauth/", "/.well-known/", "/nodeinfo/"),
    apologise=apologise,
    converse={"/api/v1/streaming": converse},
)
