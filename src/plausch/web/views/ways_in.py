"""Signing in by other ways than the password alone: the code beside it, a passkey, and coming back."""

import msgspec
from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try, take_back_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.people import actions, queries
from plausch.people.model import Challenge, Errand, RelyingParty, Step
from plausch.storage import Write
from plausch.web import entrance
from plausch.web.answers import lead_to, local_path
from plausch.web.entrance import errand_of, find_step, forget_step, remember_step, take_step
from plausch.web.pages import render
from plausch.web.problems import WHOLE, Problems
from plausch.web.views.arriving import sign_in_page
from plausch.web.wants import Wants

#: Wrong codes of one person. There are a million, three are good at a time, and who tries knows the password already.
_WRONG_CODES = (("code", 10, 15 * clock.MINUTE), ("code_a_day", 50, clock.DAY))


def relying_party(request: Request) -> RelyingParty:
    return RelyingParty(request.site.community.name, request.site.settings.base_url)


async def show_code(request: Request) -> Response:
    """The second page, after the password."""
    async with request.site.database.read() as tx:
        attempt = await find_step(tx, request, Step.CODE)
    return await _code_page(request, Problems()) if attempt is not None else lead_to("/sign-in")


async def _code_page(request: Request, problems: Problems) -> Response:
    status = 422 if problems else 200
    return await render(request, "arriving/code.html", status=status, errors=problems.in_words(request.language))


async def sign_in_with_code(request: Request) -> Response:
    form = await read_form(request)
    async with request.site.database.read() as read:
        attempt = await find_step(read, request, Step.CODE)
    if attempt is None or attempt.person_id is None:
        return lead_to("/sign-in")
    person = str(attempt.person_id)
    for what, most, within in _WRONG_CODES:
        await count_try(request, what, person, most=most, within=within)
    async with request.site.database.write() as tx:
        good = await actions.use_code(tx, attempt.person_id, field(form, "code"))
        taken = await take_step(tx, request, Step.CODE) if good else None
    if taken is None:
        problems = Problems()
        problems.note(Invalid("code", "code_wrong"))
        return await _code_page(request, problems)
    for what, _, _ in _WRONG_CODES:
        await take_back_try(request, what, person)
    return await _admit(request, attempt.person_id, errand_of(attempt), code_needed=False)


async def show_return(request: Request) -> Response:
    """For somebody who had left, and has come in without a form that could have asked."""
    async with request.site.database.read() as tx:
        attempt = await find_step(tx, request, Step.RETURN)
        if attempt is None or attempt.person_id is None:
            return lead_to("/sign-in")
        account = await queries.get_account(tx, attempt.person_id)
    return await render(request, "arriving/return.html", ends_at=account.ends_at)


async def come_back(request: Request) -> Response:
    async with request.site.database.write() as tx:
        attempt = await take_step(tx, request, Step.RETURN)
    if attempt is None or attempt.person_id is None:
        return lead_to("/sign-in")
    errand = msgspec.structs.replace(errand_of(attempt), leaving=True)
    return await _admit(request, attempt.person_id, errand, code_needed=False)


async def offer_challenge(request: Request) -> Response:
    """What a passkey is to sign, for the script of the page."""
    # The page asks each time it is opened, and a whole school may share one address.
    await count_try(request, "passkey", request.client_network, most=300, within=clock.HOUR)
    challenge = actions.new_challenge()
    options = actions.options_to_use(relying_party(request), challenge)
    async with request.site.database.write() as tx:
        return await answer_with_challenge(tx, request, Step.PASSKEY, challenge, options)


async def answer_with_challenge(
    tx: Write, request: Request, step: Step, challenge: bytes, options: str, person: int | None = None
) -> Response:
    """The options as JSON, and a cookie by which the challenge is found again."""
    secret = await actions.begin_attempt(tx, step, Challenge(challenge), person)
    response = Response(options, media_type="application/json", headers={"cache-control": "no-store"})
    remember_step(response, request, step, secret)
    return response


async def sign_in_with_passkey(request: Request) -> Response:
    form = await read_form(request)
    async with request.site.database.write() as tx:
        # By itself: it is used up whatever comes of it.
        attempt = await take_step(tx, request, Step.PASSKEY)
    target = local_path(field(form, "next"))
    try:
        if attempt is None:
            raise Invalid(WHOLE, "passkey_over")
        challenge = msgspec.json.decode(attempt.content, type=Challenge).challenge
        async with request.site.database.write() as tx:
            key = await actions.use_passkey(tx, relying_party(request), challenge, field(form, "credential"))
    except Invalid as error:
        response = await _refused(request, error, target)
        forget_step(response, request, Step.PASSKEY)
        return response
    # What somebody's device has made sure of is something they have and something they know or are: both factors.
    return await _admit(request, key.person, Errand(next=target), code_needed=not key.verified)


async def _admit(request: Request, person: int, errand: Errand, *, code_needed: bool) -> Response:
    try:
        return await entrance.admit(request, person, errand, code_needed=code_needed)
    except Invalid as error:
        return await _refused(request, error, errand.next)


async def _refused(request: Request, error: Invalid, target: str) -> Response:
    problems = Problems()
    problems.note(error, WHOLE)
    return await sign_in_page(request, {"login": "", "next": target}, problems)


ROUTES = [
    Route("GET", "/sign-in/code", show_code, Wants.ANYBODY),
    Route("POST", "/sign-in/code", sign_in_with_code, Wants.ANYBODY),
    Route("GET", "/sign-in/return", show_return, Wants.ANYBODY),
    Route("POST", "/sign-in/return", come_back, Wants.ANYBODY),
    Route("POST", "/sign-in/passkey/options", offer_challenge, Wants.ANYBODY),
    Route("POST", "/sign-in/passkey", sign_in_with_passkey, Wants.ANYBODY),
]
