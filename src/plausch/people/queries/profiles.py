"""Reads of several profiles at once, and of what is counted about them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from plausch.people.model import ActorKind, Profile, ProfileField, Relation, Relationship, Viewer
from plausch.people.queries.actors import PROFILE_COLUMNS, with_counts
from plausch.people.queries.clauses import no_block_between, related, stands_before
from plausch.people.tables import actors, counts, fields, mute_ends, notes, relations, requests
from plausch.storage import Read, Statement, any_of, param

_ME = param("me")
_PROFILES = Statement(
    sa.select(*PROFILE_COLUMNS)
    .select_from(with_counts())
    .where(any_of(actors.c.id, "ids"), stands_before(_ME, actors), no_block_between(_ME, actors.c.id)),
    Profile,
)
_FIELDS = Statement(
    sa.select(fields.c.actor_id, fields.c.label, fields.c.value, fields.c.verified_at)
    .where(any_of(fields.c.actor_id, "ids"))
    .order_by(fields.c.actor_id, fields.c.place),
    lambda actor, label, value, verified_at: (int(actor), ProfileField(label, value, verified_at)),
)


#: What is counted about an actor, for statements of upper rooms to join.
tally = counts.alias("tally")


def follow_counts() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many follow an actor, and how many it follows: columns of `tally`, which is joined from outside."""
    return sa.func.coalesce(tally.c.followers, 0), sa.func.coalesce(tally.c.following, 0)


async def list_profiles(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Profile]:
    """Those of `ids` whom the viewer may see, with all that their pages show in words; by id."""
    return {one.id: one for one in await tx.all(_PROFILES, ids=ids, me=viewer.acting_as)} if ids else {}


async def list_fields_of(tx: Read, ids: Sequence[int]) -> dict[int, list[ProfileField]]:
    """What profiles say in pairs; for those who may see the profiles."""
    found: dict[int, list[ProfileField]] = {}
    for actor, field in await tx.all(_FIELDS, ids=ids) if ids else ():
        found.setdefault(actor, []).append(field)
    return found


def _asked(
    kind: Relation, source: ColumnElement[Any], target: ColumnElement[Any], *, open_: bool = False
) -> ColumnElement[bool]:
    one = requests.alias()
    still = (one.c.declined_at.is_(None),) if open_ else ()
    return sa.exists(
        sa.select(sa.literal(1)).where(
            *(one.c.source_id == source, one.c.kind == kind.value, one.c.target_id == target),
            *(one.c.withdrawn_at.is_(None), *still),
        )
    )


_their = actors.c.id
_FLAGS = 10


def _mine(what: sa.Column[Any], mine: sa.Column[int], theirs: sa.Column[int]) -> ColumnElement[Any]:
    return sa.select(what).where(mine == _ME, theirs == actors.c.id).correlate(actors).scalar_subquery()


def _named_relationship(actor: int, *how: Any) -> tuple[int, Relationship]:
    return actor, Relationship(*map(bool, how[:_FLAGS]), *how[_FLAGS:])  # type: ignore[arg-type]  # texts follow flags


_RELATIONSHIPS = Statement(
    sa.select(
        _their,
        related(Relation.FOLLOW, _ME, _their),
        related(Relation.FOLLOW, _their, _ME),
        related(Relation.CONNECT, _ME, _their),
        related(Relation.BLOCK, _ME, _their),
        related(Relation.BLOCK, _their, _ME),
        related(Relation.MUTE, _ME, _their),
        _asked(Relation.FOLLOW, _ME, _their),
        _asked(Relation.CONNECT, _ME, _their),
        _asked(Relation.CONNECT, _their, _ME, open_=True),
        _asked(Relation.FOLLOW, _their, _ME, open_=True),
        sa.func.coalesce(_mine(notes.c.text, notes.c.person_id, notes.c.other_id), ""),
        _mine(mute_ends.c.ends_at, mute_ends.c.source_id, mute_ends.c.target_id),
    ).where(any_of(_their, "ids"), stands_before(_ME, actors)),
    _named_relationship,
)


async def list_relationships(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Relationship]:
    """How the viewer stands to each of those of `ids` who are here; whom it has blocked, it may ask for too."""
    return dict(await tx.all(_RELATIONSHIPS, ids=ids, me=viewer.acting_as)) if ids else {}


class Familiar(NamedTuple):
    """Somebody whom the viewer follows, and whom they follow too."""

    target_id: int
    actor_id: int


_mine_of, _theirs_of = relations.alias("mine_of"), relations.alias("theirs_of")
_FAMILIAR = Statement(
    sa.select(_theirs_of.c.target_id, actors.c.id)
    .select_from(
        _mine_of.join(_theirs_of, _theirs_of.c.source_id == _mine_of.c.target_id).join(
            actors, actors.c.id == _theirs_of.c.source_id
        )
    )
    .where(
        *(_mine_of.c.source_id == _ME, _mine_of.c.kind == Relation.FOLLOW.value),
        *(_theirs_of.c.kind == Relation.FOLLOW.value, any_of(_theirs_of.c.target_id, "ids")),
        *(stands_before(_ME, actors), no_block_between(_ME, actors.c.id)),
        actors.c.kind == ActorKind.PERSON.value,
    )
    .order_by(_theirs_of.c.target_id, actors.c.id)
    .limit(param("limit")),
    Familiar,
)
#: Who is in a group, its members know.
_OPEN_ABOUT_IT = Statement(
    sa.select(actors.c.id).where(any_of(actors.c.id, "ids"), actors.c.kind != ActorKind.GROUP.value), int
)


async def list_familiar(tx: Read, viewer: Viewer, ids: Sequence[int], limit: int) -> dict[int, list[int]]:
    """By each of `ids` those who follow it and whom the viewer follows."""
    found: dict[int, list[int]] = {id_: [] for id_ in ids}
    asked = await tx.all(_OPEN_ABOUT_IT, ids=ids)
    for one in await tx.all(_FAMILIAR, ids=asked, me=viewer.acting_as, limit=limit) if asked else ():
        found[one.target_id].append(one.actor_id)
    return found
