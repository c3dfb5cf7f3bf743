"""Time zones to choose from, in the order in which people look for theirs; and moments as fields of forms have them."""

import functools
from datetime import datetime
from itertools import groupby

from plausch.kernel.clock import SECOND
from plausch.language.formats import time_zones, zone

_REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
#: What holds until somebody chooses, or the browser says better.
_GUESSES = {"de": "Europe/Berlin"}


def guess_zone(language: str) -> str:
    return _GUESSES.get(language, "UTC")


@functools.cache
def zones_by_region() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Regions with their zones, each as (name, place): ("Europe/Berlin", "Berlin")."""
    names = sorted(name for name in time_zones() if name.partition("/")[0] in _REGIONS)
    return tuple(
        (region, tuple((name, name.partition("/")[2].replace("_", " ").replace("/", ", ")) for name in members))
        for region, members in groupby(names, key=lambda name: name.partition("/")[0])
    )


def local_moment(text: str, time_zone: str) -> int | None:
    """The moment (ms) that a field of date and time names in a zone; None when it names none.

    What comes twice, when clocks are set back, is taken as the first; what is skipped is as much later.
    """
    try:
        local = datetime.fromisoformat(text)
        return int(local.replace(tzinfo=zone(time_zone), second=0, microsecond=0).timestamp()) * SECOND
    except (ValueError, OverflowError):
        return None


def local_field(moment: int, time_zone: str) -> str:
    """A moment (ms) as a field of date and time takes it: 2026-03-12T19:12."""
    return datetime.fromtimestamp(moment // SECOND, zone(time_zone)).strftime("%Y-%m-%dT%H:%M")
