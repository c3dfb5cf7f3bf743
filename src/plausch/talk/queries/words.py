"""What posts are about, for work behind the scenes that has settled which of them it may look at."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.storage import Read, Statement, any_of, param
from plausch.talk.tables import posts, tags


class Source(NamedTuple):
    """A post's own words, as they were written."""

    id: int
    source: str
    language: str


_TAGS = Statement(
    sa.select(tags.c.post_id, tags.c.tag).where(tags.c.post_id > param("after"), tags.c.post_id <= param("until")),
    lambda post, tag: (int(post), str(tag)),
)
_SOURCES = Statement(
    sa.select(posts.c.id, posts.c.source, sa.func.coalesce(posts.c.language, "")).where(
        any_of(posts.c.id, "ids"), posts.c.deleted_at.is_(None)
    ),
    Source,
)


async def list_tags_within(tx: Read, after: int, until: int) -> list[tuple[int, str]]:
    """Posts with `after` < id <= `until` and their hashtags, whoever may see them."""
    return await tx.all(_TAGS, after=after, until=until)


async def list_sources(tx: Read, ids: Sequence[int]) -> list[Source]:
    """What was written in some posts, whoever may see them."""
    return await tx.all(_SOURCES, ids=ids)
