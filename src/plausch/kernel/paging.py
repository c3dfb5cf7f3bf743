"""Paging by id, newest first: stable while new things arrive."""

import msgspec

DEFAULT_LIMIT = 20
MAX_LIMIT = 80
#: Above every id; "from the newest".
TOP = (1 << 63) - 1


class Page(msgspec.Struct, frozen=True):
    """What part of a list is asked for: entries with `after < id < before`, the newest `limit` of them."""

    before: int = TOP
    after: int = 0
    limit: int = DEFAULT_LIMIT
    #: Those just above `after`, and not the newest; still the newest first. Not every list knows how.
    upwards: bool = False
