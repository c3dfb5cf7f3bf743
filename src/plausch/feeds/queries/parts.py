"""Entries with what a door keeps of them: rendered parts, counters and the viewer's flags, in one statement."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.queries.membership import not_muted
from plausch.people.model import Viewer
from plausch.people.queries import speaker
from plausch.storage import Read, Statement, any_of, param
from plausch.storage.parts import parts
from plausch.talk.model import EntryKind
from plausch.talk.queries import entry, flags, joined_entries, post, seen_as, visible_entry


class EntryParts(NamedTuple):
    """An entry's pieces, ready to be joined. A part is None when it must be rendered afresh."""

    id: int
    kind: EntryKind
    #: Who posted, replied or shared.
    by: int
    post_id: int
    post_part: bytes | None
    actor_id: int
    actor_part: bytes | None
    replies: int
    likes: int
    shares: int
    liked: bool
    shared: bool
    bookmarked: bool


_post_part, _actor_part = parts.alias("post_part"), parts.alias("actor_part")
_DOOR = param("door", sa.Text())


def _join() -> sa.Join:
    return (
        joined_entries()
        .join(speaker, speaker.c.id == post.c.actor_id)
        .outerjoin(
            _post_part,
            sa.and_(
                _post_part.c.door == _DOOR,
                _post_part.c.kind == "post",
                _post_part.c.id == post.c.id,
                _post_part.c.version == post.c.version,
            ),
        )
        .outerjoin(
            _actor_part,
            sa.and_(
                _actor_part.c.door == _DOOR,
                _actor_part.c.kind == "actor",
                _actor_part.c.id == speaker.c.id,
                _actor_part.c.version == speaker.c.version,
            ),
        )
    )


_ENTRIES = Statement(
    sa.select(
        entry.c.id,
        entry.c.kind,
        entry.c.actor_id,
        post.c.id,
        _post_part.c.body,
        post.c.actor_id,
        _actor_part.c.body,
        post.c.replies,
        post.c.likes,
        post.c.shares,
        *flags(),
    )
    .select_from(_join())
    .where(any_of(entry.c.id, "ids"), visible_entry(), not_muted()),
    EntryParts,
)


async def list_entry_parts(tx: Read, viewer: Viewer, door: str, ids: Sequence[int]) -> list[EntryParts]:
    """The pieces of those entries that belong in the viewer's feeds, in no order."""
    return await tx.all(_ENTRIES, ids=ids, door=door, **seen_as(viewer))
