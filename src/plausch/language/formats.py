"""Moments and numbers as people read them, by language and time zone.

A page makes one `Formats` and asks it dozens of times, so the names come from CLDR once per language, the borders of
today and yesterday are computed once per page, and what is left is comparing and filling in.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from plausch.kernel.clock import DAY, HOUR, MINUTE, SECOND
from plausch.language.catalogues import catalogue

_NBSP = "\u00a0"


class _Names(NamedTuple):
    """What a language calls days and months, and how it puts a date together."""

    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    day: str
    group: str
    decimal: str
    thousands: tuple[str, ...]


#: The day's number before the month's name, and the units of compact numbers.
_DAY = {"de": "{}. {}", "en": "{} {}"}
_THOUSANDS = {
    "de": (f"{_NBSP}Tsd.", f"{_NBSP}Mio.", f"{_NBSP}Mrd."),
    "en": ("K", "M", "B"),
}


@lru_cache
def _names(language: str) -> _Names:
    locale = Locale.parse(language)
    days, months = locale.days, locale.months
    symbols = locale.number_symbols["latn"]
    return _Names(
        weekdays=tuple(days["format"]["wide"][index] for index in range(7)),
        short_weekdays=tuple(days["stand-alone"]["abbreviated"][index] for index in range(7)),
        months=tuple(months["format"]["wide"][index] for index in range(1, 13)),
        short_months=tuple(months["format"]["abbreviated"][index] for index in range(1, 13)),
        day=_DAY[language],
        group=symbols["group"],
        decimal=symbols["decimal"],
        thousands=_THOUSANDS[language],
    )


@lru_cache
def languages_named(language: str) -> dict[str, str]:
    """In what people may write, by ISO 639-1 code, with the names that a language has for it."""
    named = Locale.parse(language).languages
    return {code: named[code] for code in sorted(named, key=lambda code: named[code]) if len(code) == 2}


@lru_cache
def time_zones() -> frozenset[str]:
    """The names of the time zones a person may choose."""
    return frozenset(available_timezones())


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of this IANA name; UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def iso(moment: int) -> str:
    """For `<time datetime>` and for machines: 2026-03-12T18:12:00Z."""
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def exact_iso(moment: int) -> str:
    """The same to the millisecond, where machines give it back: 2026-03-12T18:12:00.042Z."""
    return f"{iso(moment)[:-1]}.{moment % SECOND:03}Z"


class Formats:
    """How one reader sees moments and numbers, as seen at `now` (ms)."""

    def __init__(self, language: str, time_zone: str, now: int) -> None:
        self._names = _names(language)
        self._zone = zone(time_zone)
        self._now = now
        words = catalogue(language)
        self._words = words
        self._just_now = words.gettext("just now")
        self._today, self._yesterday, self._tomorrow = (
            words.gettext("today, %(time)s"), words.gettext("yesterday, %(time)s"), words.gettext("tomorrow, %(time)s"),
        )  # fmt: skip
        midnight = self._local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        self._year = midnight.year
        # Days of 23 and 25 hours are why these are taken from the calendar.
        self._week_start, self._yesterday_start, self._day_start, self._day_end, self._tomorrow_end = (
            int((midnight + timedelta(days)).timestamp()) * SECOND for days in (-6, -1, 0, 1, 2)
        )

    def relative(self, moment: int) -> str:
        """ "3 min ago", "yesterday, 19:12", "Fri, 19:12", "12 Mar", "12 Mar 2025"."""
        age = self._now - moment
        if age >= 0 and moment >= self._day_start:
            return self._earlier_today(age)
        if 0 <= age < 60 * MINUTE:  # around midnight
            return self._earlier_today(age)
        local = self._local(moment)
        if self._yesterday_start <= moment < self._tomorrow_end:
            if moment < self._day_start:
                return self._yesterday % {"time": _clock(local)}
            return (self._today if moment < self._day_end else self._tomorrow) % {"time": _clock(local)}
        if self._week_start <= moment < self._day_start:
            return f"{self._names.short_weekdays[local.weekday()]}, {_clock(local)}"
        day = self._names.day.format(local.day, self._names.short_months[local.month - 1])
        return day if local.year == self._year else f"{day} {local.year}"

    def _earlier_today(self, age: int) -> str:
        minutes = age // MINUTE
        if minutes < 1:
            return self._just_now
        if minutes < 60:
            return self._words.ngettext("%(num)d min ago", "%(num)d min ago", minutes) % {"num": minutes}
        hours = minutes // 60
        return self._words.ngettext("%(num)d h ago", "%(num)d h ago", hours) % {"num": hours}

    def exact(self, moment: int) -> str:
        """ "Thursday, 12 March 2026, 19:12": the title over a relative time."""
        local = self._local(moment)
        return f"{self._names.weekdays[local.weekday()]}, {self._date(local)}, {_clock(local)}"

    def date(self, moment: int) -> str:
        """ "12 March 2026"."""
        return self._date(self._local(moment))

    def short_date(self, moment: int) -> str:
        """ "12 Mar"."""
        local = self._local(moment)
        return self._names.day.format(local.day, self._names.short_months[local.month - 1])

    def month(self, moment: int) -> str:
        """ "March 2026"."""
        local = self._local(moment)
        return f"{self._names.months[local.month - 1]} {local.year}"

    def time(self, moment: int) -> str:
        """ "19:12"."""
        return _clock(self._local(moment))

    def duration(self, span: int) -> str:
        """ "30 minutes", "6 hours", "7 days": how long something lasts (ms), in the largest unit that fits."""
        count, words = span // MINUTE, self._words
        if span % DAY == 0:
            count = span // DAY
            text = words.ngettext("%(num)d day", "%(num)d days", count)
        elif span % HOUR == 0:
            count = span // HOUR
            text = words.ngettext("%(num)d hour", "%(num)d hours", count)
        else:
            text = words.ngettext("%(num)d minute", "%(num)d minutes", count)
        return text % {"num": count}

    def number(self, value: int) -> str:
        """ "1,234,567"."""
        return f"{value:,}".replace(",", self._names.group)

    def decimal(self, value: float) -> str:
        """ "4.5": with one place."""
        return f"{value:.1f}".replace(".", self._names.decimal)

    def size(self, count: int) -> str:
        """ "3.4 MB": bytes as people read them."""
        value, unit = float(count), "B"
        for unit in ("B", "KB", "MB", "GB", "TB"):
            if value < 1000 or unit == "TB":
                break
            value /= 1000
        return f"{self.number(count) if unit == 'B' else self.decimal(value)} {unit}"

    def compact(self, value: int) -> str:
        """ "1.2K": cut, not rounded, so that a number never claims more than there is."""
        if abs(value) < 1_000:
            return str(value)
        sign, value = ("-" if value < 0 else ""), abs(value)
        power = min((len(str(value)) - 1) // 3, len(self._names.thousands))
        whole, tenth = divmod(value * 10 // 1_000**power, 10)
        digits = f"{whole}{self._names.decimal}{tenth}" if tenth and whole < 100 else self.number(whole)
        return f"{sign}{digits}{self._names.thousands[power - 1]}"

    def _date(self, local: datetime) -> str:
        return f"{self._names.day.format(local.day, self._names.months[local.month - 1])} {local.year}"

    def _local(self, moment: int) -> datetime:
        return datetime.fromtimestamp(moment // SECOND, self._zone)


def _clock(local: datetime) -> str:
    return f"{local.hour:02d}:{local.minute:02d}"
