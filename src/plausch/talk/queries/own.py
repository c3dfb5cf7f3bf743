"""What is somebody's own: what they wrote, for taking it along, and what they pinned."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.people.model import Viewer
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.queries.clauses import PERSON, own, post, seen_as, visible
from plausch.talk.tables import pins


class OwnSource(NamedTuple):
    """A post of one's own, with the text as it was typed."""

    id: int
    source: str


_AUTHOR = column_statement(sa.select(post.c.author_id).where(post.c.id == param("id")))
_IS_OWN = column_statement(sa.select(sa.literal(1)).where(post.c.id == param("id"), own(post)))
_OWN = Statement(
    sa.select(post.c.id, post.c.source)
    .where(post.c.author_id == PERSON, PERSON != 0, post.c.deleted_at.is_(None), post.c.id > param("after"))
    .order_by(post.c.id)
    .limit(param("limit")),
    OwnSource,
)


async def find_author(tx: Read, id_: int) -> int | None:
    """Who wrote a post, though it be removed: for work behind the scenes."""
    found: int | None = await tx.first(_AUTHOR, id=id_)
    return found


async def is_own(tx: Read, viewer: Viewer, id_: int) -> bool:
    """The viewer speaks in a post, or wrote it and still speaks for whom it was."""
    return await tx.first(_IS_OWN, id=id_, **seen_as(viewer)) is not None


async def list_own_sources(tx: Read, viewer: Viewer, after: int, limit: int) -> list[OwnSource]:
    """The viewer's posts, oldest first, from behind the id `after`."""
    return await tx.all(_OWN, person=viewer.person, after=after, limit=limit)


_PINNED = column_statement(
    sa.select(pins.c.post_id)
    .select_from(pins.join(post, post.c.id == pins.c.post_id))
    .where(pins.c.actor_id == param("actor"), visible())
    .order_by(pins.c.at.desc())
)


def pinned_by(actor: sa.ColumnElement[int]) -> sa.Select[tuple[int]]:
    """What an actor has pinned: never more than a few."""
    one = pins.alias()
    return sa.select(one.c.post_id).where(one.c.actor_id == actor)


async def list_pinned(tx: Read, viewer: Viewer, actor: int) -> list[int]:
    """What somebody pinned, the latest first, as far as the viewer may see it."""
    return await tx.all(_PINNED, actor=actor, **seen_as(viewer))
