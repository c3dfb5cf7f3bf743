"""Reads of posts and of what people made of them."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.ids import moment_of
from plausch.kernel.paging import Page
from plausch.people.model import Viewer
from plausch.people.queries import is_present, no_block_between
from plausch.storage import Read, Statement, any_of, begins_with, column_statement, is_one_of, param
from plausch.talk.model import OPEN, Attached, Audience, AudienceKind, Post, Revision
from plausch.talk.queries.attached import complete
from plausch.talk.queries.clauses import ME, like_position, post, post_columns, response_position, seen_as, visible
from plausch.talk.queries.own import is_own
from plausch.talk.tables import (
    articles,
    bookmarks,
    conversations,
    entries,
    likes,
    mentions,
    participants,
    posts,
    revisions,
    shares,
    tags,
)

_POSTS = Statement(sa.select(*post_columns()).where(any_of(post.c.id, "ids"), visible()), Post)
_ENTRUSTED = Statement(sa.select(*post_columns()).where(any_of(post.c.id, "ids"), post.c.deleted_at.is_(None)), Post)
_POST = Statement(sa.select(*post_columns()).where(post.c.id == param("id"), visible()), Post)


class Source(NamedTuple):
    """What the author wrote, for editing."""

    source: str
    warning: str
    language: str
    author_id: int
    actor_id: int
    title: str


_SOURCE_COLUMNS = (
    *(post.c.source, post.c.warning, post.c.language),
    *(post.c.author_id, post.c.actor_id, post.c.title),
)
_SOURCE = Statement(
    sa.select(*_SOURCE_COLUMNS).where(post.c.id == param("id"), visible()),
    Source,
)
_WRITTEN = Statement(
    sa.select(*_SOURCE_COLUMNS).where(post.c.id == param("id"), post.c.deleted_at.is_(None)),
    Source,
)
_REVISION_COLUMNS = (
    *(revisions.c.version, revisions.c.html, revisions.c.warning, revisions.c.at, revisions.c.title),
    *(revisions.c.pictures, revisions.c.options),
)
_as_pictures = msgspec.json.Decoder(tuple[tuple[int, str], ...]).decode
_as_options = msgspec.json.Decoder(tuple[str, ...]).decode


def _revision(
    version: int, html: str, warning: str, at: int, title: str, pictures: str | None, options: str | None
) -> Revision:
    shown = _as_pictures(pictures) if pictures is not None else None
    return Revision(version, html, warning, at, title, shown, _as_options(options) if options else ())


_REVISIONS = Statement(
    sa.select(*_REVISION_COLUMNS)
    .select_from(revisions.join(post, post.c.id == revisions.c.post_id))
    .where(post.c.id == param("id"), visible())
    .order_by(revisions.c.version.desc())
    .limit(param("limit")),
    _revision,
)
_ENTRUSTED_REVISIONS = Statement(
    sa.select(*_REVISION_COLUMNS).where(revisions.c.post_id == param("id")).order_by(revisions.c.version.desc()),
    _revision,
)
_PARTICIPANTS = column_statement(
    sa.select(participants.c.actor_id)
    .where(participants.c.scope_id == param("scope"))
    .order_by(participants.c.actor_id)
)
_MENTIONED = column_statement(sa.select(mentions.c.actor_id).where(mentions.c.post_id == param("id")))
_TAGS = column_statement(sa.select(tags.c.tag).where(tags.c.post_id == param("id")).order_by(tags.c.tag))
_LEFT = column_statement(
    sa.select(sa.literal(1)).where(posts.c.conversation_id == param("id"), posts.c.deleted_at.is_(None)).limit(1)
)
_NAMED_TAGS = column_statement(
    sa.select(tags.c.tag).where(tags.c.post_id == param("id"), tags.c.named).order_by(tags.c.tag)
)
_BY = Statement(
    sa.select(*post_columns())
    .select_from(entries.join(post, post.c.id == entries.c.id))
    .where(entries.c.actor_id == param("actor"), post.c.deleted_at.is_(None))
    .order_by(entries.c.id)
    .limit(param("limit")),
    Post,
)


class _Scoped(msgspec.Struct):
    id: int
    kind: AudienceKind
    scope_id: int
    local_only: bool


_AUDIENCES = Statement(
    sa.select(posts.c.id, posts.c.scope_kind, posts.c.scope_id, posts.c.local_only).where(any_of(posts.c.id, "ids")),
    _Scoped,
)


class Responder(NamedTuple):
    """Who liked or shared a post, and by what the list is paged."""

    actor_id: int
    position: int


def _responders(table: sa.Table) -> dict[bool, Statement[Responder]]:
    """By whether one goes upwards."""
    position = response_position(table)
    core = (
        sa.select(table.c.actor_id, position)
        .select_from(table.join(post, post.c.id == table.c.post_id))
        .where(post.c.id == param("id"), visible(), position < param("before"), position > param("after"))
        .where(no_block_between(ME, table.c.actor_id), is_present(table.c.actor_id))
        .limit(param("limit"))
    )
    return {
        upwards: Statement(core.order_by(position if upwards else position.desc()), Responder)
        for upwards in (False, True)
    }


def _response(table: sa.Table) -> Statement[int]:
    return column_statement(
        sa.select(sa.literal(1)).where(table.c.post_id == param("id"), table.c.actor_id == param("actor"))
    )


_LIKERS, _SHARERS = _responders(likes), _responders(shares)
_LIKE, _SHARE = _response(likes), _response(shares)
_BOOKMARKS = column_statement(
    sa.select(bookmarks.c.post_id)
    .select_from(bookmarks.join(post, post.c.id == bookmarks.c.post_id))
    .where(bookmarks.c.actor_id == ME, bookmarks.c.post_id < param("before"), visible())
    .order_by(bookmarks.c.post_id.desc())
    .limit(param("limit"))
)


class Kept(NamedTuple):
    """A post the viewer has kept, and where it belongs."""

    post_id: int
    conversation_id: int


_BOOKMARKS_BESIDE = Statement(
    sa.select(post.c.id, post.c.conversation_id)
    .select_from(bookmarks.join(post, post.c.id == bookmarks.c.post_id))
    .where(
        bookmarks.c.actor_id == ME,
        post.c.conversation_id.in_(sa.select(posts.c.conversation_id).where(any_of(posts.c.id, "ids"))),
        visible(),
    )
    .order_by(post.c.id.desc()),
    Kept,
)


class Liked(NamedTuple):
    """A post the viewer likes, and where it stands in the order of its likes."""

    post_id: int
    position: int


class LikedBeside(NamedTuple):
    """The same, and the conversation it belongs to."""

    post_id: int
    position: int
    conversation_id: int


_LIKED = Statement(
    sa.select(likes.c.post_id, like_position(likes))
    .select_from(likes.join(post, post.c.id == likes.c.post_id))
    .where(
        likes.c.actor_id == ME,
        likes.c.at <= param("moment"),
        like_position(likes) < param("before"),
        visible(),
    )
    .order_by(likes.c.at.desc(), like_position(likes).desc())
    .limit(param("limit")),
    Liked,
)

_LIKED_BESIDE = Statement(
    sa.select(likes.c.post_id, like_position(likes), post.c.conversation_id)
    .select_from(likes.join(post, post.c.id == likes.c.post_id))
    .where(
        likes.c.actor_id == ME,
        post.c.conversation_id.in_(sa.select(posts.c.conversation_id).where(any_of(posts.c.id, "ids"))),
        visible(),
    )
    .order_by(like_position(likes).desc()),
    LikedBeside,
)
_COUNT = column_statement(sa.select(sa.func.count()).select_from(posts))


async def find_post(tx: Read, viewer: Viewer, id_: int) -> Post | None:
    found = await tx.all(_POST, id=id_, **seen_as(viewer))
    return (await complete(tx, viewer, found))[0] if found else None


async def get_post(tx: Read, viewer: Viewer, id_: int) -> Post:
    """Raises NotFound, also when the viewer may not see it."""
    found = await find_post(tx, viewer, id_)
    if found is None:
        raise NotFound("post_not_found")
    return found


async def list_posts(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Post]:
    """Those of `ids` that the viewer may see, by id."""
    found = await complete(tx, viewer, await tx.all(_POSTS, ids=ids, **seen_as(viewer)))
    return {one.id: one for one in found}


async def list_entrusted(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Post]:
    """Posts that people have handed to those who look after the place, whoever they were for. Raises NotAllowed.

    Whoever asks answers for it that the ids are of posts that were reported.
    """
    if not viewer.staff:
        raise NotAllowed
    found = await complete(tx, viewer, await tx.all(_ENTRUSTED, ids=ids, **seen_as(viewer)))
    return {one.id: one for one in found}


async def get_written(tx: Read, viewer: Viewer, id_: int) -> Source:
    """What its author wrote, for those who look after the place. Raises NotAllowed, NotFound."""
    if not viewer.staff:
        raise NotAllowed
    found = await find_written(tx, id_)
    if found is None:
        raise NotFound("post_not_found")
    return found


async def find_written(tx: Read, id_: int) -> Source | None:
    """What its author wrote, for work behind the scenes."""
    return await tx.first(_WRITTEN, id=id_)


async def get_source(tx: Read, viewer: Viewer, id_: int) -> Source:
    """What the viewer itself wrote. Raises NotFound, NotAllowed for somebody else's."""
    found = await tx.first(_SOURCE, id=id_, **seen_as(viewer))
    if found is None:
        raise NotFound("post_not_found")
    if not await is_own(tx, viewer, id_):
        raise NotAllowed("not_yours")
    return found


async def list_revisions(tx: Read, viewer: Viewer, id_: int, limit: int = 100) -> list[Revision]:
    """Former wordings of a post, newest first."""
    return await tx.all(_REVISIONS, id=id_, limit=limit, **seen_as(viewer))


async def list_entrusted_revisions(tx: Read, viewer: Viewer, id_: int) -> list[Revision]:
    """Former wordings of a post that was reported, as `list_entrusted`. Raises NotAllowed."""
    if not viewer.staff:
        raise NotAllowed
    return await tx.all(_ENTRUSTED_REVISIONS, id=id_)


async def list_participants(tx: Read, scope: int) -> list[int]:
    """Who was named; for those who are in the scope themselves."""
    return await tx.all(_PARTICIPANTS, scope=scope)


async def list_audiences(tx: Read, ids: Sequence[int]) -> dict[int, Audience]:
    """For whom posts are, also removed ones: for the domain's own counting."""
    return {row.id: Audience(row.kind, row.scope_id, row.local_only) for row in await tx.all(_AUDIENCES, ids=ids)}


async def list_mentioned(tx: Read, id_: int) -> list[int]:
    """Whom a post mentions, whether or not they may see it: for work behind the scenes."""
    return await tx.all(_MENTIONED, id=id_)


async def list_tags(tx: Read, id_: int) -> list[str]:
    """The tags of a post that the viewer has been given; also for work behind the scenes."""
    return await tx.all(_TAGS, id=id_)


async def has_ended(tx: Read, conversation: int) -> bool:
    """Everything that was said in it is removed: for work behind the scenes."""
    return await tx.first(_LEFT, id=conversation) is None


async def list_named_tags(tx: Read, id_: int) -> list[str]:
    """Those that were given to a post beside its text."""
    return await tx.all(_NAMED_TAGS, id=id_)


async def list_likers(tx: Read, viewer: Viewer, id_: int, page: Page) -> list[Responder]:
    """The latest first."""
    return await _list_responders(tx, viewer, id_, page, _LIKERS)


async def list_sharers(tx: Read, viewer: Viewer, id_: int, page: Page) -> list[Responder]:
    """The latest first."""
    return await _list_responders(tx, viewer, id_, page, _SHARERS)


async def _list_responders(
    tx: Read, viewer: Viewer, id_: int, page: Page, statements: dict[bool, Statement[Responder]]
) -> list[Responder]:
    bounds = {"before": page.before, "after": page.after, "limit": page.limit}
    found = await tx.all(statements[page.upwards], id=id_, **bounds, **seen_as(viewer))
    return found[::-1] if page.upwards else found


async def has_liked(tx: Read, actor: int, id_: int) -> bool:
    """Whether somebody likes a post, for work behind the scenes."""
    return await tx.first(_LIKE, id=id_, actor=actor) is not None


async def has_shared(tx: Read, actor: int, id_: int) -> bool:
    """Whether somebody has shared a post, for work behind the scenes."""
    return await tx.first(_SHARE, id=id_, actor=actor) is not None


async def list_bookmarks(tx: Read, viewer: Viewer, page: Page) -> list[int]:
    """Posts the viewer has kept and may still see."""
    return await tx.all(_BOOKMARKS, before=page.before, limit=page.limit, **seen_as(viewer))


async def list_bookmarks_beside(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Kept]:
    """All that the viewer has kept of the conversations of some posts, newest first."""
    return await tx.all(_BOOKMARKS_BESIDE, ids=ids, **seen_as(viewer))


async def list_liked(tx: Read, viewer: Viewer, page: Page) -> list[Liked]:
    """Posts the viewer likes and may still see, what it liked last first."""
    moment = moment_of(page.before)
    return await tx.all(_LIKED, before=page.before, moment=moment, limit=page.limit, **seen_as(viewer))


async def list_liked_beside(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[LikedBeside]:
    """All that the viewer likes of the conversations of some posts, what it liked last first."""
    return await tx.all(_LIKED_BESIDE, ids=ids, **seen_as(viewer))


async def list_posts_by(tx: Read, actor: int, limit: int) -> list[Post]:
    """What somebody said, wherever it was, for erasing it."""
    return await tx.all(_BY, actor=actor, limit=limit, me=actor, person=actor)


async def list_posts_at(tx: Read, place: int, limit: int) -> list[Post]:
    """What was said at a place that is gone, whoever it was for, for erasing it."""
    return await tx.all(_AT, place=place, limit=limit, me=0, person=0)


_AT = Statement(
    sa.select(*post_columns())
    .where(
        post.c.conversation_id.in_(sa.select(conversations.c.id).where(conversations.c.place_id == param("place"))),
        post.c.deleted_at.is_(None),
    )
    .order_by(post.c.id)
    .limit(param("limit")),
    Post,
)


class Words(NamedTuple):
    """What search indexes of a post."""

    title: str
    html: str
    warning: str
    language: str


_WORDS = Statement(
    sa.select(
        sa.case((articles.c.subtitle != "", posts.c.title + "\n" + articles.c.subtitle), else_=posts.c.title),
        sa.func.coalesce(articles.c.body_html, posts.c.html),
        posts.c.warning,
        posts.c.language,
    )
    .select_from(posts.outerjoin(articles, articles.c.post_id == posts.c.id))
    .where(posts.c.id == param("id"), posts.c.deleted_at.is_(None)),
    Words,
)
_OPEN_SOURCE = column_statement(
    sa.select(posts.c.source).where(
        posts.c.id == param("id"),
        posts.c.deleted_at.is_(None),
        is_one_of(posts.c.scope_kind, OPEN),
        sa.not_(posts.c.local_only),
        # The links of an article stand in its text, and none of them under it.
        posts.c.attached.bitwise_and(Attached.ARTICLE.value) == 0,
    )
)
_MATCHING_TAGS = Statement(
    sa.select(tags.c.tag, sa.func.count())
    .select_from(tags.join(post, post.c.id == tags.c.post_id))
    .where(
        begins_with(tags.c.tag, "start"),
        post.c.scope_kind == AudienceKind.PUBLIC.value,
        visible(),
    )
    .group_by(tags.c.tag)
    .order_by(sa.func.count().desc(), tags.c.tag)
    .limit(param("limit")),
    lambda tag, count: (str(tag), int(count)),
)


async def find_open_source(tx: Read, id_: int) -> str | None:
    """What was written in a post that everybody in the world may read, for work behind the scenes."""
    found: str | None = await tx.first(_OPEN_SOURCE, id=id_)
    return found


async def find_words(tx: Read, id_: int) -> Words | None:
    """The text of a post, for indexing; None when it is gone."""
    return await tx.first(_WORDS, id=id_)


async def list_matching_tags(tx: Read, viewer: Viewer, text: str, limit: int) -> list[tuple[str, int]]:
    """Tags that begin with a text, by how many public posts bear them."""
    start = text.strip().removeprefix("#").casefold()
    if not start:
        return []
    return await tx.all(_MATCHING_TAGS, start=start, limit=limit, **seen_as(viewer))


async def count_posts(tx: Read) -> int:
    """All that were ever written, with those that were removed: a figure for whoever runs the server."""
    return int(await tx.first(_COUNT) or 0)
