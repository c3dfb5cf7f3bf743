"""What was said somewhere in a span of time, for figures and for those who look after the place.

Work behind the scenes reads it: what of it somebody may see is asked when it is shown.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from plausch.people.model import ActorKind, Consent
from plausch.people.queries import consents_to, is_automated, is_present, speaker
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param
from plausch.talk.model import OPEN, AudienceKind, WhoReplies
from plausch.talk.model.said import Said, Unanswered
from plausch.talk.tables import conversations, mentions, posts

_post, _parent, _child = posts.alias("post"), posts.alias("parent"), posts.alias("child")
_PLACE = param("place")
_open = is_one_of(_post.c.scope_kind, OPEN)
_of_page = sa.or_(conversations.c.actor_id == _PLACE, conversations.c.place_id == _PLACE)
_names_page = sa.exists(sa.select(sa.literal(1)).where(mentions.c.post_id == _post.c.id, mentions.c.actor_id == _PLACE))
#: Where something was said, by what the place is: closed groups are nobody's business but their own.
_WHERE: dict[ActorKind | None, ColumnElement[bool]] = {
    None: _open,
    ActorKind.GROUP: sa.and_(
        conversations.c.place_id == _PLACE,
        sa.or_(_open, sa.and_(_post.c.scope_kind == AudienceKind.GROUP.value, _post.c.scope_id == _PLACE)),
    ),
    ActorKind.PAGE: sa.and_(_open, sa.or_(_of_page, _names_page)),
}
_talk = _post.join(conversations, conversations.c.id == _post.c.conversation_id)
_there = sa.and_(_post.c.deleted_at.is_(None), is_present(_post.c.actor_id))


def _said(where: ColumnElement[bool]) -> Statement[Said]:
    return Statement(
        sa.select(
            _post.c.id,
            _post.c.conversation_id,
            sa.func.coalesce(_post.c.parent_id, 0),
            _post.c.actor_id,
            _post.c.author_id,
            _post.c.published_at,
            _post.c.likes,
            consents_to(Consent.COUNT_IN_INSIGHTS, _post.c.author_id),
            sa.func.coalesce(_parent.c.author_id, 0),
        )
        .select_from(_talk.outerjoin(_parent, _parent.c.id == _post.c.parent_id))
        .where(_post.c.id >= param("first"), _post.c.id < param("end"), _there, where)
        .order_by(_post.c.id),
        Said,
    )


def _spoke(where: ColumnElement[bool]) -> Statement[int]:
    before = (
        sa.select(sa.literal(1))
        .select_from(_talk)
        .where(_post.c.author_id == speaker.c.id, _post.c.id < param("first"), where)
        .correlate(speaker)
    )
    return column_statement(sa.select(speaker.c.id).where(any_of(speaker.c.id, "people"), sa.exists(before)))


def _replied(*by: ColumnElement[bool]) -> ColumnElement[bool]:
    # Replies are found by their conversation.
    beneath = (_child.c.conversation_id == _post.c.conversation_id, _child.c.parent_id == _post.c.id)
    return sa.exists(sa.select(sa.literal(1)).where(*beneath, _child.c.deleted_at.is_(None), *by))


def _unanswered(*conditions: ColumnElement[Any]) -> Statement[Unanswered]:
    return Statement(
        sa.select(_post.c.id, _post.c.actor_id)
        .select_from(
            _talk.join(speaker, speaker.c.id == _post.c.actor_id).outerjoin(_parent, _parent.c.id == _post.c.parent_id)
        )
        .where(
            _post.c.id >= param("first"),
            _post.c.id < param("end"),
            _there,
            speaker.c.kind == ActorKind.PERSON.value,
            conversations.c.locked_at.is_(None),
            is_one_of(conversations.c.who_replies, (WhoReplies.EVERYBODY, WhoReplies.FOLLOWERS)),
            *conditions,
        )
        .order_by(_post.c.id.desc())
        .limit(param("limit")),
        Unanswered,
    )


_SAID = {kind: _said(where) for kind, where in _WHERE.items()}
_SPOKE = {kind: _spoke(where) for kind, where in _WHERE.items()}
#: By somebody else, and not by a program.
_answered = _replied(_child.c.author_id != _post.c.author_id, sa.not_(is_automated(_child.c.author_id)))
_begins = sa.and_(_post.c.parent_id.is_(None), sa.not_(_answered))
_to_page = sa.or_(
    _parent.c.actor_id == _PLACE,
    sa.and_(_post.c.parent_id.is_(None), conversations.c.place_id == _PLACE),
    _names_page,
)
_UNANSWERED = {
    None: _unanswered(_begins, _post.c.scope_kind == AudienceKind.PUBLIC.value),
    ActorKind.GROUP: _unanswered(_begins, _WHERE[ActorKind.GROUP]),
    # Of what is said to a page its team is asked, whoever else has answered.
    ActorKind.PAGE: _unanswered(
        _open, _to_page, _post.c.actor_id != _PLACE, sa.not_(_replied(_child.c.actor_id == _PLACE))
    ),
}


async def list_said(tx: Read, kind: ActorKind | None, place: int, first: int, end: int) -> list[Said]:
    """All posts with first <= id < end in a group, to or by a page, or (None) for everybody here; oldest first."""
    return await tx.all(_SAID[kind], **_at(kind, place), first=first, end=end)


async def list_earlier(
    tx: Read, kind: ActorKind | None, place: int, people: Sequence[int], first: int
) -> frozenset[int]:
    """Those of some people who had said something there before."""
    return frozenset(await tx.all(_SPOKE[kind], **_at(kind, place), people=people, first=first))


async def list_unanswered_at(
    tx: Read, kind: ActorKind | None, place: int, first: int, end: int, limit: int
) -> list[Unanswered]:
    """What people have begun there and nobody else has answered; of a page: what its team has not; newest first."""
    return await tx.all(_UNANSWERED[kind], **_at(kind, place), first=first, end=end, limit=limit)


def _at(kind: ActorKind | None, place: int) -> dict[str, int]:
    return {} if kind is None else {"place": place}
