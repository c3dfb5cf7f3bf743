"""What somebody has missed: a few conversations of a time of absence, each once. It comes to an end."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import LASTING, Entry, Feed, Pick, Reason, ReasonKind, pick_conversations
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.membership import ENTRY_COLUMNS, not_muted
from plausch.feeds.queries.notifications import SHOWN, WITH_POST
from plausch.feeds.tables import notifications
from plausch.kernel import ids
from plausch.people.model import Relation, Viewer
from plausch.people.queries import is_recommended, related
from plausch.storage import Read, Statement, column_statement, is_one_of, param
from plausch.talk.model import AudienceKind, EntryKind
from plausch.talk.queries import entry, joined_entries, post, root, seen_as, visible_entry

_ME = param("me")
#: How many conversations each part has at most.
_TO_ME, _BY_CONNECTIONS, _TALKED_ABOUT = 10, 10, 5
#: Entries read to find them.
_LOOKED_THROUGH = 400


class CatchUp(NamedTuple):
    """What was said to the viewer, what those said whom it is connected with, and what others talked about most."""

    to_me: Feed
    connections: Feed
    talked_about: Feed

    @property
    def conversation_ids(self) -> list[int]:
        return [card.conversation.id for feed in self for card in feed.cards]


class _Answer(NamedTuple):
    position: int
    actor_id: int
    post_id: int
    conversation_id: int


_ANSWERS = Statement(
    sa.select(notifications.c.id, notifications.c.actor_id, post.c.id, post.c.conversation_id)
    .select_from(WITH_POST)
    .where(
        notifications.c.id >= param("since"),
        is_one_of(notifications.c.kind, [kind.value for kind in LASTING]),
        post.c.id.is_not(None),
        *SHOWN,
    )
    .order_by(notifications.c.id.desc())
    .limit(param("limit")),
    _Answer,
)
_FROM_CONNECTIONS = Statement(
    sa.select(*ENTRY_COLUMNS)
    .select_from(joined_entries())
    .where(entry.c.id >= param("since"), related(Relation.CONNECT, _ME, entry.c.actor_id), visible_entry(), not_muted())
    .order_by(entry.c.id.desc())
    .limit(param("limit")),
    Entry,
)


def _may_be_shown(actor: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """As in the local feed: whoever is limited is before nobody who does not follow them."""
    return sa.or_(actor == _ME, related(Relation.FOLLOW, _ME, actor), is_recommended(actor))


_TALKED = column_statement(
    sa.select(entry.c.conversation_id)
    .select_from(joined_entries().join(root, root.c.id == entry.c.conversation_id))
    .where(
        entry.c.id >= param("since"),
        entry.c.kind == EntryKind.REPLY.value,
        entry.c.actor_id != _ME,
        post.c.scope_kind == AudienceKind.PUBLIC.value,
        # Nobody talks a conversation up alone, and least of all their own.
        entry.c.actor_id != root.c.actor_id,
        _may_be_shown(entry.c.actor_id),
        _may_be_shown(root.c.actor_id),
        visible_entry(),
        not_muted(),
    )
    .group_by(entry.c.conversation_id)
    .order_by(sa.func.count(entry.c.actor_id.distinct()).desc(), entry.c.conversation_id.desc())
    .limit(param("limit"))
)


async def catch_up(tx: Read, viewer: Viewer, since: int) -> CatchUp:
    """What happened since a moment (ms)."""
    how = {"since": ids.first_id_at(since), **seen_as(viewer)}
    answers = await tx.all(_ANSWERS, limit=_LOOKED_THROUGH, **how)
    to_me = _picks_of(answers)[:_TO_ME]
    entries = await tx.all(_FROM_CONNECTIONS, limit=_LOOKED_THROUGH, **how)
    taken = {pick.conversation_id for pick in to_me}
    connections, _ = pick_conversations((one for one in entries if one.conversation_id not in taken), _BY_CONNECTIONS)
    taken |= {pick.conversation_id for pick in connections}
    most: Sequence[int] = await tx.all(_TALKED, limit=_TALKED_ABOUT + len(taken), **how)
    others = [Pick(id_, id_, Reason(ReasonKind.FOUND), ()) for id_ in most if id_ not in taken][:_TALKED_ABOUT]
    return CatchUp(*[await assemble(tx, viewer, picks, None) for picks in (to_me, connections, others)])


def _picks_of(answers: Sequence[_Answer]) -> list[Pick]:
    """One pick a conversation, in the place of its newest answer."""
    found: dict[int, list[_Answer]] = {}
    for one in answers:
        found.setdefault(one.conversation_id, []).append(one)
    return [
        Pick(
            several[0].position,
            conversation,
            Reason(ReasonKind.REPLIED, several[0].actor_id),
            tuple(one.post_id for one in several[:3]),
        )
        for conversation, several in found.items()
    ]
