"""The account itself: the password, the browsers that are signed in, and leaving."""

from starlette.responses import RedirectResponse, Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try, take_back_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import drop_session_cookie
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid
from plausch.kernel.ids import parse_id
from plausch.people import actions, queries
from plausch.people.model import GRACE, PASSWORD_MAX, check_password
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import WHOLE, Problems
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants


async def is_own_password(request: Request, password: str) -> bool:
    """Whether it is the viewer's; tries are counted like those of signing in."""
    assert request.signed_in is not None
    await count_try(request, "password", str(request.viewer.person), most=10, within=15 * clock.MINUTE)
    async with request.site.database.read() as tx:
        found = await queries.find_credentials(tx, request.signed_in.handle)
    good = await actions.verify_password(found.password_hash if found else None, password[: PASSWORD_MAX + 1])
    if good:
        await take_back_try(request, "password", str(request.viewer.person))
    return good


async def check_removal(request: Request, password: str, name: str) -> Problems:
    """What is wrong with the password by which a way in is removed; whoever has none is not asked for it."""
    problems = Problems()
    async with request.site.database.read() as tx:
        has_one = await queries.has_password(tx, request.viewer.person)
    if has_one and not await is_own_password(request, password):
        problems.note(Invalid(name, "password_wrong"))
    return problems


async def show_account(request: Request) -> Response:
    return await account_page(request, Problems())


async def account_page(request: Request, problems: Problems, *, email: str = "") -> Response:
    """`email` is what was typed as the new address."""
    async with request.site.database.read() as tx:
        account = await queries.get_account(tx, request.viewer.person)
        has_password = await queries.has_password(tx, request.viewer.person)
    return await render(
        request,
        "settings/account.html",
        has_password=has_password,
        status=422 if problems else 200,
        account=account,
        email=email,
        mail=request.site.settings.sends_mail,
        done=request.query_params.get("done", ""),
        errors=problems.in_words(request.language),
        saved=was_saved(request),
    )


async def find_change_password(request: Request) -> Response:
    """Where password managers look (w3.org/TR/change-password-url)."""
    return RedirectResponse("/settings/account#password", 302)


async def change_password(request: Request) -> Response:
    """A new password for the old one, if there is one; every other browser has to sign in again."""
    assert request.signed_in is not None
    form = await read_form(request)
    new, problems = field(form, "password"), Problems()
    problems.check(check_password, new)
    async with request.site.database.read() as tx:
        has_one = await queries.has_password(tx, request.viewer.person)
    if has_one and not await is_own_password(request, field(form, "old_password")):
        problems.note(Invalid("old_password", "password_wrong"))
    if problems:
        return await account_page(request, problems)
    hashed = await actions.hash_password(new)
    async with request.site.database.write() as tx:
        await actions.change_password(tx, request.viewer, hashed, request.signed_in.session_id)
    return lead_to("/settings/account?saved=1")


async def show_sessions(request: Request) -> Response:
    assert request.signed_in is not None
    person = request.viewer.person
    async with request.site.database.read() as tx:
        sessions = await queries.list_sessions(tx, person, clock.now())
        tokens = await queries.list_tokens(tx, person)
    return await render(
        request,
        "settings/sessions.html",
        sessions=sessions,
        current=request.signed_in.session_id,
        tokens=tokens,
        saved=was_saved(request),
        revoked=request.query_params.get("revoked") == "1",
    )


async def end_sessions(request: Request) -> Response:
    """End one, or all others."""
    assert request.signed_in is not None
    form = await read_form(request)
    one = parse_id(field(form, "session"))
    async with request.site.database.write() as tx:
        if one is not None:
            await actions.end_session(tx, request.viewer, one)
        else:
            await actions.end_other_sessions(tx, request.viewer, request.signed_in.session_id)
    if one == request.signed_in.session_id:
        response = lead_to("/")
        drop_session_cookie(response, request.site)
        return response
    return lead_to("/settings/sessions?saved=1")


async def revoke_token(request: Request) -> Response:
    """The program that has it must ask anew."""
    token = parse_id(field(await read_form(request), "token"))
    async with request.site.database.write() as tx:
        revoked = token is not None and await actions.revoke_token(tx, request.viewer, token)
    return lead_to("/settings/sessions" + ("?revoked=1" if revoked else ""))


async def show_leave(request: Request) -> Response:
    return await _leave_page(request, Problems())


async def _successor(tx: Read, handle: str) -> int | None:
    """Who is to own the server from now on. Raises Invalid."""
    if not handle.strip():
        return None
    account = await queries.find_account(tx, handle)
    if account is None:
        raise Invalid("successor", "successor_unfit")
    return account.person_id


async def _leave_page(request: Request, problems: Problems, successor: str = "") -> Response:
    async with request.site.database.read() as tx:
        has_password = await queries.has_password(tx, request.viewer.person)
    return await render(
        request,
        "settings/leave.html",
        has_password=has_password,
        status=422 if problems else 200,
        errors=problems.in_words(request.language),
        owner=request.viewer.owner,
        successor=successor,
        days=GRACE // clock.DAY,
        ends_at=clock.now() + GRACE,
    )


async def leave(request: Request) -> Response:
    """End the account after the time of grace; from now on nobody sees the person."""
    form = await read_form(request)
    problems = Problems()
    if not await is_own_password(request, field(form, "password")):
        problems.note(Invalid("password", "password_wrong"))
        return await _leave_page(request, problems)
    try:
        async with request.site.database.write() as tx:
            await actions.leave(tx, request.viewer, await _successor(tx, field(form, "successor")))
    except (Conflict, Invalid) as error:
        problems.note(error, WHOLE if isinstance(error, Conflict) else None)
        return await _leave_page(request, problems, field(form, "successor"))
    response = lead_to("/goodbye")
    drop_session_cookie(response, request.site)
    return response


async def show_goodbye(request: Request) -> Response:
    return await render(request, "arriving/goodbye.html", days=GRACE // clock.DAY)


ROUTES = [
    Route("GET", "/.well-known/change-password", find_change_password, Wants.NOBODY),
    Route("GET", "/settings/account", show_account, Wants.PERSON),
    Route("POST", "/settings/account", change_password, Wants.PERSON),
    Route("GET", "/settings/sessions", show_sessions, Wants.PERSON),
    Route("POST", "/settings/sessions", end_sessions, Wants.PERSON),
    Route("POST", "/settings/tokens", revoke_token, Wants.PERSON),
    Route("GET", "/settings/leave", show_leave, Wants.PERSON),
    Route("POST", "/settings/leave", leave, Wants.PERSON),
    Route("GET", "/goodbye", show_goodbye, Wants.ANYBODY),
]
