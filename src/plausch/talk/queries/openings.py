"""Reads for somebody who has just come: what is talked about here, and what waits for an answer."""

import sqlalchemy as sa

from plausch.people.model import Viewer
from plausch.people.queries import is_automated, is_recommended
from plausch.storage import Read, column_statement, param
from plausch.talk.model import AudienceKind, WhoReplies
from plausch.talk.queries.clauses import ME, post, seen_as, visible
from plausch.talk.tables import conversations, posts, tags

#: Among so many of the newest public posts topics are counted and questions looked for.
_LOOKED_AT = 600
_PUBLIC = post.c.scope_kind == AudienceKind.PUBLIC.value
_newest = (
    sa.select(post.c.id, post.c.actor_id)
    .where(_PUBLIC, visible(post), is_recommended(post.c.actor_id))
    .order_by(post.c.id.desc())
    .limit(_LOOKED_AT)
    .subquery("newest")
)
_people = sa.func.count(_newest.c.actor_id.distinct())
_TOPICS = column_statement(
    sa.select(tags.c.tag)
    .select_from(tags.join(_newest, _newest.c.id == tags.c.post_id))
    .group_by(tags.c.tag)
    .order_by(_people.desc(), sa.func.count().desc(), tags.c.tag)
    .limit(param("limit"))
)
_reply = posts.alias("reply")
#: By a person: an answer by a program is none.
_answer = (
    sa.select(sa.literal(1))
    .where(
        _reply.c.conversation_id == post.c.conversation_id,
        _reply.c.parent_id == post.c.id,
        _reply.c.deleted_at.is_(None),
        sa.not_(is_automated(_reply.c.author_id)),
    )
    .correlate(post)
)
_UNANSWERED = column_statement(
    sa.select(post.c.id)
    .select_from(post.join(conversations, conversations.c.root_id == post.c.id))
    .where(
        _PUBLIC,
        sa.or_(post.c.replies == 0, sa.not_(sa.exists(_answer))),
        post.c.actor_id != ME,
        conversations.c.who_replies == WhoReplies.EVERYBODY.value,
        is_recommended(post.c.actor_id),
        visible(post),
    )
    .order_by(post.c.id.desc())
    .limit(param("limit"))
)


async def list_topics(tx: Read, viewer: Viewer, limit: int) -> list[str]:
    """The tags that most people have used of late in what everybody may read."""
    return await tx.all(_TOPICS, limit=limit, **seen_as(viewer))


async def list_unanswered(tx: Read, viewer: Viewer, limit: int) -> list[int]:
    """The newest posts that nobody has answered and everybody may answer."""
    return await tx.all(_UNANSWERED, limit=limit, **seen_as(viewer))
