"""All that was said since a moment, in narrow rows, for figures about many.

Work behind the scenes reads it, in portions: nobody sees any of it, and nothing for named people or circles is in it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.storage import Read, Statement, any_of, is_one_of, param
from plausch.talk.model import OPEN, AudienceKind
from plausch.talk.tables import conversations, posts, topics


class SaidRow(NamedTuple):
    """A post, and where it stands."""

    id: int
    conversation_id: int
    #: 0 for one that begins a conversation.
    parent_id: int
    actor_id: int
    author_id: int
    at: int
    #: The group or wall; 0 for none.
    place_id: int
    #: Whose conversation it is.
    begun_by: int
    #: 0 for none.
    board_id: int
    #: For everybody here, and not for a group alone.
    open: int


_STANDS = (
    conversations.c.place_id,
    conversations.c.actor_id,
    sa.func.coalesce(topics.c.board_id, 0),
    sa.case((is_one_of(posts.c.scope_kind, OPEN), 1), else_=0),
)
_talk = posts.join(conversations, conversations.c.id == posts.c.conversation_id).outerjoin(
    topics, topics.c.conversation_id == posts.c.conversation_id
)
_counted = sa.and_(posts.c.deleted_at.is_(None), is_one_of(posts.c.scope_kind, (*OPEN, AudienceKind.GROUP)))
_SAID = Statement(
    sa.select(
        posts.c.id,
        posts.c.conversation_id,
        sa.func.coalesce(posts.c.parent_id, 0),
        posts.c.actor_id,
        posts.c.author_id,
        posts.c.published_at,
        *_STANDS,
    )
    .select_from(_talk)
    .where(posts.c.id > param("after"), _counted)
    .order_by(posts.c.id)
    .limit(param("limit")),
    SaidRow,
)


async def list_columns(tx: Read, after: int, limit: int) -> list[SaidRow]:
    """What was said in public and in groups, from behind an id on; oldest first."""
    return await tx.all(_SAID, after=after, limit=limit)


_BOARDS = Statement(
    sa.select(topics.c.conversation_id, topics.c.board_id).where(any_of(topics.c.conversation_id, "ids")),
    lambda conversation, board: (int(conversation), int(board)),
)


async def list_boards_of(tx: Read, conversations_: Sequence[int]) -> dict[int, int]:
    """In which board each of some conversations stands, for those who may know of it; only those that do."""
    return dict(await tx.all(_BOARDS, ids=conversations_))
