"""Pages of organisations: made, described, and taken away again."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.people import queries
from plausch.people.actions.actors import erase_actor, make_actor, set_standing
from plausch.people.actions.showing import set_fields
from plausch.people.actions.teams import get_page_admin, join_team, note_step
from plausch.people.events import PageErased, ProfileEdited
from plausch.people.model import (
    ADDRESS_MAX,
    IMPRINT_MAX,
    NAME_MAX,
    PAGES_MAX,
    PHONE_MAX,
    PRESENT,
    ActorKind,
    PageEdit,
    PageKind,
    ProfileField,
    Standing,
    TeamRole,
    TeamStep,
    Viewer,
    check_may_act,
    clean_email,
    clean_hours,
    clean_line,
    clean_text,
    clean_website,
)
from plausch.people.tables import actors, pages, sessions, team_log, teams, tokens
from plausch.storage import Write, column_statement, param
from plausch.work.facts import record

_EDITED = ("kind", "website", "address", "email", "phone", "hours", "imprint")
_EDIT = column_statement(
    sa.update(pages)
    .where(pages.c.page_id == param("page"))
    .values({name: param(f"new_{name}", sa.Text()) for name in _EDITED})
)
_SET_SIGNATURE = column_statement(
    sa.update(actors)
    .where(actors.c.id == param("page"))
    .values(signature=param("signature", sa.Text()), version=actors.c.version + 1)
)
_FORGET = [
    column_statement(sa.delete(table).where(table.c.page_id == param("page"))) for table in (pages, teams, team_log)
]
_STOP_ACTING = [
    column_statement(sa.update(table).where(table.c.acting_as == param("page")).values(acting_as=table.c.person_id))
    for table in (sessions, tokens)
]


async def create_page(tx: Write, viewer: Viewer, handle: str, name: str, kind: PageKind, language: str = "") -> int:
    """Make a page for an organisation, of which the viewer is the first admin; its id.

    Raises Invalid, Conflict for a handle that is taken, NotAllowed for whoever may not act.
    """
    check_may_act(viewer)
    await queries.check_no_group(tx, viewer)
    if not clean_line(name, "name", NAME_MAX):
        raise Invalid("name", "missing")
    if sum(one.invited_by is None for one in await queries.list_pages_of(tx, viewer)) >= PAGES_MAX:
        raise Conflict("pages_many")
    page = await make_actor(tx, ActorKind.PAGE, handle, name=name, language=language)
    await tx.insert(pages, page_id=page, kind=kind.value, created_at=clock.now())
    await join_team(tx, page, viewer.person, TeamRole.ADMIN, None)
    await note_step(tx, page, viewer.person, TeamStep.CREATED)
    await record(tx, ProfileEdited(actor_id=page))
    return page


async def edit_page(tx: Write, viewer: Viewer, page: int, edit: PageEdit) -> None:
    """Change what a page says beside its profile. Its website counts among the links that are checked.

    Raises Invalid with the field that cannot be accepted, NotAllowed for all but its admins.
    """
    await get_page_admin(tx, viewer, page)
    website = clean_website(edit.website)
    await tx.run(
        _EDIT,
        page=page,
        new_kind=edit.kind.value,
        new_website=website,
        new_address=clean_text(edit.address, "address", ADDRESS_MAX),
        new_email=clean_email(edit.email) if edit.email.strip() else "",
        new_phone=clean_line(edit.phone, "phone", PHONE_MAX),
        new_hours=clean_hours(edit.hours),
        new_imprint=clean_text(edit.imprint, "imprint", IMPRINT_MAX),
    )
    await tx.run(_SET_SIGNATURE, page=page, signature=edit.signature.value)
    # One mechanism looks whether pages point back: the website is the page's one field of the profile.
    await set_fields(tx, Viewer(viewer.person, page), [ProfileField("Web", website)] if website else [])
    await note_step(tx, page, viewer.person, TeamStep.EDITED)
    await record(tx, ProfileEdited(actor_id=page))


async def erase_page(tx: Write, viewer: Viewer, page: int) -> None:
    """Take a page away for good, with all it has said. Its admins may, and those who own the server.

    A nameless tombstone keeps its handle from others.
    """
    if viewer.owner and await queries.find_page(tx, page) is not None:
        check_may_act(viewer)
    else:
        await get_page_admin(tx, viewer, page)
    files = await erase_actor(tx, page)
    for statement in (*_FORGET, *_STOP_ACTING):
        await tx.run(statement, page=page)
    await record(tx, PageErased(page_id=page, files=files))


async def suspend_page(tx: Write, page: int) -> None:
    """Nobody sees a page and nobody speaks for it until that is undone; its team stays, and may object."""
    await set_standing(tx, page, Standing.SUSPENDED)
    for statement in _STOP_ACTING:
        await tx.run(statement, page=page)


async def act_as(tx: Write, viewer: Viewer, session: int, actor: int) -> None:
    """Speak for one of one's pages in a session from now on, or for oneself. Raises NotAllowed."""
    if actor != viewer.person and await queries.find_team_member(tx, actor, viewer.person) is None:
        raise NotAllowed("not_on_team")
    if actor != viewer.person and (await queries.get_actor(tx, actor)).standing not in PRESENT:
        raise NotAllowed("page_suspended")
    await tx.run(_ACT_AS, session=session, person=viewer.person, actor=actor)


_ACT_AS = column_statement(
    sa.update(sessions)
    .where(sessions.c.id == param("session"), sessions.c.person_id == param("person"))
    .values(acting_as=param("actor"))
)
