"""Signing in with another service, and linking one's account there."""

import hmac
import logging

import msgspec
from starlette.responses import RedirectResponse, Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import OPENID_BACK
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.net.openid import Claims, OpenId, OpenIdFailed
from plausch.people import actions
from plausch.people.model import Errand, Step, Stranger
from plausch.web import entrance
from plausch.web.answers import lead_to, local_path
from plausch.web.entrance import remember_step, take_step
from plausch.web.pages import render
from plausch.web.problems import WHOLE, Problems
from plausch.web.views.account import check_removal, is_own_password
from plausch.web.views.arriving import sign_in_page
from plausch.web.views.security import security_page
from plausch.web.wants import Wants

log = logging.getLogger("plausch.web.openid")


class _Away(msgspec.Struct, frozen=True):
    """What is kept while somebody is at the service."""

    state: str
    nonce: str
    verifier: str
    next: str = "/"
    invitation: str = ""


def _service(request: Request) -> OpenId:
    if request.site.openid is None:
        raise NotFound
    return request.site.openid


async def go(request: Request) -> Response:
    """Lead to the service, by a link: forms of ours may lead nowhere else."""
    service = _service(request)
    target = local_path(request.query_params.get("next", ""))
    if request.signed_in is not None:
        return lead_to(target)
    await count_try(request, "openid", request.client_network, most=300, within=clock.HOUR)
    try:
        url, secret = await _depart(request, service, target, request.query_params.get("invitation", "")[:100])
    except OpenIdFailed as error:
        return await _failed(request, error, target)
    response = RedirectResponse(url, 303)
    remember_step(response, request, Step.ELSEWHERE, secret)
    return response


async def _depart(
    request: Request, service: OpenId, target: str, invitation: str = "", person: int | None = None
) -> tuple[str, str]:
    """Where to go, and the secret for the cookie."""
    going = await service.go()
    away = _Away(going.state, going.nonce, going.verifier, target, invitation)
    async with request.site.database.write() as tx:
        return going.url, await actions.begin_attempt(tx, Step.ELSEWHERE, away, person)


async def link(request: Request) -> Response:
    """Lead there to link one's account: by a page, since browsers hold a form's redirect to our own addresses."""
    service, form, problems = _service(request), await read_form(request), Problems()
    if not await is_own_password(request, field(form, "password_link")):
        problems.note(Invalid("password_link", "password_wrong"))
        return await security_page(request, problems)
    try:
        url, secret = await _depart(request, service, "/settings/security", person=request.viewer.person)
    except OpenIdFailed as error:
        _log(error)
        problems.note(Invalid(WHOLE, "service_failed"))
        return await security_page(request, problems)
    response = await render(request, "arriving/leading.html", url=url, service=request.site.settings.oidc_name)
    remember_step(response, request, Step.ELSEWHERE, secret)
    return response


async def unlink(request: Request) -> Response:
    form = await read_form(request)
    identity = parse_id(field(form, "identity")) or 0
    name = f"password_{identity}"
    problems = await check_removal(request, field(form, name), name)
    if problems:
        return await security_page(request, problems)
    try:
        async with request.site.database.write() as tx:
            await actions.unlink_identity(tx, request.viewer, identity)
    except Conflict as error:
        problems.note(error, WHOLE)
        return await security_page(request, problems)
    return lead_to("/settings/security?done=unlinked")


async def come_back(request: Request) -> Response:
    """The service has sent somebody back, with a code or without."""
    service, given = _service(request), request.query_params
    async with request.site.database.write() as tx:
        # By itself: it is used up whatever comes of it.
        attempt = await take_step(tx, request, Step.ELSEWHERE)
    if attempt is None:
        return await _refused(request, Invalid(WHOLE, "service_over"))
    away = msgspec.json.decode(attempt.content, type=_Away)
    if not hmac.compare_digest(given.get("state", "").encode(), away.state.encode()):
        return await _refused(request, Invalid(WHOLE, "service_over"), away.next)
    if "code" not in given:
        return await _refused(request, Invalid(WHOLE, "service_declined"), away.next)
    try:
        claims = await service.come_back(given["code"], away.nonce, away.verifier, given.get("iss", ""))
    except OpenIdFailed as error:
        return await _failed(request, error, away.next)
    stranger = _stranger(service, claims, away.invitation)
    if attempt.person_id is not None:
        return await _link(request, attempt.person_id, stranger)
    async with request.site.database.write() as tx:
        person = await actions.use_identity(tx, stranger)
        secret = await actions.begin_attempt(tx, Step.JOIN, stranger) if person is None else ""
    if person is None:
        response = lead_to("/sign-up/linked")
        remember_step(response, request, Step.JOIN, secret)
        return response
    try:
        return await entrance.admit(request, person, Errand(next=away.next))
    except Invalid as error:
        return await _refused(request, error, away.next)


def _stranger(service: OpenId, claims: Claims, invitation: str) -> Stranger:
    return Stranger(
        issuer=service.issuer,
        subject=claims.sub,
        email=claims.email,
        email_verified=claims.email_verified,
        name=claims.name,
        handle=claims.preferred_username,
        invitation=invitation,
    )


async def _link(request: Request, person: int, stranger: Stranger) -> Response:
    """For the person only who has begun it, and is signed in still."""
    if request.viewer.person != person:
        return await _refused(request, Invalid(WHOLE, "service_over"))
    try:
        async with request.site.database.write() as tx:
            await actions.link_identity(tx, request.viewer, stranger)
    except Conflict as error:
        problems = Problems()
        problems.note(error, WHOLE)
        return await security_page(request, problems)
    return lead_to("/settings/security?done=linked")


async def _failed(request: Request, error: OpenIdFailed, target: str) -> Response:
    _log(error)
    return await _refused(request, Invalid(WHOLE, "service_failed"), target)


def _log(error: OpenIdFailed) -> None:
    log.warning("sign-in with the other service failed", extra={"error": str(error)})


async def _refused(request: Request, error: Invalid, target: str = "/") -> Response:
    problems = Problems()
    problems.note(error)
    if request.signed_in is not None:
        return await security_page(request, problems)
    return await sign_in_page(request, {"login": "", "next": target}, problems)


ROUTES = [
    Route("GET", "/sign-in/with", go, Wants.ANYBODY),
    Route("GET", OPENID_BACK, come_back, Wants.ANYBODY),
    Route("POST", "/settings/security/link", link, Wants.PERSON),
    Route("POST", "/settings/security/unlink", unlink, Wants.PERSON),
]
