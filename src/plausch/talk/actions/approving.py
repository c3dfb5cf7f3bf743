"""Letting through what has to wait: posts of a page's authors, and the first ones of newcomers in a group.

What waits is a draft, so that no door can show it (see docs/decisions/0009): posted it is only by letting it through.
"""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, NotFound
from plausch.people.model import Viewer, check_may_act, clean_text
from plausch.storage import Write, column_statement, param
from plausch.talk import queries
from plausch.talk.actions.drafts import (
    as_post,
    change_draft,
    check_present,
    clear_spot,
    make_draft,
    post_draft,
    schedule_again,
    text_of,
    try_out,
)
from plausch.talk.actions.pictures import describe_loose_pictures
from plausch.talk.actions.publishing import who_decides
from plausch.talk.actions.texts import Addresses
from plausch.talk.events import ApprovalDecided, PostSubmitted
from plausch.talk.model import NOTE_MAX, ApprovalStep, Draft, DraftText, check_due
from plausch.talk.tables import approvals, drafts
from plausch.work.facts import record

_WAIT = column_statement(
    sa.update(drafts)
    .where(drafts.c.id == param("draft"))
    .values(waits_since=param("since"), waits_for=param("place"), problem="")
)
#: Never the moment it was: whoever has read it before has read something else.
_BEGIN_ANEW = column_statement(
    sa.update(drafts)
    .where(drafts.c.id == param("draft"), drafts.c.waits_for != 0)
    .values(
        waits_since=sa.case((drafts.c.waits_since < param("since"), param("since")), else_=drafts.c.waits_since + 1)
    )
    .returning(drafts.c.waits_for)
)
_APPROVED = column_statement(
    sa.update(drafts).where(drafts.c.id == param("draft")).values(waits_since=None, waits_for=0)
)
#: It is its author's again; nothing else takes its place among the drafts.
_GIVE_BACK = column_statement(
    sa.update(drafts)
    .where(drafts.c.id == param("draft"), drafts.c.author_id == param("author"), drafts.c.waits_for != 0)
    .values(waits_for=0, due_at=None)
)
_FORGET = column_statement(sa.update(approvals).where(approvals.c.person_id == param("person")).values(person_id=0))
_FORGET_PLACE = column_statement(sa.delete(approvals).where(approvals.c.place_id == param("place")))
_RELEASE = column_statement(
    sa.update(drafts).where(drafts.c.waits_for == param("place")).values(waits_for=0, due_at=None)
)


async def submit_post(
    tx: Write, viewer: Viewer, text: DraftText, addresses: Addresses, *, due: int | None = None, draft: int = 0
) -> int:
    """Have others look at what is to be posted, now or at a moment (ms); the id of what waits.

    `draft` names one that waits, came back or is scheduled, and is changed: it begins anew. Raises what publishing it
    would raise, and Conflict where nobody has to be asked.
    """
    check_may_act(viewer)
    if due is not None:
        check_due(due, clock.now())
    deciding = await who_decides(tx, viewer, await as_post(tx, text, addresses))
    if not deciding:
        raise Conflict("needs_no_approval")
    await try_out(tx, viewer, text, addresses, approved=True)
    step = ApprovalStep.SUBMITTED
    if draft:
        waited = await queries.get_draft(tx, viewer, draft)
        step = ApprovalStep.CHANGED if waited.waits_for else step
        await change_draft(tx, viewer, draft, text, due)
    else:
        await clear_spot(tx, viewer, text.spot, keep=text.pictures)
        draft = await make_draft(tx, viewer, text, due, waits_for=deciding[0])
    await tx.run(_WAIT, draft=draft, since=clock.now(), place=deciding[0])
    await _note(tx, deciding[0], draft, viewer.person, step)
    await record(tx, PostSubmitted(draft_id=draft, place_id=deciding[0], author_id=viewer.person))
    return draft


async def describe_drafted(tx: Write, viewer: Viewer, alts: dict[int, str]) -> None:
    """Set alt texts of pictures that wait for a post. Where they wait to be let through, or were, it begins anew."""
    for draft in sorted(await describe_loose_pictures(tx, viewer, alts)):
        place = await tx.first(_BEGIN_ANEW, draft=draft, since=clock.now())
        if place is None:
            place = next(iter(await queries.list_approved(tx, draft)), None)
        if place is not None:
            await _note(tx, place, draft, viewer.person, ApprovalStep.CHANGED)


async def withdraw_submitted(tx: Write, viewer: Viewer, draft: int) -> None:
    """Take back what waits: it is a draft like others again. Raises NotFound."""
    found = await queries.get_submitted(tx, viewer, draft)
    await _give_back(tx, found, viewer.person, viewer.person, ApprovalStep.WITHDRAWN)
    await _decided(tx, found, viewer.person, ApprovalStep.WITHDRAWN, None)


async def withdraw_if_submitted(tx: Write, viewer: Viewer, draft: int) -> None:
    """The same before something else is done with it. Raises NotFound when it is none of the viewer's."""
    if (await queries.get_draft(tx, viewer, draft)).waits_for:
        await withdraw_submitted(tx, viewer, draft)


async def approve_post(
    tx: Write, viewer: Viewer, draft: int, addresses: Addresses, *, seen: int | None = None
) -> int | None:
    """Let something through: it is posted as its author's, or will be when it is due; the post's id, None for later.

    `seen` is the `waits_since` of what was read: nobody lets through other words than those. Everything is checked
    anew. Raises NotFound for whoever may not decide, and for their own, Conflict when it was changed meanwhile; and
    what publishing raises, where that cannot be any more.
    """
    check_may_act(viewer)
    found = await queries.hold_to_decide(tx, viewer, draft)
    if seen is not None and found.waits_since != seen:
        raise Conflict("draft_changed")
    author = Viewer(found.author_id, found.actor_id)
    await check_present(tx, author)
    next_place = await _next_place(tx, author, found, addresses)
    if next_place:
        await tx.run(_WAIT, draft=draft, since=clock.now(), place=next_place)
        await _note(tx, found.waits_for, draft, viewer.person, ApprovalStep.APPROVED)
        await record(tx, PostSubmitted(draft_id=draft, place_id=next_place, author_id=found.author_id))
        return None
    post = None
    if found.due_at is not None and found.due_at > clock.now():
        await tx.run(_APPROVED, draft=draft)
        await schedule_again(tx, draft, found.due_at)
    else:
        post = await post_draft(tx, author, found, addresses, approved=True)
    await _note(tx, found.waits_for, draft, viewer.person, ApprovalStep.APPROVED, post=post)
    await _decided(tx, found, viewer.person, ApprovalStep.APPROVED, post)
    return post


async def decline_post(tx: Write, viewer: Viewer, draft: int, note: str) -> None:
    """Give something back to its author, with a note why. Raises NotFound for whoever may not decide, Invalid."""
    check_may_act(viewer)
    found = await queries.hold_to_decide(tx, viewer, draft)
    words = clean_text(note, "note", NOTE_MAX)
    await _give_back(tx, found, found.author_id, viewer.person, ApprovalStep.DECLINED, words)
    await _decided(tx, found, viewer.person, ApprovalStep.DECLINED, None)


async def forget_approvals(tx: Write, person: int) -> None:
    """Somebody who wrote or decided is gone."""
    await tx.run(_FORGET, person=person)


async def release_waiting(tx: Write, place: int) -> None:
    """Whoever decided is there no more: what waited is its authors' again, and nobody reads the log."""
    await tx.run(_RELEASE, place=place)
    await tx.run(_FORGET_PLACE, place=place)


async def _next_place(tx: Write, author: Viewer, draft: Draft, addresses: Addresses) -> int:
    """Who decides after the one who has just done: a group after a page, and whoever has to by now."""
    deciding = await who_decides(tx, author, await as_post(tx, text_of(draft, ()), addresses))
    done = {draft.waits_for, *await queries.list_approved(tx, draft.id)}
    return next((place for place in deciding if place not in done), 0)


async def _give_back(tx: Write, draft: Draft, author: int, by: int, step: ApprovalStep, note: str = "") -> None:
    if not await tx.run(_GIVE_BACK, draft=draft.id, author=author):
        raise NotFound("draft_not_found")
    await _note(tx, draft.waits_for, draft.id, by, step, note=note)


async def _note(
    tx: Write, place: int, draft: int, person: int, step: ApprovalStep, *, note: str = "", post: int | None = None
) -> None:
    await tx.insert(
        approvals,
        id=ids.new_id(),
        place_id=place,
        draft_id=draft,
        person_id=person,
        step=step.value,
        note=note,
        post_id=post,
    )


async def _decided(tx: Write, draft: Draft, by: int, step: ApprovalStep, post: int | None) -> None:
    conversation = None
    if post is not None:
        conversation = (await queries.get_post(tx, Viewer(draft.author_id, draft.actor_id), post)).conversation_id
    await record(
        tx,
        ApprovalDecided(
            draft_id=draft.id,
            place_id=draft.waits_for,
            author_id=draft.author_id,
            decided_by=by,
            step=step.value,
            post_id=post,
            conversation_id=conversation,
        ),
    )
