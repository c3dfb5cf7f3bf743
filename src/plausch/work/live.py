"""The live bus: tells open pages, in whichever process they hang, that something happened.

A notice carries a topic and ids, never content: whoever hears it reads again with its own viewer, so a page shows
live exactly what it would show when loaded. Notices may get lost; nothing depends on them.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from plausch.kernel.errors import TooMany
from plausch.storage import Database, Write

log = logging.getLogger("plausch.work")

_BACKLOG = 200
#: How many hear of something before others get their turn.
_AT_ONCE = 32
#: How many pages may listen to one process.
_PAGES_MAX = 2_000
#: After how many seconds a page that finds no place asks again.
_RETRY_AFTER = 30
#: Before it listens again after an error, in seconds.
_PAUSE = 1.0


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something happened to `topic`, for instance `conversation:17`."""

    topic: str
    #: What happened, as a past-tense word of the room that tells: `posted`, `shared`, `removed`, `notified`.
    what: str
    #: The thing it happened to.
    id: int = 0
    #: Who did it.
    actor: int = 0
    #: What the thing was about, where that can no more be looked up.
    about: int = 0


async def tell(tx: Write, *notices: Notice) -> None:
    """Tell every process once the transaction is durable."""
    for notice in notices:
        await tx.signal(msgspec.json.encode(notice).decode())


class Subscription:
    """What one open page hears."""

    def __init__(self, bus: "LiveBus", topics: Iterable[str]) -> None:
        self._bus = bus
        self.topics = frozenset(topics)
        self.heard: asyncio.Queue[Notice] = asyncio.Queue(_BACKLOG)

    def __enter__(self) -> "Subscription":
        self._bus.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.remove(self)

    def change(self, topics: Iterable[str]) -> None:
        """Hear of these instead, from now on."""
        self._bus.remove(self)
        self.topics = frozenset(topics)
        self._bus.add(self)

    async def next(self, timeout: float) -> Notice | None:
        """The next notice, or None after `timeout` seconds of silence."""
        try:
            async with asyncio.timeout(timeout):
                return await self.heard.get()
        except TimeoutError:
            return None


class LiveBus:
    """Hands what the database signals to the pages of this process that asked for its topic."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_topic: dict[str, set[Subscription]] = defaultdict(set)
        #: How many pages listen, by who has opened them.
        self._open: Counter[str] = Counter()

    def take_place(self, whose: str, most: int | None) -> None:
        """A place for one of at most `most` pages of the same people; give it back with `leave_place`.

        Raises TooMany, also when there are very many of all together: each costs memory and a connection.
        """
        if self._open.total() >= _PAGES_MAX or (most is not None and self._open[whose] >= most):
            raise TooMany(_RETRY_AFTER)
        self._open[whose] += 1

    def leave_place(self, whose: str) -> None:
        self._open[whose] -= 1
        if not self._open[whose]:
            del self._open[whose]

    def subscribe(self, topics: Iterable[str]) -> Subscription:
        """Use as a context manager: `with bus.subscribe(topics) as page: await page.next(15)`."""
        return Subscription(self, topics)

    def add(self, subscription: Subscription) -> None:
        for topic in subscription.topics:
            self._by_topic[topic].add(subscription)

    def remove(self, subscription: Subscription) -> None:
        for topic in subscription.topics:
            listening = self._by_topic[topic]
            listening.discard(subscription)
            if not listening:
                del self._by_topic[topic]

    async def run(self) -> None:
        """Listen until cancelled, also when the database is out of reach for a while."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - whatever it is, open pages are not to stay silent for ever
                log.warning("live updates were interrupted", extra={"error": type(error).__name__})
                await asyncio.sleep(_PAUSE)

    async def _listen(self) -> None:
        async for payloads in self._database.signals():
            for payload in payloads:
                await self._hand_out(msgspec.json.decode(payload, type=Notice))

    async def _hand_out(self, notice: Notice) -> None:
        """Each that hears it reads at once: where there are many, requests get their turn in between."""
        for place, subscription in enumerate(tuple(self._by_topic.get(notice.topic, ())), 1):
            if not subscription.heard.full():
                subscription.heard.put_nowait(notice)
            if not place % _AT_ONCE:
                await asyncio.sleep(0)
