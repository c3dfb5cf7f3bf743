"""Reads of announcements."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from plausch.community.model import Announcement
from plausch.community.tables import announcements, dismissals
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param

_COLUMNS = (
    announcements.c.id,
    announcements.c.source,
    announcements.c.html,
    announcements.c.from_at,
    announcements.c.until_at,
)
_OPEN = Statement(
    sa.select(*_COLUMNS)
    .where(sa.or_(announcements.c.until_at.is_(None), announcements.c.until_at > param("now")))
    .order_by(announcements.c.from_at.desc(), announcements.c.id.desc()),
    Announcement,
)
_ALL = Statement(
    sa.select(*_COLUMNS).order_by(announcements.c.from_at.desc(), announcements.c.id.desc()).limit(param("limit")),
    Announcement,
)
_DISMISSED = column_statement(
    sa.select(dismissals.c.announcement_id).where(
        dismissals.c.person_id == param("person"), any_of(dismissals.c.announcement_id, "ids")
    )
)


async def list_open_announcements(tx: Read, now: int) -> list[Announcement]:
    """Those that are shown now or will be, the newest first: they are for everybody."""
    return await tx.all(_OPEN, now=now)


async def list_announcements(tx: Read, limit: int) -> list[Announcement]:
    """All of them, the newest first: for those who make them."""
    return await tx.all(_ALL, limit=limit)


async def list_dismissed(tx: Read, viewer: Viewer, ids: Iterable[int]) -> Sequence[int]:
    """Which of them the viewer has put away."""
    return await tx.all(_DISMISSED, person=viewer.person, ids=list(ids))
