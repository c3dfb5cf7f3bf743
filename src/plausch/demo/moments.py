"""When something happens in a performance, and what of it shares a transaction."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple

from plausch.storage import Write

#: Deeds between two rounds of background work: they share one transaction.
_PORTION = 60

Deed = Callable[[Write], Awaitable[object]]


class Moment(NamedTuple):
    at: int
    do: Deed
    #: What it sets off must be done before the clock goes on: its listeners ask what time it is.
    sets_off: bool = False


def portions(moments: Sequence[Moment]) -> Iterator[list[Moment]]:
    """Cut where background work is to be done."""
    portion: list[Moment] = []
    for moment in moments:
        portion.append(moment)
        if moment.sets_off or len(portion) == _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion
