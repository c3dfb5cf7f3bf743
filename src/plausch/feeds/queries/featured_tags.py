"""Tags that somebody shows on their profile in programs, and how much is under them."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.tables import featured_tags
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at, moment_of
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, param
from plausch.talk.model import AudienceKind
from plausch.talk.queries import post, seen_as, tag_rows, visible

_bearing = tag_rows("bearing")
#: How far back it is looked for tags that somebody uses much.
_LATELY = 90 * clock.DAY


class FeaturedTag(NamedTuple):
    """Of somebody's public posts those that bear it, and when the last one came (ms; None: never)."""

    id: int
    tag: str
    posts: int
    last_at: int | None


class _Use(NamedTuple):
    tag: str
    posts: int
    last_id: int


_TAGS = Statement(
    sa.select(featured_tags.c.id, featured_tags.c.tag)
    .where(featured_tags.c.actor_id == param("actor"))
    .order_by(featured_tags.c.id),
    lambda id_, tag: (int(id_), str(tag)),
)
_PUBLIC = (post.c.actor_id == param("actor"), post.c.scope_kind == AudienceKind.PUBLIC.value, visible())
_USED = (
    sa.select(_bearing.c.tag, sa.func.count(), sa.func.max(post.c.id))
    .select_from(post.join(_bearing, _bearing.c.post_id == post.c.id))
    .group_by(_bearing.c.tag)
)
_OF = Statement(_USED.where(*_PUBLIC, any_of(_bearing.c.tag, "tags")), _Use)
_MUCH = Statement(
    _USED.where(*_PUBLIC, post.c.id >= param("since"))
    .order_by(sa.func.count().desc(), sa.func.max(post.c.id).desc())
    .limit(param("limit")),
    _Use,
)


async def list_featured_tags(tx: Read, viewer: Viewer, actor: int) -> list[FeaturedTag]:
    """In the order in which they were chosen, counted as the viewer sees them."""
    chosen = await tx.all(_TAGS, actor=actor)
    if not chosen:
        return []
    found = await tx.all(_OF, actor=actor, tags=[tag for _, tag in chosen], **seen_as(viewer))
    uses = {one.tag: one for one in found}
    found_tags = []
    for id_, tag in chosen:
        use = uses.get(tag)
        found_tags.append(FeaturedTag(id_, tag, use.posts if use else 0, moment_of(use.last_id) if use else None))
    return found_tags


async def list_much_used_tags(tx: Read, viewer: Viewer, limit: int) -> list[str]:
    """What the viewer writes under most of late, without what it shows already."""
    me = viewer.acting_as
    chosen = {tag for _, tag in await tx.all(_TAGS, actor=me)}
    since = first_id_at(clock.now() - _LATELY)
    found = await tx.all(_MUCH, actor=me, since=since, limit=limit + len(chosen), **seen_as(viewer))
    return [one.tag for one in found if one.tag not in chosen][:limit]
