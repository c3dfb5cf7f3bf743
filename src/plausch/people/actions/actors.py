"""Actors of whatever kind: how they come to be, change their handle, and are forgotten."""

import re
import secrets
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid
from plausch.people import queries
from plausch.people.actions.relations import (
    add_relation,
    begin_following,
    count,
    hold_pair,
    remove_relation,
    stop_following,
)
from plausch.people.events import MembershipsEnded, ProfileEdited, StandingChanged
from plausch.people.model import (
    NAME_MAX,
    ActorKind,
    Relation,
    Standing,
    WhoQuotes,
    WhoWrites,
    clean_handle,
    clean_line,
)
from plausch.people.tables import (
    actors,
    counts,
    dismissals,
    fields,
    introductions,
    mute_ends,
    notes,
    relations,
    requests,
)
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.storage.parts import drop_parts
from plausch.work.facts import record


class _Tie(NamedTuple):
    source: int
    kind: str
    target: int


_ACTOR = param("actor")
_ADD = column_statement(
    upsert(actors)
    .values(
        {
            name: sa.bindparam(name, type_=actors.c[name].type)
            for name in ("id", "kind", "handle", "name", "language", "standing", "locked", "created_at")
        }
    )
    .on_conflict_do_nothing()
)
_TAKEN = column_statement(
    sa.select(sa.literal(1)).where(
        actors.c.handle == param("wanted", sa.Text()), actors.c.server_id == 0, actors.c.id != _ACTOR
    )
)
_SET_HANDLE = column_statement(
    sa.update(actors)
    .where(actors.c.id == _ACTOR)
    .values(handle=param("new_handle", sa.Text()), version=actors.c.version + 1)
)
_SET_STANDING = column_statement(
    sa.update(actors)
    .where(actors.c.id == _ACTOR, actors.c.standing != Standing.DELETED.value)
    .values(standing=param("new_standing", sa.Text()), version=actors.c.version + 1)
)
_SET_LANGUAGE = column_statement(
    sa.update(actors)
    .where(actors.c.id == _ACTOR)
    .values(language=param("new_language", sa.Text()), version=actors.c.version + 1)
)
_SET_WHO_WRITES = column_statement(
    sa.update(actors).where(actors.c.id == _ACTOR).values(who_writes=param("who", sa.Text()))
)
_TOMBSTONE = column_statement(
    sa.update(actors)
    .where(actors.c.id == _ACTOR)
    .values(
        name="",
        about_source="",
        about_html="",
        pronouns="",
        picture="",
        header="",
        picture_alt="",
        header_alt="",
        who_quotes=WhoQuotes.EVERYBODY.value,
        language="",
        standing=Standing.DELETED.value,
        version=actors.c.version + 1,
    )
)
_TIES = Statement(
    sa.select(relations.c.source_id, relations.c.kind, relations.c.target_id).where(
        sa.or_(relations.c.source_id == _ACTOR, relations.c.target_id == _ACTOR)
    ),
    _Tie,
)
_FORGET = [
    column_statement(sa.delete(table).where(column == _ACTOR))
    for table, column in (
        (fields, fields.c.actor_id),
        (counts, counts.c.actor_id),
        (relations, relations.c.source_id),
        (relations, relations.c.target_id),
        (requests, requests.c.source_id),
        (requests, requests.c.target_id),
        (introductions, introductions.c.made_by),
        (introductions, introductions.c.one_id),
        (introductions, introductions.c.other_id),
        (dismissals, dismissals.c.person_id),
        (dismissals, dismissals.c.other_id),
        (mute_ends, mute_ends.c.source_id),
        (mute_ends, mute_ends.c.target_id),
        (notes, notes.c.person_id),
        (notes, notes.c.other_id),
    )
]


async def make_actor(
    tx: Write,
    kind: ActorKind,
    handle: str,
    *,
    name: str = "",
    language: str = "",
    standing: Standing = Standing.ACTIVE,
    locked: bool = False,
) -> int:
    """Make somebody who speaks; its id. Raises Invalid and Conflict for a handle that cannot be had."""
    id_ = ids.new_id()
    added = await tx.run(
        _ADD,
        id=id_,
        kind=kind.value,
        handle=clean_handle(handle),
        name=clean_line(name, "name", NAME_MAX),
        language=language,
        standing=standing.value,
        locked=locked,
        created_at=clock.now(),
    )
    if not added:
        raise Conflict("handle_taken", field="handle")
    return id_


def random_handle() -> str:
    """A handle that tells nothing and that nobody guesses."""
    return f"g_{secrets.token_hex(12)}"


def is_random_handle(handle: str) -> bool:
    """It looks like one of those: nobody chooses one."""
    return re.fullmatch(r"g_[0-9a-f]{24}", handle) is not None


async def set_handle(tx: Write, actor: int, handle: str) -> None:
    """Only for what nobody could link to before, or shall be able to any more: addresses are for ever otherwise."""
    wanted = clean_handle(handle)
    if await tx.first(_TAKEN, wanted=wanted, actor=actor) is not None:
        raise Conflict("handle_taken", field="handle")
    await tx.run(_SET_HANDLE, actor=actor, new_handle=wanted)
    await drop_parts(tx, "actor", [actor])
    await record(tx, ProfileEdited(actor_id=actor))


async def set_standing(tx: Write, actor: int, standing: Standing) -> None:
    """Raises Invalid for who is gone."""
    if not await tx.run(_SET_STANDING, actor=actor, new_standing=standing.value):
        raise Invalid("person", "account_not_found")
    await record(tx, StandingChanged(actor_id=actor))


async def set_language(tx: Write, actor: int, language: str) -> None:
    await tx.run(_SET_LANGUAGE, actor=actor, new_language=language)


async def set_who_writes(tx: Write, actor: int, who: WhoWrites) -> None:
    """Who may begin a conversation on an actor's wall."""
    await tx.run(_SET_WHO_WRITES, actor=actor, who=who.value)


async def begin_membership(tx: Write, member: int, group: int) -> bool:
    """Make somebody a member, who follows from then on; False when it was so already."""
    await hold_pair(tx, member, group)
    if not await add_relation(tx, member, Relation.MEMBER, group):
        return False
    await begin_following(tx, member, group)
    return True


async def end_membership(tx: Write, member: int, group: int) -> bool:
    """Neither a member nor a follower any more; False when they were no member."""
    await hold_pair(tx, member, group)
    if not await remove_relation(tx, member, Relation.MEMBER, group):
        return False
    await stop_following(tx, member, group)
    return True


async def erase_actor(tx: Write, actor: int) -> tuple[str, ...]:
    """Leave a nameless tombstone where others refer to it; the keys of its pictures' files, which may go."""
    pictures = [(await queries.get_actor(tx, actor)).picture, await queries.find_header(tx, actor)]
    ties = await tx.all(_TIES, actor=actor)
    for tie in ties:
        if tie.kind == Relation.FOLLOW:
            await count(tx, "following", tie.source, -1)
            await count(tx, "followers", tie.target, -1)
        elif tie.kind == Relation.CONNECT:
            await count(tx, "connections", tie.source, -1)
    groups = tuple(tie.target for tie in ties if tie.kind == Relation.MEMBER and tie.source == actor)
    if groups:
        await record(tx, MembershipsEnded(member_id=actor, group_ids=groups))
    for forget in _FORGET:
        await tx.run(forget, actor=actor)
    await tx.run(_TOMBSTONE, actor=actor)
    await drop_parts(tx, "actor", [actor])
    return tuple(key for one in pictures for key in one.split(".") if key)
