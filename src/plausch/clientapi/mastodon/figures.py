"""How big the server is. Counting takes a while and nobody needs it to the minute: a process does it once an hour."""

from typing import NamedTuple

from plausch.http.request import Request
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.queries.activity import count_active, count_joined, count_sign_ins, week_number, week_start
from plausch.talk.queries.activity import count_open, count_open_by_week

_FRESH = clock.HOUR
_WEEKS = 12
_MONTH, _HALF_YEAR = 30 * clock.DAY, 180 * clock.DAY


class Week(NamedTuple):
    starts_at: int
    posts: int
    sign_ins: int
    joined: int


class Figures(NamedTuple):
    members: int
    active_month: int
    active_half_year: int
    posts: int
    #: The newest first.
    weeks: list[Week]


async def figures_of(request: Request) -> Figures:
    """Of this server, an hour old at most."""
    held = request.site.held.figures
    until, found = held.get("size", (0, None))
    if isinstance(found, Figures) and until > clock.real_now():
        return found
    found = await _count(request)
    held["size"] = (clock.real_now() + _FRESH, found)
    return found


async def _count(request: Request) -> Figures:
    now = clock.now()
    last = week_number(now)
    since = week_start(last - _WEEKS + 1)
    async with request.site.database.read() as tx:
        posts = await count_open_by_week(tx, since)
        joined = await count_joined(tx, since)
        sign_ins = await count_sign_ins(tx, since)
        weeks = [
            Week(week_start(one), posts.get(one, 0), sign_ins.get(one, 0), joined.get(one, 0))
            for one in range(last, last - _WEEKS, -1)
        ]
        return Figures(
            members=await people.count_members(tx),
            active_month=await count_active(tx, now - _MONTH),
            active_half_year=await count_active(tx, now - _HALF_YEAR),
            posts=await count_open(tx),
            weeks=weeks,
        )
