"""Reads of announcements."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from plausch.community.model import Announcement, Reaction
from plausch.community.tables import announcements, dismissals, reactions
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


_REACTIONS = Statement(
    sa.select(
        reactions.c.announcement_id,
        reactions.c.name,
        sa.func.count(),
        sa.func.max(sa.case((reactions.c.person_id == param("person"), 1), else_=0)),
    )
    .where(any_of(reactions.c.announcement_id, "ids"))
    .group_by(reactions.c.announcement_id, reactions.c.name)
    .order_by(reactions.c.announcement_id, sa.func.min(reactions.c.at), reactions.c.name),
    lambda id_, name, count, mine: (int(id_), Reaction(str(name), int(count), bool(mine))),
)


async def list_reactions(tx: Read, viewer: Viewer, ids: Iterable[int]) -> dict[int, list[Reaction]]:
    """How people have reacted to announcements, the first reaction first; who it was is nobody's business."""
    found: dict[int, list[Reaction]] = {}
    for id_, one in await tx.all(_REACTIONS, person=viewer.person, ids=list(ids)):
        found.setdefault(id_, []).append(one)
    return found


async def list_open_announcements(tx: Read, now: int) -> list[Announcement]:
    """Those that are shown now or will be, the newest first: they are for everybody."""
    return await tx.all(_OPEN, now=now)


async def list_announcements(tx: Read, limit: int) -> list[Announcement]:
    """All of them, the newest first: for those who make them."""
    return await tx.all(_ALL, limit=limit)


async def list_dismissed(tx: Read, viewer: Viewer, ids: Iterable[int]) -> Sequence[int]:
    """Which of them the viewer has put away."""
    return await tx.all(_DISMISSED, person=viewer.person, ids=list(ids))
