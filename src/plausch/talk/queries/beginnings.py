"""How conversations began and whether somebody answered: what the post adviser learns from.

Work behind the scenes reads it. It holds only what everybody at the place may read, and nobody who does not let
themselves be counted, neither as who began nor as who answered.
"""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.people.model import Consent
from plausch.people.queries import consents_to, is_present
from plausch.storage import Read, Statement, is_one_of, param
from plausch.talk.model import OPEN, Attached, AudienceKind
from plausch.talk.tables import conversations, posts

#: Whoever answers within that time answers soon.
_SOON = clock.DAY
_root, _reply = posts.alias("beginning"), posts.alias("answer")
_PLACE = param("place")


class Beginning(NamedTuple):
    conversation_id: int
    author_id: int
    published_at: int
    language: str
    title: str
    source: str
    pictures: int
    has_poll: bool
    #: Somebody else did within a day.
    answered: bool


def _beginnings(*where: sa.ColumnElement[bool], readable: tuple[AudienceKind, ...]) -> Statement[Beginning]:
    answered = sa.exists(
        sa.select(sa.literal(1)).where(
            _reply.c.conversation_id == _root.c.conversation_id,
            _reply.c.id > _root.c.id,
            _reply.c.deleted_at.is_(None),
            _reply.c.author_id != _root.c.author_id,
            _reply.c.published_at < _root.c.published_at + _SOON,
            is_one_of(_reply.c.scope_kind, readable),
            consents_to(Consent.COUNT_IN_INSIGHTS, _reply.c.author_id),
        )
    )
    return Statement(
        sa.select(
            conversations.c.id,
            _root.c.author_id,
            _root.c.published_at,
            _root.c.language,
            _root.c.title,
            _root.c.source,
            _root.c.pictures,
            _root.c.attached.op("&")(int(Attached.POLL)) != 0,
            answered,
        )
        .select_from(conversations.join(_root, _root.c.id == conversations.c.root_id))
        .where(
            *where,
            conversations.c.id < param("before"),
            _root.c.deleted_at.is_(None),
            _root.c.uri.is_(None),
            is_one_of(_root.c.scope_kind, readable),
            is_present(_root.c.actor_id),
            is_present(_root.c.author_id),
            consents_to(Consent.COUNT_IN_INSIGHTS, _root.c.author_id),
        )
        .order_by(conversations.c.id.desc())
        .limit(param("limit")),
        Beginning,
    )


_EVERYWHERE = _beginnings(readable=OPEN)
_IN_GROUP = _beginnings(conversations.c.place_id == _PLACE, readable=(*OPEN, AudienceKind.GROUP))


async def list_beginnings(tx: Read, group: int, before: int, limit: int) -> list[Beginning]:
    """The newest first, of conversations before one; 0 as the group: what is open to all who are here."""
    if group:
        return await tx.all(_IN_GROUP, place=group, before=before, limit=limit)
    return await tx.all(_EVERYWHERE, before=before, limit=limit)
