"""Making and ending announcements, and putting them away."""

from collections.abc import Callable

import sqlalchemy as sa

from plausch.community.actions.about import TOPIC, check_staff
from plausch.community.events import AnnouncementMade
from plausch.community.model.announcements import check_announcement
from plausch.community.tables import announcements, dismissals
from plausch.kernel import clock, ids
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.language import markdown
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record
from plausch.work.live import Notice, tell

_END = column_statement(
    sa.update(announcements)
    .where(
        announcements.c.id == param("announcement"),
        sa.or_(announcements.c.until_at.is_(None), announcements.c.until_at > param("now")),
    )
    .values(until_at=param("now"))
)
_KNOWN = column_statement(sa.select(announcements.c.id).where(announcements.c.id == param("announcement")))
_DISMISS = column_statement(upsert(dismissals).on_conflict_do_nothing())


async def announce(
    tx: Write,
    viewer: Viewer,
    text: str,
    *,
    tag_url: Callable[[str], str],
    from_at: int | None = None,
    until_at: int | None = None,
) -> int:
    """Say something to everybody, from a moment (now) until another or until it is ended; its id. Raises Invalid."""
    check_staff(viewer)
    begins = clock.now() if from_at is None else from_at
    source = check_announcement(text, begins, until_at)
    announcement = ids.new_id()
    await tx.insert(
        announcements,
        id=announcement,
        source=source,
        html=markdown.parse(source).render({}, tag_url),
        from_at=begins,
        until_at=until_at,
        made_by=viewer.person,
    )
    await record(tx, AnnouncementMade(announcement_id=announcement, made_by=viewer.person))
    await tell(tx, Notice(TOPIC, "announced"))
    return announcement


async def end_announcement(tx: Write, viewer: Viewer, announcement: int) -> None:
    """Show it no longer. Raises NotFound."""
    check_staff(viewer)
    if not await tx.run(_END, announcement=announcement, now=clock.now()):
        raise NotFound
    await tell(tx, Notice(TOPIC, "announced"))


async def dismiss_announcement(tx: Write, viewer: Viewer, announcement: int) -> None:
    """The viewer has read it. Raises NotFound."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if await tx.first(_KNOWN, announcement=announcement) is None:
        raise NotFound
    await tx.run(_DISMISS, person_id=viewer.person, announcement_id=announcement)
