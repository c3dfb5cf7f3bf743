"""The one place that knows what time it is.

Moments are integers: milliseconds since 1970-01-01 UTC. They compare, store and sort the same on every engine; only
the doors turn them into dates.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_pretended: ContextVar[int | None] = ContextVar("pretended_now", default=None)


def now() -> int:
    """The current moment in milliseconds since 1970 UTC."""
    pretended = _pretended.get()
    return pretended if pretended is not None else real_now()


def real_now() -> int:
    """The current moment even while another is pretended: for leases and time-outs."""
    return time.time_ns() // 1_000_000


@contextmanager
def at(moment: int) -> Iterator[None]:
    """Pretend that it is `moment` (ms) within the block: for the demo's past and for tests."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
