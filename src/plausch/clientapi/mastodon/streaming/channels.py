"""Which streams there are, what their token must be good for, and of what they hear."""

from typing import NamedTuple

from plausch.clientapi.mastodon.errors import Refused
from plausch.community.actions import REACTIONS, TOPIC
from plausch.feeds import queries as feeds
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.language.inline_rules import tag_name
from plausch.people import queries as people
from plausch.people.model import Relation, has_scope
from plausch.storage import Read
from plausch.talk.model import tag_number

STATUSES, NOTIFICATIONS = "read:statuses", "read:notifications"
_MEDIA = ":media"
_PUBLIC = ("public", "public:local", "public:remote")
_TAGS = ("hashtag", "hashtag:local")
_NAMES = frozenset(
    {"user", "user:notification", "list", "direct", *_TAGS, *_PUBLIC, *(f"{name}{_MEDIA}" for name in _PUBLIC)}
)


class Channel(NamedTuple):
    """A stream that somebody listens to."""

    name: str
    #: A tag, or the id of a list.
    of: str = ""
    #: The same as the program wrote it, by which it knows its stream again.
    said: str = ""

    @property
    def label(self) -> list[str]:
        """How an event says whence it comes."""
        return [self.name, self.said] if self.said else [self.name]

    @property
    def pictures(self) -> bool:
        return self.name.endswith(_MEDIA)

    @property
    def kind(self) -> str:
        """`user`, `user:notification`, `public`, `hashtag`, `list`, `direct`; `remote` is silent here."""
        first, _, second = self.name.removesuffix(_MEDIA).partition(":")
        if second == "notification":
            return self.name
        return second if second == "remote" else first


def find_channel(name: str, *, tag: str = "", list_: str = "", pictures: bool = False) -> Channel:
    """The stream that a name and its parameters mean. Raises Refused."""
    wanted = f"{name}{_MEDIA}" if pictures and name in _PUBLIC else name
    if wanted not in _NAMES:
        raise Refused(400, "Unknown stream type")
    if wanted in _TAGS:
        known = tag_name(tag)
        if known is None:
            raise Refused(400, "Missing tag name parameter")
        return Channel(wanted, known, tag)
    if wanted == "list":
        if parse_id(list_) is None:
            raise Refused(400, "Missing list name parameter")
        return Channel(wanted, list_, list_)
    return Channel(wanted)


def may_hear(request: Request, what: str) -> bool:
    """Whether the listener's token is good for statuses, or for notifications."""
    return request.signed_in is not None and has_scope(request.signed_in.scopes, what)


def check_scope(request: Request, channel: Channel) -> None:
    """Raises Refused."""
    if not may_hear(request, NOTIFICATIONS if channel.kind == "user:notification" else STATUSES):
        raise Refused(401, "Access token does not have the required scopes")


async def topics_of(tx: Read, request: Request, channel: Channel) -> set[str]:
    """What the bus calls that of which a stream hears. Raises Refused for a list that is not the listener's."""
    me, person = request.viewer.acting_as, request.viewer.person
    match channel.kind:
        case "user":
            followed = await people.relation_ids(tx, me, Relation.FOLLOW)
            tags = await feeds.list_followed_tags(tx, request.viewer)
            own = {f"person:{person}", f"reader:{me}", f"actor:{me}", TOPIC, REACTIONS}
            return own | {f"actor:{id_}" for id_ in followed} | {f"tag:{tag_number(tag)}" for tag in tags}
        case "user:notification":
            return {f"person:{person}"}
        case "direct":
            return {f"reader:{me}"}
        case "public":
            return {"local"}
        case "hashtag":
            return {f"tag:{tag_number(channel.of)}"}
        case "list":
            return {f"reader:{me}"} | {f"actor:{id_}" for id_ in await _members(tx, request, channel)}
    return set()


async def _members(tx: Read, request: Request, channel: Channel) -> list[int]:
    id_ = int(channel.of)
    try:
        await feeds.get_list(tx, request.viewer, id_)
    except NotFound as error:
        raise Refused(401, "Not authorized to stream this list") from error
    return [one.id for one in await feeds.list_list_members(tx, request.viewer, id_)]
