"""Arriving: signing up, signing in and out, the language, and the first page of somebody new."""

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try, take_back_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import drop_session_cookie, set_session_cookie
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.kernel.paging import Page
from plausch.language.catalogues import LANGUAGES
from plausch.language.formats import time_zones
from plausch.people import actions, queries
from plausch.people.model import (
    NAME_MAX,
    PASSWORD_MAX,
    Consent,
    SignUp,
    Standing,
    Theme,
    Viewer,
    check_password,
    clean_email,
    clean_handle,
    clean_line,
)
from plausch.settings import SignUpMode
from plausch.web.answers import lead_to, local_path
from plausch.web.clients import client_name
from plausch.web.pages import LANGUAGE_COOKIE, render
from plausch.web.problems import WHOLE, Problems
from plausch.web.wants import Wants
from plausch.web.zones import guess_zone, zones_by_region

#: What is kept of the form when something is wrong with it; never the password.
_FIELDS = ("handle", "name", "email", "language", "time_zone", "be_found")
_WELCOME = "/welcome"
_MET = 6
_YEAR = 365 * 24 * 3600
#: Wrong passwords in a quarter of an hour: of one network, of one network for one name, and for one name from
#: everywhere, which is high, so that hardly anybody can keep somebody else out. An account has two names, its handle
#: and its address. Each counts by itself: else a stranger could learn from the limits that they belong together.
_FAILURES = {"sign_in": 30, "sign_in_as": 10, "sign_in_account": 50}


async def show_sign_up(request: Request) -> Response:
    if request.signed_in is not None:
        return lead_to("/")
    values = dict.fromkeys(_FIELDS, "") | {"language": request.language, "time_zone": guess_zone(request.language)}
    return await _sign_up_page(request, values, Problems())


async def _sign_up_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    return await render(
        request,
        "arriving/sign_up.html",
        status=422 if problems else 200,
        values=values,
        errors=problems.in_words(request.language),
        zones=zones_by_region(),
        is_open=request.site.settings.sign_up is SignUpMode.OPEN,
    )


async def sign_up(request: Request) -> Response:
    """Make the account, sign in, and lead to the first page."""
    if request.site.settings.sign_up is not SignUpMode.OPEN:
        raise NotAllowed("sign_up_closed")
    form = await read_form(request)
    password = field(form, "password")
    values = {name: field(form, name) for name in _FIELDS}
    problems = _check_sign_up(values, password)
    if problems:
        return await _sign_up_page(request, values, problems)
    # Only now, and many: a whole school may share one address, and mistakes in a form are no accounts.
    await count_try(request, "sign_up", request.client_network, most=30, within=clock.HOUR)
    # Argon2 takes its time on purpose: before the transaction, so that nobody waits for it.
    wish = SignUp(
        handle=values["handle"],
        email=values["email"],
        password_hash=await actions.hash_password(password),
        name=values["name"],
        locale=values["language"] if values["language"] in LANGUAGES else request.language,
        time_zone=values["time_zone"] if values["time_zone"] in time_zones() else guess_zone(request.language),
        be_found=bool(values["be_found"]),
    )
    try:
        async with request.site.database.write() as tx:
            person = await actions.sign_up(tx, wish)
            if wish.be_found:
                # The default would do; but a consent that was given is kept with its moment.
                await actions.set_consent(tx, Viewer(person, person), Consent.BE_FOUND, True)
            secret = await actions.start_session(tx, person, client_name(request.headers.get("user-agent", "")))
    except (Conflict, Invalid) as error:
        problems.note(error)
        return await _sign_up_page(request, values, problems)
    response = lead_to(_WELCOME)
    set_session_cookie(response, request.site, secret)
    return response


def _check_sign_up(values: dict[str, str], password: str) -> Problems:
    problems = Problems()
    problems.check(clean_line, values["name"], "name", NAME_MAX)
    problems.check(clean_handle, values["handle"])
    problems.check(clean_email, values["email"])
    problems.check(check_password, password)
    return problems


async def show_sign_in(request: Request) -> Response:
    target = local_path(request.query_params.get("next", ""))
    if request.signed_in is not None:
        return lead_to(target)
    return await _sign_in_page(request, {"login": "", "next": target}, Problems())


async def _sign_in_page(
    request: Request, values: dict[str, str], problems: Problems, *, ends_at: int | None = None
) -> Response:
    status = 422 if problems or ends_at is not None else 200
    return await render(
        request,
        "arriving/sign_in.html",
        status=status,
        values=values,
        errors=problems.in_words(request.language),
        ends_at=ends_at,
        is_open=request.site.settings.sign_up is SignUpMode.OPEN,
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
        return await _sign_in_page(request, values, _only(Invalid(WHOLE, "sign_in_wrong")))
    for what, whose in tries.items():
        await take_back_try(request, what, whose)
    if found.standing is Standing.SUSPENDED:
        return await _sign_in_page(request, values, _only(Invalid(WHOLE, "account_suspended")))
    if found.standing is Standing.LEAVING and not field(form, "come_back"):
        return await _sign_in_page(request, values, Problems(), ends_at=found.ends_at)
    return await _signed_in(request, form, found.person_id, leaving=found.standing is Standing.LEAVING)


def _tries(request: Request, name: str) -> dict[str, str]:
    """As what a wrong password counts, and whose."""
    network = request.client_network
    return {"sign_in": network, "sign_in_as": f"{network} {name}", "sign_in_account": name}


def _only(error: Invalid) -> Problems:
    problems = Problems()
    problems.note(error)
    return problems


async def _signed_in(request: Request, form: FormData, person: int, *, leaving: bool) -> Response:
    """A session with a new secret, whatever cookie the browser brought."""
    async with request.site.database.write() as tx:
        if request.signed_in is not None:
            await actions.end_session(tx, request.viewer, request.signed_in.session_id)
        if leaving:
            await actions.cancel_leaving(tx, person)
        secret = await actions.start_session(tx, person, client_name(request.headers.get("user-agent", "")))
    response = lead_to(local_path(field(form, "next")))
    set_session_cookie(response, request.site, secret)
    return response


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


async def show_welcome(request: Request) -> Response:
    """The first page: what to do next, people to meet, and what is being talked about."""
    assert request.signed_in is not None
    async with request.site.database.read() as tx:
        profile = await queries.get_profile(tx, request.viewer, request.signed_in.handle)
        newcomers = await queries.list_newcomers(tx, request.viewer, Page(limit=_MET))
        feed = await feeds.local_feed(tx, request.viewer, Page(limit=3))
    return await render(request, "arriving/welcome.html", profile=profile, newcomers=newcomers, feed=feed)


ROUTES = [
    Route("GET", "/sign-up", show_sign_up, Wants.ANYBODY),
    Route("POST", "/sign-up", sign_up, Wants.ANYBODY),
    Route("GET", "/sign-in", show_sign_in, Wants.ANYBODY),
    Route("POST", "/sign-in", sign_in, Wants.ANYBODY),
    Route("POST", "/sign-out", sign_out, Wants.ANYBODY),
    Route("POST", "/language", choose_language, Wants.ANYBODY),
    Route("GET", _WELCOME, show_welcome, Wants.PERSON),
]
