"""Reads of starter packs: who is in one is shown once they agreed, and to those who may know of them."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.sql.expression import FromClause

from plausch.groups.model import GroupRole, Pack, PackMember, Visibility
from plausch.groups.tables import groups, pack_members, packs, roles
from plausch.people.model import ActorKind, Standing, Viewer
from plausch.people.queries import group_actor, is_present, no_block_between
from plausch.storage import Read, Statement, any_of, column_statement, param

_ME = param("me")
_who = group_actor
#: The pack whose members are looked at: the statement around may be about several.
_counted = packs.alias("counted")


def _members(of: FromClause) -> sa.Join:
    return pack_members.join(of, of.c.id == pack_members.c.pack_id).join(_who, _who.c.id == pack_members.c.actor_id)


def _stands(of: FromClause) -> sa.ColumnElement[bool]:
    """Secret groups are in none, and a closed one takes nobody in. Whoever blocks the maker is not shown by them."""
    return sa.and_(
        _who.c.standing == Standing.ACTIVE.value,
        no_block_between(_ME, _who.c.id),
        no_block_between(of.c.maker_id, _who.c.id),
        sa.or_(
            _who.c.kind == ActorKind.PERSON.value,
            sa.exists(
                sa.select(sa.literal(1)).where(
                    groups.c.group_id == _who.c.id,
                    groups.c.visibility != Visibility.SECRET.value,
                    groups.c.closed_at.is_(None),
                )
            ),
        ),
    )


_SHOWN = (
    sa.select(sa.func.count())
    .select_from(_members(_counted))
    .where(_counted.c.id == packs.c.id, pack_members.c.agreed_at.is_not(None), _stands(_counted))
    .scalar_subquery()
)
_COLUMNS = (
    *(packs.c.id, packs.c.maker_id, packs.c.slug, packs.c.name, packs.c.about, packs.c.created_at),
    *(packs.c.featured_at, sa.func.coalesce(packs.c.changed_at, packs.c.created_at), _SHOWN),
)
#: Made by somebody who is here and whom the viewer does not block, nor the other way round.
_KNOWN = sa.and_(is_present(packs.c.maker_id), no_block_between(_ME, packs.c.maker_id))


_owned = sa.select(roles.c.group_id).where(roles.c.actor_id == _ME, roles.c.role == GroupRole.OWNER.value)


def _is_own(actor: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The viewer answers for it: is it, or a group that it owns."""
    return sa.or_(actor == _ME, actor.in_(_owned))


def _asked(*conditions: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The viewer, or a group it owns, is in a pack or asked to be."""
    return sa.exists(
        sa.select(sa.literal(1)).where(
            pack_members.c.pack_id == packs.c.id,
            _is_own(pack_members.c.actor_id),
            pack_members.c.declined_at.is_(None),
            *conditions,
        )
    )


#: An empty one is for its maker, and for those who are asked.
_VISIBLE = sa.and_(_KNOWN, sa.or_(_SHOWN > 0, packs.c.maker_id == _ME, _asked()))
_ALL = Statement(
    sa.select(*_COLUMNS)
    .where(_KNOWN, sa.or_(_SHOWN > 0, packs.c.maker_id == _ME))
    .order_by(packs.c.featured_at.is_(None), packs.c.id.desc())
    .limit(param("limit")),
    Pack,
)
_FEATURED = Statement(
    sa.select(*_COLUMNS)
    .where(packs.c.featured_at.is_not(None), _KNOWN, _SHOWN > 0)
    .order_by(packs.c.featured_at.desc())
    .limit(param("limit")),
    Pack,
)
_ASKING = Statement(
    sa.select(*_COLUMNS)
    .where(_KNOWN, _asked(pack_members.c.agreed_at.is_(None)))
    .order_by(packs.c.id)
    .limit(param("limit")),
    Pack,
)
_AT = Statement(sa.select(*_COLUMNS).where(packs.c.slug == param("slug", sa.Text()), _VISIBLE), Pack)
_BY_ID = Statement(sa.select(*_COLUMNS).where(packs.c.id == param("pack"), _VISIBLE), Pack)
_BY = Statement(
    sa.select(*_COLUMNS)
    .where(packs.c.maker_id == param("maker"), _VISIBLE)
    .order_by(packs.c.id.desc())
    .limit(param("limit"))
    .offset(param("offset")),
    Pack,
)
#: Of oneself, and of a group one owns, also those that ask.
_WITH = Statement(
    sa.select(*_COLUMNS)
    .where(
        _KNOWN,
        sa.exists(
            sa.select(sa.literal(1))
            .select_from(_members(_counted))
            .where(
                _counted.c.id == packs.c.id,
                pack_members.c.actor_id == param("actor"),
                _stands(_counted),
                sa.or_(
                    pack_members.c.agreed_at.is_not(None),
                    sa.and_(pack_members.c.declined_at.is_(None), _is_own(pack_members.c.actor_id)),
                ),
            )
        ),
    )
    .order_by(packs.c.id.desc())
    .limit(param("limit"))
    .offset(param("offset")),
    Pack,
)
_MEMBERS = Statement(
    sa.select(
        *(packs.c.id, pack_members.c.actor_id, _who.c.kind, pack_members.c.agreed_at, pack_members.c.declined_at),
        sa.func.coalesce(pack_members.c.added_at, packs.c.created_at),
    )
    .select_from(_members(packs))
    .where(any_of(packs.c.id, "packs"), _stands(packs))
    .order_by(_who.c.kind.desc(), pack_members.c.actor_id),
    PackMember,
)
_MINE = column_statement(sa.select(sa.func.count()).select_from(packs).where(packs.c.maker_id == _ME))
_OPEN = column_statement(
    sa.select(sa.literal(1)).where(
        pack_members.c.pack_id == param("pack"),
        pack_members.c.actor_id == param("actor"),
        pack_members.c.agreed_at.is_(None),
        pack_members.c.declined_at.is_(None),
    )
)


_AGREED = column_statement(
    sa.select(pack_members.c.actor_id)
    .where(pack_members.c.pack_id == param("pack"), pack_members.c.agreed_at.is_not(None))
    .order_by(pack_members.c.actor_id)
)


async def list_agreed(tx: Read, pack: int) -> list[int]:
    """Whom a pack shows, to tell each of them of it; for nobody's eyes."""
    return await tx.all(_AGREED, pack=pack)


async def list_packs(tx: Read, viewer: Viewer, limit: int) -> list[Pack]:
    """All that have somebody in them, and one's own; the featured first."""
    return await tx.all(_ALL, me=viewer.acting_as, limit=limit)


async def list_featured_packs(tx: Read, viewer: Viewer, limit: int) -> list[Pack]:
    """What is put before newcomers."""
    return await tx.all(_FEATURED, me=viewer.acting_as, limit=limit)


async def list_asking_packs(tx: Read, viewer: Viewer) -> list[Pack]:
    """Those whose makers ask the viewer, or a group it owns."""
    return await tx.all(_ASKING, me=viewer.acting_as, limit=200)


async def find_pack(tx: Read, viewer: Viewer, pack: int) -> Pack | None:
    return await tx.first(_BY_ID, me=viewer.acting_as, pack=pack)


async def find_pack_at(tx: Read, viewer: Viewer, slug: str) -> Pack | None:
    return await tx.first(_AT, me=viewer.acting_as, slug=slug)


async def list_packs_by(tx: Read, viewer: Viewer, maker: int, limit: int, offset: int = 0) -> list[Pack]:
    """What somebody made, newest first."""
    return await tx.all(_BY, me=viewer.acting_as, maker=maker, limit=limit, offset=offset)


async def list_packs_with(tx: Read, viewer: Viewer, actor: int, limit: int, offset: int = 0) -> list[Pack]:
    """Those somebody is in; for themselves, or the owners of a group, also those that ask them. Newest first."""
    return await tx.all(_WITH, me=viewer.acting_as, actor=actor, limit=limit, offset=offset)


async def list_pack_members(tx: Read, viewer: Viewer, pack: Pack) -> list[PackMember]:
    """Who is in it; who has not agreed yet, or never will, is known to its maker and to themselves alone."""
    return await list_members_of_packs(tx, viewer, [pack])


async def list_members_of_packs(tx: Read, viewer: Viewer, several: Sequence[Pack]) -> list[PackMember]:
    """The same of several. That somebody has declined not even the maker is told."""
    if not several:
        return []
    found = await tx.all(_MEMBERS, me=viewer.acting_as, packs=[one.id for one in several])
    made = {one.id for one in several if one.maker_id == viewer.acting_as}
    own = {viewer.acting_as, *await tx.all(_OWN, me=viewer.acting_as)}
    return [
        one if one.actor_id in own else msgspec.structs.replace(one, declined_at=None)
        for one in found
        if one.agreed_at is not None or one.actor_id in own or one.pack_id in made
    ]


_OWN = column_statement(_owned)


async def count_own_packs(tx: Read, viewer: Viewer) -> int:
    return int(await tx.first(_MINE, me=viewer.acting_as) or 0)


async def is_asked(tx: Read, pack: int, actor: int) -> bool:
    """Whether an answer is waited for."""
    return await tx.first(_OPEN, pack=pack, actor=actor) is not None
