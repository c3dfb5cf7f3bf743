"""The process that computes insights: started once a night, and ended with the server.

Night is when it is a certain hour where most people here are. The first is as soon as the server has started, and one
that was missed, as soon as it has started again.
"""

import logging
from datetime import datetime, timedelta

from plausch.insights.listeners import COMPUTE
from plausch.kernel import clock
from plausch.kernel.child import ChildFailed, Errand
from plausch.language.formats import zone
from plausch.people import queries as people
from plausch.settings import Settings
from plausch.storage import Database
from plausch.talk import queries as talk
from plausch.work import queue
from plausch.work.turns import is_turn, take_turn

log = logging.getLogger("plausch.insights")

_MODULE = "plausch.insights.nightly"
#: What it has to know; it reads the rest in the data folder.
_SETTINGS = (
    "data",
    "database_url",
    *(f"insights_{name}" for name in ("reply", "share", "mention", "like", "half_life")),
)
#: Looks whether it is time for that, every so often.
BEGIN = "insights.begin_night"
EVERY = 10 * clock.MINUTE
#: What was begun so shortly before, on a first evening or by the hour of another time zone, was that night.
_SAME = 6 * clock.HOUR
#: Where there is nothing to compute yet, it is looked again so soon.
_AGAIN = clock.HOUR


class Nights:
    """Of one server process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = {f"PLAUSCH_{name.upper()}": str(getattr(settings, name)) for name in _SETTINGS}
        self._hour = settings.insights_at
        self._errand = Errand(_MODULE)

    async def begin(self, database: Database, _: object) -> None:
        """Queue the computation, once a night, whichever of several processes looks first."""
        async with database.read() as tx:
            zone_name = await people.find_usual_zone(tx)
        before = last_night(clock.real_now(), self._hour, zone_name) - _SAME
        if not await is_turn(database, COMPUTE, before):
            return
        async with database.write() as tx:
            if await take_turn(tx, COMPUTE, before):
                # Where nothing was said, the night before still waits for that.
                await queue.take_back(tx, COMPUTE, None)
                await queue.put(tx, COMPUTE, None)

    async def compute(self, database: Database, _: object) -> None:
        """Compute insights, once anything was ever said. Raises ChildFailed."""
        async with database.read() as tx:
            silent = await talk.find_end_of_portion(tx, 0, 1) is None
        if silent:
            async with database.write() as tx:
                await queue.take_back(tx, COMPUTE, None)
                await queue.put(tx, COMPUTE, None, at=clock.real_now() + _AGAIN)
            return
        try:
            await self._errand.run(self._settings)
        except ChildFailed as error:
            # The names of a computation and of a kind of error.
            log.warning("insights were not computed", extra={"reason": error.reason})
            raise

    def end(self) -> None:
        """The server ends."""
        self._errand.end()


def last_night(now: int, hour: int, zone_name: str) -> int:
    """When it was that hour last."""
    here = datetime.fromtimestamp(now / clock.SECOND, zone(zone_name))
    moment = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if moment.timestamp() * clock.SECOND > now:
        moment -= timedelta(days=1)
    return int(moment.timestamp()) * clock.SECOND
