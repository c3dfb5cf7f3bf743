"""What a door keeps of posts and actors, with counters and the viewer's flags, ready to be joined as bytes."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.expression import FromClause

from plausch.feeds.queries.membership import not_muted
from plausch.feeds.queries.reader import at_home
from plausch.people.model import Viewer
from plausch.people.queries import no_block_between, speaker, stands_before
from plausch.storage import Read, Statement, any_of, param
from plausch.storage.parts import parts
from plausch.talk.queries import entry, flags, joined_entries, post, seen_as, visible, visible_entry


class PostParts(NamedTuple):
    """A post's pieces. The part is None when it must be rendered afresh."""

    post_id: int
    part: bytes | None
    actor_id: int
    replies: int
    likes: int
    shares: int
    #: Flags: 0 or 1, as they go into the answer.
    liked: int
    shared: int
    bookmarked: int
    #: Bits of `talk.model.Attached`.
    attached: int
    author_id: int


class EntryParts(NamedTuple):
    """An entry's pieces: who did what, the post, and its actor's part."""

    post_id: int
    part: bytes | None
    actor_id: int
    replies: int
    likes: int
    shares: int
    #: Flags: 0 or 1, as they go into the answer.
    liked: int
    shared: int
    bookmarked: int
    #: Bits of `talk.model.Attached`.
    attached: int
    author_id: int
    actor_part: bytes | None
    id: int
    #: An `EntryKind`, as it goes into the answer.
    kind: str
    #: Who posted, replied or shared.
    by: int


class ActorPart(NamedTuple):
    id: int
    part: bytes | None


post_part, actor_part = parts.alias("post_part"), parts.alias("actor_part")
_DOOR = param("door", sa.Text())
_POST_COLUMNS = (
    *(post.c.id, post_part.c.body, post.c.actor_id, post.c.replies, post.c.likes, post.c.shares),
    *flags(),
    post.c.attached,
    post.c.author_id,
)


def _kept(part: FromClause, kind: str, of: FromClause) -> sa.ColumnElement[bool]:
    """The part is this door's, of this thing, and of its present version."""
    return sa.and_(part.c.door == _DOOR, part.c.kind == kind, part.c.id == of.c.id, part.c.version == of.c.version)


OF_POST = _kept(post_part, "post", post)
OF_ACTOR = _kept(actor_part, "actor", speaker)


def _entries(condition: sa.ColumnElement[bool]) -> Statement[EntryParts]:
    return Statement(
        sa.select(*_POST_COLUMNS, actor_part.c.body, entry.c.id, entry.c.kind, entry.c.actor_id)
        .select_from(
            joined_entries()
            .join(speaker, speaker.c.id == post.c.actor_id)
            .outerjoin(post_part, OF_POST)
            .outerjoin(actor_part, OF_ACTOR)
        )
        .where(any_of(entry.c.id, "ids"), condition),
        EntryParts,
    )


_ENTRIES = _entries(sa.and_(visible_entry(), not_muted()))
_ENTRIES_AS_SHAPED = _entries(at_home(shaped=True))
_POSTS = Statement(
    sa.select(*_POST_COLUMNS)
    .select_from(post.outerjoin(post_part, OF_POST))
    .where(any_of(post.c.id, "ids"), visible()),
    PostParts,
)
_ACTORS = Statement(
    sa.select(speaker.c.id, actor_part.c.body)
    .select_from(speaker.outerjoin(actor_part, OF_ACTOR))
    .where(
        any_of(speaker.c.id, "ids"),
        stands_before(param("me"), speaker),
        no_block_between(param("me"), speaker.c.id),
    ),
    ActorPart,
)


async def list_entry_parts(
    tx: Read, viewer: Viewer, door: str, ids: Sequence[int], *, shaped: bool = False
) -> list[EntryParts]:
    """The pieces of those entries that belong in the viewer's home, in no order; `shaped`: as it has set them."""
    return await tx.all(_ENTRIES_AS_SHAPED if shaped else _ENTRIES, ids=ids, door=door, **seen_as(viewer))


async def list_post_parts(tx: Read, viewer: Viewer, door: str, ids: Sequence[int]) -> list[PostParts]:
    """The pieces of those posts that the viewer may see, in no order."""
    return await tx.all(_POSTS, ids=ids, door=door, **seen_as(viewer))


async def list_actor_parts(tx: Read, viewer: Viewer, door: str, ids: Sequence[int]) -> list[ActorPart]:
    """The parts of those actors whom the viewer may see, in no order."""
    return await tx.all(_ACTORS, ids=ids, door=door, me=viewer.acting_as)
