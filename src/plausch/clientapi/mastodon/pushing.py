"""What the apps of people are pushed: who did what, as the API's documentation has it (Web Push API).

The words of a status are in it only if it is for everybody: what is not stays on this server until the app asks.
"""

from collections.abc import Awaitable, Callable

import msgspec

from plausch.clientapi.mastodon.kinds import TYPES
from plausch.feeds.jobs import Pushed
from plausch.feeds.model import PushSubscription
from plausch.language.markdown import excerpt
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import OPEN

_BODY = 140


class Message(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str
    preferred_locale: str
    #: A number, as Mastodon sends it: strict apps read nothing else.
    notification_id: int
    notification_type: str
    icon: str
    title: str
    body: str


def compose_for(base_url: str) -> Callable[[Read, PushSubscription, Pushed], Awaitable[bytes | None]]:
    """For a server at this address."""

    async def compose(tx: Read, to: PushSubscription, pushed: Pushed) -> bytes | None:
        about, actor = pushed.notification, pushed.actor
        if about.kind not in TYPES:
            return None
        face = f"/faces/{actor.id}/large?v={actor.version}" if actor.picture else "/assets/no-face.png"
        message = Message(
            access_token=to.token,
            preferred_locale=pushed.language,
            notification_id=about.id,
            notification_type=TYPES[about.kind],
            icon=base_url + face,
            title=pushed.title,
            body=await _words(tx, to.person_id, about.post_id),
        )
        return msgspec.json.encode(message)

    return compose


async def _words(tx: Read, person: int, post: int | None) -> str:
    if post is None:
        return ""
    found = (await talk.list_posts(tx, Viewer(person, person), [post])).get(post)
    if found is None or found.audience_kind not in OPEN or found.local_only:
        return ""
    return found.warning or excerpt(found.html, _BODY)
