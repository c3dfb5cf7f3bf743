"""Announcements as they begin and end: a notice tells of changes, the clock of the rest."""

import msgspec

from plausch.clientapi.mastodon.routes.announcements import present_announcement
from plausch.clientapi.mastodon.streaming.sharing import Event
from plausch.community import queries as community
from plausch.community.model import Announcement
from plausch.http.site import Site
from plausch.kernel import clock
from plausch.people.model import VISITOR
from plausch.storage import Read
from plausch.work.live import Notice

_encode = msgspec.json.Encoder().encode


class Announcements:
    """What a listener has been told of."""

    def __init__(self) -> None:
        self._open: list[Announcement] = []
        self._shown: frozenset[int] = frozenset()

    async def read(self, tx: Read) -> None:
        self._open = await community.list_open_announcements(tx, clock.now())

    def current(self) -> list[Announcement]:
        now = clock.now()
        return [one for one in self._open if one.is_current(now)]

    def take(self) -> None:
        """What stands there now the listener finds by asking for it."""
        self._shown = frozenset(one.id for one in self.current())

    def news(self, site: Site) -> list[Event]:
        """What has come and gone since."""
        current = {one.id: one for one in self.current()}
        gone = [Event("announcement.delete", b"%d" % id_) for id_ in sorted(self._shown - current.keys())]
        come = [
            Event("announcement", _encode(present_announcement(site, one, read=False)))
            for id_, one in sorted(current.items())
            if id_ not in self._shown
        ]
        self._shown = frozenset(current)
        return gone + come


async def read_reaction(tx: Read, notice: Notice) -> Event:
    """How many have reacted so by now."""
    found = (await community.list_reactions(tx, VISITOR, [notice.id])).get(notice.id, [])
    count = next((one.people for one in found if one.name == notice.what), 0)
    told = {"name": notice.what, "count": count, "announcement_id": str(notice.id)}
    return Event("announcement.reaction", _encode(told))
