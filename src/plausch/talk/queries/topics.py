"""Reads of boards: the topics in them, in several orders, and what is new there for somebody.

A board of a thousand topics is read by its indexes: the numbers by which it is put in order stand with its topics, so
that no more rows are looked at than are shown.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.groups.model import LOOKING_AFTER
from plausch.kernel import clock
from plausch.people.model import Consent, Viewer
from plausch.people.queries import consents_to
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import BoardNumbers, Conversation, ListedTopic, Topic, TopicKind, TopicOrder
from plausch.talk.queries.clauses import PERSON, root, seen_as, visible, within
from plausch.talk.tables import board_reads, conversations, posts, reads, topics

#: What was last talked in before that is nobody's news.
_NEWS = 30 * clock.DAY
_SINCE = param("since")
#: Above every moment, number and id: from the beginning.
TOP = (1 << 62, 1 << 62)


class TopicPage(NamedTuple):
    """A part of a list: what comes after a topic, by its place in the order and its id."""

    order: TopicOrder = TopicOrder.LATEST
    after: tuple[int, int] = TOP
    limit: int = 30


_FIND = Statement(
    sa.select(topics.c.conversation_id, topics.c.board_id, topics.c.kind, topics.c.answer_id, topics.c.pinned_at).where(
        topics.c.conversation_id == param("id")
    ),
    Topic,
)
_done = (
    sa.select(board_reads.c.at)
    .where(board_reads.c.person_id == PERSON, board_reads.c.board_id == topics.c.board_id)
    .correlate(topics)
    .scalar_subquery()
)
_keeps_marks = sa.and_(PERSON != 0, consents_to(Consent.KEEP_READ_MARKS, PERSON))
_IS_NEW = sa.and_(
    reads.c.replies.is_(None),
    topics.c.last_at > _SINCE,
    topics.c.last_at > sa.func.coalesce(_done, 0),
    root.c.author_id != PERSON,
    _keeps_marks,
)
_there = root.c.deleted_at.is_(None)
_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    topics.c.conversation_id,
    topics.c.board_id,
    topics.c.kind,
    topics.c.answer_id,
    topics.c.pinned_at,
    topics.c.last_at,
    root.c.title,
    sa.case((_there, root.c.actor_id), else_=0),
    root.c.warning,
    root.c.published_at,
    topics.c.replies,
    topics.c.voices,
    conversations.c.talkers,
    conversations.c.locked_at,
    reads.c.replies,
    _IS_NEW,
)
_JOINED = (
    topics.join(conversations, conversations.c.id == topics.c.conversation_id)
    .join(root, root.c.id == topics.c.conversation_id)
    .outerjoin(reads, sa.and_(reads.c.conversation_id == topics.c.conversation_id, reads.c.person_id == PERSON))
)
#: A topic outlives its first post as long as something is said in it.
_SHOWN = sa.and_(visible(root, tombstones=True), sa.or_(_there, topics.c.replies > 0))
_HERE = topics.c.board_id == param("board")
_WAITS = sa.or_(
    sa.and_(topics.c.kind == TopicKind.QUESTION.value, topics.c.answer_id.is_(None)),
    sa.and_(topics.c.kind != TopicKind.ANNOUNCEMENT.value, topics.c.replies == 0),
)
_KEYS: dict[TopicOrder, sa.Column[Any]] = {
    TopicOrder.LATEST: topics.c.last_at,
    TopicOrder.NEWEST: topics.c.conversation_id,
    TopicOrder.UNANSWERED: topics.c.conversation_id,
    TopicOrder.VOICES: topics.c.voices,
}


def _listed(order: TopicOrder) -> Statement[ListedTopic]:
    key, id_ = _KEYS[order], topics.c.conversation_id
    place = [key] if key is id_ else [key, id_]
    after = [param("after_key"), param("after_id")][: len(place)]
    return Statement(
        sa.select(*_COLUMNS)
        .select_from(_JOINED)
        .where(
            _HERE,
            topics.c.pinned_at.is_(None),
            sa.tuple_(*place) < sa.tuple_(*after) if len(place) > 1 else place[0] < after[0],
            *([_WAITS] if order is TopicOrder.UNANSWERED else []),
            _SHOWN,
        )
        .order_by(*(column.desc() for column in place))
        .limit(param("limit")),
        ListedTopic,
    )


_LISTED = {order: _listed(order) for order in TopicOrder}
_PINNED = Statement(
    sa.select(*_COLUMNS)
    .select_from(_JOINED)
    .where(_HERE, topics.c.pinned_at.is_not(None), _SHOWN)
    .order_by(topics.c.pinned_at.desc()),
    ListedTopic,
)
_LATEST = Statement(
    sa.select(*_COLUMNS)
    .select_from(_JOINED)
    .where(any_of(topics.c.board_id, "boards"), any_of(topics.c.last_at, "moments"), _SHOWN)
    .order_by(topics.c.conversation_id),
    ListedTopic,
)
_unread = sa.and_(
    topics.c.last_at > _SINCE,
    topics.c.last_at > sa.func.coalesce(_done, 0),
    _keeps_marks,
    sa.or_(
        sa.and_(reads.c.replies.is_(None), conversations.c.actor_id != param("me")),
        topics.c.replies > reads.c.replies,
    ),
)
_NUMBERS = Statement(
    sa.select(
        topics.c.board_id,
        sa.func.count(),
        sa.cast(sa.func.sum(topics.c.replies), sa.BigInteger()),
        sa.func.sum(sa.case((_unread, 1), else_=0)),
        sa.func.max(topics.c.last_at),
    )
    .select_from(
        topics.join(conversations, conversations.c.id == topics.c.conversation_id).outerjoin(
            reads, sa.and_(reads.c.conversation_id == topics.c.conversation_id, reads.c.person_id == PERSON)
        )
    )
    .where(any_of(topics.c.board_id, "boards"), within(conversations))
    .group_by(topics.c.board_id),
    BoardNumbers,
)
_ANY = column_statement(sa.select(sa.literal(1)).where(_HERE).limit(1))
_first = posts.alias("first_unread")
_FIRST_UNREAD = column_statement(
    sa.select(_first.c.id)
    .where(
        _first.c.conversation_id == param("id"),
        _first.c.id > param("upto"),
        _first.c.actor_id != param("me"),
        visible(_first),
    )
    .order_by(_first.c.id)
    .limit(1)
)


_BOARDS_OF = Statement(
    sa.select(topics.c.conversation_id, topics.c.board_id).where(any_of(topics.c.conversation_id, "ids")),
    lambda conversation, board: (int(conversation), int(board)),
)


def place_of(topic: ListedTopic, order: TopicOrder) -> tuple[int, int]:
    """Where a list goes on after a topic."""
    key = {TopicOrder.LATEST: topic.last_at, TopicOrder.VOICES: topic.voices}.get(order, topic.id)
    return key, topic.id


async def list_boards_of(tx: Read, conversations_: Sequence[int]) -> dict[int, int]:
    """In which board each of some conversations stands, for those who may know of it; only those that do."""
    return dict(await tx.all(_BOARDS_OF, ids=conversations_))


async def find_topic(tx: Read, conversation: int) -> Topic | None:
    """What a conversation is in its board, for those who see it; None for what is no topic."""
    return await tx.first(_FIND, id=conversation)


async def list_board_topics(tx: Read, viewer: Viewer, board: int, page: TopicPage) -> list[ListedTopic]:
    """The topics of a board that the viewer may see, but for those that are pinned."""
    key, id_ = page.after
    return await tx.all(
        _LISTED[page.order],
        board=board,
        after_key=key,
        after_id=id_,
        limit=page.limit,
        since=clock.now() - _NEWS,
        **seen_as(viewer),
    )


async def list_pinned_topics(tx: Read, viewer: Viewer, board: int) -> list[ListedTopic]:
    """What stands above the others in a board, the latest first."""
    return await tx.all(_PINNED, board=board, since=clock.now() - _NEWS, **seen_as(viewer))


async def count_boards(tx: Read, viewer: Viewer, boards: Sequence[int]) -> dict[int, BoardNumbers]:
    """What there is in some boards, and how much of it is new to the viewer; nothing for those that are empty."""
    found = await tx.all(_NUMBERS, boards=boards, since=clock.now() - _NEWS, **seen_as(viewer))
    return {one.board_id: one for one in found}


async def list_latest_topics(tx: Read, viewer: Viewer, numbers: Sequence[BoardNumbers]) -> dict[int, ListedTopic]:
    """In each of some boards the topic that was last talked in, where the viewer may see it."""
    wanted = {one.board_id: one.last_at for one in numbers}
    found = await tx.all(
        _LATEST,
        boards=list(wanted),
        moments=list(wanted.values()),
        since=clock.now() - _NEWS,
        **seen_as(viewer),
    )
    return {one.board_id: one for one in found if wanted[one.board_id] == one.last_at}


async def has_topics(tx: Read, board: int) -> bool:
    """Whether anything stands in a board, for the domain's own checks."""
    return await tx.first(_ANY, board=board) is not None


async def find_first_unread(tx: Read, viewer: Viewer, conversation: Conversation) -> int | None:
    """The oldest post that is new to the viewer in a conversation it has opened before."""
    if conversation.seen_upto is None:
        return None
    found: int | None = await tx.first(
        _FIRST_UNREAD, id=conversation.id, upto=conversation.seen_upto, **seen_as(viewer)
    )
    return found


async def looks_after(tx: Read, viewer: Viewer, conversation: Conversation) -> bool:
    """The viewer looks after the place in which a conversation stands: a group, or the boards of the community."""
    if not viewer.signed_in:
        return False
    if conversation.place_id:
        return await groups.find_role(tx, conversation.place_id, viewer.person) in LOOKING_AFTER
    return groups.role_in_community(viewer) in LOOKING_AFTER
