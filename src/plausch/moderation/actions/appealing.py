"""Objecting to a decision, and answering that."""

import os

import msgspec
import sqlalchemy as sa

from plausch.feeds.actions import keep_server_key
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.moderation import queries
from plausch.moderation.actions.holding import release_pictures
from plausch.moderation.actions.log import note_act
from plausch.moderation.actions.staff import as_staff
from plausch.moderation.actions.standing import unlimit, unsuspend
from plausch.moderation.events import AppealAnswered, Appealed
from plausch.moderation.model import (
    APPEAL_PERIOD,
    MESSAGE_MAX,
    Act,
    AppealState,
    Decision,
    DecisionKind,
    check_may_decide,
)
from plausch.moderation.tables import copies, decisions, reports
from plausch.people import queries as people
from plausch.people.model import TeamRole, Viewer, clean_text
from plausch.storage import Write, column_statement, param
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.actions.drafts import text_of
from plausch.talk.actions.pictures import give_pictures_back
from plausch.talk.model import DraftText
from plausch.talk.queries.own import find_author
from plausch.work.facts import record

_UNDO = {DecisionKind.LIMITED: unlimit, DecisionKind.SUSPENDED: unsuspend}
_THIS = decisions.c.id == param("decision")
_APPEAL = column_statement(
    sa.update(decisions)
    .where(_THIS, decisions.c.appeal_state == AppealState.NONE.value)
    .values(appeal_state=AppealState.OPEN.value, appeal=param("text", sa.Text()), appealed_at=param("now"))
)
_ANSWER = column_statement(
    sa.update(decisions)
    .where(_THIS, decisions.c.appeal_state == AppealState.OPEN.value)
    .values(
        appeal_state=param("outcome", sa.Text()),
        answer=param("text", sa.Text()),
        answered_by=param("person"),
        answered_at=param("now"),
        kept="",
    )
)
_OVER = sa.and_(decisions.c.at <= param("before"), decisions.c.appeal_state != AppealState.OPEN.value)
_CLEAR_COPIES = [
    column_statement(
        sa.update(decisions).where(decisions.c.kept != "", _OVER).values(kept="").returning(decisions.c.post_id)
    ),
    column_statement(
        sa.delete(copies)
        .where(
            copies.c.report_id.in_(
                sa.select(reports.c.id)
                .select_from(reports.join(decisions, decisions.c.id == reports.c.decision_id))
                .where(_OVER)
            )
        )
        .returning(copies.c.post_id)
    ),
]


async def appeal(tx: Write, viewer: Viewer, decision_id: int, text: str, key: str = "") -> None:
    """Whoever a decision is about asks to have it looked at again; once, and within the time for it.

    Raises NotFound, Invalid, Conflict, and NotAllowed for a page's authors: they ask an editor.
    """
    decision = await queries.get_own_decision(tx, viewer, decision_id, key)
    member = await people.find_team_member(tx, decision.subject_id, viewer.person)
    if member is not None and member.role is TeamRole.AUTHOR:
        raise NotAllowed("ask_an_editor")
    words = clean_text(text, "text", MESSAGE_MAX)
    if not words:
        raise Invalid("text", "missing")
    now = clock.now()
    if not decision.may_be_appealed(now) or not await tx.run(_APPEAL, decision=decision_id, text=words, now=now):
        raise Conflict("appeal_over")
    await record(tx, Appealed(decision_id=decision_id, subject_id=decision.subject_id))


async def answer_appeal(tx: Write, viewer: Viewer, decision_id: int, *, grant: bool, answer: str) -> None:
    """Take a decision back, or stay with it. Raises NotAllowed, NotFound, Invalid, Conflict."""
    viewer = await as_staff(tx, viewer)
    decision = await queries.get_decision(tx, viewer, decision_id)
    subject = decision.subject_id
    role, about_self = await queries.role_of(tx, subject), await queries.is_about(tx, viewer, subject)
    check_may_decide(viewer.role, role, decision.kind, about_self=about_self)
    if decision.decided_by == viewer.person and await queries.is_for_others(tx, decision):
        raise NotAllowed("appeal_for_others")
    words = clean_text(answer, "answer", MESSAGE_MAX)
    if not words and not grant:
        raise Invalid("answer", "missing")
    outcome = AppealState.GRANTED if grant else AppealState.REFUSED
    if not await tx.run(
        _ANSWER, decision=decision_id, outcome=outcome.value, text=words, person=viewer.person, now=clock.now()
    ):
        raise Conflict("decided_meanwhile")
    if grant:
        await _take_back(tx, decision)
    if decision.post_id:
        await release_pictures(tx, [decision.post_id])
    act = Act.APPEAL_GRANTED if grant else Act.APPEAL_REFUSED
    await note_act(tx, viewer.person, act, subject=subject, post=decision.post_id, detail=decision.kind.value)
    await record(tx, AppealAnswered(decision_id=decision_id, subject_id=subject, kind=decision.kind.value))


async def _take_back(tx: Write, decision: Decision) -> None:
    """What can be undone: later decisions hold."""
    undo = _UNDO.get(decision.kind)
    if undo is not None:
        last = await queries.find_last(tx, decision.subject_id, decision.kind)
        if last is not None and last.id == decision.id:
            await undo(tx, decision.subject_id)
    elif decision.removed is not None:
        await _give_back(tx, decision, decision.removed)


async def _give_back(tx: Write, decision: Decision, removed: DraftText) -> None:
    """A removed post becomes a draft of its author's, after what lies at that place already."""
    author = await _author(tx, decision)
    back = await give_pictures_back(tx, decision.post_id or 0)
    text = msgspec.structs.replace(removed, pictures=back)
    there = await talk.find_draft_at(tx, author, text.spot)
    if there is not None:
        pictures = (await talk.list_drafted_pictures(tx, [there.id])).get(there.id, [])
        before = text_of(there, tuple(one.id for one in pictures))
        source, both = f"{before.source}\n\n{text.source}", before.pictures + back
        text = msgspec.structs.replace(before, source=source, pictures=both)
    await talk_actions.save_draft(tx, author, text)


async def _author(tx: Write, decision: Decision) -> Viewer:
    """Who wrote it, for whom it was; who does not speak for a page any more gets nothing of it."""
    speaking = await people.list_speaking(tx, decision.subject_id)
    wrote = await find_author(tx, decision.post_id or 0)
    return Viewer(wrote if wrote in speaking else speaking[0], decision.subject_id)


async def make_appeal_key(tx: Write, decision_id: int) -> str:
    """For a letter, or for whoever has just shown their password: it opens this one decision, and nothing else."""
    secret = await keep_server_key(tx, queries.APPEAL_KEY, os.urandom(32))
    return queries.key_of(secret, decision_id)


async def clear_copies(tx: Write) -> None:
    """Nobody can object any more: what removed and reported posts said goes, and their pictures."""
    posts: list[int] = []
    for clear in _CLEAR_COPIES:
        posts += await tx.all(clear, before=clock.now() - APPEAL_PERIOD)
    await release_pictures(tx, posts)
