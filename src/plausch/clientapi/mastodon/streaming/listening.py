"""One listener: the streams of one connection, and what is said on them for as long as its token is good."""

from collections import deque
from collections.abc import AsyncIterator
from time import monotonic
from typing import NamedTuple

from plausch.clientapi.mastodon.errors import Refused, bad_token
from plausch.clientapi.mastodon.streaming.announcing import Announcements, read_reaction
from plausch.clientapi.mastodon.streaming.channels import Channel, check_scope, topics_of
from plausch.clientapi.mastodon.streaming.reading import Unrendered, read_event
from plausch.clientapi.mastodon.streaming.sharing import SHARED, Event
from plausch.community.actions import REACTIONS, TOPIC
from plausch.http.live import HEARTBEAT
from plausch.http.request import Request
from plausch.http.sessions import bearer_secret
from plausch.people import queries as people
from plausch.people.actions import hash_secret
from plausch.storage import Read
from plausch.work.live import Notice, Subscription

_CHANNELS_MAX = 60
#: How much a stream remembers of what it has said: the same may be told twice, for instance by author and by tag.
_REMEMBERED = 64
#: Seconds after which it looks again whom it hears of: notices may get lost.
_RENEW_AFTER = 300.0


class TokenEnded(Exception):
    """The token is not good any more."""


class Said(NamedTuple):
    channel: Channel
    event: Event


class Listener:
    """Use within `with`: it hears from there on."""

    def __init__(self, request: Request, secret: str) -> None:
        self._request = request
        self._secret_hash = hash_secret(secret)
        self._person = request.viewer.person
        self._topics: dict[Channel, set[str]] = {}
        self._said: dict[Channel, deque[tuple[str, int]]] = {}
        self._heard: Subscription = request.site.live.subscribe(())
        self._announcements = Announcements()
        self._renewed_at = monotonic()
        self._begun = False

    def __enter__(self) -> "Listener":
        self._begun = True
        self._tune()
        return self

    def __exit__(self, *_: object) -> None:
        self._heard.__exit__()

    async def add(self, channel: Channel) -> None:
        """Raises Refused."""
        check_scope(self._request, channel)
        if channel in self._topics:
            return
        if len(self._topics) >= _CHANNELS_MAX:
            raise Refused(429, "Too many streams on one connection")
        async with self._request.site.database.read() as tx:
            topics = await topics_of(tx, self._request, channel)
            if channel.kind == "user":
                await self._announcements.read(tx)
                self._announcements.take()
        self._topics[channel] = topics
        self._said[channel] = deque(maxlen=_REMEMBERED)
        self._tune()

    def remove(self, channel: Channel) -> None:
        self._topics.pop(channel, None)
        self._said.pop(channel, None)
        self._tune()

    def _tune(self) -> None:
        if self._begun:
            # A token that ends is told, too: then it is looked up, as at every notice.
            self._heard.change({f"tokens:{self._person}"}.union(*self._topics.values()))

    async def listen(self) -> AsyncIterator[Said | None]:
        """What is said, and None now and then when nothing is. Raises TokenEnded."""
        while True:
            notice = await self._heard.next(HEARTBEAT)
            for said in await self._hear(notice):
                yield said
            if notice is None:
                yield None

    async def _hear(self, notice: Notice | None) -> list[Said]:
        try:
            return await self._read(notice, patient=True)
        except Unrendered as missing:
            await SHARED.once(missing.post_id, missing.work)
            return await self._read(notice, patient=False)

    async def _read(self, notice: Notice | None, *, patient: bool) -> list[Said]:
        async with self._request.site.database.read() as tx:
            self._request.signed_in = await people.find_token(tx, self._secret_hash)
            if self._request.signed_in is None:
                raise TokenEnded
            if notice is None or notice.topic == TOPIC:
                return await self._announce(tx, notice)
            if notice.topic == REACTIONS:
                reaction = await read_reaction(tx, notice)
                return [Said(channel, reaction) for channel in self._topics if channel.kind == "user"]
            if notice.what == "following":
                await self._renew(tx)
                return []
            found = []
            for channel in [one for one, topics in self._topics.items() if notice.topic in topics]:
                event = await read_event(tx, self._request, channel, notice, patient=patient)
                if event is not None:
                    found.append(Said(channel, event))
        return [one for one in found if self._is_new(one, notice)]

    def _is_new(self, said: Said, notice: Notice) -> bool:
        if said.event.kind not in ("update", "delete"):
            return True
        remembered, mark = self._said.get(said.channel), (said.event.kind, notice.id)
        if remembered is None or mark in remembered:
            return False
        remembered.append(mark)
        return True

    async def _announce(self, tx: Read, notice: Notice | None) -> list[Said]:
        if notice is not None:
            await self._announcements.read(tx)
        elif monotonic() - self._renewed_at > _RENEW_AFTER:
            await self._renew(tx)
        whose = [one for one in self._topics if one.kind == "user"]
        news = self._announcements.news(self._request.site) if whose else []
        return [Said(channel, event) for channel in whose for event in news]

    async def _renew(self, tx: Read) -> None:
        """Whom it hears of, as it is now; a list that is gone is silent."""
        self._renewed_at = monotonic()
        for channel in list(self._topics):
            if channel.kind in ("user", "list"):
                try:
                    self._topics[channel] = await topics_of(tx, self._request, channel)
                except Refused:
                    self._topics[channel] = set()
        self._tune()


async def open_listener(request: Request, secret: str) -> Listener:
    """For whoever the token speaks. Raises Refused."""
    if secret:
        async with request.site.database.read() as tx:
            request.signed_in = await people.find_token(tx, hash_secret(secret))
    if request.signed_in is None:
        raise bad_token()
    return Listener(request, secret)


def secret_of(request: Request) -> str:
    """Browsers cannot set a header here: so the token may stand in the address, too."""
    return bearer_secret(request) or request.query_params.get("access_token", "")
