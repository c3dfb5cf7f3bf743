"""What is new to a viewer in conversations, since a moment and since it was last in them."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel.ids import first_id_at
from plausch.people.model import Viewer
from plausch.people.queries import not_muted_by
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries.clauses import ME, PERSON, post, seen_as, visible
from plausch.talk.tables import conversations, mentions, posts, reads

#: Of all conversations together so many new posts are looked at.
_MOST_NEW = 5_000


class NewPost(NamedTuple):
    """A post that somebody else has written since."""

    id: int
    conversation_id: int
    actor_id: int
    #: It replies to the viewer or mentions it.
    to_me: bool
    #: It asks something.
    asks: bool


_parent = posts.alias("parent")
_NEW_SINCE = sa.and_(
    post.c.id >= param("since"), post.c.actor_id != ME, not_muted_by(ME, post.c.actor_id), visible(post)
)


def _after_last_visit(conversation: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    one = reads.alias("mark")
    mark = sa.select(one.c.upto_id).where(one.c.person_id == PERSON, one.c.conversation_id == conversation)
    # Also within a further subquery it is the outermost row that is meant.
    return post.c.id > sa.func.coalesce(mark.correlate_except(one).scalar_subquery(), 0)


def _asks() -> sa.ColumnElement[bool]:
    """A question mark that ends something, and stands in no address."""
    return sa.or_(*(post.c.source.like(pattern) for pattern in ("%?", "%? %", "%?\n%")))


_mentions_me = sa.exists(sa.select(sa.literal(1)).where(mentions.c.post_id == post.c.id, mentions.c.actor_id == ME))
_NEW = Statement(
    sa.select(
        post.c.id,
        post.c.conversation_id,
        post.c.actor_id,
        sa.or_(sa.func.coalesce(_parent.c.actor_id == ME, False), _mentions_me),
        _asks(),
    )
    .select_from(post.outerjoin(_parent, _parent.c.id == post.c.parent_id))
    .where(any_of(post.c.conversation_id, "ids"), _NEW_SINCE, _after_last_visit(post.c.conversation_id))
    .order_by(post.c.id.desc())
    .limit(param("limit")),
    NewPost,
)
_mine = posts.alias("mine")
#: Conversations in which the viewer has spoken, or which it has opened, and where others have spoken since.
_TAKING_PART = column_statement(
    sa.select(conversations.c.id)
    .where(
        conversations.c.last_at >= param("moment"),
        sa.or_(
            conversations.c.id.in_(sa.select(_mine.c.conversation_id).where(_mine.c.author_id == PERSON)),
            conversations.c.id.in_(sa.select(reads.c.conversation_id).where(reads.c.person_id == PERSON)),
        ),
        sa.exists(
            sa.select(sa.literal(1)).where(
                post.c.conversation_id == conversations.c.id, _NEW_SINCE, _after_last_visit(conversations.c.id)
            )
        ),
    )
    .order_by(conversations.c.last_at.desc(), conversations.c.id.desc())
    .limit(param("limit"))
)


async def list_new_posts(tx: Read, viewer: Viewer, conversations_: Sequence[int], since: int) -> list[NewPost]:
    """What others have said in some conversations since a moment (ms) and since the viewer was there, newest first."""
    how = {"since": first_id_at(since), "limit": _MOST_NEW, **seen_as(viewer)}
    return await tx.all(_NEW, ids=conversations_, **how)


async def list_taking_part(tx: Read, viewer: Viewer, since: int, limit: int) -> list[int]:
    """Conversations that the viewer takes part in or has read, with something new since a moment (ms)."""
    how = {"since": first_id_at(since), "moment": since, "limit": limit, **seen_as(viewer)}
    return await tx.all(_TAKING_PART, **how)
