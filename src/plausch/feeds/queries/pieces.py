"""What goes with a rendering of posts and actors, with all that a viewer is told about each, for doors that join bytes.

`parts` has the same with less; what is here are the numbers and flags that only some doors show.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from plausch.feeds.queries.membership import not_muted
from plausch.feeds.queries.reader import at_home, has_muted_conversation
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people.model import Relation, Standing, Viewer, WhoQuotes
from plausch.people.queries import follow_counts, no_block_between, related, speaker, stands_before, tally
from plausch.storage import Read, Statement, any_of, is_one_of, param
from plausch.talk.queries import (
    count_quotes,
    entry,
    flags,
    joined_entries,
    pinned_by,
    post,
    said,
    said_by,
    seen_as,
    visible,
    visible_entry,
)

ME = param("me")


class Piece(NamedTuple):
    """What is joined to a post's part, and through what it came here."""

    post_id: int
    version: int
    actor_id: int
    author_id: int
    conversation_id: int
    replies: int
    likes: int
    shares: int
    quotes: int
    #: Flags: 0 or 1, as they go into the answer.
    liked: int
    shared: int
    bookmarked: int
    #: The viewer has muted the conversation.
    muted: int
    pinned: int
    #: Who may quote it where its audience lets anybody, a `WhoQuotes`.
    who_quotes: str
    #: Only those who follow may, and the viewer does.
    near: int
    #: An `AudienceKind`.
    audience: str
    local_only: int
    #: Bits of `talk.model.Attached`.
    attached: int
    pictures: int
    #: The entry, or the post itself.
    id: int
    #: An `EntryKind`, or empty.
    kind: str
    #: Who posted, replied or shared, or on whose wall it was put.
    by: int


class ActorPiece(NamedTuple):
    """What is joined to an actor's part."""

    id: int
    version: int
    followers: int
    following: int
    #: What it has said for everybody, and when last (ms; 0: never).
    posts: int
    last_at: int
    #: A secret group, which is shown to those who are in it: 0 or 1.
    secret: int


_WHO_QUOTES = sa.func.coalesce(sa.func.nullif(post.c.who_quotes, ""), speaker.c.who_quotes)
_NEAR = sa.case(
    (
        is_one_of(_WHO_QUOTES, [WhoQuotes.FOLLOWERS]),
        sa.or_(related(Relation.FOLLOW, ME, speaker.c.id), related(Relation.CONNECT, ME, speaker.c.id)),
    ),
    else_=sa.false(),
)
#: One pins one's own, and only whoever does so is told of it.
_PINNED = sa.case((post.c.actor_id == ME, post.c.id.in_(pinned_by(ME))), else_=sa.false())


def piece_columns() -> tuple[sa.ColumnElement[Any], ...]:
    """The columns of `Piece` up to `pictures`."""
    return (
        *(post.c.id, post.c.version, post.c.actor_id, post.c.author_id, post.c.conversation_id),
        *(post.c.replies, post.c.likes, post.c.shares, count_quotes(post.c.id)),
        *flags(),
        has_muted_conversation(post.c.conversation_id),
        *(_PINNED, _WHO_QUOTES, _NEAR, post.c.scope_kind, post.c.local_only, post.c.attached),
        post.c.pictures,
    )


def entry_pieces(*conditions: sa.ColumnElement[bool], order: sa.ColumnElement[Any] | None = None) -> Statement[Piece]:
    """Pieces of the entries for which the conditions hold, in an order so many of them."""
    core = (
        sa.select(*piece_columns(), entry.c.id, entry.c.kind, entry.c.actor_id)
        .select_from(joined_entries().join(speaker, speaker.c.id == post.c.actor_id))
        .where(*conditions)
    )
    return Statement(core if order is None else core.order_by(order).limit(param("limit")), Piece)


_AT_HOME = {
    # Unshaped they are of those whom the viewer follows, since nothing else has led to them.
    False: entry_pieces(any_of(entry.c.id, "ids"), visible_entry(), not_muted()),
    True: entry_pieces(any_of(entry.c.id, "ids"), at_home(shaped=True)),
}
#: Everything through which some posts came to the viewer's home: the entry and the post.
_ALL_AT_HOME = {
    shaped: Statement(
        sa.select(entry.c.id, entry.c.post_id)
        .select_from(joined_entries())
        .where(any_of(entry.c.post_id, "ids"), at_home(shaped=shaped)),
        lambda id_, post_id: (int(id_), int(post_id)),
    )
    for shaped in (False, True)
}
_DAY = first_id_at(clock.DAY)
_POSTS = Statement(
    sa.select(*piece_columns(), post.c.id, sa.literal(""), post.c.actor_id)
    .select_from(post.join(speaker, speaker.c.id == post.c.actor_id))
    .where(any_of(post.c.id, "ids"), visible()),
    Piece,
)
_COUNTED = speaker.outerjoin(tally, tally.c.actor_id == speaker.c.id).outerjoin(said, said.c.actor_id == speaker.c.id)
_OF_ACTOR = (
    *(speaker.c.id, speaker.c.version, *follow_counts(), *said_by(speaker.c.id)),
    speaker.c.standing == Standing.SECRET.value,
)
_ACTORS = Statement(
    sa.select(*_OF_ACTOR)
    .select_from(_COUNTED)
    .where(any_of(speaker.c.id, "ids"), stands_before(ME, speaker), no_block_between(ME, speaker.c.id)),
    ActorPiece,
)
#: One's own lists of whom one keeps away show them still.
_KEPT_AWAY = Statement(
    sa.select(*_OF_ACTOR)
    .select_from(_COUNTED)
    .where(
        any_of(speaker.c.id, "ids"),
        stands_before(ME, speaker),
        sa.or_(speaker.c.id == ME, sa.not_(related(Relation.BLOCK, speaker.c.id, ME))),
    ),
    ActorPiece,
)


async def list_home_pieces(tx: Read, viewer: Viewer, ids: Sequence[int], *, shaped: bool) -> list[Piece]:
    """Of those entries that belong in the viewer's home, in no order; nothing that came there within the day before."""
    found = await tx.all(_AT_HOME[shaped], ids=ids, **seen_as(viewer))
    doubtful = {one.post_id for one in found if _may_repeat(one)}
    if not doubtful:
        return found
    earlier: defaultdict[int, list[int]] = defaultdict(list)
    for id_, post_id in await tx.all(_ALL_AT_HOME[shaped], ids=list(doubtful), **seen_as(viewer)):
        earlier[post_id].append(id_)
    return [one for one in found if not any(one.id - _DAY < id_ < one.id for id_ in earlier[one.post_id])]


def _may_repeat(piece: Piece) -> bool:
    """Somebody has brought here what is of today, or what others have brought as well."""
    return piece.id != piece.post_id and (piece.shares > 1 or piece.post_id > piece.id - _DAY)


async def list_pieces(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Piece]:
    """Of those posts that the viewer may see, by id."""
    return {one.id: one for one in await tx.all(_POSTS, ids=ids, **seen_as(viewer))} if ids else {}


async def list_actor_pieces(
    tx: Read, viewer: Viewer, ids: Sequence[int], *, blocked_too: bool = False
) -> list[ActorPiece]:
    """Of those actors whom the viewer may see, in no order; `blocked_too`: also whom it has blocked itself."""
    return await tx.all(_KEPT_AWAY if blocked_too else _ACTORS, ids=ids, me=viewer.acting_as)
