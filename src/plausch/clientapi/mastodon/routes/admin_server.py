"""The rest of `/api/v1/admin`: figures of the server, its trends, and what a server without others has none of."""

import platform
import re
from datetime import UTC, datetime

from starlette.responses import Response

from plausch import __version__
from plausch.clientapi.mastodon.answers import answered
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.admin import Counted, Datum, Dimension, Measure
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.routes import trends
from plausch.feeds import actions as feeds_actions
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.language.formats import iso
from plausch.language.inline_rules import tag_name
from plausch.moderation import queries as moderation
from plausch.people.queries.activity import count_active, count_joined_by_day, count_locales
from plausch.storage import Read

#: Days that are counted at most.
_LONGEST = 366
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _for_staff(view: View) -> View:
    async def checked(request: Request) -> Response:
        if not request.viewer.staff:
            raise NotAllowed
        return await view(request)

    return checked


def _day(fields: Fields, name: str, otherwise: int) -> int:
    """The number of a day that is named as such, or as a moment."""
    found = _DAY.match(fields.text(name))
    if found is None:
        return otherwise
    try:
        return int(datetime.fromisoformat(found[0]).replace(tzinfo=UTC).timestamp()) // 86_400
    except ValueError:
        return otherwise


async def measure(request: Request) -> Response:
    """Those that are known here; who was active on which day is not remembered, only how many of late."""
    fields = await read_fields(request)
    today = clock.now() // clock.DAY
    last = min(_day(fields, "end_at", today), today)
    first = max(min(_day(fields, "start_at", last - 29), last), last - _LONGEST)
    length = last - first + 1
    async with request.site.database.slow_read() as tx:
        found = [await _measure(tx, request, key, first, last, length) for key in dict.fromkeys(fields.texts("keys"))]
    return answered([one for one in found if one is not None])


async def _measure(tx: Read, request: Request, key: str, first: int, last: int, length: int) -> Measure | None:
    since = (first - length) * clock.DAY
    if key == "active_users":
        active = await count_active(tx, first * clock.DAY)
        return Measure(key=key, total=str(active), previous_total="0", data=[])
    if key == "new_users":
        counted = await count_joined_by_day(tx, since)
    elif key in ("opened_reports", "resolved_reports"):
        counted = await moderation.count_reports_by_day(tx, request.viewer, since, resolved=key == "resolved_reports")
    else:
        return None
    days = range(first, last + 1)
    return Measure(
        key=key,
        total=str(sum(counted.get(day, 0) for day in days)),
        previous_total=str(sum(counted.get(day - length, 0) for day in days)),
        data=[Datum(iso(day * clock.DAY), str(counted.get(day, 0))) for day in days],
    )


async def show_dimensions(request: Request) -> Response:
    fields = await read_fields(request)
    most = fields.number("limit") or 10
    found = []
    async with request.site.database.read() as tx:
        for key in dict.fromkeys(fields.texts("keys")):
            if key == "languages":
                counted = [Counted(locale, locale, str(number)) for locale, number in await count_locales(tx)]
                found.append(Dimension(key, counted[:most]))
            elif key == "software_versions":
                versions = {"plausch": __version__, "python": platform.python_version()}
                found.append(Dimension(key, [Counted(name, name.title(), number) for name, number in versions.items()]))
    return answered(found)


async def list_none(request: Request) -> Response:
    return answered([])


async def find_none(request: Request) -> Response:
    raise NotFound


async def refuse(request: Request) -> Response:
    raise Refused(422, "There are no such blocks on this server")


def _tag(*, shown: bool) -> View:
    async def view(request: Request) -> Response:
        name = tag_name(request.params["id"])
        if name is None:
            raise NotFound
        async with request.site.database.write() as tx:
            change = feeds_actions.show_tag if shown else feeds_actions.hide_tag
            await change(tx, request.viewer, name)
        return answered({"id": name, "name": name, "trendable": shown, "usable": True, "requires_review": False})

    return view


_ADMIN = "/api/v1/admin"
#: Lists of what there is none of.
_EMPTY = ("domain_allows", "domain_blocks")


def _empty(name: str) -> list[Endpoint]:
    at, read, write = f"{_ADMIN}/{name}", f"admin:read:{name}", f"admin:write:{name}"
    return [
        Endpoint("GET", at, _for_staff(list_none), read),
        Endpoint("POST", at, _for_staff(refuse), write),
        Endpoint("GET", f"{at}/{{id}}", _for_staff(find_none), read),
        Endpoint("PUT", f"{at}/{{id}}", _for_staff(find_none), write),
        Endpoint("DELETE", f"{at}/{{id}}", _for_staff(find_none), write),
    ]


ENDPOINTS = [
    Endpoint("POST", f"{_ADMIN}/measures", _for_staff(measure), "admin:read"),
    Endpoint("POST", f"{_ADMIN}/dimensions", _for_staff(show_dimensions), "admin:read"),
    Endpoint("GET", f"{_ADMIN}/trends/tags", _for_staff(trends.list_tags), "admin:read"),
    Endpoint("GET", f"{_ADMIN}/trends/statuses", _for_staff(trends.list_statuses), "admin:read"),
    Endpoint("GET", f"{_ADMIN}/trends/links", _for_staff(trends.list_links), "admin:read"),
    Endpoint("POST", f"{_ADMIN}/trends/tags/{{id}}/approve", _tag(shown=True), "admin:write"),
    Endpoint("POST", f"{_ADMIN}/trends/tags/{{id}}/reject", _tag(shown=False), "admin:write"),
    *(one for name in _EMPTY for one in _empty(name)),
]
