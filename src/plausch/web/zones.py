"""Time zones to choose from, in the order in which people look for theirs."""

import functools
from itertools import groupby

from plausch.language.formats import time_zones

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
