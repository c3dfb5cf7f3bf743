"""What goes with a door's rendering of posts and actors: which version is to be shown, counters, the viewer's flags."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.queries.membership import not_muted
from plausch.feeds.queries.reader import at_home
from plausch.people.model import Viewer
from plausch.people.queries import no_block_between, speaker, stands_before
from plausch.storage import Read, Statement, any_of, param
from plausch.talk.queries import entry, flags, joined_entries, post, seen_as, visible, visible_entry


class PostParts(NamedTuple):
    """What is joined to a post's part."""

    post_id: int
    version: int
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
    """The same of an entry: who did what, the post, and its actor."""

    post_id: int
    version: int
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
    actor_version: int
    id: int
    #: An `EntryKind`, as it goes into the answer.
    kind: str
    #: Who posted, replied or shared.
    by: int


class ActorPart(NamedTuple):
    id: int
    version: int


_POST_COLUMNS = (
    *(post.c.id, post.c.version, post.c.actor_id, post.c.replies, post.c.likes, post.c.shares),
    *flags(),
    post.c.attached,
    post.c.author_id,
)


def _entries(condition: sa.ColumnElement[bool]) -> Statement[EntryParts]:
    return Statement(
        sa.select(*_POST_COLUMNS, speaker.c.version, entry.c.id, entry.c.kind, entry.c.actor_id)
        .select_from(joined_entries().join(speaker, speaker.c.id == post.c.actor_id))
        .where(any_of(entry.c.id, "ids"), condition),
        EntryParts,
    )


_ENTRIES = _entries(sa.and_(visible_entry(), not_muted()))
_ENTRIES_AS_SHAPED = _entries(at_home(shaped=True))
_POSTS = Statement(
    sa.select(*_POST_COLUMNS).where(any_of(post.c.id, "ids"), visible()),
    PostParts,
)
_ACTORS = Statement(
    sa.select(speaker.c.id, speaker.c.version).where(
        any_of(speaker.c.id, "ids"),
        stands_before(param("me"), speaker),
        no_block_between(param("me"), speaker.c.id),
    ),
    ActorPart,
)


async def list_entry_parts(tx: Read, viewer: Viewer, ids: Sequence[int], *, shaped: bool = False) -> list[EntryParts]:
    """The pieces of those entries that belong in the viewer's home, in no order; `shaped`: as it has set them."""
    return await tx.all(_ENTRIES_AS_SHAPED if shaped else _ENTRIES, ids=ids, **seen_as(viewer))


async def list_post_parts(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[PostParts]:
    """The pieces of those posts that the viewer may see, in no order."""
    return await tx.all(_POSTS, ids=ids, **seen_as(viewer))


async def list_actor_parts(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[ActorPart]:
    """The parts of those actors whom the viewer may see, in no order."""
    return await tx.all(_ACTORS, ids=ids, me=viewer.acting_as)
