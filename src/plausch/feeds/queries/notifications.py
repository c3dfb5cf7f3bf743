"""What is addressed to somebody. Whatever the viewer may not see any more is gone from here too."""

import sqlalchemy as sa

from plausch.feeds.model import Notification
from plausch.feeds.tables import notifications
from plausch.kernel.paging import Page
from plausch.people.model import Relation, Viewer
from plausch.people.queries import is_present, no_block_between, related
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.queries import post, seen_as, visible

_ME = param("me")
_SHOWN = (
    notifications.c.recipient_id == _ME,
    sa.or_(notifications.c.post_id.is_(None), visible()),
    is_present(notifications.c.actor_id),
    no_block_between(_ME, notifications.c.actor_id),
    sa.not_(related(Relation.MUTE, _ME, notifications.c.actor_id)),
)
_WITH_POST = notifications.outerjoin(post, post.c.id == notifications.c.post_id)
_LIST = Statement(
    sa.select(
        notifications.c.id,
        notifications.c.kind,
        notifications.c.actor_id,
        notifications.c.post_id,
        notifications.c.conversation_id,
        notifications.c.request_id,
        notifications.c.at,
        notifications.c.read_at,
    )
    .select_from(_WITH_POST)
    .where(notifications.c.id < param("before"), *_SHOWN)
    .order_by(notifications.c.id.desc())
    .limit(param("limit")),
    Notification,
)
_UNREAD = column_statement(
    sa.select(sa.func.count())
    .select_from(_WITH_POST)
    .where(notifications.c.read_at.is_(None), *_SHOWN)
)


async def list_notifications(tx: Read, viewer: Viewer, page: Page) -> list[Notification]:
    """Newest first."""
    return await tx.all(_LIST, before=page.before, limit=page.limit, **seen_as(viewer))


async def count_unread(tx: Read, viewer: Viewer) -> int:
    """How many the viewer has not looked at."""
    return int(await tx.first(_UNREAD, **seen_as(viewer)) or 0)
