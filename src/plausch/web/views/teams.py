"""Teams of pages: who speaks for an organisation, what they did, and for whom one speaks now."""

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import Page
from plausch.people import actions, queries
from plausch.people.model import ActorKind, TeamRole
from plausch.web.answers import lead_to, local_path
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import handle_of
from plausch.web.problems import WHOLE, Problems
from plausch.web.views.organisations import find_own_page
from plausch.web.wants import Wants

_LISTED = 50
_INVITED, _WITHIN = 30, clock.HOUR


async def show_team(request: Request) -> Response:
    return await _team_page(request, "", TeamRole.AUTHOR.value, Problems())


async def _team_page(request: Request, handle: str, role: str, problems: Problems, status: int = 422) -> Response:
    async with request.site.database.read() as tx:
        own = await find_own_page(tx, request)
        team = await queries.list_team(tx, own.profile.id)
        actors = await queries.list_actors(tx, request.viewer, [one.person_id for one in team])
    orphaned = not any(one.role is TeamRole.ADMIN and one.invited_by is None for one in team)
    return await render(
        request,
        "organisations/team.html",
        status=status if problems else 200,
        own=own,
        team=[(one, actors[one.person_id]) for one in team if one.person_id in actors],
        may_change=own.admin or (orphaned and request.viewer.owner),
        orphaned=orphaned,
        roles=[one.value for one in TeamRole],
        handle=handle,
        role=role,
        errors=problems.in_words(request.language),
        said=request.query_params.get("said", ""),
    )


def _role(text: str) -> TeamRole:
    if text not in set(TeamRole):
        raise Invalid("role", "choice_unknown")
    return TeamRole(text)


async def invite(request: Request) -> Response:
    form = await read_form(request)
    handle, role = field(form, "handle"), field(form, "role")
    problems = Problems()
    try:
        await count_try(request, "team", str(request.viewer.person), most=_INVITED, within=_WITHIN)
        async with request.site.database.write() as tx:
            own = await find_own_page(tx, request)
            await actions.invite_to_team(tx, request.viewer, own.profile.id, handle, _role(role))
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _team_page(request, handle, role, problems)
    return lead_to(f"/pages/{handle_of(request)}/team?said=invited")


async def change(request: Request) -> Response:
    """Another role for somebody of the team, or none any more (`remove`)."""
    form = await read_form(request)
    person = parse_id(request.params["person"])
    if person is None:
        raise NotFound("actor_not_found")
    problems = Problems()
    try:
        async with request.site.database.write() as tx:
            own = await find_own_page(tx, request)
            if field(form, "remove"):
                await actions.remove_from_team(tx, request.viewer, own.profile.id, person)
            else:
                role = _role(field(form, "role"))
                await actions.set_team_role(tx, request.viewer, own.profile.id, person, role)
    except Conflict as error:
        problems[WHOLE] = error.reason
        return await _team_page(request, "", TeamRole.AUTHOR.value, problems)
    return lead_to(f"/pages/{handle_of(request)}/team?said=changed")


async def join(request: Request) -> Response:
    """Agree to speak for a page, from the list of one's pages."""
    await read_form(request)
    async with request.site.database.write() as tx:
        page = await queries.get_profile(tx, request.viewer, handle_of(request))
        await actions.accept_team(tx, request.viewer, page.id)
    return lead_to(f"/pages/{page.handle}/team?said=joined")


async def leave(request: Request) -> Response:
    """Speak for it no more, or decline to."""
    await read_form(request)
    try:
        async with request.site.database.write() as tx:
            page = await queries.get_profile(tx, request.viewer, handle_of(request))
            await actions.leave_team(tx, request.viewer, page.id)
    except Conflict as error:
        return await _team_page(request, "", TeamRole.AUTHOR.value, Problems({WHOLE: error.reason}))
    return lead_to("/pages")


async def show_log(request: Request) -> Response:
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        own = await find_own_page(tx, request)
        entries = await queries.list_team_log(tx, request.viewer, own.profile.id, page)
        ids = {id_ for one in entries for id_ in (one.person_id, one.subject_id)}
        actors = await queries.list_actors(tx, request.viewer, list(ids))
    next_before = entries[-1].id if len(entries) == page.limit else None
    return await render(
        request, "organisations/log.html", own=own, entries=entries, actors=actors, next_before=next_before
    )


async def act_as(request: Request) -> Response:
    """Speak for one of one's pages from now on (`handle`), or for oneself again."""
    assert request.signed_in is not None
    form = await read_form(request)
    viewer, handle = request.viewer, field(form, "handle").lower()
    async with request.site.database.write() as tx:
        actor = viewer.person
        if handle and handle != request.signed_in.own_handle:
            found = (await queries.resolve_handles(tx, [handle])).get(handle)
            if found is None or found.kind is not ActorKind.PAGE:
                raise NotFound("actor_not_found")
            actor = found.id
        await actions.act_as(tx, viewer, request.signed_in.session_id, actor)
    return lead_to(local_path(field(form, "next")))


ROUTES = [
    Route("GET", "/pages/{handle}/team", show_team, Wants.PERSON),
    Route("POST", "/pages/{handle}/team", invite, Wants.PERSON),
    Route("POST", "/pages/{handle}/team/{person}", change, Wants.PERSON),
    Route("POST", "/pages/{handle}/join", join, Wants.PERSON),
    Route("POST", "/pages/{handle}/leave", leave, Wants.PERSON),
    Route("GET", "/pages/{handle}/log", show_log, Wants.PERSON),
    Route("POST", "/act-as", act_as, Wants.PERSON),
]
