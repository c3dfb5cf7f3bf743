"""`/api/v1/admin/measures` and `/dimensions`: figures of the server, day by day and part by part."""

import platform
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from starlette.responses import Response

from plausch import __version__
from plausch.clientapi.mastodon.answers import answered
from plausch.clientapi.mastodon.endpoints import Endpoint, for_staff
from plausch.clientapi.mastodon.entities.admin import Counted, Datum, Dimension, Measure
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.feeds import queries as feeds
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.language.formats import Formats, iso, languages_named
from plausch.language.inline_rules import tag_name
from plausch.moderation import queries as moderation
from plausch.people.queries.activity import count_active, count_joined_by_day, count_locales
from plausch.storage import Read
from plausch.storage.measures import database_size, database_version
from plausch.talk.queries.activity import count_interactions_by_day, count_open_between

#: Days that are counted at most.
_LONGEST = 366
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: As others call them, and as they are written.
_ENGINES = {"sqlite": ("sqlite", "SQLite"), "postgres": ("postgresql", "PostgreSQL")}


class Period(NamedTuple):
    """Days by their numbers, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def before(self) -> "Period":
        """As many days, just before."""
        return Period(self.first - self.length, self.first - 1)

    @property
    def days(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def begins_at(self) -> int:
        return self.first * clock.DAY

    @property
    def ends_at(self) -> int:
        return (self.last + 1) * clock.DAY


class Asked(NamedTuple):
    """What somebody wants to know."""

    tx: Read
    request: Request
    fields: Fields
    period: Period


#: By the number of the day, for the period and the one before.
_Count = Callable[[Asked], Awaitable[Mapping[int, int]]]


def _period(fields: Fields) -> Period:
    today = clock.now() // clock.DAY
    last = min(_day(fields, "end_at", today), today)
    return Period(max(min(_day(fields, "start_at", last - 29), last), last - _LONGEST), last)


def _day(fields: Fields, name: str, otherwise: int) -> int:
    """The number of a day that is named as such, or as a moment; none before 1970."""
    found = _DAY.match(fields.text(name))
    if found is None:
        return otherwise
    try:
        return max(int(datetime.fromisoformat(found[0]).replace(tzinfo=UTC).timestamp()) // 86_400, 0)
    except ValueError:
        return otherwise


def _about(asked: Asked, key: str, name: str) -> str:
    """What a key has to be counted of: `tag_uses[id]`, `instance_accounts[domain]`."""
    part = asked.fields.part(key)
    if part is None or not part.names():
        raise Refused(400, f"param is missing or the value is empty: {key}")
    return part.text(name)


def _tag(asked: Asked, key: str) -> str:
    name = tag_name(_about(asked, key, "id"))
    if name is None:
        raise NotFound
    return name


async def _new_users(asked: Asked) -> Mapping[int, int]:
    return await count_joined_by_day(asked.tx, asked.period.before.begins_at)


async def _interactions(asked: Asked) -> Mapping[int, int]:
    return await count_interactions_by_day(asked.tx, asked.period.before.begins_at)


def _reports(*, resolved: bool) -> _Count:
    async def count(asked: Asked) -> Mapping[int, int]:
        since = asked.period.before.begins_at
        return await moderation.count_reports_by_day(asked.tx, asked.request.viewer, since, resolved=resolved)

    return count


def _of_tag(key: str, value: Callable[[feeds.TagDay], int]) -> _Count:
    async def count(asked: Asked) -> Mapping[int, int]:
        tag = _tag(asked, key)
        today = clock.now() // clock.DAY
        known = await feeds.list_tag_days(
            asked.tx, asked.request.viewer, [tag], today - max(asked.period.before.first, 0) + 1
        )
        return {one.at // clock.DAY: value(one) for one in known[tag]}

    return count


def _of_server(key: str) -> _Count:
    """Nothing of what is elsewhere has come here, as long as servers do not talk to each other."""

    async def count(asked: Asked) -> Mapping[int, int]:
        _about(asked, key, "domain")
        return {}

    return count


class _Kind(NamedTuple):
    by_day: _Count
    #: What the days are together.
    together: Callable[[Iterable[int]], int] = sum
    unit: str | None = None


def _most(values: Iterable[int]) -> int:
    return max(values, default=0)


_MEASURES = {
    "new_users": _Kind(_new_users),
    "interactions": _Kind(_interactions),
    "opened_reports": _Kind(_reports(resolved=False)),
    "resolved_reports": _Kind(_reports(resolved=True)),
    "tag_accounts": _Kind(_of_tag("tag_accounts", lambda one: one.people)),
    "tag_uses": _Kind(_of_tag("tag_uses", lambda one: one.posts)),
    # This one, where somebody has used it.
    "tag_servers": _Kind(_of_tag("tag_servers", lambda one: int(one.posts > 0)), _most),
    **{
        key: _Kind(_of_server(key), unit="bytes" if key == "instance_media_attachments" else None)
        for key in (
            *("instance_accounts", "instance_media_attachments", "instance_reports", "instance_statuses"),
            *("instance_follows", "instance_followers"),
        )
    },
}


async def measure(request: Request) -> Response:
    """Those that are known; who was active on which day is not remembered, only how many of late."""
    fields = await read_fields(request)
    async with request.site.database.slow_read() as tx:
        asked = Asked(tx, request, fields, _period(fields))
        found = [await _measure(asked, key) for key in dict.fromkeys(fields.texts("keys"))]
    return answered([one for one in found if one is not None])


async def _measure(asked: Asked, key: str) -> Measure | None:
    period = asked.period
    if key == "active_users":
        active = await count_active(asked.tx, period.begins_at)
        return Measure(key=key, total=str(active), data=[])
    kind = _MEASURES.get(key)
    if kind is None:
        return None
    counted = await kind.by_day(asked)
    total = kind.together(counted.get(day, 0) for day in period.days)
    return Measure(
        key=key,
        unit=kind.unit,
        total=str(total),
        human_value=_formats(asked.request).size(total) if kind.unit else msgspec.UNSET,
        previous_total=str(kind.together(counted.get(day, 0) for day in period.before.days)),
        data=[Datum(iso(day * clock.DAY), str(counted.get(day, 0))) for day in period.days],
    )


def _formats(request: Request) -> Formats:
    return Formats(request.language, "UTC", clock.now())


async def _languages(asked: Asked) -> list[Counted]:
    """In which people read the pages."""
    return _named(asked, await count_locales(asked.tx))


def _named(asked: Asked, counted: Iterable[tuple[str, int]]) -> list[Counted]:
    names = languages_named(asked.request.language)
    return [Counted(code or "und", names.get(code, code) or "?", str(number)) for code, number in counted]


async def _servers(asked: Asked) -> list[Counted]:
    """Who says how much: this one alone."""
    number = await count_open_between(asked.tx, asked.period.begins_at, asked.period.ends_at)
    return _this(asked, number)


def _this(asked: Asked, number: int) -> list[Counted]:
    domain = asked.request.site.settings.domain
    return [Counted(domain, domain, str(number))] if number else []


async def _space(asked: Asked) -> list[Counted]:
    """For owners, as on the pages."""
    site, formats = asked.request.site, _formats(asked.request)
    if not asked.request.viewer.owner:
        return []
    sizes = {
        ("database", _ENGINES[site.database.engine][1]): await database_size(asked.tx),
        ("media", "Media"): (await site.media.measure()).size,
    }
    return [
        Counted(key, name, str(size), unit="bytes", human_value=formats.size(size))
        for (key, name), size in sizes.items()
    ]


async def _versions(asked: Asked) -> list[Counted]:
    versions = {
        ("plausch", "Plausch"): __version__,
        ("python", "Python"): platform.python_version(),
        _ENGINES[asked.request.site.database.engine]: await database_version(asked.tx),
    }
    return [Counted(key, name, version, human_value=version) for (key, name), version in versions.items()]


async def _tag_servers(asked: Asked) -> list[Counted]:
    return _this(asked, sum(number for _, number in await _spoken(asked, "tag_servers")))


async def _tag_languages(asked: Asked) -> list[Counted]:
    return _named(asked, await _spoken(asked, "tag_languages"))


async def _spoken(asked: Asked, key: str) -> list[tuple[str, int]]:
    period, tag = asked.period, _tag(asked, key)
    viewer = asked.request.viewer
    return await feeds.count_tag_languages(asked.tx, viewer, tag, period.begins_at, period.ends_at)


async def _nothing(asked: Asked) -> list[Counted]:
    """With which program somebody joined is not kept."""
    return []


def _nothing_of(key: str) -> Callable[[Asked], Awaitable[list[Counted]]]:
    async def count(asked: Asked) -> list[Counted]:
        _about(asked, key, "domain")
        return []

    return count


_DIMENSIONS = {
    "languages": _languages,
    "sources": _nothing,
    "servers": _servers,
    "space_usage": _space,
    "software_versions": _versions,
    "tag_servers": _tag_servers,
    "tag_languages": _tag_languages,
    "instance_accounts": _nothing_of("instance_accounts"),
    "instance_languages": _nothing_of("instance_languages"),
}


async def show_dimensions(request: Request) -> Response:
    fields = await read_fields(request)
    most = max(fields.number("limit") or 10, 0)
    async with request.site.database.slow_read() as tx:
        asked = Asked(tx, request, fields, _period(fields))
        found = [
            Dimension(key, (await _DIMENSIONS[key](asked))[:most])
            for key in dict.fromkeys(fields.texts("keys"))
            if key in _DIMENSIONS
        ]
    return answered(found)


ENDPOINTS = [
    Endpoint("POST", "/api/v1/admin/measures", for_staff(measure), "admin:read"),
    Endpoint("POST", "/api/v1/admin/dimensions", for_staff(show_dimensions), "admin:read"),
]
