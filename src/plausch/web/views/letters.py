"""Where letters lead: confirming an address, setting a new password, taking an address back."""

import hashlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import drop_session_cookie
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.people import actions, queries
from plausch.people.model import EMAIL_MAX, Proof, Purpose, check_password, clean_email
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.views.account import account_page, is_own_password
from plausch.web.wants import Wants

_LETTERS, _WITHIN = 5, clock.HOUR


async def _proof(request: Request) -> Proof:
    """What the secret in the path is good for. Raises NotFound."""
    async with request.site.database.read() as tx:
        proof = await queries.find_proof(tx, request.params["secret"], clock.now())
    if proof is None:
        raise NotFound("proof_over")
    return proof


async def show_letter(request: Request) -> Response:
    """One button: programs that look at what letters lead to must not set anything off."""
    return await _letter_page(request, await _proof(request), Problems())


async def _letter_page(request: Request, proof: Proof, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        handle = (await queries.get_account(tx, proof.person_id)).handle
    return await render(
        request,
        "arriving/letter.html",
        status=422 if problems else 200,
        proof=proof,
        handle=handle,
        errors=problems.in_words(request.language),
    )


async def follow_letter(request: Request) -> Response:
    """Do what the secret is good for; it is used up by it."""
    return await _WAYS[(await _proof(request)).purpose](request, request.params["secret"])


async def _confirm(request: Request, secret: str) -> Response:
    async with request.site.database.write() as tx:
        await actions.confirm_email(tx, secret)
    return _done(request, "confirmed")


async def _change(request: Request, secret: str) -> Response:
    try:
        async with request.site.database.write() as tx:
            await actions.change_email(tx, secret)
    except Conflict as error:
        problems = Problems()
        problems.note(error, "")
        return await _letter_page(request, await _proof(request), problems)
    return _done(request, "changed")


def _done(request: Request, what: str) -> Response:
    if request.signed_in is not None:
        return lead_to(f"/settings/account?done={what}")
    return lead_to(f"/sign-in?done={what}")


async def _undo(request: Request, secret: str) -> Response:
    """Whoever changed the address knew the password: so the next thing is a new one."""
    async with request.site.database.write() as tx:
        next_secret = await actions.undo_change(tx, secret)
    response = lead_to(f"/letter/{next_secret}")
    drop_session_cookie(response, request.site)
    return response


async def _reset(request: Request, secret: str) -> Response:
    password, problems = field(await read_form(request), "password"), Problems()
    problems.check(check_password, password)
    if problems:
        return await _letter_page(request, await _proof(request), problems)
    hashed = await actions.hash_password(password)
    async with request.site.database.write() as tx:
        await actions.reset_password(tx, secret, hashed)
    response = lead_to("/sign-in?" + urlencode({"done": "reset", "next": "/settings/security?done=reset"}))
    drop_session_cookie(response, request.site)
    return response


_WAYS: dict[Purpose, Callable[[Request, str], Awaitable[Response]]] = {
    Purpose.CONFIRM: _confirm,
    Purpose.RESET: _reset,
    Purpose.CHANGE: _change,
    Purpose.UNDO: _undo,
}


async def show_forgotten(request: Request) -> Response:
    return await _forgotten_page(request, "", Problems())


async def _forgotten_page(request: Request, email: str, problems: Problems, *, sent: bool = False) -> Response:
    return await render(
        request,
        "arriving/forgotten.html",
        status=422 if problems else 200,
        email=email,
        errors=problems.in_words(request.language),
        sent=sent,
        mail=request.site.settings.sends_mail,
    )


async def ask_for_reset(request: Request) -> Response:
    """The same answer, in the same time, whether there is such an account or not."""
    email, problems = field(await read_form(request), "email").strip(), Problems()
    problems.check(clean_email, email)
    if problems:
        return await _forgotten_page(request, email[:EMAIL_MAX], problems)
    await count_try(request, "reset", request.client_network, most=4 * _LETTERS, within=_WITHIN)
    await count_try(request, "reset_of", _hash(email), most=_LETTERS, within=_WITHIN)
    async with request.site.database.write() as tx:
        await actions.ask_for_reset(tx, email)
    return await _forgotten_page(request, email, problems, sent=True)


def _hash(email: str) -> str:
    return hashlib.sha256(email.lower().encode()).hexdigest()


async def send_again(request: Request) -> Response:
    """Another letter to confirm the address by."""
    await count_try(request, "confirm", str(request.viewer.person), most=_LETTERS, within=_WITHIN)
    async with request.site.database.write() as tx:
        await actions.ask_to_confirm(tx, request.viewer)
    return lead_to("/settings/account?done=again")


async def change_email(request: Request) -> Response:
    """Ask for another address; it takes the password, so that nobody at an open browser takes the account away."""
    form, problems = await read_form(request), Problems()
    email = field(form, "email").strip()
    await count_try(request, "change_email", str(request.viewer.person), most=2 * _LETTERS, within=_WITHIN)
    problems.check(clean_email, email)
    if not await is_own_password(request, field(form, "email_password")):
        problems.note(Invalid("email_password", "password_wrong"))
    at_once = not request.site.settings.sends_mail
    if not problems:
        try:
            async with request.site.database.write() as tx:
                await actions.ask_to_change_email(tx, request.viewer, email, at_once=at_once)
        except Conflict as error:
            problems.note(error)
    if problems:
        return await account_page(request, problems, email=email)
    return lead_to(f"/settings/account?done={'changed' if at_once else 'asked'}")


ROUTES = [
    Route("GET", "/letter/{secret}", show_letter, Wants.ANYBODY),
    Route("POST", "/letter/{secret}", follow_letter, Wants.ANYBODY),
    Route("GET", "/sign-in/forgotten", show_forgotten, Wants.ANYBODY),
    Route("POST", "/sign-in/forgotten", ask_for_reset, Wants.ANYBODY),
    Route("POST", "/settings/account/confirm", send_again, Wants.PERSON),
    Route("POST", "/settings/account/email", change_email, Wants.PERSON),
]
