"""How somebody's home is shaped beyond whom they follow, and what of it holds for an entry."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import FeedKind, OwnFeed, Shaping, read_choice, read_own_feeds
from plausch.feeds.queries.following import wanted_of_followed
from plausch.feeds.queries.membership import ME, Stretch, not_muted
from plausch.feeds.queries.watching import board_not_muted, watched
from plausch.feeds.tables import followed_tags, list_members, lists, muted_conversations, readers
from plausch.people.model import Relation, Viewer
from plausch.people.queries import Crowd, crowd_columns, is_recommended, related
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.model import AudienceKind
from plausch.talk.queries import entry, post, tag_rows, tagged, visible_entry

#: Plain numbers: flags of an enum cost a microsecond each.
TAGS, FILTERS = int(Shaping.TAGS), int(Shaping.FILTERS)
_LOOKED_AT_CLOSELY = int(Shaping.TAGS | Shaping.MUTED | Shaping.LISTS | Shaping.BOARDS | Shaping.FOLLOWED)


class Reader(NamedTuple):
    """What home needs to know of whose home it is, read in one go."""

    following: int
    everybody: int
    connections: int
    #: `Shaping`, as a plain number.
    shaped: int
    #: Which feed home shows, and the names of their own feeds: as they are stored, since programs ask for neither.
    feed: str = ""
    own: str = "[]"

    @property
    def crowd(self) -> Crowd:
        return Crowd(self.following, self.everybody)

    @property
    def chosen(self) -> FeedKind | int:
        """One of the feeds there are for everybody, or one of their own by its number."""
        return read_choice(self.feed) or FeedKind.LATEST

    @property
    def own_feeds(self) -> list[OwnFeed]:
        return read_own_feeds(self.own)


_SHAPED = sa.func.coalesce(sa.select(readers.c.shaped).where(readers.c.reader_id == ME).scalar_subquery(), 0)


def _kept(column: sa.Column[str], otherwise: str) -> sa.ColumnElement[str]:
    return sa.func.coalesce(sa.select(column).where(readers.c.reader_id == ME).scalar_subquery(), otherwise)


_READER = Statement(
    sa.select(*crowd_columns(), _SHAPED, _kept(readers.c.feed, ""), _kept(readers.c.own_feeds, "[]")), Reader
)


class Within(NamedTuple):
    """What of somebody's shaping concerns one conversation."""

    shaped: int
    muted: bool
    watched: bool = False


_here = muted_conversations.alias("here")
_WITHIN = Statement(
    sa.select(
        _SHAPED,
        sa.exists(
            sa.select(sa.literal(1)).where(_here.c.reader_id == ME, _here.c.conversation_id == param("conversation"))
        ),
        watched(param("conversation")),
    ),
    Within,
)


async def get_reader(tx: Read, viewer: Viewer) -> Reader:
    found = await tx.first(_READER, me=viewer.acting_as)
    return found if found is not None else Reader(0, 0, 0, 0)


async def find_within(tx: Read, viewer: Viewer, conversation: int) -> Within:
    """Whether the viewer has muted a conversation, and what else shapes its reading."""
    found = await tx.first(_WITHIN, me=viewer.acting_as, conversation=conversation)
    return found if found is not None else Within(0, False)


def has_muted_conversation(conversation: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The viewer has muted it; looked up once a statement."""
    one = muted_conversations.alias()
    return conversation.in_(sa.select(one.c.conversation_id).where(one.c.reader_id == ME))


def conversation_not_muted(conversation: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The viewer wants to hear of the conversation; what it has muted is looked up once a statement."""
    one = muted_conversations.alias()
    return conversation.not_in(sa.select(one.c.conversation_id).where(one.c.reader_id == ME))


def not_left_out(actor: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The actor is on no list of the viewer's that is read apart from home; looked up once a statement."""
    return actor.not_in(
        sa.select(list_members.c.actor_id)
        .select_from(list_members.join(lists, lists.c.id == list_members.c.list_id))
        .where(lists.c.owner_id == ME, lists.c.out_of_home)
    )


def as_shaped() -> sa.ColumnElement[bool]:
    """An entry passes what the viewer has set. Needs `entry` joined with `post`."""
    return sa.and_(
        conversation_not_muted(entry.c.conversation_id),
        board_not_muted(entry.c.conversation_id),
        not_left_out(entry.c.actor_id),
        wanted_of_followed(),
    )


def followed() -> sa.ColumnElement[bool]:
    """The viewer did it, or follows who did."""
    return sa.or_(entry.c.actor_id == ME, related(Relation.FOLLOW, ME, entry.c.actor_id))


def _open_to_topics() -> sa.ColumnElement[bool]:
    """A post that may be put before people who follow a topic only."""
    return sa.and_(
        entry.c.id == post.c.id, post.c.scope_kind == AudienceKind.PUBLIC.value, is_recommended(post.c.actor_id)
    )


def under_followed_tag() -> sa.ColumnElement[bool]:
    """An entry is a public post under a tag that the viewer follows. Needs `entry` joined with `post`."""
    one = followed_tags.alias()
    return sa.and_(
        _open_to_topics(),
        sa.exists(sa.select(sa.literal(1)).where(one.c.reader_id == ME, tagged(one.c.tag, entry.c.post_id))),
    )


def at_home(*, shaped: bool) -> sa.ColumnElement[bool]:
    """An entry belongs to the viewer's home. Needs `entry` joined with `post`."""
    if not shaped:
        return sa.and_(followed(), visible_entry(), not_muted())
    return sa.and_(sa.or_(followed(), under_followed_tag()), visible_entry(), not_muted(), as_shaped())


def _tagged() -> Statement[int]:
    """As they come: who may see what of it is asked when it is shown, so that it is known where this ends."""
    bearing, one = tag_rows("bearing"), tag_rows("one")
    newest = (
        sa.select(one.c.post_id)
        .where(one.c.tag == followed_tags.c.tag, one.c.post_id < param("before"))
        .order_by(one.c.post_id.desc())
        .limit(param("limit"))
        .correlate(followed_tags)
    )
    return column_statement(
        sa.select(bearing.c.post_id)
        .distinct()
        .select_from(
            followed_tags.join(bearing, sa.and_(bearing.c.tag == followed_tags.c.tag, bearing.c.post_id.in_(newest)))
        )
        .where(followed_tags.c.reader_id == ME)
        .order_by(bearing.c.post_id.desc())
        .limit(param("limit"))
    )


_TAGGED = _tagged()


async def under_tags(tx: Read, viewer: Viewer, before: int, limit: int) -> Stretch:
    """The newest posts under the tags that the viewer follows."""
    found = await tx.all(_TAGGED, me=viewer.acting_as, before=before, limit=limit)
    return Stretch(found, found[-1] if len(found) == limit else None)


def merge(one: Stretch, other: Stretch) -> Stretch:
    """Both, as far down as both are complete."""
    floor = max((stretch.before for stretch in (one, other) if stretch.before is not None), default=None)
    ids = sorted({*one.ids, *other.ids}, reverse=True)
    return Stretch([id_ for id_ in ids if floor is None or id_ >= floor], floor)


def is_shaped(reader: Reader) -> bool:
    """Entries have to be looked at more closely than those of most people."""
    return bool(reader.shaped & _LOOKED_AT_CLOSELY)
