"""The process that computes insights: started once a day, and ended with the server."""

import logging

from plausch.kernel import clock
from plausch.kernel.child import ChildFailed, Errand
from plausch.settings import Settings
from plausch.storage import Database
from plausch.talk import queries as talk
from plausch.work import queue

log = logging.getLogger("plausch.insights")

_MODULE = "plausch.insights.nightly"
#: What it has to know; it reads the rest in the data folder.
_SETTINGS = (
    "data",
    "database_url",
    *(f"insights_{name}" for name in ("reply", "share", "mention", "like", "half_life")),
)
COMPUTE = "insights.compute"
EVERY = clock.DAY
#: Where there is nothing to compute yet, it is looked again so soon.
_AGAIN = clock.HOUR


class Nights:
    """Of one server process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = {f"PLAUSCH_{name.upper()}": str(getattr(settings, name)) for name in _SETTINGS}
        self._errand = Errand(_MODULE)

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
