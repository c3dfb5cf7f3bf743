"""Who turned to whom: what insights are made of.

Only what was said for everybody or for all of a group, and nobody turns to themselves. Work behind the scenes reads
it; who of those people is counted is asked there.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from plausch.groups.model import Visibility
from plausch.groups.queries import house
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param
from plausch.talk.model import OPEN, AudienceKind, EntryKind, InteractionKind
from plausch.talk.tables import conversations, entries, likes, mentions, posts, quotes, shares, topics


class Interaction(NamedTuple):
    """Somebody answered, quoted, mentioned, shared or liked. Of a like or a share the post is what was liked."""

    post_id: int
    #: An InteractionKind.
    kind: int
    source_id: int
    target_id: int
    #: The group in which it was said, or 0.
    place_id: int
    #: Everybody may know of it.
    open: bool
    at: int


_post, _other = posts.alias("post"), posts.alias("other")
_ACTOR = param("actor")
_open = is_one_of(_post.c.scope_kind, OPEN)
_inside = _post.c.scope_kind == AudienceKind.GROUP.value
_is_place = house.c.group_id.is_not(None)
_PLACE = sa.case((_inside, _post.c.scope_id), (_is_place, conversations.c.place_id), else_=sa.literal(0))
#: What was said for everybody in a group that has closed its doors is for its members by then.
_OPEN = sa.and_(_open, sa.or_(sa.not_(_is_place), house.c.visibility == Visibility.PUBLIC.value))
_said = _post.join(conversations, conversations.c.id == _post.c.conversation_id).outerjoin(
    house, house.c.group_id == conversations.c.place_id
)
_THERE = sa.and_(_post.c.deleted_at.is_(None), sa.or_(_open, _inside))

#: By kind: with what a post is joined, who turns to whom, and when.
_KINDS: dict[InteractionKind, tuple[sa.FromClause, ColumnElement[int], ColumnElement[int], ColumnElement[int]]] = {
    InteractionKind.REPLY: (
        _said.join(_other, _other.c.id == _post.c.parent_id),
        _post.c.actor_id,
        _other.c.actor_id,
        _post.c.published_at,
    ),
    InteractionKind.QUOTE: (
        _said.join(quotes, sa.and_(quotes.c.post_id == _post.c.id, quotes.c.withdrawn_at.is_(None))).join(
            _other, _other.c.id == quotes.c.quoted_id
        ),
        _post.c.actor_id,
        _other.c.actor_id,
        _post.c.published_at,
    ),
    InteractionKind.MENTION: (
        _said.join(mentions, mentions.c.post_id == _post.c.id),
        _post.c.actor_id,
        mentions.c.actor_id,
        _post.c.published_at,
    ),
    InteractionKind.SHARE: (
        _said.join(shares, shares.c.post_id == _post.c.id),
        shares.c.actor_id,
        _post.c.actor_id,
        shares.c.at,
    ),
    InteractionKind.LIKE: (
        _said.join(likes, likes.c.post_id == _post.c.id),
        likes.c.actor_id,
        _post.c.actor_id,
        likes.c.at,
    ),
}
#: Those that are in what a post says.
SPOKEN = (InteractionKind.REPLY, InteractionKind.QUOTE, InteractionKind.MENTION)


def _turns(
    condition: ColumnElement[bool], kinds: Sequence[InteractionKind] = tuple(InteractionKind), *, of_actor: bool = False
) -> sa.CompoundSelect[Any]:
    """The columns of `Interaction`, under its names."""
    selects = []
    for kind in kinds:
        joined, source, target, at = _KINDS[kind]
        row: list[ColumnElement[Any]] = [_post.c.id, sa.literal(kind.value), source, target, _PLACE, _OPEN, at]
        found = (
            sa.select(*(column.label(name) for column, name in zip(row, Interaction._fields, strict=True)))
            .select_from(joined)
            .where(condition, _THERE, source != target)
        )
        selects.append(found.where(sa.or_(source == _ACTOR, target == _ACTOR)) if of_actor else found)
    return sa.union_all(*selects)


def _interactions(
    condition: ColumnElement[bool], kinds: Sequence[InteractionKind] = tuple(InteractionKind), *, of_actor: bool = False
) -> Statement[Interaction]:
    return Statement(_turns(condition, kinds, of_actor=of_actor), Interaction)


_ids = any_of(_post.c.id, "ids")
_range = sa.and_(_post.c.id > param("after"), _post.c.id <= param("until"))
_OF_POSTS = _interactions(_ids)
_SPOKEN = _interactions(_ids, SPOKEN)
_OF_POSTS_AND_ACTOR = _interactions(_ids, of_actor=True)
_RESPONSES = {
    kind: _interactions(sa.and_(_post.c.id == param("post"), _KINDS[kind][1] == _ACTOR), (kind,))
    for kind in (InteractionKind.LIKE, InteractionKind.SHARE)
}
_own = sa.and_(entries.c.actor_id == _ACTOR, is_one_of(entries.c.kind, (EntryKind.POST, EntryKind.REPLY)))
#: What was removed has no entry any more; what answers or quotes it is still there.
_gone = sa.and_(_other.c.actor_id == _ACTOR, _other.c.deleted_at.is_not(None))
_TOUCHING = [
    column_statement(sa.select(entries.c.post_id).where(_own)),
    column_statement(
        sa.select(entries.c.post_id).where(entries.c.actor_id == _ACTOR, entries.c.kind == EntryKind.SHARE.value)
    ),
    column_statement(sa.select(likes.c.post_id).where(likes.c.actor_id == _ACTOR)),
    column_statement(sa.select(mentions.c.post_id).where(mentions.c.actor_id == _ACTOR)),
    column_statement(
        sa.select(_post.c.id)
        .select_from(
            entries.join(
                _post,
                sa.and_(_post.c.conversation_id == entries.c.conversation_id, _post.c.parent_id == entries.c.post_id),
            )
        )
        .where(_own)
    ),
    column_statement(
        sa.select(_post.c.id)
        .select_from(
            _other.join(
                _post, sa.and_(_post.c.conversation_id == _other.c.conversation_id, _post.c.parent_id == _other.c.id)
            )
        )
        .where(_gone)
    ),
    column_statement(
        sa.select(quotes.c.post_id)
        .select_from(entries.join(quotes, quotes.c.quoted_id == entries.c.post_id))
        .where(_own)
    ),
    column_statement(
        sa.select(quotes.c.post_id).select_from(_other.join(quotes, quotes.c.quoted_id == _other.c.id)).where(_gone)
    ),
]
_AT_PLACE = column_statement(
    sa.select(_post.c.id)
    .select_from(_post.join(conversations, conversations.c.id == _post.c.conversation_id))
    .where(conversations.c.place_id == param("place"))
    .order_by(_post.c.id)
)
_IN_CONVERSATION = column_statement(
    sa.select(_post.c.id).where(_post.c.conversation_id == param("conversation")).order_by(_post.c.id)
)
_END_OF_PORTION = column_statement(
    sa.select(_post.c.id).where(_post.c.id > param("after")).order_by(_post.c.id).limit(1).offset(param("size") - 1)
)
_LAST = column_statement(sa.select(sa.func.max(posts.c.id)))
_ROWS = Statement(
    sa.select(
        _post.c.id,
        _post.c.conversation_id,
        sa.func.coalesce(_post.c.parent_id, 0),
        _post.c.actor_id,
        _post.c.author_id,
        conversations.c.actor_id,
        conversations.c.place_id,
        _PLACE,
        # As a number: so nothing is turned into something else row by row.
        sa.cast(_OPEN, sa.Integer),
        _post.c.published_at,
        sa.func.coalesce(topics.c.board_id, 0),
    )
    .select_from(_said.outerjoin(topics, topics.c.conversation_id == _post.c.conversation_id))
    .where(_range, _THERE)
    .order_by(_post.c.id),
    lambda *row: row,
)


async def list_interactions(tx: Read, ids: Sequence[int], actor: int | None = None) -> list[Interaction]:
    """All at some posts; of one actor only those by it and with it."""
    if actor is None:
        return await tx.all(_OF_POSTS, ids=ids)
    return await tx.all(_OF_POSTS_AND_ACTOR, ids=ids, actor=actor)


async def list_spoken(tx: Read, post_id: int) -> list[Interaction]:
    """To whom a post turns by what it says."""
    return await tx.all(_SPOKEN, ids=[post_id])


async def list_given(tx: Read, kind: InteractionKind, post_id: int, actor: int) -> list[Interaction]:
    """Somebody's like or share of a post, if there is one."""
    return await tx.all(_RESPONSES[kind], post=post_id, actor=actor)


def turns_within() -> sa.Subquery:
    """All at posts with `after` < id <= `until`, for statements of upper rooms; columns as in `Interaction`."""
    return _turns(_range).subquery("turn")


async def list_posts_within(tx: Read, after: int, until: int) -> list[tuple[int, ...]]:
    """Posts with `after` < id <= `until` that were said for everybody or for all of a group, by id.

    As rows of numbers, 0 for none: id, conversation, parent, actor, author, who began the conversation, on whose wall
    or in which group it is, the group it counts in, whether everybody may know of it, when, the board.
    """
    return await tx.all(_ROWS, after=after, until=until)


async def find_end_of_portion(tx: Read, after: int, size: int) -> int | None:
    """The id of the so-many-th post after an id; of the last one when there are fewer, None when there is none."""
    found: int | None = await tx.first(_END_OF_PORTION, after=after, size=size)
    if found is None:
        last: int | None = await tx.first(_LAST)
        found = last if last is not None and last > after else None
    return found


async def list_posts_touching(tx: Read, actor: int) -> list[int]:
    """The posts at which somebody turned to others, or others to it, by id."""
    found: set[int] = set()
    for statement in _TOUCHING:
        found.update(await tx.all(statement, actor=actor))
    return sorted(found)


async def list_posts_in_place(tx: Read, place: int) -> list[int]:
    """Every post that stands in a group, removed or not, by id."""
    return await tx.all(_AT_PLACE, place=place)


async def list_posts_in_conversation(tx: Read, conversation: int) -> list[int]:
    """Every post of a conversation, removed or not, by id."""
    return await tx.all(_IN_CONVERSATION, conversation=conversation)
