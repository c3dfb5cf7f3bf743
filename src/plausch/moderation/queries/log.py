"""Reads of the log and of notes: for those who look after the place."""

import sqlalchemy as sa

from plausch.kernel.paging import Page
from plausch.moderation.model import Act, LogEntry, Note
from plausch.moderation.queries.reports import check_staff
from plausch.moderation.queries.subjects import not_about
from plausch.moderation.tables import log, notes
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, param

_LOG = Statement(
    sa.select(*(log.c[name] for name in LogEntry.__struct_fields__))
    .where(
        log.c.id < param("before"),
        any_of(log.c.act, "acts"),
        sa.or_(param("whose") == 0, log.c.subject_id == param("whose"), log.c.by_id == param("whose")),
    )
    .order_by(log.c.id.desc())
    .limit(param("limit")),
    LogEntry,
)
_NOTES = Statement(
    sa.select(*(notes.c[name] for name in Note.__struct_fields__))
    .where(notes.c.subject_id == param("subject"), not_about(notes.c.subject_id))
    .order_by(notes.c.id.desc()),
    Note,
)


async def list_log(tx: Read, viewer: Viewer, page: Page, *, act: Act | None = None, whose: int = 0) -> list[LogEntry]:
    """Who did what, newest first; `whose` narrows it to what somebody did or had done to them. Raises NotAllowed."""
    check_staff(viewer)
    acts = [one.value for one in ([act] if act is not None else Act)]
    return await tx.all(_LOG, before=page.before, limit=page.limit, acts=acts, whose=whose)


async def list_notes(tx: Read, viewer: Viewer, subject: int) -> list[Note]:
    """What was written down about somebody else, newest first. Raises NotAllowed."""
    check_staff(viewer)
    return await tx.all(_NOTES, subject=subject, person=viewer.person)
