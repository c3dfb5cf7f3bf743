"""How much a program may ask, told in every answer.

Each process counts for itself, in memory: a count in the database would cost more than most answers. So the limit is
high, holds per process, and only keeps one program from taking the server from all others. What changes something
has limits of its own, which all processes share (`http.limits`).
"""

from typing import NamedTuple

from plausch.kernel import clock
from plausch.language.formats import iso

#: Requests of one person, or of all visitors of one network.
MOST, WITHIN = 30_000, 5 * clock.MINUTE
#: More callers than this within one window, and counting begins anew: memory stays bounded.
_CALLERS = 50_000


class Use(NamedTuple):
    """Where a caller stands after a request."""

    over: bool
    retry_after: int
    headers: list[tuple[bytes, bytes]]


class Allowance:
    """Counts requests by caller, window by window."""

    def __init__(self, most: int = MOST, within: int = WITHIN) -> None:
        self._most, self._within = most, within
        self._ends_at = 0
        self._used: dict[int | str, int] = {}
        self._limit = (b"x-ratelimit-limit", b"%d" % most)
        self._reset = (b"x-ratelimit-reset", b"")

    def use(self, caller: int | str, now: int) -> Use:
        """Count a request of a person (its id) or of a visitor (its network) at a moment."""
        if now >= self._ends_at or len(self._used) > _CALLERS:
            self._begin(now)
        used = self._used[caller] = self._used.get(caller, 0) + 1
        left = (b"x-ratelimit-remaining", b"%d" % max(0, self._most - used))
        over = used > self._most
        return Use(over, max(1, (self._ends_at - now) // 1000), [self._limit, left, self._reset])

    def _begin(self, now: int) -> None:
        self._ends_at = (now // self._within + 1) * self._within
        self._used = {}
        self._reset = (b"x-ratelimit-reset", iso(self._ends_at).encode())


ALLOWANCE = Allowance()
