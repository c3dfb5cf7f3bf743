"""Reads of pages of organisations and of who speaks for them."""

import sqlalchemy as sa

from plausch.people.model import PageAbout, TeamMember, Viewer, WhoWrites
from plausch.people.tables import actors, pages, teams
from plausch.storage import Read, Statement, column_statement, param

_MEMBER_COLUMNS = (teams.c.page_id, teams.c.person_id, teams.c.role, teams.c.at, teams.c.invited_by)
_OF_PAGE = teams.c.page_id == param("page")
_MEMBER = Statement(
    sa.select(*_MEMBER_COLUMNS).where(_OF_PAGE, teams.c.person_id == param("person"), teams.c.invited_by.is_(None)),
    TeamMember,
)
_TEAM = Statement(sa.select(*_MEMBER_COLUMNS).where(_OF_PAGE).order_by(teams.c.at, teams.c.person_id), TeamMember)
_PAGES_OF = Statement(
    sa.select(*_MEMBER_COLUMNS).where(teams.c.person_id == param("person")).order_by(teams.c.at, teams.c.page_id),
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
        pages.c.signature,
    ).where(pages.c.page_id == param("page")),
    PageAbout,
)
_WHO_WRITES = column_statement(sa.select(actors.c.who_writes).where(actors.c.id == param("actor")))


async def find_team_member(tx: Read, page: int, person: int) -> TeamMember | None:
    """How somebody speaks for a page; None for who is only asked to, or not at all."""
    return await tx.first(_MEMBER, page=page, person=person)


async def list_team(tx: Read, page: int) -> list[TeamMember]:
    """Who speaks for a page and who is asked to, the longest first; for those of the team."""
    return await tx.all(_TEAM, page=page)


async def list_pages_of(tx: Read, viewer: Viewer) -> list[TeamMember]:
    """For which pages the viewer speaks, or is asked to."""
    return await tx.all(_PAGES_OF, person=viewer.person)


async def find_page(tx: Read, page: int) -> PageAbout | None:
    """What a page says beside its profile; for those who may see the profile."""
    return await tx.first(_ABOUT, page=page)


async def find_who_writes(tx: Read, actor: int) -> WhoWrites:
    """Who may write on an actor's wall, for the domain's own checks."""
    return WhoWrites(await tx.first(_WHO_WRITES, actor=actor) or WhoWrites.NOBODY)
