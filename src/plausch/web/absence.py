"""Whoever comes back after some days is offered to catch up. Until then only their browser remembers since when."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.sessions import is_for_all
from plausch.kernel import clock
from plausch.kernel.ids import parse_id
from plausch.people import queries as people

_ABSENCE = 3 * clock.DAY
#: For how long it is offered, in ms.
_OFFERED = 3 * clock.DAY
_COOKIE = "away"


async def away_since(request: Request) -> int | None:
    """Since when (ms) the person was away; None for who was not, or has caught up."""
    offered = parse_id(request.cookies.get(_COOKIE, ""))
    if offered is not None:
        return offered if 0 < offered < clock.now() else None
    return await _came_back(request)


async def _came_back(request: Request) -> int | None:
    """Whether this is the first request after some days, with whatever browser. Asks nothing on other days."""
    me = request.signed_in
    now = clock.now()
    if me is None or me.seen_at > now - _ABSENCE:
        return None
    async with request.site.database.read() as tx:
        sessions = await people.list_sessions(tx, me.person, now)
    last = max([me.seen_at, *(one.seen_at for one in sessions if one.id != me.session_id)])
    return last if last <= now - _ABSENCE else None


async def remember_absence(request: Request, response: Response) -> None:
    """Let the browser remember since when, whichever page came first."""
    if request.method != "GET" or _COOKIE in request.cookies or is_for_all(response):
        return
    since = await _came_back(request)
    if since is not None:
        _remember(request, response, since)


def forget_absence(request: Request, response: Response) -> None:
    """The person has caught up, or does not wish to."""
    _remember(request, response, 0)


def _remember(request: Request, response: Response, since: int) -> None:
    secure = request.site.settings.secure
    response.set_cookie(
        _COOKIE, str(since), max_age=_OFFERED // 1000, path="/", secure=secure, httponly=True, samesite="lax"
    )
