"""How somebody signs in: codes beside the password, passkeys, and other services."""

import io

import msgspec
import pyotp
import segno
from starlette.responses import JSONResponse, Response

from plausch.http.forms import field, read_form
from plausch.http.reasons import explain
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import actions, queries
from plausch.people.model import PASSKEY_NAME_MAX, Challenge, Step
from plausch.web.answers import lead_to
from plausch.web.clients import client_name
from plausch.web.entrance import take_step
from plausch.web.pages import render
from plausch.web.problems import WHOLE, Problems
from plausch.web.views.account import check_removal, is_own_password
from plausch.web.views.ways_in import answer_with_challenge, relying_party
from plausch.web.wants import Wants

_PAGE = "/settings/security"


async def show_security(request: Request) -> Response:
    return await security_page(request, Problems())


async def security_page(request: Request, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        ways = await queries.list_ways_in(tx, request.viewer)
    return await render(
        request,
        "settings/security.html",
        status=422 if problems else 200,
        ways=ways,
        service=request.site.settings.oidc_name if request.site.openid is not None else "",
        client=client_name(request.headers.get("user-agent", "")),
        name_max=PASSKEY_NAME_MAX,
        done=request.query_params.get("done", ""),
        errors=problems.in_words(request.language),
    )


async def _check_password(request: Request, password: str, name: str) -> Problems:
    """Whatever changes how one signs in asks for the password: a browser left open must not be enough."""
    problems = Problems()
    if not await is_own_password(request, password):
        problems.note(Invalid(name, "password_wrong"))
    return problems


async def begin_codes(request: Request) -> Response:
    problems = await _check_password(request, field(await read_form(request), "password_codes"), "password_codes")
    if problems:
        return await security_page(request, problems)
    async with request.site.database.write() as tx:
        await actions.begin_codes(tx, request.viewer)
    return lead_to(f"{_PAGE}/codes")


async def show_codes(request: Request) -> Response:
    return await _codes_page(request, Problems())


async def _codes_page(request: Request, problems: Problems) -> Response:
    """The secret, as text, link and picture, until a first code shows that it has arrived."""
    secret, link = await _new_secret(request)
    if secret is None:
        return lead_to(_PAGE)
    response = await render(
        request,
        "settings/codes.html",
        status=422 if problems else 200,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        link=link,
        errors=problems.in_words(request.language),
    )
    response.headers["cache-control"] = "no-store"
    return response


async def _new_secret(request: Request) -> tuple[str | None, str]:
    """What is being set up, and the link that programs for codes understand."""
    assert request.signed_in is not None
    async with request.site.database.read() as tx:
        secret = await queries.find_new_secret(tx, request.viewer)
    if secret is None:
        return None, ""
    name = request.site.community.name.replace(":", " ")
    account = f"{request.signed_in.handle}@{request.site.settings.domain}"
    return secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=name)


async def show_picture(request: Request) -> Response:
    """The link as a QR code."""
    secret, link = await _new_secret(request)
    if secret is None:
        raise NotFound
    drawn = io.BytesIO()
    segno.make(link, micro=False).save(drawn, kind="svg", scale=4, border=4, light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"cache-control": "no-store"})


async def confirm_codes(request: Request) -> Response:
    """The recovery codes are shown in the answer itself, for they cannot be shown again."""
    form, problems = await read_form(request), Problems()
    try:
        async with request.site.database.write() as tx:
            codes = await actions.confirm_codes(tx, request.viewer, field(form, "code"))
    except Invalid as error:
        problems.note(error)
        return await _codes_page(request, problems)
    return await _recovery_page(request, codes, new=True)


async def renew_recovery_codes(request: Request) -> Response:
    problems = await _check_password(request, field(await read_form(request), "password_renew"), "password_renew")
    if problems:
        return await security_page(request, problems)
    async with request.site.database.write() as tx:
        codes = await actions.renew_recovery_codes(tx, request.viewer)
    return await _recovery_page(request, codes, new=False)


async def _recovery_page(request: Request, codes: list[str], *, new: bool) -> Response:
    response = await render(request, "settings/recovery.html", codes=codes, new=new)
    response.headers["cache-control"] = "no-store"
    return response


async def end_codes(request: Request) -> Response:
    problems = await _check_password(request, field(await read_form(request), "password_off"), "password_off")
    if problems:
        return await security_page(request, problems)
    async with request.site.database.write() as tx:
        await actions.end_codes(tx, request.viewer.person)
    return lead_to(f"{_PAGE}?done=off")


async def offer_new_passkey(request: Request) -> Response:
    """What a browser needs to make one, for the script of the page."""
    problems = await _check_password(request, field(await read_form(request), "password_passkey"), "password_passkey")
    if problems:
        return JSONResponse({"wrong": explain(request.language, "password_wrong")}, 422)
    challenge, party = actions.new_challenge(), relying_party(request)
    try:
        async with request.site.database.write() as tx:
            options = await actions.options_to_add(tx, request.viewer, party, challenge)
            person = request.viewer.person
            return await answer_with_challenge(tx, request, Step.NEW_PASSKEY, challenge, options, person)
    except Conflict as error:
        return JSONResponse({"wrong": explain(request.language, error.reason)}, 409)


async def add_passkey(request: Request) -> Response:
    """Keep what the browser has made. That there is a challenge of the person's shows that the password was asked."""
    form, problems = await read_form(request), Problems()
    async with request.site.database.write() as tx:
        # By itself: it is used up whatever comes of it.
        attempt = await take_step(tx, request, Step.NEW_PASSKEY)
    try:
        if attempt is None or attempt.person_id != request.viewer.person:
            raise Invalid(WHOLE, "passkey_over")
        challenge = msgspec.json.decode(attempt.content, type=Challenge).challenge
        name = field(form, "name").strip() or client_name(request.headers.get("user-agent", "")) or "Passkey"
        credential, party = field(form, "credential"), relying_party(request)
        async with request.site.database.write() as tx:
            await actions.add_passkey(tx, request.viewer, party, challenge, credential, name[:PASSKEY_NAME_MAX])
    except (Invalid, Conflict) as error:
        problems.note(error, WHOLE)
        return await security_page(request, problems)
    return lead_to(f"{_PAGE}?done=passkey")


async def remove_passkey(request: Request) -> Response:
    form = await read_form(request)
    passkey = parse_id(field(form, "passkey")) or 0
    name = f"password_{passkey}"
    problems = await check_removal(request, field(form, name), name)
    if problems:
        return await security_page(request, problems)
    try:
        async with request.site.database.write() as tx:
            await actions.remove_passkey(tx, request.viewer, passkey)
    except Conflict as error:
        problems.note(error, WHOLE)
        return await security_page(request, problems)
    return lead_to(f"{_PAGE}?done=removed")


ROUTES = [
    Route("GET", _PAGE, show_security, Wants.PERSON),
    Route("POST", f"{_PAGE}/codes", begin_codes, Wants.PERSON),
    Route("GET", f"{_PAGE}/codes", show_codes, Wants.PERSON),
    Route("GET", f"{_PAGE}/codes.svg", show_picture, Wants.PERSON),
    Route("POST", f"{_PAGE}/codes/confirm", confirm_codes, Wants.PERSON),
    Route("POST", f"{_PAGE}/codes/renew", renew_recovery_codes, Wants.PERSON),
    Route("POST", f"{_PAGE}/codes/off", end_codes, Wants.PERSON),
    Route("POST", f"{_PAGE}/passkeys/options", offer_new_passkey, Wants.PERSON),
    Route("POST", f"{_PAGE}/passkeys", add_passkey, Wants.PERSON),
    Route("POST", f"{_PAGE}/passkeys/remove", remove_passkey, Wants.PERSON),
]
