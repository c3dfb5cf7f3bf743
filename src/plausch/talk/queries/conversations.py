"""Reads of conversations as a whole."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.kernel.errors import NotFound
from plausch.kernel.ids import first_id_at
from plausch.people.model import Viewer
from plausch.people.queries import is_kept_from, no_block_between, not_muted_by
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import AudienceKind, Conversation, Post
from plausch.talk.queries.attached import complete
from plausch.talk.queries.clauses import ME, PERSON, post, post_columns, seen_as, visible, within
from plausch.talk.tables import conversations, posts, reads, topics


def _for_insiders(column: sa.Column[Any], otherwise: object) -> sa.ColumnElement[Any]:
    """Who was named in a reply may see that reply, and needs not see the conversation around it nor learn about it."""
    return sa.case((within(conversations), column), else_=otherwise)


_COLUMNS = (
    conversations.c.id,
    conversations.c.root_id,
    conversations.c.actor_id,
    conversations.c.scope_kind,
    conversations.c.scope_id,
    conversations.c.local_only,
    conversations.c.who_replies,
    _for_insiders(conversations.c.replies, 0),
    _for_insiders(conversations.c.talkers, ""),
    _for_insiders(conversations.c.voices, 0),
    conversations.c.last_at,
    reads.c.replies,
    reads.c.upto_id,
    _for_insiders(conversations.c.place_id, 0),
    conversations.c.form,
    conversations.c.locked_at,
)
_MARKED = conversations.outerjoin(
    reads, sa.and_(reads.c.conversation_id == conversations.c.id, reads.c.person_id == PERSON)
)
#: Callers hold a visible post of each; the root itself may be gone.
_MANY = Statement(sa.select(*_COLUMNS).select_from(_MARKED).where(any_of(conversations.c.id, "ids")), Conversation)
_ONE = Statement(
    sa.select(*_COLUMNS)
    .select_from(_MARKED)
    .where(
        conversations.c.id == param("id"),
        sa.exists(sa.select(sa.literal(1)).where(post.c.conversation_id == conversations.c.id, visible())),
    ),
    Conversation,
)
_root = posts.alias("first_post")
#: It was for the viewer, and stood where the viewer could know of it.
_WAS = column_statement(
    sa.select(sa.literal(1))
    .select_from(conversations.join(_root, _root.c.id == conversations.c.root_id))
    .where(
        conversations.c.id == param("id"),
        _root.c.deleted_at.is_not(None),
        within(conversations),
        no_block_between(ME, conversations.c.actor_id),
        sa.not_(is_kept_from(ME, conversations.c.place_id)),
    )
)
_TREE = Statement(
    sa.select(*post_columns())
    .where(post.c.conversation_id == param("id"), visible(tombstones=True))
    .order_by(post.c.id)
    .limit(param("limit")),
    Post,
)


class PostNode(msgspec.Struct, frozen=True, gc=False):
    """What gives a post its place in the tree; there may be thousands, so they are as light as can be."""

    id: int
    conversation_id: int
    parent_id: int | None
    actor_id: int
    deleted: int


_NODES = Statement(
    sa.select(
        post.c.id,
        post.c.conversation_id,
        post.c.parent_id,
        post.c.actor_id,
        post.c.deleted_at.is_not(None).label("deleted"),
    )
    .where(post.c.conversation_id == param("id"), visible(tombstones=True))
    .order_by(post.c.id)
    .limit(param("limit")),
    PostNode,
)
_OF_TREE = Statement(
    sa.select(*post_columns()).where(any_of(post.c.id, "ids"), visible(tombstones=True)).order_by(post.c.id), Post
)
_BEGUN = column_statement(
    sa.select(sa.func.count()).where(
        conversations.c.id >= param("since"), conversations.c.scope_kind == AudienceKind.PUBLIC.value
    )
)


_BOARD_OF = column_statement(sa.select(topics.c.board_id).where(topics.c.conversation_id == param("id")))


class ReadMark(NamedTuple):
    upto_id: int
    replies: int


_READ_MARK = Statement(
    sa.select(reads.c.upto_id, reads.c.replies).where(
        reads.c.person_id == PERSON, reads.c.conversation_id == param("id")
    ),
    ReadMark,
)


class Unread(NamedTuple):
    conversation_id: int
    post_id: int


_FIRST_UNREAD = Statement(
    sa.select(reads.c.conversation_id, sa.func.min(post.c.id))
    .select_from(
        reads.join(conversations, conversations.c.id == reads.c.conversation_id).join(
            post, sa.and_(post.c.conversation_id == reads.c.conversation_id, post.c.id > reads.c.upto_id)
        )
    )
    .where(
        reads.c.person_id == PERSON,
        reads.c.conversation_id != param("but"),
        conversations.c.replies > reads.c.replies,
        post.c.actor_id != ME,
        not_muted_by(ME, post.c.actor_id),
        visible(),
    )
    .group_by(reads.c.conversation_id, conversations.c.last_at)
    .order_by(conversations.c.last_at.desc(), reads.c.conversation_id.desc())
    .limit(1),
    Unread,
)


class NewestReply(NamedTuple):
    conversation_id: int
    newest: int | None
    second: int | None


def _nth_newest(place: int) -> sa.ScalarSelect[int]:
    one = posts.alias(f"reply{place}")
    return (
        sa.select(one.c.id)
        .where(one.c.conversation_id == conversations.c.id, one.c.parent_id.is_not(None), visible(one))
        .order_by(one.c.id.desc())
        .limit(1)
        .offset(place)
        .correlate(conversations)
        .scalar_subquery()
    )


_NEWEST = Statement(
    sa.select(conversations.c.id, _nth_newest(0), _nth_newest(1)).where(any_of(conversations.c.id, "ids")), NewestReply
)
#: More than any page shows; a bound against a runaway.
TREE_LIMIT = 5_000


async def get_conversation(tx: Read, viewer: Viewer, id_: int) -> Conversation:
    """Raises NotFound when there is nothing in it that the viewer may see."""
    found = await tx.first(_ONE, id=id_, **seen_as(viewer))
    if found is None:
        raise NotFound("conversation_not_found")
    return found


async def was_conversation(tx: Read, viewer: Viewer, id_: int) -> bool:
    """There was one that the viewer could have read, and what began it was removed."""
    return await tx.first(_WAS, id=id_, **seen_as(viewer)) is not None


async def find_board_of(tx: Read, conversation: int) -> int:
    """In which board a topic stands; 0 for what is none."""
    return int(await tx.first(_BOARD_OF, id=conversation) or 0)


async def list_conversations(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Conversation]:
    """The conversations around posts that the viewer has been given."""
    found = await tx.all(_MANY, ids=ids, **seen_as(viewer))
    return {conversation.id: conversation for conversation in found}


async def list_conversation_posts(tx: Read, viewer: Viewer, id_: int) -> list[Post]:
    """The whole tree in the order of time, tombstones included; what the viewer may not see is missing."""
    return await complete(tx, viewer, await tx.all(_TREE, id=id_, limit=TREE_LIMIT, **seen_as(viewer)))


async def list_conversation_nodes(tx: Read, viewer: Viewer, id_: int) -> list[PostNode]:
    """The same tree without what is in it, for those that are too large to be read whole."""
    return await tx.all(_NODES, id=id_, limit=TREE_LIMIT, **seen_as(viewer))


async def list_tree_posts(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Post]:
    """Some posts of a tree in the order of time, tombstones included."""
    return await complete(tx, viewer, await tx.all(_OF_TREE, ids=ids, **seen_as(viewer)))


class Position(NamedTuple):
    """How many posts of a conversation a viewer gets, and how many of them stand before one."""

    all: int
    before: int


_POSITION = Statement(
    sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((post.c.id < param("until"), 1), else_=0)), 0)
    ).where(post.c.conversation_id == param("id"), visible(tombstones=True)),
    Position,
)
_STRETCH = Statement(
    sa.select(*post_columns())
    .where(post.c.conversation_id == param("id"), visible(tombstones=True))
    .order_by(post.c.id)
    .limit(param("limit"))
    .offset(param("offset")),
    Post,
)


class Spotted(NamedTuple):
    """A post of a conversation as far as its place in the tree goes."""

    id: int
    parent_id: int | None
    deleted: bool


def _window(condition: sa.ColumnElement[bool], order: sa.ColumnElement[Any]) -> Statement[Spotted]:
    return Statement(
        sa.select(post.c.id, post.c.parent_id, post.c.deleted_at.is_not(None))
        .where(post.c.conversation_id == param("id"), condition, visible(tombstones=True))
        .order_by(order)
        .limit(param("limit")),
        Spotted,
    )


_UPWARDS = _window(post.c.id < param("at"), post.c.id.desc())
_DOWNWARDS = _window(post.c.id >= param("at"), post.c.id)


async def list_spots_before(tx: Read, viewer: Viewer, id_: int, at: int, limit: int) -> list[Spotted]:
    """The posts of a conversation just before one, oldest first; however long it is, no others are looked at."""
    return (await tx.all(_UPWARDS, id=id_, at=at, limit=limit, **seen_as(viewer)))[::-1]


async def list_spots_from(tx: Read, viewer: Viewer, id_: int, at: int, limit: int) -> list[Spotted]:
    """The same from one of them on."""
    return await tx.all(_DOWNWARDS, id=id_, at=at, limit=limit, **seen_as(viewer))


async def find_position(tx: Read, viewer: Viewer, id_: int, until: int) -> Position:
    """How many posts of a conversation the viewer gets in all, and how many before one of them."""
    found = await tx.first(_POSITION, id=id_, until=until, **seen_as(viewer))
    return found if found is not None else Position(0, 0)


async def list_conversation_stretch(tx: Read, viewer: Viewer, id_: int, offset: int, limit: int) -> list[Post]:
    """A part of a conversation in the order of time."""
    found = await tx.all(_STRETCH, id=id_, offset=offset, limit=limit, **seen_as(viewer))
    return await complete(tx, viewer, found)


async def list_newest_replies(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, list[int]]:
    """The newest replies (up to two, newest first) that the viewer may see, by conversation."""
    found = await tx.all(_NEWEST, ids=ids, **seen_as(viewer))
    return {row.conversation_id: [id_ for id_ in (row.newest, row.second) if id_ is not None] for row in found}


async def find_unread(tx: Read, viewer: Viewer, but: int = 0) -> Unread | None:
    """Where the viewer left off: the first unread post of the conversation it has read in that was last talked in."""
    return await tx.first(_FIRST_UNREAD, but=but, **seen_as(viewer))


async def find_read_mark(tx: Read, viewer: Viewer, id_: int) -> ReadMark | None:
    """How far the viewer has read a conversation."""
    return await tx.first(_READ_MARK, id=id_, person=viewer.person)


async def count_public_conversations(tx: Read, since: int) -> int:
    """How many were begun in public since a moment (ms); of the others nobody learns that there are any."""
    return int(await tx.first(_BEGUN, since=first_id_at(since)) or 0)
