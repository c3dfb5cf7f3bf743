"""Introductions: "you two should meet, because ...". It takes effect only when both agree, and nobody learns who does
not; and whom somebody does not want to be suggested."""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import queries
from plausch.people.actions.connections import connect
from plausch.people.actions.relations import close_request, hold_pair, target_of
from plausch.people.events import IntroductionAnswered, IntroductionMade, PeopleConnected
from plausch.people.model import (
    INTRODUCTION_REST,
    LINE_MAX,
    ActorKind,
    Consent,
    Introduction,
    Relation,
    Viewer,
    check_may_act,
    clean_line,
    own_actor,
)
from plausch.people.tables import dismissals, introductions
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

_PAIR = (introductions.c.one_id == param("one"), introductions.c.other_id == param("other"))
_LAST = column_statement(
    sa.select(sa.func.count()).select_from(introductions).where(*_PAIR, introductions.c.at > param("since"))
)
_ANSWER = {
    column.name: column_statement(
        sa.update(introductions)
        .where(introductions.c.id == param("id_"), column.is_(None))
        .values({column.name: param("agrees_", sa.Boolean())})
    )
    for column in (introductions.c.one_agrees, introductions.c.other_agrees)
}
_BOTH = column_statement(
    sa.select(sa.func.count())
    .select_from(introductions)
    .where(introductions.c.id == param("id_"), introductions.c.one_agrees, introductions.c.other_agrees)
)
_MEET = column_statement(
    sa.update(introductions).where(*_PAIR, introductions.c.met_at.is_(None)).values(met_at=param("now"))
)
_PRUNE = column_statement(sa.delete(introductions).where(introductions.c.at <= param("before")))
_DISMISS = column_statement(
    upsert(dismissals)
    .values(person_id=param("person"), other_id=param("other"), at=param("now"))
    .on_conflict_do_nothing()
)


async def introduce(tx: Write, viewer: Viewer, first: int, second: int, line: str) -> None:
    """Say that two people should meet; both are asked.

    Members bring those together with whom they are connected; staff also others who agree to be suggested. Raises
    NotFound, NotAllowed, Invalid, and Conflict when the two know each other already.
    """
    check_may_act(viewer)
    if viewer.acting_as != viewer.person:
        raise NotAllowed("target_not_person")
    if first == second:
        raise Invalid("other", "introduce_two")
    why = clean_line(line, "line", LINE_MAX)
    if not why:
        raise Invalid("line", "introduction_line_missing")
    one, other = sorted((first, second))
    for person in (one, other):
        await _check_introducible(tx, viewer, person)
    await hold_pair(tx, one, other)
    stand = await queries.get_relationship(tx, Viewer(one, one), other)
    if stand.connected:
        raise Conflict("know_each_other")
    now = clock.now()
    rested = not await tx.first(_LAST, one=one, other=other, since=now - INTRODUCTION_REST)
    asked = rested and not (stand.blocks or stand.blocked_by)
    id_ = ids.new_id()
    await tx.insert(
        introductions, id=id_, made_by=viewer.person, one_id=one, other_id=other, line=why, at=now, asked=asked
    )
    if asked:
        await record(tx, IntroductionMade(introduction_id=id_, made_by=viewer.person, one_id=one, other_id=other))


async def _check_introducible(tx: Write, viewer: Viewer, person: int) -> None:
    actor = await target_of(tx, viewer, person)
    if actor.kind is not ActorKind.PERSON:
        raise Invalid("other", "target_not_person")
    relationship = await queries.get_relationship(tx, viewer, person)
    if relationship.blocks:
        raise Conflict("unblock_first")
    if relationship.connected:
        return
    if not viewer.staff or not await queries.has_consent(tx, person, Consent.BE_SUGGESTED):
        raise NotAllowed("introduce_connections_only")


async def agree_to_meet(tx: Write, viewer: Viewer, id_: int) -> None:
    """Say yes. Once both have, they are connected. Raises NotFound when it is over."""
    check_may_act(viewer)
    found = await _answer(tx, viewer, id_, True)
    if not await tx.first(_BOTH, id_=id_):
        return
    me, other = viewer.person, found.other_than(viewer.person)
    for source, target in ((me, other), (other, me)):
        await close_request(tx, source, Relation.CONNECT, target)
    await tx.run(_MEET, one=found.one_id, other=found.other_id, now=clock.now())
    if await connect(tx, other, me):
        await record(tx, PeopleConnected(asked_by=other, accepted_by=me))


async def decline_to_meet(tx: Write, viewer: Viewer, id_: int) -> None:
    """Say no. For the others it looks like an introduction that was not answered. Raises NotFound when it is over."""
    await _answer(tx, viewer, id_, False)


async def _answer(tx: Write, viewer: Viewer, id_: int, agrees: bool) -> Introduction:
    found = await queries.find_introduction(tx, viewer, id_)
    if found is None:
        raise NotFound("introduction_not_found")
    await hold_pair(tx, found.one_id, found.other_id)
    # With the pair held: meanwhile one may have blocked the other, or answered in another window.
    column = "one_agrees" if viewer.person == found.one_id else "other_agrees"
    if await queries.find_introduction(tx, viewer, id_) is None or not await tx.run(
        _ANSWER[column], id_=id_, agrees_=agrees
    ):
        raise NotFound("introduction_not_found")
    await record(tx, IntroductionAnswered(introduction_id=id_, person_id=viewer.person))
    return found


async def prune_introductions(tx: Write) -> None:
    """Forget those after which the same two may be introduced again."""
    await tx.run(_PRUNE, before=clock.now() - INTRODUCTION_REST)


async def dismiss(tx: Write, viewer: Viewer, other: int) -> None:
    """Do not want somebody to be suggested again. Nobody learns of it."""
    await tx.run(_DISMISS, person=own_actor(viewer), other=other, now=clock.now())
