"""Looking after people: their role, and what is written down about them; and what is forgotten when they go."""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.moderation import queries
from plausch.moderation.actions.holding import release_pictures
from plausch.moderation.actions.log import note_act
from plausch.moderation.actions.staff import as_staff
from plausch.moderation.model import NOTE_MAX, Act
from plausch.moderation.tables import copies, decisions, notes, reported_posts, reports
from plausch.people import actions as people_actions
from plausch.people.model import Role, Viewer, clean_text
from plausch.storage import Write, column_statement, param

_PERSON = param("person")
_REMOVE_NOTE = column_statement(
    sa.delete(notes)
    .where(notes.c.id == param("note"), queries.not_about(notes.c.subject_id))
    .returning(notes.c.subject_id)
)
_KEPT_OF = column_statement(
    sa.union(
        sa.select(copies.c.post_id).where(copies.c.subject_id == _PERSON),
        sa.select(decisions.c.post_id).where(decisions.c.subject_id == _PERSON, decisions.c.post_id.is_not(None)),
    )
)
_FORGET = [
    column_statement(statement)
    for statement in (
        sa.delete(reported_posts).where(
            reported_posts.c.report_id.in_(sa.select(reports.c.id).where(reports.c.subject_id == _PERSON))
        ),
        sa.delete(copies).where(copies.c.subject_id == _PERSON),
        sa.delete(reports).where(reports.c.subject_id == _PERSON),
        sa.update(reports).where(reports.c.reporter_id == _PERSON).values(reporter_id=0, note=""),
        sa.delete(decisions).where(decisions.c.subject_id == _PERSON),
        sa.update(decisions).where(decisions.c.decided_by == _PERSON).values(decided_by=0),
        sa.update(decisions).where(decisions.c.answered_by == _PERSON).values(answered_by=0),
        sa.delete(notes).where(notes.c.subject_id == _PERSON),
        sa.update(notes).where(notes.c.written_by == _PERSON).values(written_by=0),
    )
]


async def set_role(tx: Write, viewer: Viewer, person: int, role: Role) -> None:
    """Only owners do this. Raises NotAllowed, NotFound, Conflict when nobody would own the server any more."""
    viewer = await as_staff(tx, viewer)
    if not viewer.owner:
        raise NotAllowed
    await people_actions.set_role(tx, person, role, viewer.person)


async def write_note(tx: Write, viewer: Viewer, subject: int, text: str) -> None:
    """Keep something in mind about somebody else. Raises NotAllowed, NotFound, Invalid."""
    viewer = await as_staff(tx, viewer)
    await queries.role_of(tx, subject)
    if await queries.is_about(tx, viewer, subject):
        raise NotAllowed("decides_about_self")
    words = clean_text(text, "text", NOTE_MAX)
    if not words:
        raise Invalid("text", "missing")
    note = ids.new_id()
    await tx.insert(notes, id=note, subject_id=subject, written_by=viewer.person, text=words, at=clock.now())
    await note_act(tx, viewer.person, Act.NOTE_WRITTEN, subject=subject)


async def remove_note(tx: Write, viewer: Viewer, note: int) -> int:
    """About whom it was. Raises NotAllowed, NotFound."""
    viewer = await as_staff(tx, viewer)
    subject: int | None = await tx.first(_REMOVE_NOTE, note=note, person=viewer.person)
    if subject is None:
        raise NotFound("note_not_found")
    await note_act(tx, viewer.person, Act.NOTE_REMOVED, subject=subject)
    return subject


async def forget_person(tx: Write, person: int) -> None:
    """What was said and decided about somebody who is gone goes with them; the log has ids, and no words."""
    posts = await tx.all(_KEPT_OF, person=person)
    for forget in _FORGET:
        await tx.run(forget, person=person)
    await release_pictures(tx, posts)
