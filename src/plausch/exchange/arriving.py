"""What all that is brought in has in common: it comes once, is about the past, and stops when somebody is gone."""

from collections.abc import Awaitable, Callable, Sequence

import sqlalchemy as sa

from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.tables import arrivals
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.model import PRESENT, Viewer
from plausch.storage import Read, Statement, Write, any_of, param

#: Posts of the last day that may come at once.
_RECENT_MAX = 60

_OWN = arrivals.c.person_id == param("person")
_ARRIVED = Statement(
    sa.select(arrivals.c.uri, arrivals.c.post_id).where(_OWN, any_of(arrivals.c.uri, "uris")),
    lambda uri, post: (str(uri), int(post)),
)

#: Told how many posts of how many are done.
Progress = Callable[[int, int], Awaitable[None]]


async def find_arrived(tx: Read, owner: int, uris: Sequence[str]) -> dict[str, int]:
    """What was brought in before as somebody's: posts by what they were known by where they came from."""
    return dict(await tx.all(_ARRIVED, person=owner, uris=list(uris)))


async def note_arrival(tx: Write, owner: int, uri: str, post_id: int) -> None:
    await tx.insert(arrivals, person_id=owner, uri=uri, post_id=post_id)


async def check_standing(tx: Read, viewer: Viewer) -> None:
    """It takes a while, and much may happen to somebody meanwhile. Raises ArchiveBroken."""
    if (await people.get_account(tx, viewer.person)).standing not in PRESENT:
        raise ArchiveBroken("archive_stopped")


class Recent:
    """What is brought is about the past: of the last day there is no more in it than somebody writes in a day."""

    def __init__(self) -> None:
        self._times = 0

    def lets_in(self, published_at: int) -> bool:
        if published_at < clock.now() - clock.DAY:
            return True
        self._times += 1
        return self._times <= _RECENT_MAX
