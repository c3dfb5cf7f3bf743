"""Who is asking: session cookies of browsers, access tokens of programs."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.site import Site
from plausch.kernel import clock
from plausch.people import actions, queries
from plausch.people.actions import hash_secret
from plausch.people.model import SESSION_LIFE, AppToken, SignedIn

#: How old the note of a session's last use may get, in ms: a write now and then instead of one a request.
_TOUCH_AFTER = 6 * clock.HOUR


def cookie_name(site: Site) -> str:
    """Over TLS the name binds the cookie to this host, path / and TLS (RFC 6265bis, cookie name prefixes)."""
    return "__Host-session" if site.settings.secure else "session"


async def find_signed_in(request: Request) -> SignedIn | None:
    """Whose session the request's cookie is, if it is a good one."""
    secret = request.cookies.get(cookie_name(request.site))
    if not secret:
        return None
    now = clock.now()
    async with request.site.database.read() as tx:
        signed_in = await queries.find_session(tx, hash_secret(secret), now)
    if signed_in is not None and signed_in.seen_at < now - _TOUCH_AFTER:
        async with request.site.database.write() as write:
            await actions.touch_session(write, signed_in.session_id)
        request.prolonged_secret = secret
    return signed_in


async def find_bearer(request: Request) -> SignedIn | None:
    """For whom the request's access token speaks, if it is a good one (RFC 6750)."""
    secret = bearer_secret(request)
    if not secret:
        return None
    async with request.site.database.read() as tx:
        return await queries.find_token(tx, hash_secret(secret))


async def find_app_bearer(request: Request) -> AppToken | None:
    """Which program asks, if its access token is a good one that speaks for no person."""
    secret = bearer_secret(request)
    if not secret:
        return None
    async with request.site.database.read() as tx:
        return await queries.find_app_token(tx, hash_secret(secret))


async def bears_for_waiting(request: Request) -> bool:
    """The request's access token is that of somebody who has asked to join, and is not let in yet."""
    secret = bearer_secret(request)
    if not secret:
        return False
    async with request.site.database.read() as tx:
        return await queries.is_waiting_token(tx, hash_secret(secret))


def bearer_secret(request: Request) -> str:
    """The access token that the request bears, or nothing."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def set_session_cookie(response: Response, site: Site, secret: str) -> None:
    response.set_cookie(
        cookie_name(site),
        secret,
        max_age=SESSION_LIFE // 1000,
        path="/",
        secure=site.settings.secure,
        httponly=True,
        samesite="lax",
    )


def drop_session_cookie(response: Response, site: Site) -> None:
    response.delete_cookie(cookie_name(site), path="/", secure=site.settings.secure, httponly=True, samesite="lax")


def is_for_all(response: Response) -> bool:
    """Caches may keep it and give it to others: it bears no cookie."""
    return "public" in response.headers.get("cache-control", "")


def renew_session_cookie(response: Response, request: Request) -> None:
    """Let the browser keep the cookie as long as the session, which this request has prolonged.

    Not on an answer that says itself what becomes of the cookie, nor on one that may be kept for others.
    """
    secret = request.prolonged_secret
    if secret is None or is_for_all(response):
        return
    ours = f"{cookie_name(request.site)}="
    if not any(cookie.startswith(ours) for cookie in response.headers.getlist("set-cookie")):
        set_session_cookie(response, request.site, secret)
