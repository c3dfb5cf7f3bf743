"""How the web answers: finds the person signed in, calls the view, and turns errors into pages."""

from importlib.resources import files
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response

from plausch.http.door import Door
from plausch.http.errors import BadRequest, status_of
from plausch.http.origins import is_foreign
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import find_signed_in, renew_session_cookie
from plausch.kernel.errors import DomainError, NotAllowed, NotFound, TooMany
from plausch.language.catalogues import LANGUAGES, negotiate
from plausch.web import assets
from plausch.web.absence import remember_absence
from plausch.web.answers import is_partial
from plausch.web.attendance import note_attendance
from plausch.web.gone import as_gone
from plausch.web.pages import LANGUAGE_COOKIE, render_error
from plausch.web.views import ROUTES
from plausch.web.wants import Wants

#: Where somebody who speaks for a page is nobody but themselves: their account, and what they do for the place.
_OWN = (
    *("/settings", "/admin", "/invitations", "/welcome", "/push", "/report", "/appeal", "/goodbye"),
    *("/insights", "/introductions", "/oauth"),
)


async def answer(request: Request, route: Route) -> Response:
    """Answer at one of the web's addresses."""
    try:
        response = await (route.view(request) if route.wants is Wants.NOBODY else _answer(request, route))
    except DomainError as error:
        request.language = _language(request)
        response = await refuse_with(request, await as_gone(request, error))
    finally:
        # Uploaded files are temporary ones: they go now, and not when somebody collects the garbage.
        await request.close()
    if route.wants is Wants.NOBODY:
        return response
    renew_session_cookie(response, request)
    await remember_absence(request, response)
    await note_attendance(request, response)
    return response


async def _answer(request: Request, route: Route) -> Response:
    request.signed_in = await find_signed_in(request)
    request.language = _language(request)
    if is_foreign(request):
        raise BadRequest("foreign_origin", 403)
    if route.wants is not Wants.ANYBODY and request.signed_in is None:
        return _sign_in_first(request)
    if request.signed_in is not None and route.path.startswith(_OWN):
        request.signed_in = request.signed_in.as_themselves()
    _check_role(request, route)
    return await route.view(request)


def _language(request: Request) -> str:
    """The person's own, else the one chosen in this browser, else the browser's."""
    if request.signed_in is not None and request.signed_in.locale in LANGUAGES:
        return request.signed_in.locale
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return negotiate(request.headers.get("accept-language"), request.site.community.language)


def _check_role(request: Request, route: Route) -> None:
    """Pages of those who look after the place are for them alone, before anything is read. Raises NotAllowed."""
    viewer = request.viewer
    if (route.wants is Wants.STAFF and not viewer.staff) or (route.wants is Wants.OWNER and not viewer.owner):
        raise NotAllowed


def _sign_in_first(request: Request) -> Response:
    if is_partial(request):  # a whole page has no place in the part that the script would exchange
        return Response(status_code=401, headers={"plausch-lead-to": "/sign-in"})
    if request.method not in ("GET", "HEAD"):
        return RedirectResponse("/sign-in", 303)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)


async def refuse_with(request: Request, error: DomainError) -> Response:
    """The page that says what went wrong, and what one can do."""
    retry_after = error.retry_after if isinstance(error, TooMany) else None
    response = await render_error(request, status_of(error), error.reason, retry_after)
    if retry_after is not None:
        response.headers["retry-after"] = str(retry_after)
    return response


async def refuse(request: Request, reason: str) -> Response:
    """No such address, or not for this method, or nothing for whoever asks."""
    if reason == "shut_out":
        return _plain_page("shut_out.html", 403)
    request.signed_in = await find_signed_in(request)
    request.language = _language(request)
    error = BadRequest("wrong_method", 405) if reason == "wrong_method" else NotFound()
    response = await refuse_with(request, error)
    renew_session_cookie(response, request)
    return response


def apologise(_: Request) -> Response:
    """The same for everybody and in both languages: what went wrong may be anything."""
    return _plain_page("apology.html", 500)


def _plain_page(name: str, status: int) -> Response:
    """A page that needs neither the database nor anything else."""
    body = files("plausch.web").joinpath("templates", name).read_bytes()
    return HTMLResponse(body, status, headers={"cache-control": "no-store"})


DOOR = Door(routes=[*ROUTES, *assets.ROUTES], answer=answer, refuse=refuse, apologise=apologise)
