"""Deciding about people and their posts, with a report or without one."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.moderation import queries
from plausch.moderation.actions.log import note_act
from plausch.moderation.actions.staff import as_staff
from plausch.moderation.actions.standing import lift, limit, suspend
from plausch.moderation.events import Decided
from plausch.moderation.model import (
    MESSAGE_MAX,
    Act,
    DecisionKind,
    Report,
    ReportState,
    Verdict,
    check_may_decide,
    check_verdict,
)
from plausch.moderation.tables import decisions, reports
from plausch.people import queries as people
from plausch.people.model import Viewer, clean_text
from plausch.storage import Write, any_of, column_statement, param
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.actions.pictures import hold_pictures
from plausch.talk.model import AudienceKind, DraftText, Post
from plausch.work.facts import record

_CLOSE = column_statement(
    sa.update(reports)
    .where(any_of(reports.c.id, "ids"), reports.c.state == ReportState.OPEN.value)
    .values(state=ReportState.DECIDED.value, decision_id=param("decision"))
)


async def decide_report(tx: Write, viewer: Viewer, report_id: int, verdict: Verdict) -> int:
    """Answer a report, and with it all others about the same matter; the decision's id.

    Raises NotAllowed, NotFound, Invalid, and Conflict when somebody else has decided meanwhile.
    """
    viewer = await as_staff(tx, viewer)
    report = await queries.get_report(tx, viewer, report_id)
    posts = (await queries.list_reported_posts(tx, [report_id])).get(report_id, [])
    if verdict.post and verdict.post not in posts:
        raise Invalid("post", "choice_unknown")
    if verdict.kind is DecisionKind.RESTORED:
        raise Invalid("kind", "choice_unknown")
    decision = ids.new_id()
    await _close(tx, report, posts, decision)
    await _decide(tx, viewer, decision, report.subject_id, verdict)
    return decision


async def _close(tx: Write, report: Report, posts: Sequence[int], decision: int) -> None:
    """First of all: of two who decide at once, one is told."""
    if not await tx.run(_CLOSE, ids=[report.id], decision=decision):
        raise Conflict("decided_meanwhile")
    await tx.run(_CLOSE, ids=await queries.list_same_matter(tx, report.subject_id, posts), decision=decision)


async def decide(tx: Write, viewer: Viewer, subject: int, verdict: Verdict) -> int:
    """Decide about somebody, or a post of theirs, that nobody has reported; the decision's id.

    Raises NotAllowed, NotFound, Invalid.
    """
    viewer = await as_staff(tx, viewer)
    if verdict.kind is DecisionKind.DISMISSED:
        raise Invalid("kind", "choice_unknown")
    decision = ids.new_id()
    if verdict.post:
        # Nobody has handed it over: only who sees it anyway may act on it, even across a block.
        if await talk.find_post(tx, viewer, verdict.post) is None:
            await talk.get_post(tx, Viewer(viewer.person, 0), verdict.post)
        await tx.run(_CLOSE, ids=await queries.list_same_matter(tx, subject, [verdict.post]), decision=decision)
    await _decide(tx, viewer, decision, subject, verdict)
    return decision


async def _decide(tx: Write, viewer: Viewer, decision: int, subject: int, verdict: Verdict) -> None:
    verdict = msgspec.structs.replace(verdict, message=clean_text(verdict.message, "message", MESSAGE_MAX))
    role, about_self = await queries.role_of(tx, subject), await queries.is_about(tx, viewer, subject)
    check_may_decide(viewer.role, role, verdict.kind, about_self=about_self)
    check_verdict(verdict)
    post = await _post(tx, viewer, subject, verdict)
    kept = await _carry_out(tx, viewer, subject, verdict.kind, post)
    await tx.insert(
        decisions,
        id=decision,
        subject_id=subject,
        post_id=verdict.post or None,
        kind=verdict.kind.value,
        rule_id=verdict.rule or None,
        message=verdict.message,
        decided_by=viewer.person,
        at=clock.now(),
        kept=kept,
    )
    await note_act(tx, viewer.person, Act(verdict.kind.value), subject=subject, post=verdict.post or None)
    await record(tx, Decided(decision_id=decision, subject_id=subject, kind=verdict.kind.value))


async def _post(tx: Write, viewer: Viewer, subject: int, verdict: Verdict) -> Post | None:
    """The post it is about, as long as it is there. Raises NotFound."""
    if not verdict.post:
        return None
    found = (await talk.list_entrusted(tx, viewer, [verdict.post])).get(verdict.post)
    if found is not None and found.actor_id != subject:
        raise NotFound("post_not_found")
    if found is None and verdict.kind is DecisionKind.POST_REMOVED:
        raise NotFound("post_not_found")
    return found


async def _carry_out(tx: Write, viewer: Viewer, subject: int, kind: DecisionKind, post: Post | None) -> str:
    """Do it; what a removed post said, so that it can be given back."""
    if kind is DecisionKind.POST_REMOVED and post is not None:
        kept = await _copy(tx, viewer, post)
        await hold_pictures(tx, [post.id])
        await talk_actions.remove_entrusted(tx, viewer, post.id)
        return msgspec.json.encode(kept).decode()
    if kind is DecisionKind.LIMITED:
        await limit(tx, subject)
    elif kind is DecisionKind.SUSPENDED:
        await suspend(tx, subject)
    elif kind is DecisionKind.RESTORED:
        await lift(tx, subject)
    return ""


async def _copy(tx: Write, viewer: Viewer, post: Post) -> DraftText:
    """The words of a post and for whom they were, as its author would write them."""
    written = await talk.get_written(tx, viewer, post.id)
    named = []
    if post.audience_kind is AudienceKind.PARTICIPANTS:
        ids_ = [one for one in await talk.list_participants(tx, post.scope_id) if one != post.actor_id]
        named = [f"@{one.handle}" for one in (await people.list_actors(tx, Viewer(0, 0), ids_)).values()]
    return DraftText(
        source=written.source,
        warning=written.warning,
        language=written.language,
        parent_id=post.parent_id or 0,
        audience=post.audience_kind,
        local_only=post.local_only,
        participants=" ".join(named),
    )
