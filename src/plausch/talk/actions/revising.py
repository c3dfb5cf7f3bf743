"""What a post said and showed before somebody changed it: kept, to be read in its history."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.storage import Read, Write, column_statement, param
from plausch.talk import queries
from plausch.talk.model import Picture
from plausch.talk.queries.attached import PollState
from plausch.talk.tables import articles, posts, revisions

_WHOLE = sa.select(articles.c.body_html).where(articles.c.post_id == posts.c.id).scalar_subquery()
_KEEP = column_statement(
    sa.insert(revisions).from_select(
        ["post_id", "version", "source", "html", "warning", "title", "at", "pictures", "options"],
        sa.select(
            posts.c.id,
            posts.c.version,
            posts.c.source,
            sa.func.coalesce(_WHOLE, posts.c.html),
            posts.c.warning,
            posts.c.title,
            sa.func.coalesce(posts.c.edited_at, posts.c.published_at),
            param("old_pictures", sa.Text()),
            param("old_options", sa.Text()),
        ).where(posts.c.id == param("id")),
    )
)
_encode = msgspec.json.Encoder().encode


class Beneath(NamedTuple):
    """What stands under the text of a post and is changed with it."""

    pictures: Sequence[Picture]
    poll: PollState | None
    options: Sequence[str]


async def look_beneath(tx: Read, post_id: int) -> Beneath:
    pictures = (await queries.list_pictures(tx, [post_id])).get(post_id, [])
    return Beneath(pictures, await queries.find_poll(tx, post_id), await queries.list_options(tx, post_id))


async def keep_revision(tx: Write, post_id: int, beneath: Beneath) -> None:
    """What a post says now is to be read in its history, whatever it says from here on; and what stood beneath it."""
    await tx.run(
        _KEEP,
        id=post_id,
        old_pictures=_encode([(one.id, one.alt) for one in beneath.pictures]).decode(),
        old_options=_encode(beneath.options).decode(),
    )
