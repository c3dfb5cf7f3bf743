"""Programs register, get tokens, and give them back (OAuth 2: RFC 6749, 7009, 7636, 8414).

Where people agree to it is a page: `web.views.authorizing`.
"""

import base64
from typing import Any
from urllib.parse import unquote_plus

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, for_all, nothing
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.oauth import (
    Application,
    AuthorizationServer,
    CredentialApplication,
    Token,
    UserInfo,
)
from plausch.clientapi.mastodon.errors import Refused, bad_token
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.routes.instance import push_key
from plausch.http.errors import BadRequest
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.site import profile_path
from plausch.kernel import clock
from plausch.people import actions, queries
from plausch.people.model import SCOPES, USUAL_SCOPES, App, AppForm, NewToken, is_within

#: Of one network: a school signs in behind one address.
_REGISTERED, _ASKED = 300, 600


def _said(app: App) -> dict[str, Any]:
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website or None,
        "scopes": app.scopes.split(),
        "redirect_uris": app.redirects,
        "redirect_uri": app.redirect_uris,
    }


async def register(request: Request) -> Response:
    await count_try(request, "app", request.client_network, most=_REGISTERED, within=clock.HOUR)
    fields = await read_fields(request)
    redirects = [line for text in fields.texts("redirect_uris") for line in text.splitlines()]
    form = AppForm(
        name=fields.text("client_name"),
        redirect_uris=tuple(redirects),
        scopes=" ".join(fields.texts("scopes")),
        website=fields.text("website"),
    )
    async with request.site.database.write() as tx:
        app, secret = await actions.register_app(tx, form)
    key = await push_key(request)
    return answered(CredentialApplication(**_said(app), vapid_key=key, client_id=app.client_id, client_secret=secret))


async def verify_app(request: Request) -> Response:
    """Which program the token was given to."""
    async with request.site.database.read() as tx:
        app = await queries.find_app(tx, request.app_id)
    if app is None:  # made on the command line
        raise bad_token()
    return answered(Application(**_said(app), vapid_key=await push_key(request)))


async def _read(request: Request) -> Fields:
    """As RFC 6749 (5.2) wants it said, also where nobody can read what was sent."""
    try:
        return await read_fields(request)
    except BadRequest as error:
        raise _invalid("invalid_request", "The request cannot be read.") from error


async def give_token(request: Request) -> Response:
    await count_try(request, "app_token", request.client_network, most=_ASKED, within=clock.HOUR)
    fields = await _read(request)
    grant = fields.text("grant_type")
    if not grant:
        raise _invalid("invalid_request", "Missing required parameter: grant_type.")
    app, proven = await _client(request, fields)
    if grant == "authorization_code":
        token = await _redeem(request, fields, app, proven)
    elif grant == "client_credentials" and proven:
        token = await _for_itself(request, fields, app)
    elif grant == "client_credentials":
        raise _unknown_client()
    else:
        raise _invalid("unsupported_grant_type", "The authorization grant type is not supported by this server.")
    response = answered(Token(token.secret, token.scopes, token.created_at // 1000))
    response.headers["pragma"] = "no-cache"
    return response


async def _redeem(request: Request, fields: Fields, app: App, proven: bool) -> NewToken:
    code, verifier = fields.text("code"), fields.text("code_verifier")
    async with request.site.database.write() as tx:
        token = await actions.redeem_code(tx, app, code, fields.text("redirect_uri"), verifier, proven=proven)
    if token is None:
        raise _invalid(
            "invalid_grant",
            "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used "
            "in the authorization request, or was issued to another client.",
        )
    return token


async def _for_itself(request: Request, fields: Fields, app: App) -> NewToken:
    scopes = " ".join(dict.fromkeys(fields.text("scope").split())) or USUAL_SCOPES
    if not fields.text("scope") and not is_within(scopes, app.scopes):
        scopes = app.scopes
    if not is_within(scopes, app.scopes):
        raise _invalid("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    async with request.site.database.write() as tx:
        return await actions.grant_app_token(tx, app, scopes)


async def revoke(request: Request) -> Response:
    """What is no token any more was given back, too."""
    fields = await _read(request)
    token = fields.text("token")
    if not token:
        raise _invalid("invalid_request", "Missing required parameter: token.")
    app, _ = await _client(request, fields)
    async with request.site.database.write() as tx:
        done = await actions.revoke_given(tx, app, token)
    if not done:
        raise Refused(403, "unauthorized_client", error_description="You are not authorized to revoke this token.")
    return nothing()


async def _client(request: Request, fields: Fields) -> tuple[App, bool]:
    """The program that asks, and whether it has shown its secret. Raises Refused for one that is not known."""
    client_id, secret = _basic(request) or (fields.text("client_id"), fields.text("client_secret"))
    async with request.site.database.read() as tx:
        if not secret:
            app = await queries.find_client(tx, client_id)
        else:
            app = await queries.find_client_with_secret(tx, client_id, actions.hash_secret(secret))
    if app is None:
        raise _unknown_client()
    return app, bool(secret)


def _basic(request: Request) -> tuple[str, str] | None:
    """Name and secret in the header, form-encoded (RFC 6749, 2.3.1)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError as error:  # letters that base64 has not, or that are no text
        raise _unknown_client() from error
    return unquote_plus(name), unquote_plus(secret)


def _unknown_client() -> Refused:
    said = (
        "Client authentication failed due to unknown client, no client authentication included, or unsupported "
        "authentication method."
    )
    challenge = {"www-authenticate": 'Basic realm="Plausch"'}
    return Refused(401, "invalid_client", challenge, error_description=said)


def _invalid(error: str, description: str) -> Refused:
    return Refused(400, error, error_description=description)


async def show_user(request: Request) -> Response:
    site, viewer = request.site, request.viewer
    async with site.database.read() as tx:
        actor = await queries.get_actor(tx, viewer.person)
    url = site.absolute(profile_path(actor.handle))
    picture = site.absolute(f"/faces/{actor.id}/large?v={actor.version}") if actor.picture else None
    return answered(UserInfo(site.absolute("/"), url, actor.shown_name, actor.handle, url, picture))


async def describe_server(request: Request) -> Response:
    at = request.site.absolute
    return for_all(
        request,
        AuthorizationServer(
            issuer=at("/"),
            authorization_endpoint=at("/oauth/authorize"),
            token_endpoint=at("/oauth/token"),
            revocation_endpoint=at("/oauth/revoke"),
            userinfo_endpoint=at("/oauth/userinfo"),
            app_registration_endpoint=at("/api/v1/apps"),
            service_documentation=at("/handbook"),
            scopes_supported=SCOPES,
        ),
    )


_USER = "profile read:accounts"
ENDPOINTS = [
    Endpoint("POST", "/api/v1/apps", register, caller=Caller.ANYBODY),
    Endpoint("GET", "/api/v1/apps/verify_credentials", verify_app, caller=Caller.PROGRAM),
    Endpoint("POST", "/oauth/token", give_token, caller=Caller.ANYBODY),
    Endpoint("POST", "/oauth/revoke", revoke, caller=Caller.ANYBODY),
    Endpoint("GET", "/oauth/userinfo", show_user, _USER),
    Endpoint("POST", "/oauth/userinfo", show_user, _USER),
    Endpoint("GET", "/.well-known/oauth-authorization-server", describe_server, caller=Caller.ANYBODY),
]
