"""Reporting a person or posts of theirs to those who look after the place."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from plausch.community.queries import get_community
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.moderation import queries
from plausch.moderation.events import Reported
from plausch.moderation.model import NOTE_MAX, POSTS_MAX, Copy, ReportCategory, ReportDraft, ReportState
from plausch.moderation.tables import copies, reported_posts, reports
from plausch.people import queries as people
from plausch.people.model import PRESENT, Viewer, clean_text
from plausch.settings import Settings
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk import queries as talk
from plausch.talk.actions.pictures import hold_pictures
from plausch.work.facts import record

_MINE = column_statement(
    sa.select(reports.c.id).where(
        reports.c.reporter_id == param("person"),
        reports.c.subject_id == param("subject"),
        reports.c.state == ReportState.OPEN.value,
    )
)
_ADD_POST = column_statement(upsert(reported_posts).on_conflict_do_nothing())


async def report(tx: Write, viewer: Viewer, draft: ReportDraft, settings: Settings) -> int:
    """Have somebody, or posts of theirs that the viewer may see, looked at; the report's id.

    Raises NotFound, Invalid, and Conflict when the viewer has reported the very same and nobody has decided yet.
    """
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    note = clean_text(draft.note, "note", NOTE_MAX)
    known = {rule.id for rule in (await get_community(tx, settings)).rules}
    rules = [rule for rule in dict.fromkeys(draft.rules) if rule in known]
    if not rules and not note and draft.category is ReportCategory.OTHER:
        raise Invalid("note", "report_empty")
    subject = await _subject(tx, viewer, draft)
    if await _is_reported(tx, viewer, subject, draft.posts):
        raise Conflict("reported_already")
    id_ = ids.new_id()
    await tx.insert(
        reports,
        id=id_,
        reporter_id=viewer.person,
        subject_id=subject,
        note=note,
        rules=" ".join(str(rule) for rule in rules),
        at=clock.now(),
        category=draft.category.value,
    )
    for post in draft.posts:
        await tx.run(_ADD_POST, report_id=id_, post_id=post)
    await _keep_copies(tx, viewer, id_, subject, draft.posts)
    await record(tx, Reported(report_id=id_, subject_id=subject))
    return id_


async def _subject(tx: Write, viewer: Viewer, draft: ReportDraft) -> int:
    """Whom it is about. Raises NotFound for what the viewer may not see, Invalid for oneself."""
    if len(draft.posts) > POSTS_MAX:
        raise Invalid("posts", "choice_unknown")
    posts = await talk.list_posts(tx, viewer, draft.posts)
    if len(posts) < len(set(draft.posts)):
        raise NotFound("post_not_found")
    subjects = {post.actor_id for post in posts.values()} or {draft.person}
    if len(subjects) > 1:
        raise Invalid("posts", "choice_unknown")
    (subject,) = subjects
    # Not through the eyes of whom they have blocked: that would be a way out.
    if (await people.get_actor(tx, subject)).standing not in PRESENT:
        raise NotFound("actor_not_found")
    if subject == viewer.acting_as or await queries.is_about(tx, viewer, subject):
        raise Invalid("target", "target_is_self")
    return subject


async def _keep_copies(tx: Write, viewer: Viewer, report_id: int, subject: int, ids_: Sequence[int]) -> None:
    """Whoever is reported may still change or remove the posts; what was reported is looked at all the same."""
    posts = await talk.list_posts(tx, viewer, ids_)
    pictures = await talk.list_pictures(tx, list(posts))
    for id_, post in posts.items():
        written = await talk.find_written(tx, id_)
        copy = Copy(
            source=written.source if written else "",
            warning=written.warning if written else "",
            alts=tuple(one.alt for one in pictures.get(id_, ())),
            options=tuple(one.text for one in post.poll.options) if post.poll else (),
        )
        kept = msgspec.json.encode(copy).decode()
        await tx.insert(copies, report_id=report_id, post_id=id_, subject_id=subject, kept=kept)
    await hold_pictures(tx, list(posts))


async def _is_reported(tx: Write, viewer: Viewer, subject: int, posts: Sequence[int]) -> bool:
    mine: list[int] = await tx.all(_MINE, person=viewer.person, subject=subject)
    of = await queries.list_reported_posts(tx, mine)
    return any(set(of.get(id_, ())) == set(posts) for id_ in mine)
