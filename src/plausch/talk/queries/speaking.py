"""How much actors have said for everybody, and what hangs together around a post: for showing either to somebody."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from plausch.kernel.paging import Page
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param
from plausch.talk.model import OPEN
from plausch.talk.queries.clauses import post, seen_as, visible
from plausch.talk.tables import conversations, entries, mentions, posts, quotes, shares, speakers

_entry, _said = entries.alias("said_entry"), posts.alias("said")


def _open_posts(what: ColumnElement[Any], actor: ColumnElement[Any]) -> ColumnElement[Any]:
    """Correlated to whatever `actor` belongs to."""
    return (
        sa.select(what)
        .select_from(_entry.join(_said, _said.c.id == _entry.c.id))
        .where(_entry.c.actor_id == actor, _said.c.deleted_at.is_(None), is_one_of(_said.c.scope_kind, OPEN))
        .scalar_subquery()
    )


def count_open_posts(actor: ColumnElement[Any]) -> ColumnElement[int]:
    """How much an actor has said for everybody."""
    return _open_posts(sa.func.count(), actor)


def last_open_post(actor: ColumnElement[Any]) -> ColumnElement[int]:
    """When it last did (ms); 0: never."""
    return sa.func.coalesce(_open_posts(sa.func.max(_said.c.published_at), actor), 0)


#: How much an actor has said, for statements of upper rooms to join.
said = speakers.alias("said_much")


def said_by(actor: ColumnElement[Any]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The same as it is kept in `said`, which is joined from outside, and counted where it is not."""
    return (
        sa.func.coalesce(said.c.posts, count_open_posts(actor)),
        sa.func.coalesce(said.c.last_at, last_open_post(actor)),
    )


def count_quotes(of: ColumnElement[Any]) -> ColumnElement[int]:
    """In how many posts that everybody may read a post is quoted."""
    one, quoting = quotes.alias("one_quote"), posts.alias("quoting_openly")
    return (
        sa.select(sa.func.count())
        .select_from(one.join(quoting, quoting.c.id == one.c.post_id))
        .where(one.c.quoted_id == of, one.c.withdrawn_at.is_(None), is_one_of(quoting.c.scope_kind, OPEN))
        .scalar_subquery()
    )


_QUOTING = column_statement(
    sa.select(post.c.id)
    .select_from(quotes.join(post, post.c.id == quotes.c.post_id))
    .where(
        *(quotes.c.quoted_id == param("id"), quotes.c.withdrawn_at.is_(None)),
        *(post.c.id < param("before"), post.c.id > param("after"), visible()),
    )
    .order_by(post.c.id.desc())
    .limit(param("limit"))
)


async def list_quoting(tx: Read, viewer: Viewer, id_: int, page: Page) -> list[int]:
    """In which posts one is quoted, as far as the viewer may see them; the newest first."""
    where = {"before": page.before, "after": page.after, "limit": page.limit}
    return await tx.all(_QUOTING, id=id_, **where, **seen_as(viewer))


_WHO_SHARED = column_statement(sa.select(shares.c.actor_id).where(shares.c.post_id == param("id")))


async def list_who_shared(tx: Read, id_: int) -> list[int]:
    """All who have shared a post, to tell each of them of it; for nobody's eyes."""
    return await tx.all(_WHO_SHARED, id=id_)


class Quoting(NamedTuple):
    """A post that quotes one."""

    actor_id: int
    post_id: int
    conversation_id: int


_WHO_QUOTED = Statement(
    sa.select(posts.c.actor_id, posts.c.id, posts.c.conversation_id)
    .select_from(quotes.join(posts, posts.c.id == quotes.c.post_id))
    .where(quotes.c.quoted_id == param("id"), quotes.c.withdrawn_at.is_(None), posts.c.deleted_at.is_(None))
    .order_by(posts.c.id),
    Quoting,
)


async def list_who_quoted(tx: Read, id_: int) -> list[Quoting]:
    """By each who quotes a post the newest that does, to tell them of it; for nobody's eyes."""
    return list({one.actor_id: one for one in await tx.all(_WHO_QUOTED, id=id_)}.values())


_SHARE = column_statement(
    sa.select(shares.c.id).where(shares.c.post_id == param("id"), shares.c.actor_id == param("actor"))
)


async def find_share(tx: Read, actor: int, id_: int) -> int | None:
    """With which entry an actor has shared a post; for the actor itself."""
    found: int | None = await tx.first(_SHARE, id=id_, actor=actor)
    return found


_MENTIONED = Statement(
    sa.select(mentions.c.post_id, mentions.c.actor_id)
    .where(any_of(mentions.c.post_id, "ids"))
    .order_by(mentions.c.post_id, mentions.c.actor_id),
    lambda post_id, actor_id: (int(post_id), int(actor_id)),
)


async def list_mentioned_in(tx: Read, ids: Sequence[int]) -> dict[int, list[int]]:
    """Whom posts mention that the viewer has been given; who of them is shown is asked apart."""
    found: dict[int, list[int]] = {}
    for post_id, actor_id in await tx.all(_MENTIONED, ids=ids) if ids else ():
        found.setdefault(post_id, []).append(actor_id)
    return found


class Whence(NamedTuple):
    """What a post answers, where its conversation stands, and with what it was written."""

    post_id: int
    #: 0 where it answers nothing, or that is gone.
    parent_actor_id: int
    #: A group or a wall, as far as all know of it who see the post; else 0.
    place_id: int
    #: Name and address of a program, on a line each; else empty.
    program: str


_parent = posts.alias("parent")
_SAME = sa.and_(
    posts.c.scope_kind == conversations.c.scope_kind,
    posts.c.scope_id == conversations.c.scope_id,
)
_WHENCE = Statement(
    sa.select(
        posts.c.id,
        sa.func.coalesce(_parent.c.actor_id, 0),
        sa.case((_SAME, conversations.c.place_id), else_=0),
        posts.c.program,
    )
    .select_from(
        posts.join(conversations, conversations.c.id == posts.c.conversation_id).outerjoin(
            _parent, sa.and_(_parent.c.id == posts.c.parent_id, _parent.c.deleted_at.is_(None))
        )
    )
    .where(any_of(posts.c.id, "ids")),
    Whence,
)


async def list_whence(tx: Read, ids: Sequence[int]) -> dict[int, Whence]:
    """Of posts that the viewer has been given."""
    return {one.post_id: one for one in await tx.all(_WHENCE, ids=ids)} if ids else {}


class Branch(NamedTuple):
    """A post's place in its tree, whoever may see it."""

    id: int
    parent_id: int | None


_BRANCHES = Statement(
    sa.select(posts.c.id, posts.c.parent_id)
    .where(posts.c.conversation_id == param("id"))
    .order_by(posts.c.id)
    .limit(param("limit")),
    Branch,
)


async def list_branches(tx: Read, conversation: int, limit: int) -> list[Branch]:
    """How a tree hangs together: who may see what of it is asked when that is read."""
    return await tx.all(_BRANCHES, id=conversation, limit=limit)
