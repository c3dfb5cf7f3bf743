"""The door itself: from being known to having a session, whichever way somebody came.

In between lies what the browser is in the middle of: a cookie for each step holds the secret of it, and nothing else.
"""

from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.sessions import set_session_cookie
from plausch.http.site import appeal_path
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language.catalogues import LANGUAGES
from plausch.moderation.actions import make_appeal_key
from plausch.moderation.model import DecisionKind
from plausch.moderation.queries import find_last
from plausch.people import actions, queries
from plausch.people.model import Attempt, Errand, Standing, Step
from plausch.storage import Read, Write
from plausch.web import visits
from plausch.web.answers import lead_to, local_path
from plausch.web.clients import client_name
from plausch.web.problems import WHOLE

#: Why somebody who is known does not come in.
_REASONS = {Standing.SUSPENDED: "account_suspended", Standing.DECLINED: "account_declined"}
#: Where programs ask to be let in: in a window of their own, so that there is nothing around it.
AUTHORIZE = "/oauth/authorize"
#: Seconds; how long it is good is decided by the server.
_COOKIE_LIFE = 3600


def speak(request: Request, language: str) -> None:
    """In which language a program wants its person to be asked, as far as we know that; `de-AT` is `de`."""
    known = language.partition("-")[0].lower()
    if known in LANGUAGES:
        request.language = known


def speak_as_asked(request: Request, target: str) -> None:
    """The same for the pages on the way to where a program asks."""
    if target.startswith(AUTHORIZE):
        speak(request, dict(parse_qsl(urlsplit(target).query)).get("lang", ""))


def _cookie(request: Request, step: Step) -> str:
    return f"{'__Host-' if request.site.settings.secure else ''}step-{step.value}"


def remember_step(response: Response, request: Request, step: Step, secret: str) -> None:
    response.set_cookie(
        _cookie(request, step),
        secret,
        max_age=_COOKIE_LIFE,
        path="/",
        secure=request.site.settings.secure,
        httponly=True,
        samesite="lax",
    )


def forget_step(response: Response, request: Request, step: Step) -> None:
    name = _cookie(request, step)
    response.delete_cookie(name, path="/", secure=request.site.settings.secure, httponly=True, samesite="lax")


async def find_step(tx: Read, request: Request, step: Step) -> Attempt | None:
    """What this browser is in the middle of, to show it."""
    secret = request.cookies.get(_cookie(request, step), "")
    return await queries.find_attempt(tx, secret, step) if secret else None


async def take_step(tx: Write, request: Request, step: Step) -> Attempt | None:
    """The same to end it: nobody else can any more."""
    secret = request.cookies.get(_cookie(request, step), "")
    return await actions.take_attempt(tx, secret, step) if secret else None


async def admit(request: Request, person: int, errand: Errand, *, code_needed: bool = True) -> Response:
    """Let somebody in who is known: at once, or after a code, or after they have said that they come back.

    Raises Invalid for who may not come in.
    """
    async with request.site.database.write() as tx:
        account = await queries.get_account(tx, person)
        standing = account.standing
        if account.ends_at is not None and account.ends_at <= clock.now():
            raise Invalid(WHOLE, "account_not_found")
        # Before anything is said about the account, or a key for an appeal is given away.
        if code_needed and await queries.has_codes(tx, person):
            return await _lead_on(tx, request, Step.CODE, "/sign-in/code", person, errand)
        if standing is Standing.SUSPENDED:  # to that one page; whom the command line has suspended, there is none
            decided = await find_last(tx, person, DecisionKind.SUSPENDED)
            if decided is not None and decided.kind is DecisionKind.SUSPENDED:
                return lead_to(appeal_path(decided.id, await make_appeal_key(tx, decided.id)))
        if standing in _REASONS:
            raise Invalid(WHOLE, _REASONS[standing])
        if standing is Standing.WAITING:
            return lead_to("/sign-up/waiting")
        if standing is Standing.LEAVING and not errand.leaving:
            return await _lead_on(tx, request, Step.RETURN, "/sign-in/return", person, errand)
        return await _let_in(tx, request, person, errand)


async def _lead_on(tx: Write, request: Request, step: Step, path: str, person: int, errand: Errand) -> Response:
    secret = await actions.begin_attempt(tx, step, errand, person)
    response = lead_to(path)
    remember_step(response, request, step, secret)
    return response


async def _let_in(tx: Write, request: Request, person: int, errand: Errand) -> Response:
    """A session with a new secret, whatever cookie the browser brought."""
    if request.signed_in is not None:
        await actions.end_session(tx, request.viewer, request.signed_in.session_id)
    if errand.leaving:
        await actions.cancel_leaving(tx, person)
    begun = await visits.take_up(tx, request, person)
    secret = await actions.start_session(tx, person, client_name(request.headers.get("user-agent", "")))
    target = local_path(errand.next)
    # Whoever signs in for a program goes on there; what they had begun to write waits for them.
    response = lead_to(target if target.startswith(AUTHORIZE) else begun or target)
    set_session_cookie(response, request.site, secret)
    visits.forget(response, request)
    for step in (Step.CODE, Step.RETURN, Step.PASSKEY, Step.JOIN):
        if _cookie(request, step) in request.cookies:
            forget_step(response, request, step)
    return response


def errand_of(attempt: Attempt) -> Errand:
    return msgspec.json.decode(attempt.content, type=Errand)
