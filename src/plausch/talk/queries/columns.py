"""All that was said and reacted to in a span of time, in narrow rows, for figures about many.

Work behind the scenes reads it, in portions: nobody sees any of it, and nothing for named people or circles is in it.
"""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.storage import Read, Statement, is_one_of, param
from plausch.talk.model import OPEN, AudienceKind
from plausch.talk.tables import conversations, likes, posts, shares, topics


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


class ReactedRow(NamedTuple):
    """Somebody liked or shared a post; it stands as above."""

    post_id: int
    actor_id: int
    at: int
    post_actor_id: int
    post_author_id: int
    place_id: int
    begun_by: int
    board_id: int
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


def _reacted(table: sa.Table) -> Statement[ReactedRow]:
    return Statement(
        sa.select(posts.c.id, table.c.actor_id, table.c.at, posts.c.actor_id, posts.c.author_id, *_STANDS)
        .select_from(_talk.join(table, table.c.post_id == posts.c.id))
        .where(posts.c.id > param("after"), posts.c.id <= param("upto"), table.c.at >= param("since"), _counted)
        .order_by(posts.c.id),
        ReactedRow,
    )


_LIKED, _SHARED = _reacted(likes), _reacted(shares)


async def list_columns(tx: Read, after: int, limit: int) -> list[SaidRow]:
    """What was said in public and in groups, from behind an id on; oldest first."""
    return await tx.all(_SAID, after=after, limit=limit)


async def list_reactions(tx: Read, after: int, upto: int, since: int) -> list[ReactedRow]:
    """Likes and shares since a moment of posts with after < id <= upto."""
    asked = {"after": after, "upto": upto, "since": since}
    return [*await tx.all(_LIKED, **asked), *await tx.all(_SHARED, **asked)]
