"""Reads of pages of organisations and of who speaks for them."""

from typing import Any

import sqlalchemy as sa

from plausch.kernel.errors import NotAllowed
from plausch.kernel.paging import Page
from plausch.people.model import (
    APPROVING,
    Actor,
    ActorKind,
    PageAbout,
    PageKind,
    Standing,
    TeamEntry,
    TeamMember,
    Viewer,
    WhoWrites,
)
from plausch.people.queries.actors import ACTOR_COLUMNS
from plausch.people.queries.clauses import no_block_between
from plausch.people.tables import actors, pages, team_log, teams
from plausch.storage import Read, Statement, column_statement, is_one_of, param

_MEMBER_COLUMNS = (teams.c.page_id, teams.c.person_id, teams.c.role, teams.c.at, teams.c.invited_by)
_OF_PAGE = teams.c.page_id == param("page")
_MEMBER = Statement(
    sa.select(*_MEMBER_COLUMNS).where(_OF_PAGE, teams.c.person_id == param("person"), teams.c.invited_by.is_(None)),
    TeamMember,
)
_TEAM = Statement(sa.select(*_MEMBER_COLUMNS).where(_OF_PAGE).order_by(teams.c.at, teams.c.person_id), TeamMember)
_PAGES_OF = Statement(
    sa.select(*_MEMBER_COLUMNS)
    .where(teams.c.person_id == param("person"))
    # However many pages ask somebody, it still speaks for those it has agreed to.
    .order_by(teams.c.invited_by.is_not(None), teams.c.at, teams.c.page_id)
    .limit(param("limit")),
    TeamMember,
)
_ABOUT = Statement(
    sa.select(
        pages.c.page_id,
        pages.c.kind,
        pages.c.website,
        pages.c.address,
        pages.c.email,
        pages.c.phone,
        pages.c.hours,
        pages.c.imprint,
        actors.c.signature,
    )
    .select_from(pages.join(actors, actors.c.id == pages.c.page_id))
    .where(pages.c.page_id == param("page")),
    PageAbout,
)
_LOG = Statement(
    sa.select(team_log.c.id, team_log.c.person_id, team_log.c.step, team_log.c.subject_id, team_log.c.note)
    .where(team_log.c.page_id == param("page"), team_log.c.id < param("before"))
    .order_by(team_log.c.id.desc())
    .limit(param("limit")),
    TeamEntry,
)
_DIRECTORY = Statement(
    sa.select(*ACTOR_COLUMNS)
    .select_from(actors.join(pages, pages.c.page_id == actors.c.id))
    .where(
        actors.c.server_id == 0,
        actors.c.kind == ActorKind.PAGE.value,
        actors.c.standing == Standing.ACTIVE.value,
        actors.c.id < param("before"),
        sa.or_(param("wanted", sa.Text()) == "", pages.c.kind == param("wanted", sa.Text())),
        no_block_between(param("me"), actors.c.id),
    )
    .order_by(actors.c.id.desc())
    .limit(param("limit")),
    Actor,
)
_WAS_PAGE = column_statement(
    sa.select(sa.literal(1)).where(
        actors.c.handle == param("handle", sa.Text()),
        actors.c.server_id == 0,
        actors.c.kind == ActorKind.PAGE.value,
        actors.c.standing == Standing.DELETED.value,
    )
)
_WHO_WRITES = column_statement(sa.select(actors.c.who_writes).where(actors.c.id == param("actor")))


def pages_spoken_for_by(person: sa.ColumnElement[Any]) -> sa.Select[tuple[int]]:
    """The pages on whose team somebody is."""
    one = teams.alias()
    return sa.select(one.c.page_id).where(one.c.person_id == person, one.c.invited_by.is_(None))


def pages_approved_by(person: sa.ColumnElement[Any]) -> sa.Select[tuple[int]]:
    """The pages for which somebody lets through what its authors write."""
    one = teams.alias()
    return sa.select(one.c.page_id).where(
        one.c.person_id == person, one.c.invited_by.is_(None), is_one_of(one.c.role, APPROVING)
    )


async def find_team_member(tx: Read, page: int, person: int) -> TeamMember | None:
    """How somebody speaks for a page; None for who is only asked to, or not at all."""
    return await tx.first(_MEMBER, page=page, person=person)


async def list_team(tx: Read, page: int) -> list[TeamMember]:
    """Who speaks for a page and who is asked to, the longest first; for those of the team."""
    return await tx.all(_TEAM, page=page)


async def list_pages_of(tx: Read, viewer: Viewer, limit: int = 200) -> list[TeamMember]:
    """For which pages the viewer speaks, and then for which it is asked to."""
    return await tx.all(_PAGES_OF, person=viewer.person, limit=limit)


async def find_page(tx: Read, page: int) -> PageAbout | None:
    """What a page says beside its profile; for those who may see the profile."""
    return await tx.first(_ABOUT, page=page)


async def find_who_writes(tx: Read, actor: int) -> WhoWrites:
    """Who may write on an actor's wall, for the domain's own checks."""
    return WhoWrites(await tx.first(_WHO_WRITES, actor=actor) or WhoWrites.NOBODY)


async def list_team_log(tx: Read, viewer: Viewer, page: int, part: Page) -> list[TeamEntry]:
    """What the team did, newest first; for those of it and the owners of the server. Raises NotAllowed."""
    if not viewer.owner and await find_team_member(tx, page, viewer.person) is None:
        raise NotAllowed("not_on_team")
    return await tx.all(_LOG, page=page, before=part.before, limit=part.limit)


async def list_pages(tx: Read, viewer: Viewer, part: Page, kind: PageKind | None = None) -> list[Actor]:
    """The pages of organisations there are, the newest first."""
    wanted = kind.value if kind is not None else ""
    return await tx.all(_DIRECTORY, me=viewer.acting_as, before=part.before, limit=part.limit, wanted=wanted)


async def was_page(tx: Read, handle: str) -> bool:
    """There was a page of this handle, and it was deleted."""
    return await tx.first(_WAS_PAGE, handle=handle) is not None


async def list_speaking(tx: Read, actor: int) -> list[int]:
    """Who hears of what is addressed to an actor: the team of a page, else the actor itself."""
    team = await list_team(tx, actor)
    return [one.person_id for one in team if one.invited_by is None] or [actor]


async def list_approvers(tx: Read, page: int) -> list[int]:
    """Who lets through what the authors of a page write; nobody for what is no page."""
    return [one.person_id for one in await list_team(tx, page) if one.invited_by is None and one.role in APPROVING]
