"""Tags that somebody follows."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.queries.membership import ME
from plausch.feeds.queries.reader import followed
from plausch.feeds.tables import followed_tags
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries import entry, tagged


class TagOf(NamedTuple):
    post_id: int
    tag: str


_LIST = column_statement(
    sa.select(followed_tags.c.tag).where(followed_tags.c.reader_id == ME).order_by(followed_tags.c.tag)
)
_FOLLOWS = column_statement(
    sa.select(sa.literal(1)).where(followed_tags.c.reader_id == ME, followed_tags.c.tag == param("tag", sa.Text()))
)
_REASONS = Statement(
    sa.select(entry.c.id, sa.func.min(followed_tags.c.tag))
    .select_from(entry.join(followed_tags, tagged(followed_tags.c.tag, entry.c.post_id)))
    .where(
        any_of(entry.c.id, "ids"),
        entry.c.id == entry.c.post_id,
        followed_tags.c.reader_id == ME,
        sa.not_(followed()),
    )
    .group_by(entry.c.id),
    TagOf,
)


async def list_followed_tags(tx: Read, viewer: Viewer) -> list[str]:
    return await tx.all(_LIST, me=viewer.acting_as)


async def follows_tag(tx: Read, viewer: Viewer, tag: str) -> bool:
    return await tx.first(_FOLLOWS, me=viewer.acting_as, tag=tag) is not None


async def find_tag_reasons(tx: Read, viewer: Viewer, entries: Sequence[int]) -> dict[int, str]:
    """For those entries that are at home only because of a tag: the tag."""
    return {one.post_id: one.tag for one in await tx.all(_REASONS, me=viewer.acting_as, ids=entries)}
