"""What a notice means for a stream: read anew, as the listener sees it now."""

from collections.abc import Mapping

import msgspec

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.joining import is_rendered, join_statuses, needs_passes
from plausch.clientapi.mastodon.kinds import TYPES
from plausch.clientapi.mastodon.notices import join_notification, show
from plausch.clientapi.mastodon.routes.conversations import present_conversations
from plausch.clientapi.mastodon.streaming.channels import NOTIFICATIONS, Channel, may_hear
from plausch.clientapi.mastodon.streaming.sharing import SHARED, Event
from plausch.feeds import queries as feeds
from plausch.feeds.queries import Arrival, Wanted
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Attached, AudienceKind
from plausch.work.live import Notice

_encode = msgspec.json.Encoder().encode
_APART = int(Attached.POLL) | int(Attached.QUOTE)
_STATUS: Mapping[str, str] = {"posted": "update", "shared": "update", "placed": "update", "edited": "status.update"}
FILTERS_CHANGED = Event("filters_changed")


class Unrendered(Exception):
    """A status that nobody has rendered yet; `work` does it, outside of any transaction."""

    def __init__(self, request: Request, arrival: Arrival) -> None:
        super().__init__()
        self.post_id = arrival.piece.post_id
        self._request, self._arrival = request, arrival

    async def work(self) -> None:
        async with self._request.site.database.read() as tx:
            joined = await join_statuses(tx, self._request, [self._arrival.piece])
        await keep(self._request, joined.made)


async def read_event(tx: Read, request: Request, channel: Channel, notice: Notice, *, patient: bool) -> Event | None:
    """What there is to be said on a stream, if anything. Raises Unrendered, if there is time for that."""
    kind = _STATUS.get(notice.what)
    if kind is not None:
        arrival = await _arrival(tx, request, channel, notice.id)
        return await _status(tx, request, kind, arrival, patient=patient) if arrival is not None else None
    match notice.what, channel.kind:
        case "removed", "user" | "public" | "hashtag" | "list":
            shown = await feeds.would_have_shown(tx, request.viewer, notice.id, notice.actor)
            return _gone(notice.id) if shown else None
        case "unshared", "user" | "list":
            still = await talk.find_post(tx, request.viewer, notice.about)
            return _gone(notice.id) if still is not None else None
        case "notified", "user" | "user:notification":
            return await _notification(tx, request, notice.id) if may_hear(request, NOTIFICATIONS) else None
        case "addressed", "direct":
            return await _conversation(tx, request, notice.id)
        case "filtered", "user":
            return FILTERS_CHANGED
    return None


async def _notification(tx: Read, request: Request, id_: int) -> Event | None:
    found = await feeds.find_notification(tx, request.viewer, id_)
    # What is addressed to a page is read on the pages.
    if found is None or found.kind not in TYPES or found.page_id:
        return None
    shown = await show(tx, request, [found])
    return Event("notification", join_notification(found, shown)) if shown.found else None


async def _conversation(tx: Read, request: Request, last: int) -> Event | None:
    viewer = request.viewer
    post = await talk.find_post(tx, viewer, last)
    if post is None or (await feeds.find_within(tx, viewer, post.conversation_id)).muted:
        return None
    found = await talk.find_direct(tx, viewer, post.scope_id)
    shown, _ = await present_conversations(tx, request, [found]) if found is not None else ([], [])
    return Event("conversation", _encode(shown[0])) if shown else None


def _gone(id_: int) -> Event:
    return Event("delete", b"%d" % id_)


async def _arrival(tx: Read, request: Request, channel: Channel, id_: int) -> Arrival | None:
    viewer = request.viewer
    match channel.kind:
        case "user":
            return await feeds.home_arrival(tx, viewer, id_)
        case "public":
            return await feeds.local_arrival(tx, viewer, id_, Wanted(pictures=channel.pictures))
        case "hashtag":
            return await feeds.tag_arrival(tx, viewer, channel.of, id_)
        case "list":
            try:
                return await feeds.list_arrival(tx, viewer, int(channel.of), id_)
            except NotFound:
                return None
    return None


async def _status(tx: Read, request: Request, kind: str, arrival: Arrival, *, patient: bool) -> Event | None:
    piece = arrival.piece
    alike = (
        arrival.sieve is None
        and not piece.attached & _APART
        and piece.actor_id == piece.author_id
        and not needs_passes(piece)
        # The group may be a secret one, whose pictures have other addresses for each who is in it.
        and piece.audience != AudienceKind.GROUP
    )
    own = piece.actor_id == request.viewer.acting_as
    if alike:
        found = SHARED.find(kind, piece, own)
        if found is not None:
            return found
    if patient and not await is_rendered(tx, request, piece):
        raise Unrendered(request, arrival)
    joined = await join_statuses(tx, request, [piece], arrival.sieve)
    if not joined.bodies:
        return None
    event = Event(kind, joined.one)
    if alike:
        SHARED.put(piece, own, event)
    return event
