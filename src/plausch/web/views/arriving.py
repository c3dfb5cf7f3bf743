"""Arriving: signing in and out, and the language."""

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try, take_back_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import drop_session_cookie
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language.catalogues import LANGUAGES
from plausch.people import actions, queries
from plausch.people.model import PASSWORD_MAX, Errand, Standing, Theme
from plausch.settings import SignUpMode
from plausch.web import entrance, visits
from plausch.web.answers import lead_to, local_path
from plausch.web.pages import LANGUAGE_COOKIE, render
from plausch.web.problems import WHOLE, Problems
from plausch.web.wants import Wants

_YEAR = 365 * 24 * 3600
#: Wrong passwords in a quarter of an hour: of one network, of one network for one name, and for one name from
#: everywhere, which is high, so that hardly anybody can keep somebody else out. An account has two names, its handle
#: and its address. Each counts by itself: else a stranger could learn from the limits that they belong together.
_FAILURES = {"sign_in": 30, "sign_in_as": 10, "sign_in_account": 50}


async def show_sign_in(request: Request) -> Response:
    target = local_path(request.query_params.get("next", ""))
    if request.signed_in is not None:
        return lead_to(target)
    return await sign_in_page(request, {"login": "", "next": target}, Problems())


async def sign_in_page(
    request: Request, values: dict[str, str], problems: Problems, *, ends_at: int | None = None
) -> Response:
    """`values` are those of the form: login and next; `ends_at` is when the account ends that they were leaving."""
    entrance.speak_as_asked(request, values["next"])
    status = 422 if problems or ends_at is not None else 200
    return await render(
        request,
        "arriving/sign_in.html",
        status=status,
        frame="authorizing/bare.html" if values["next"].startswith(entrance.AUTHORIZE) else "sheet.html",
        values=values,
        errors=problems.in_words(request.language),
        ends_at=ends_at,
        is_open=request.site.community.sign_up in (SignUpMode.OPEN, SignUpMode.APPROVAL),
        begun=bool(visits.begun(request)),
        done=request.query_params.get("done", ""),
        service=request.site.settings.oidc_name if request.site.openid is not None else "",
    )


async def sign_in(request: Request) -> Response:
    """Compare, and start a session. Whether there is such an account is not to be learned here."""
    form = await read_form(request)
    values = {"login": field(form, "login").strip(), "next": local_path(field(form, "next"))}
    async with request.site.database.read() as read:
        found = await queries.find_credentials(read, values["login"])
    if found is not None and found.ends_at is not None and found.ends_at <= clock.now():
        found = None
    tries = _tries(request, values["login"].removeprefix("@").lower())
    for what, whose in tries.items():
        await count_try(request, what, whose, most=_FAILURES[what], within=15 * clock.MINUTE)
    password = field(form, "password")[: PASSWORD_MAX + 1]
    good = await actions.verify_password(found.password_hash if found else None, password)
    if found is None or not good:
        return await sign_in_page(request, values, _only(Invalid(WHOLE, "sign_in_wrong")))
    for what, whose in tries.items():
        await take_back_try(request, what, whose)
    if found.standing is Standing.LEAVING and not field(form, "come_back"):
        return await sign_in_page(request, values, Problems(), ends_at=found.ends_at)
    errand = Errand(next=values["next"], leaving=found.standing is Standing.LEAVING)
    try:
        return await entrance.admit(request, found.person_id, errand)
    except Invalid as error:
        return await sign_in_page(request, values, _only(error))


def _tries(request: Request, name: str) -> dict[str, str]:
    """As what a wrong password counts, and whose."""
    network = request.client_network
    return {"sign_in": network, "sign_in_as": f"{network} {name}", "sign_in_account": name}


def _only(error: Invalid) -> Problems:
    problems = Problems()
    problems.note(error)
    return problems


async def sign_out(request: Request) -> Response:
    if request.signed_in is not None:
        async with request.site.database.write() as tx:
            await actions.end_session(tx, request.viewer, request.signed_in.session_id)
    response = lead_to("/")
    drop_session_cookie(response, request.site)
    return response


async def choose_language(request: Request) -> Response:
    """For this browser; and for the person, when one is signed in."""
    form = await read_form(request)
    chosen = field(form, "language")
    response = lead_to(local_path(field(form, "next")))
    if chosen not in LANGUAGES:
        return response
    if request.signed_in is not None:
        one = request.signed_in
        async with request.site.database.write() as tx:
            await actions.set_preferences(tx, one.viewer, chosen, Theme(one.theme), one.time_zone)
    response.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=_YEAR,
        path="/",
        secure=request.site.settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


ROUTES = [
    Route("GET", "/sign-in", show_sign_in, Wants.ANYBODY),
    Route("POST", "/sign-in", sign_in, Wants.ANYBODY),
    Route("POST", "/sign-out", sign_out, Wants.ANYBODY),
    Route("POST", "/language", choose_language, Wants.ANYBODY),
]
