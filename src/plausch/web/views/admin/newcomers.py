"""Who waits to be let in, for owners and moderators; and the letters that were kept, for owners."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import moment_of, parse_id
from plausch.people import actions, queries
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.storage.letters import KeptLetters
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.wants import Wants

_LISTED = 50


async def show_waiting(request: Request) -> Response:
    async with request.site.database.read() as tx:
        waiting = await queries.list_waiting(tx, request.viewer)
    return await render(
        request,
        "admin/waiting.html",
        waiting=waiting,
        mail=request.site.settings.sends_mail,
        done=request.query_params.get("done", ""),
    )


async def approve(request: Request) -> Response:
    return await _decide(request, actions.approve, "approved")


async def decline(request: Request) -> Response:
    return await _decide(request, actions.decline, "declined")


async def _decide(request: Request, act: Callable[[Write, Viewer, int], Awaitable[None]], what: str) -> Response:
    person = parse_id(request.params["id"])
    if person is None:
        raise NotFound("waiting_not_found")
    async with request.site.database.write() as tx:
        await act(tx, request.viewer, person)
    return lead_to(f"/admin/people/waiting?done={what}")


async def show_letters(request: Request) -> Response:
    """Where no mail server is set, the owner passes letters on, or reads what they say."""
    letters = await KeptLetters(request.site.settings.data / "mails").list_newest(_LISTED)
    return await render(
        request,
        "admin/letters.html",
        letters=[(one, moment_of(one.id)) for one in letters],
        settings=request.site.settings,
        done=request.query_params.get("done", ""),
    )


async def send_trial(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.ask_for_trial_letter(tx, request.viewer)
    return lead_to("/admin/mails?done=sent")


ROUTES = [
    Route("GET", "/admin/people/waiting", show_waiting, Wants.STAFF),
    Route("POST", "/admin/people/{id}/approve", approve, Wants.STAFF),
    Route("POST", "/admin/people/{id}/decline", decline, Wants.STAFF),
    Route("GET", "/admin/mails", show_letters, Wants.OWNER),
    Route("POST", "/admin/mails/test", send_trial, Wants.OWNER),
]
