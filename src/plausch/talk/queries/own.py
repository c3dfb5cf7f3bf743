"""What somebody wrote, for taking it along."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.people.model import Viewer
from plausch.storage import Read, Statement, param
from plausch.talk.queries.clauses import PERSON, post


class OwnSource(NamedTuple):
    """A post of one's own, with the text as it was typed."""

    id: int
    source: str


_OWN = Statement(
    sa.select(post.c.id, post.c.source)
    .where(post.c.author_id == PERSON, PERSON != 0, post.c.deleted_at.is_(None), post.c.id > param("after"))
    .order_by(post.c.id)
    .limit(param("limit")),
    OwnSource,
)


async def list_own_sources(tx: Read, viewer: Viewer, after: int, limit: int) -> list[OwnSource]:
    """The viewer's posts, oldest first, from behind the id `after`."""
    return await tx.all(_OWN, person=viewer.person, after=after, limit=limit)
