"""What may stand in the feeds for everybody, counted afresh: for the job that keeps it."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.expression import FromClause

from plausch.feeds.model import FEWEST_ANSWERS, lively, usual_wait
from plausch.feeds.queries.answers import BY_ANOTHER, is_unanswered
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people.model import Consent
from plausch.people.queries import consents_to, is_automated, is_recommended
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import AudienceKind, TopicKind, WhoReplies
from plausch.talk.queries import conversation, is_topic_of, post, root

#: How far back conversations are looked for, and how many of them at most.
_LIVELY_SINCE, _LIVELY_LOOKED_AT, _LIVELY_KEPT = 7 * clock.DAY, 5_000, 300
_WAITING_SINCE, _WAITING_LOOKED_AT = 30 * clock.DAY, 5_000
#: Of what waits in public, and of what waits in a group.
_WAITING_KEPT, _KEPT_OF_GROUP = 300, 30
#: From so many answered conversations it is seen how long the first answer usually takes.
_ANSWERED = 3_000


class Scored(NamedTuple):
    """A conversation's score in a feed."""

    conversation_id: int
    score: float
    #: The number in the reason.
    figure: int = 0


class _Numbers(NamedTuple):
    conversation_id: int
    voices: int
    likes: int
    began_at: int


class _FirstAnswer(NamedTuple):
    group_id: int
    took: int


class _Unanswered(NamedTuple):
    conversation_id: int
    group_id: int
    began_at: int
    asks: bool


def _countable(of: FromClause) -> sa.ColumnElement[bool]:
    """It may be put before people who do not know who speaks, who lets themselves be counted and found."""
    return sa.and_(
        of.c.deleted_at.is_(None),
        is_recommended(of.c.actor_id),
        consents_to(Consent.COUNT_IN_INSIGHTS, of.c.author_id),
        consents_to(Consent.BE_FOUND, of.c.author_id),
    )


_TALKS = conversation.join(root, root.c.id == conversation.c.root_id)
_PUBLIC = conversation.c.scope_kind == AudienceKind.PUBLIC.value
_IN_GROUP = conversation.c.scope_kind == AudienceKind.GROUP.value
#: Public talk counts together; what only the members of a group read counts within that group.
_GROUP = sa.case((_IN_GROUP, conversation.c.scope_id), else_=0)
_JOINED_IN = Statement(
    sa.select(conversation.c.id, conversation.c.voices, root.c.likes, root.c.published_at)
    .select_from(_TALKS)
    .where(
        conversation.c.id >= param("since"),
        _PUBLIC,
        sa.or_(conversation.c.voices > 1, root.c.likes > 0),
        _countable(root),
    )
    .order_by((2 * conversation.c.voices + root.c.likes).desc(), conversation.c.id.desc())
    .limit(param("limit")),
    _Numbers,
)


_OFFERABLE = column_statement(
    sa.select(conversation.c.id).select_from(_TALKS).where(any_of(conversation.c.id, "ids"), _PUBLIC, _countable(root))
)


def _first_answers() -> Statement[_FirstAnswer]:
    first = sa.select(sa.func.min(post.c.published_at)).where(*BY_ANOTHER).correlate(conversation).scalar_subquery()
    answered = (
        sa.select(_GROUP.label("group_id"), (first - root.c.published_at).label("took"))
        .select_from(_TALKS)
        .where(
            conversation.c.id >= param("since"),
            conversation.c.voices > 1,
            sa.or_(_PUBLIC, _IN_GROUP),
            root.c.deleted_at.is_(None),
        )
        .order_by(conversation.c.id.desc())
        .limit(param("limit"))
        .subquery("answered")
    )
    return Statement(sa.select(answered.c.group_id, answered.c.took).where(answered.c.took.is_not(None)), _FirstAnswer)


_FIRST_ANSWERS = _first_answers()
_UNANSWERED = Statement(
    sa.select(conversation.c.id, _GROUP, root.c.published_at, root.c.source.contains("?"))
    .select_from(_TALKS)
    .where(
        conversation.c.id >= param("since"),
        is_unanswered(),
        sa.not_(is_automated(root.c.author_id)),
        conversation.c.locked_at.is_(None),
        conversation.c.who_replies == WhoReplies.EVERYBODY.value,
        sa.or_(sa.and_(_PUBLIC, _countable(root)), sa.and_(_IN_GROUP, root.c.deleted_at.is_(None))),
        sa.not_(is_topic_of(TopicKind.ANNOUNCEMENT, conversation.c.id)),
    )
    .order_by(conversation.c.id.desc())
    .limit(param("limit")),
    _Unanswered,
)


async def list_offerable(tx: Read, ids: Sequence[int]) -> list[int]:
    """Which of some posts have begun a public conversation that may be put before people who do not know its author."""
    return await tx.all(_OFFERABLE, ids=ids)


async def find_lively(tx: Read) -> list[Scored]:
    """Public conversations in which many take part, the liveliest first."""
    found = await tx.all(_JOINED_IN, since=first_id_at(clock.now() - _LIVELY_SINCE), limit=_LIVELY_LOOKED_AT)
    scored = [Scored(one.conversation_id, lively(one.voices - 1, one.likes, one.began_at)) for one in found]
    return sorted(scored, key=lambda one: (-one.score, -one.conversation_id))[:_LIVELY_KEPT]


async def find_waiting(tx: Read) -> list[Scored]:
    """What nobody has answered for longer than three of four have waited there; what asks something comes first."""
    now = clock.now()
    since = first_id_at(now - _WAITING_SINCE)
    answers = await tx.all(_FIRST_ANSWERS, since=since, limit=_ANSWERED)
    usual = usual_waits([(one.group_id, one.took) for one in answers])
    waiting: dict[int, list[Scored]] = {}
    for one in await tx.all(_UNANSWERED, since=since, limit=_WAITING_LOOKED_AT):
        age = now - one.began_at
        if age > usual.get(one.group_id, usual[0]):
            freshness = 1 - age / _WAITING_SINCE
            waiting.setdefault(one.group_id, []).append(Scored(one.conversation_id, bool(one.asks) + freshness))
    return [
        one
        for group, found in waiting.items()
        for one in sorted(found, reverse=True, key=lambda one: one.score)[: _KEPT_OF_GROUP if group else _WAITING_KEPT]
    ]


def usual_waits(answers: Sequence[tuple[int, int]]) -> dict[int, int]:
    """How long the first answer usually takes, by group, where enough is known of one; 0: in public."""
    by_group: dict[int, list[int]] = {0: []}
    for group, took in answers:
        by_group.setdefault(group, []).append(took)
    return {group: usual_wait(took) for group, took in by_group.items() if not group or len(took) >= FEWEST_ANSWERS}
