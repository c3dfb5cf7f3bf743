"""64-bit ids that sort by time.

The upper 43 bits of the 63 that a signed column holds are the moment in milliseconds, the lower 20 are random: several
processes make ids without asking each other. Within a process ids of one moment count upwards, so that what is made
first sorts first. In JSON and in addresses they are decimal strings.
"""

import secrets

from plausch.kernel import clock

_LOW_BITS = 20
_LOW_MASK = (1 << _LOW_BITS) - 1
#: Room left above the random start of a moment, so that counting upwards does not run into the next millisecond.
_START_MASK = _LOW_MASK >> 1

_last = 0


def new_id(moment: int | None = None) -> int:
    """An id for something published at `moment` (ms; clamped to now), or now."""
    global _last
    now = clock.now()
    when = now if moment is None else min(max(moment, 0), now)
    fresh = (when << _LOW_BITS) | (secrets.randbits(_LOW_BITS) & _START_MASK)
    if fresh >> _LOW_BITS == _last >> _LOW_BITS and fresh <= _last:
        fresh = _last + 1
    _last = fresh
    return fresh


def moment_of(id_: int) -> int:
    """The moment (ms) an id was made for."""
    return id_ >> _LOW_BITS


def first_id_at(moment: int) -> int:
    """The smallest id of a moment (ms): a bound for reading by time."""
    return moment << _LOW_BITS


def parse_id(text: str) -> int | None:
    """The id in an address or a form, or None when it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    value = int(text)
    return value if value < 1 << 63 else None
