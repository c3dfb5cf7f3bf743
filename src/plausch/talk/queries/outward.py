"""Reads for readers elsewhere: feed readers and search engines come without signing in, and fetch much at once."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.people.model import VISITOR, Consent, Viewer
from plausch.people.queries import consents_to, is_active, no_block_between, speaker
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import AudienceKind, Post
from plausch.talk.queries.attached import complete
from plausch.talk.queries.clauses import post, post_columns, seen_as, visible
from plausch.talk.tables import article_authors, articles, conversations, tags, topics

_NEWEST_REPLIES = Statement(
    sa.select(*post_columns())
    .where(post.c.conversation_id == param("id"), post.c.parent_id.is_not(None), visible())
    .order_by(post.c.id.desc())
    .limit(param("limit")),
    Post,
)
_TAGS = Statement(
    sa.select(tags.c.post_id, tags.c.tag)
    .select_from(tags.join(post, post.c.id == tags.c.post_id))
    .where(any_of(tags.c.post_id, "ids"), visible())
    .order_by(tags.c.post_id, tags.c.tag),
    lambda post_id, tag: (int(post_id), str(tag)),
)


_BODIES = Statement(
    sa.select(articles.c.post_id, articles.c.body_html).where(any_of(articles.c.post_id, "ids")),
    lambda post_id, html: (int(post_id), str(html)),
)
_NAMED = Statement(
    sa.select(article_authors.c.post_id, article_authors.c.actor_id)
    .select_from(article_authors.join(post, post.c.id == article_authors.c.post_id))
    .where(
        any_of(article_authors.c.post_id, "ids"),
        article_authors.c.agreed_at.is_not(None),
        no_block_between(article_authors.c.actor_id, post.c.actor_id),
    )
    .order_by(article_authors.c.post_id, article_authors.c.place),
    lambda post_id, actor_id: (int(post_id), int(actor_id)),
)
_NEWEST_TOPICS = column_statement(
    sa.select(post.c.id)
    .select_from(topics.join(post, post.c.id == topics.c.conversation_id))
    .where(topics.c.board_id == param("board"), visible())
    .order_by(topics.c.conversation_id.desc())
    .limit(param("limit"))
)


class Indexed(NamedTuple):
    """A conversation that search engines may list, and where it is."""

    id: int
    last_at: int
    #: Of articles: in whose blog, and under which name.
    blog: str
    slug: str


_PUBLIC = sa.and_(conversations.c.scope_kind == AudienceKind.PUBLIC.value, sa.not_(conversations.c.local_only))
_LATER = sa.and_(conversations.c.id > param("after"), _PUBLIC)
_INDEXED = Statement(
    sa.select(
        conversations.c.id,
        conversations.c.last_at,
        sa.func.coalesce(speaker.c.handle, ""),
        sa.func.coalesce(articles.c.slug, ""),
    )
    .select_from(
        conversations.join(post, post.c.id == conversations.c.root_id)
        .outerjoin(articles, articles.c.post_id == post.c.id)
        .outerjoin(speaker, speaker.c.id == articles.c.blog_id)
    )
    .where(
        _LATER,
        conversations.c.id <= param("until"),
        post.c.scope_kind == AudienceKind.PUBLIC.value,
        is_active(post.c.actor_id),
        consents_to(Consent.BE_FOUND, post.c.actor_id),
        consents_to(Consent.BE_FOUND, post.c.author_id),
        visible(),
    )
    .order_by(conversations.c.id),
    Indexed,
)
_NTH = column_statement(
    sa.select(conversations.c.id).where(_LATER).order_by(conversations.c.id).limit(1).offset(param("number") - 1)
)


async def list_latest_replies(tx: Read, viewer: Viewer, conversation: int, limit: int) -> list[Post]:
    """The newest replies that the viewer may see, the newest first."""
    found = await tx.all(_NEWEST_REPLIES, id=conversation, limit=limit, **seen_as(viewer))
    return await complete(tx, viewer, found)


async def list_tags_of(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags of posts, of those that the viewer may see: conversations may be listed whose beginning is not shown."""
    found: dict[int, list[str]] = {}
    for post_id, tag in await tx.all(_TAGS, ids=ids, **seen_as(viewer)):
        found.setdefault(post_id, []).append(tag)
    return found


def _under_tag(*, upwards: bool) -> Statement[int]:
    of = tags.c.post_id
    return column_statement(
        sa.select(of)
        .where(tags.c.tag == param("tag", sa.Text()), of > param("at") if upwards else of < param("at"))
        .order_by(of if upwards else of.desc())
        .limit(param("limit"))
    )


_UNDER_TAG = {upwards: _under_tag(upwards=upwards) for upwards in (False, True)}


async def list_under_tag(tx: Read, tag: str, at: int, limit: int, *, upwards: bool = False) -> list[int]:
    """Posts under a tag from an id on: who may see what of it is asked when it is shown."""
    return await tx.all(_UNDER_TAG[upwards], tag=tag, at=at, limit=limit)


async def list_bodies(tx: Read, ids: Sequence[int]) -> dict[int, str]:
    """All of the text of articles that the viewer has been given."""
    return dict(await tx.all(_BODIES, ids=ids))


async def list_named_authors(tx: Read, ids: Sequence[int]) -> dict[int, list[int]]:
    """Who wrote articles that the viewer has been given, as far as they agree to be named."""
    found: dict[int, list[int]] = {}
    for post_id, actor_id in await tx.all(_NAMED, ids=ids):
        found.setdefault(post_id, []).append(actor_id)
    return found


async def list_newest_topics(tx: Read, viewer: Viewer, board: int, limit: int) -> list[int]:
    """The first posts of the topics of a board that were begun last."""
    return await tx.all(_NEWEST_TOPICS, board=board, limit=limit, **seen_as(viewer))


async def list_indexed(tx: Read, after: int, until: int) -> list[Indexed]:
    """Of the conversations with `after` < id <= `until` those that search engines may list: whoever began one agrees
    to be found, and everybody may read it."""
    return await tx.all(_INDEXED, after=after, until=until, **seen_as(VISITOR))


async def find_nth_conversation(tx: Read, after: int, number: int) -> int | None:
    """The id of the so-many-th public conversation after an id: for dividing them into parts."""
    found: int | None = await tx.first(_NTH, after=after, number=number)
    return found
