"""Exchanges among people who were named: what somebody's programs show as messages."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel.paging import Page
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import AudienceKind
from plausch.talk.queries.clauses import ME, post, seen_as, visible
from plausch.talk.tables import participants, posts, put_away


class Direct(NamedTuple):
    """All that was said to the same people, in one conversation."""

    #: The post that named them.
    scope_id: int
    conversation_id: int
    #: The newest post that the viewer may see.
    last_id: int


_root, _mine, _with = posts.alias("root"), participants.alias("mine"), participants.alias("with_them")
_last = sa.func.max(post.c.id)
_away = (
    sa.select(put_away.c.upto_id)
    .where(put_away.c.person_id == ME, put_away.c.scope_id == post.c.scope_id)
    .correlate(post)
    .scalar_subquery()
)
_NAMED = (
    _mine.c.actor_id == ME,
    post.c.scope_kind == AudienceKind.PARTICIPANTS.value,
    post.c.scope_id == _mine.c.scope_id,
    visible(),
)
_ALL = (
    sa.select(post.c.scope_id, post.c.conversation_id, _last)
    .select_from(
        _mine.join(_root, _root.c.id == _mine.c.scope_id).join(post, post.c.conversation_id == _root.c.conversation_id)
    )
    .group_by(post.c.scope_id, post.c.conversation_id)
)
_LIST = Statement(
    _ALL.where(*_NAMED)
    .having(sa.and_(_last < param("before"), _last > param("after"), _last > sa.func.coalesce(_away, 0)))
    .order_by(_last.desc())
    .limit(param("limit")),
    Direct,
)
_SINGLE = (
    sa.select(post.c.id)
    .select_from(
        _mine.join(_root, _root.c.id == _mine.c.scope_id).join(post, post.c.conversation_id == _root.c.conversation_id)
    )
    .where(*_NAMED, post.c.id < param("before"), post.c.id > param("after"))
    .limit(param("limit"))
)
_DOWN = column_statement(_SINGLE.order_by(post.c.id.desc()))
_UP = column_statement(_SINGLE.order_by(post.c.id))
_ONE = Statement(_ALL.where(*_NAMED, _mine.c.scope_id == param("scope")), Direct)
_WITH = Statement(
    sa.select(_with.c.scope_id, _with.c.actor_id)
    .where(any_of(_with.c.scope_id, "scopes"))
    .order_by(_with.c.scope_id, _with.c.actor_id),
    lambda scope, actor: (int(scope), int(actor)),
)


async def list_direct(tx: Read, viewer: Viewer, page: Page) -> list[Direct]:
    """Those of the viewer that it has not put away, the one last talked in first."""
    if not viewer.signed_in:
        return []
    return await tx.all(_LIST, before=page.before, after=page.after, limit=page.limit, **seen_as(viewer))


async def list_direct_posts(tx: Read, viewer: Viewer, page: Page) -> list[int]:
    """Every post for named people of whom the viewer is one, newest first."""
    if not viewer.signed_in:
        return []
    where = {"before": page.before, "after": page.after, "limit": page.limit}
    found: list[int] = await tx.all(_UP if page.upwards else _DOWN, **where, **seen_as(viewer))
    return found[::-1] if page.upwards else found


async def find_direct(tx: Read, viewer: Viewer, scope: int) -> Direct | None:
    """One of the viewer's, put away or not."""
    if not viewer.signed_in:
        return None
    return await tx.first(_ONE, scope=scope, **seen_as(viewer))


async def list_named(tx: Read, scopes: Sequence[int]) -> dict[int, list[int]]:
    """Who is in which, for those who are in them themselves."""
    found: dict[int, list[int]] = {}
    for scope, actor in await tx.all(_WITH, scopes=list(scopes)) if scopes else ():
        found.setdefault(scope, []).append(actor)
    return found
