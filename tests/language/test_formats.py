"""Moments and numbers in German and English."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from plausch.kernel.clock import DAY, HOUR, MINUTE
from plausch.language.formats import Formats, iso, time_zones, zone

_BERLIN = ZoneInfo("Europe/Berlin")


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=_BERLIN).timestamp() * 1000)


_NOW = _moment("2026-03-12T19:12:00")


@pytest.mark.parametrize(
    ("when", "german", "english"),
    [
        ("2026-03-12T19:11:30", "gerade eben", "just now"),
        ("2026-03-12T19:09:00", "vor 3 Min.", "3 min ago"),
        ("2026-03-12T14:00:00", "vor 5 Std.", "5 h ago"),
        ("2026-03-12T00:00:00", "vor 19 Std.", "19 h ago"),
        ("2026-03-11T23:59:00", "gestern, 23:59", "yesterday, 23:59"),
        ("2026-03-11T00:00:00", "gestern, 00:00", "yesterday, 00:00"),
        ("2026-03-10T09:05:00", "Di, 09:05", "Tue, 09:05"),
        ("2026-03-06T00:00:00", "Fr, 00:00", "Fri, 00:00"),
        ("2026-03-05T23:59:00", "5. März", "5 Mar"),
        ("2026-01-01T12:00:00", "1. Jan.", "1 Jan"),
        ("2025-12-31T12:00:00", "31. Dez. 2025", "31 Dec 2025"),
        ("2026-03-12T20:00:00", "heute, 20:00", "today, 20:00"),
        ("2026-03-13T08:00:00", "morgen, 08:00", "tomorrow, 08:00"),
        ("2026-03-14T08:00:00", "14. März", "14 Mar"),
    ],
)
def test_relative(when: str, german: str, english: str) -> None:
    moment = _moment(when)
    assert Formats("de", "Europe/Berlin", _NOW).relative(moment) == german
    assert Formats("en", "Europe/Berlin", _NOW).relative(moment) == english


def test_shortly_after_midnight_minutes_count() -> None:
    formats = Formats("en", "Europe/Berlin", _moment("2026-03-12T00:20:00"))
    assert formats.relative(_moment("2026-03-11T23:50:00")) == "30 min ago"
    assert formats.relative(_moment("2026-03-11T23:10:00")) == "yesterday, 23:10"


def test_days_are_the_readers_and_may_have_23_hours() -> None:
    now = _moment("2026-03-29T23:00:00")  # the clocks went forward this morning
    assert Formats("en", "Europe/Berlin", now).relative(now - 22 * HOUR - 30 * MINUTE) == "yesterday, 23:30"
    assert Formats("en", "Asia/Tokyo", now).relative(now - 22 * HOUR - 30 * MINUTE) == "yesterday, 07:30"


def test_exact_times_and_dates() -> None:
    german, english = (Formats(language, "Europe/Berlin", _NOW) for language in ("de", "en"))
    assert german.exact(_NOW) == "Donnerstag, 12. März 2026, 19:12"
    assert english.exact(_NOW) == "Thursday, 12 March 2026, 19:12"
    assert (german.date(_NOW), german.time(_NOW - 11 * HOUR)) == ("12. März 2026", "08:12")
    assert iso(_NOW) == "2026-03-12T18:12:00Z"


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1_000, "1\u00a0Tsd.", "1K"),
        (1_299, "1,2\u00a0Tsd.", "1.2K"),
        (99_960, "99,9\u00a0Tsd.", "99.9K"),
        (123_456, "123\u00a0Tsd.", "123K"),
        (999_999, "999\u00a0Tsd.", "999K"),
        (1_200_000, "1,2\u00a0Mio.", "1.2M"),
        (-1_500, "-1,5\u00a0Tsd.", "-1.5K"),
        (10**13, "10.000\u00a0Mrd.", "10,000B"),
    ],
)
def test_compact_numbers(value: int, german: str, english: str) -> None:
    assert Formats("de", "UTC", _NOW).compact(value) == german
    assert Formats("en", "UTC", _NOW).compact(value) == english


def test_whole_numbers() -> None:
    assert Formats("de", "UTC", _NOW).number(1_234_567) == "1.234.567"
    assert Formats("en", "UTC", _NOW).number(1_234_567) == "1,234,567"


def test_an_unknown_time_zone_is_utc() -> None:
    for name in ("Europe/Atlantis", "", "../../etc/passwd", "Europe", "a\x00b"):
        assert zone(name).key == "UTC"
    assert Formats("en", "Nowhere", _NOW).time(_NOW) == "18:12"
    assert "Europe/Berlin" in time_zones()


def test_the_past_is_ordered_for_every_zone() -> None:
    for name in ("Pacific/Kiritimati", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu"):
        formats = Formats("en", name, _NOW)
        assert formats.relative(_NOW) == "just now"
        assert formats.relative(_NOW - 3 * DAY).endswith(formats.time(_NOW - 3 * DAY))


def test_months() -> None:
    assert Formats("de", "Europe/Berlin", _NOW).month(_moment("2026-08-15T12:00:00")) == "August 2026"
    assert Formats("en", "Europe/Berlin", _NOW).month(_moment("2026-03-01T12:00:00")) == "March 2026"
