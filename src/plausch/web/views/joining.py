"""Joining: the form for somebody new, whether the place is open, asks for a reason, or goes by invitation."""

import msgspec
from starlette.responses import Response

from plausch.community.queries import get_community
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import set_session_cookie
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.language.catalogues import LANGUAGES
from plausch.language.formats import time_zones
from plausch.people import actions, queries
from plausch.people.model import (
    NAME_MAX,
    NO_PASSWORD,
    REASON_MAX,
    Actor,
    Consent,
    Severity,
    SignUp,
    Step,
    Stranger,
    Viewer,
    check_password,
    clean_email,
    clean_handle,
    clean_line,
)
from plausch.settings import SignUpMode
from plausch.storage import Read, Write
from plausch.web import visits
from plausch.web.answers import lead_to
from plausch.web.clients import client_name
from plausch.web.entrance import find_step, take_step
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.wants import Wants
from plausch.web.zones import guess_zone, zones_by_region

#: What is kept of the form when something is wrong with it; never the password.
_FIELDS = ("handle", "name", "email", "language", "time_zone", "be_found", "reason", "invitation")
_WELCOME = "/welcome"


async def show_sign_up(request: Request) -> Response:
    return await _show_form(request, "")


async def show_invitation(request: Request) -> Response:
    """The same form, opened by the link that somebody was given."""
    return await _show_form(request, request.params["code"])


async def show_linked(request: Request) -> Response:
    """The same for somebody for whom another service vouches, with what it says of them, and without a password."""
    stranger = await _find_stranger(request)
    if stranger is None or request.signed_in is not None:
        return lead_to("/sign-up")
    values = _new_values(request) | {"invitation": stranger.invitation, "email": stranger.email}
    values |= {"name": stranger.name[:NAME_MAX], "handle": stranger.handle.partition("@")[0].lower()}
    return await _sign_up_page(request, values, Problems(), stranger)


async def _find_stranger(request: Request) -> Stranger | None:
    async with request.site.database.read() as tx:
        attempt = await find_step(tx, request, Step.JOIN)
    return msgspec.json.decode(attempt.content, type=Stranger) if attempt is not None else None


async def _show_form(request: Request, code: str) -> Response:
    if request.signed_in is not None:
        return lead_to("/")
    return await _sign_up_page(request, _new_values(request) | {"invitation": code}, Problems())


def _new_values(request: Request) -> dict[str, str]:
    return dict.fromkeys(_FIELDS, "") | {"language": request.language, "time_zone": guess_zone(request.language)}


async def _sign_up_page(
    request: Request, values: dict[str, str], problems: Problems, stranger: Stranger | None = None
) -> Response:
    async with request.site.database.read() as tx:
        mode = await _shown_mode(tx, request)
        host = await _host(tx, values["invitation"]) if mode is not SignUpMode.CLOSED else None
    return await render(
        request,
        "arriving/sign_up.html",
        status=422 if problems else 404 if values["invitation"] and host is None else 200,
        values=values,
        errors=problems.in_words(request.language),
        zones=zones_by_region(),
        mode=mode,
        host=host,
        reason_max=REASON_MAX,
        begun=bool(visits.begun(request)),
        linked=stranger is not None,
        email_known=stranger is not None and _is_known(stranger),
        service=request.site.settings.oidc_name if request.site.openid is not None else "",
    )


def _is_known(stranger: Stranger) -> bool:
    """The service has made sure of the address, and it is one."""
    return stranger.email_verified and Problems().check(clean_email, stranger.email) is not None


async def _shown_mode(tx: Read, request: Request) -> SignUpMode:
    """Who may join, as far as the form goes: where nobody is yet, nobody could have a look at the first one."""
    mode = (await get_community(tx, request.site.settings)).sign_up
    if mode is SignUpMode.APPROVAL and not await queries.count_accounts(tx):
        return SignUpMode.OPEN
    severity = await queries.find_severity(tx, request.client_address, clock.now())
    if severity not in (None, Severity.WAITS):
        raise NotAllowed("network_barred")
    return SignUpMode.APPROVAL if mode is SignUpMode.OPEN and severity is not None else mode


async def _host(tx: Read, code: str) -> Actor | None:
    """Who invites by this code, if it is good."""
    invitation = await queries.find_invitation(tx, code, clock.now()) if code else None
    return await queries.get_actor(tx, invitation.person_id) if invitation is not None else None


async def sign_up(request: Request) -> Response:
    form = await read_form(request)
    return await _join(request, {name: field(form, name) for name in _FIELDS}, field(form, "password"), None)


async def sign_up_linked(request: Request) -> Response:
    form, stranger = await read_form(request), await _find_stranger(request)
    if stranger is None:
        return lead_to("/sign-up")
    values = {name: field(form, name) for name in _FIELDS}
    if _is_known(stranger):
        values["email"] = stranger.email
    return await _join(request, values, "", stranger)


async def _join(request: Request, values: dict[str, str], password: str, stranger: Stranger | None) -> Response:
    """Make the account, sign in, and lead to the first page; or say that somebody will have a look."""
    async with request.site.database.read() as read:
        mode = (await get_community(read, request.site.settings)).sign_up
    if mode is SignUpMode.CLOSED:
        raise NotAllowed("sign_up_closed")
    problems = _check_sign_up(values, password if stranger is None else None)
    if problems:
        return await _sign_up_page(request, values, problems, stranger)
    # Only now, and many: a whole school may share one address, and mistakes in a form are no accounts.
    await count_try(request, "sign_up", request.client_network, most=30, within=clock.HOUR)
    wish = await _wish(request, values, password, stranger)
    try:
        async with request.site.database.write() as tx:
            arrival = await actions.arrive(tx, wish, mode, values["invitation"])
            if stranger is not None:
                await _link(tx, request, arrival.person, stranger)
            begun = await _settle_in(tx, request, wish, arrival.person)
            secret = "" if arrival.waits else await _start_session(tx, request, arrival.person)
    except NotFound as error:
        problems.note(Invalid("invitation", error.reason), "")
    except (Conflict, Invalid) as error:
        problems.note(error)
    if problems:
        return await _sign_up_page(request, values, problems, stranger)
    response = lead_to("/sign-up/waiting" if arrival.waits else begun or _WELCOME)
    if secret:
        set_session_cookie(response, request.site, secret)
    visits.forget(response, request)
    return response


async def _wish(request: Request, values: dict[str, str], password: str, stranger: Stranger | None) -> SignUp:
    return SignUp(
        handle=values["handle"],
        email=values["email"],
        # Argon2 takes its time on purpose: before the transaction, so that nobody waits for it.
        password_hash=await actions.hash_password(password) if stranger is None else NO_PASSWORD,
        name=values["name"],
        locale=values["language"] if values["language"] in LANGUAGES else request.language,
        time_zone=values["time_zone"] if values["time_zone"] in time_zones() else guess_zone(request.language),
        be_found=bool(values["be_found"]),
        reason=values["reason"],
        email_confirmed=stranger is not None and _is_known(stranger),
        client_address=request.client_address,
    )


async def _link(tx: Write, request: Request, person: int, stranger: Stranger) -> None:
    """What the service says is good for one account."""
    if await take_step(tx, request, Step.JOIN) is None:
        raise Conflict("service_over")
    await actions.link_identity(tx, Viewer(person, person), stranger, joining=True)


def _check_sign_up(values: dict[str, str], password: str | None) -> Problems:
    problems = Problems()
    problems.check(clean_line, values["name"], "name", NAME_MAX)
    problems.check(clean_handle, values["handle"])
    problems.check(clean_email, values["email"])
    if password is not None:
        problems.check(check_password, password)
    problems.check(clean_line, values["reason"], "reason", REASON_MAX)
    return problems


async def _settle_in(tx: Write, request: Request, wish: SignUp, person: int) -> str | None:
    """What follows from the form; where a reply is that was begun as a visitor."""
    viewer = Viewer(person, person)
    if wish.be_found:
        # The default would do; but a consent that was given is kept with its moment.
        await actions.set_consent(tx, viewer, Consent.BE_FOUND, True)
    if request.site.settings.sends_mail:
        await actions.ask_to_confirm(tx, viewer)
    return await visits.take_up(tx, request, person)


async def _start_session(tx: Write, request: Request, person: int) -> str:
    return await actions.start_session(tx, person, client_name(request.headers.get("user-agent", "")))


async def show_waiting(request: Request) -> Response:
    """For whoever has asked to join: what happens next."""
    return await render(request, "arriving/waiting.html", mail=request.site.settings.sends_mail)


ROUTES = [
    Route("GET", "/sign-up", show_sign_up, Wants.ANYBODY),
    Route("POST", "/sign-up", sign_up, Wants.ANYBODY),
    Route("GET", "/sign-up/linked", show_linked, Wants.ANYBODY),
    Route("POST", "/sign-up/linked", sign_up_linked, Wants.ANYBODY),
    Route("GET", "/sign-up/waiting", show_waiting, Wants.ANYBODY),
    Route("GET", "/join/{code}", show_invitation, Wants.ANYBODY),
]
