"""Everybody with an account, as those see it who look after the place."""

import re
from collections.abc import Sequence

import sqlalchemy as sa

from plausch.kernel.errors import NotAllowed
from plausch.kernel.paging import Page
from plausch.people.model import Account, Actor, Role, Standing, Viewer
from plausch.people.queries.accounts import ACCOUNT_COLUMNS, WITH_ACTOR
from plausch.people.queries.actors import ACTOR_COLUMNS
from plausch.people.tables import accounts, actors
from plausch.storage import Read, Statement, any_of, param

_PATTERN, _TITLED = param("pattern", sa.Text()), param("titled", sa.Text())
_MEMBERS = Statement(
    sa.select(*ACCOUNT_COLUMNS)
    .select_from(WITH_ACTOR)
    .where(
        accounts.c.person_id < param("before"),
        any_of(actors.c.standing, "standings"),
        any_of(accounts.c.role, "roles"),
        sa.or_(
            actors.c.handle.like(_PATTERN, escape="\\"),
            sa.and_(param("with_addresses", sa.Boolean()), accounts.c.email_key.like(_PATTERN, escape="\\")),
            sa.func.lower(actors.c.name).like(_PATTERN, escape="\\"),
            # SQLite knows capitals only of the alphabet of ASCII: "Özlem" is found as she writes herself.
            actors.c.name.like(_TITLED, escape="\\"),
        ),
    )
    .order_by(accounts.c.person_id.desc())
    .limit(param("limit")),
    Account,
)
_THESE = Statement(
    sa.select(*ACCOUNT_COLUMNS).select_from(WITH_ACTOR).where(any_of(accounts.c.person_id, "ids")), Account
)
_KNOWN = Statement(sa.select(*ACTOR_COLUMNS).where(any_of(actors.c.id, "ids")), Actor)


async def list_members(
    tx: Read, viewer: Viewer, page: Page, *, text: str = "", standing: Standing | None = None, role: Role | None = None
) -> list[Account]:
    """By a part of their name or handle, and for owners of their address; the newest first. Raises NotAllowed."""
    if not viewer.staff:
        raise NotAllowed
    wanted = text.strip().removeprefix("@")
    return await tx.all(
        _MEMBERS,
        before=page.before,
        limit=page.limit,
        standings=[one.value for one in ([standing] if standing is not None else Standing)],
        roles=[one.value for one in ([role] if role is not None else Role)],
        pattern=_within(wanted.lower()),
        with_addresses=viewer.owner,
        titled=_within(wanted.title()),
    )


async def list_these_members(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Account]:
    """Those of `ids` who have an account. Raises NotAllowed."""
    if not viewer.staff:
        raise NotAllowed
    return await tx.all(_THESE, ids=ids)


def _within(text: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"


async def list_known(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Actor]:
    """Actors of whatever standing, by id, for those who look after the place. Raises NotAllowed."""
    if not viewer.staff:
        raise NotAllowed
    return {actor.id: actor for actor in await tx.all(_KNOWN, ids=ids)}
