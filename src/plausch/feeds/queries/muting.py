"""Conversations of which the viewer wants to hear no more."""

import sqlalchemy as sa

from plausch.feeds.model import Feed, Pick, Reason, ReasonKind
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.membership import ME
from plausch.feeds.tables import muted_conversations
from plausch.kernel.paging import Page
from plausch.people.model import Viewer
from plausch.storage import Read, column_statement, param
from plausch.talk import queries as talk
from plausch.talk.queries import post, seen_as, visible

_muted = muted_conversations
_MUTED = column_statement(
    sa.select(_muted.c.conversation_id)
    .where(
        _muted.c.reader_id == ME,
        _muted.c.conversation_id < param("before"),
        sa.exists(sa.select(sa.literal(1)).where(post.c.conversation_id == _muted.c.conversation_id, visible())),
    )
    .order_by(_muted.c.conversation_id.desc())
    .limit(param("limit"))
)


async def muted_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """What the viewer has muted and may still see, the newest conversations first."""
    found = await tx.all(_MUTED, before=page.before, limit=page.limit, **seen_as(viewer))
    # Of a conversation somebody may see no more than the reply in which they were named.
    newest = await talk.list_newest_replies(tx, viewer, found) if found else {}
    picks = [Pick(id_, id_, Reason(ReasonKind.FOUND), tuple(newest.get(id_, ()))) for id_ in found]
    return await assemble(tx, viewer, picks, found[-1] if len(found) == page.limit else None)
