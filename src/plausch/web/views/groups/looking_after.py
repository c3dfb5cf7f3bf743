"""For those who look after a group: who asks, who is invited, who is banned; and for all members the log."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.groups import actions, queries
from plausch.groups.model import Joining
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import moment_of, parse_id
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Write
from plausch.web.answers import lead_to
from plausch.web.groups import Standing, actor_in, group_in, inside, looked_after
from plausch.web.pages import render
from plausch.web.paging import LISTED, page_of, skip_in
from plausch.web.places import group_path
from plausch.web.problems import WHOLE, Problems
from plausch.web.wants import Wants

Change = Callable[[Write, Viewer, int, FormData], Awaitable[None]]
_LOGGED = 60
#: What is offered for a link: for how many people, and for how many days.
_USES, _DAYS = (1, 5, 25, 100, 1_000), (1, 7, 30, 90, 365)
_INVITED, _WITHIN = 100, clock.DAY


async def show_requests(request: Request) -> Response:
    skip = skip_in(request)
    async with request.site.database.read() as tx:
        standing = await looked_after(tx, request)
        found = await queries.list_requests(tx, request.viewer, standing.group.id, LISTED + 1, skip)
        asking = found[:LISTED]
        actors = await people.list_actors(tx, request.viewer, [one.actor_id for one in asking])
    return await render(
        request,
        "groups/requests.html",
        standing=standing,
        group=standing.group,
        requests=[(one, actors[one.actor_id]) for one in asking if one.actor_id in actors],
        next_skip=skip + LISTED if len(found) > LISTED else None,
        said=request.query_params.get("said", ""),
    )


async def show_invitations(request: Request) -> Response:
    return await _invitations_page(request, Problems(), "")


def may_invite(standing: Standing) -> bool:
    """In open groups every member invites, elsewhere those who look after it."""
    group = standing.group
    return group.looked_after or (group.role is not None and group.joining is Joining.OPEN)


async def _invitations_page(request: Request, problems: Problems, handle: str) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        standing = await inside(tx, request)
        if not may_invite(standing):
            raise NotAllowed("group_invites")
        group = standing.group
        by, skip = 0 if group.looked_after else viewer.acting_as, skip_in(request)
        found = await queries.list_invited(tx, group.id, LISTED + 1, skip, by=by)
        invited = found[:LISTED]
        links = await queries.list_links(tx, group.id) if group.looked_after else []
        ids = {id_ for one in invited for id_ in (one.actor_id, one.invited_by)} | {one.made_by for one in links}
        actors = await people.list_actors(tx, viewer, list(ids))
    return await render(
        request,
        "groups/invitations.html",
        status=422 if problems else 200,
        standing=standing,
        group=group,
        invited=[(one, actors[one.actor_id]) for one in invited if one.actor_id in actors],
        next_skip=skip + LISTED if len(found) > LISTED else None,
        open_links=[(one, _address(request, one.code), actors.get(one.made_by)) for one in links],
        uses=_USES,
        days=_DAYS,
        handle=handle,
        errors=problems.in_words(request.language),
        said=request.query_params.get("said", ""),
    )


def _address(request: Request, code: str) -> str:
    return request.site.absolute(f"/groups/links/{code}")


async def invite(request: Request) -> Response:
    """Ask somebody to join, by their handle."""
    form = await read_form(request)
    handle = field(form, "handle")
    try:
        await count_try(request, "invite", str(request.viewer.person), most=_INVITED, within=_WITHIN)
        async with request.site.database.write() as tx:
            group = await group_in(tx, request)
            target = await people.find_handle(tx, handle.strip().removeprefix("@").lower()[:64])
            if target is None:
                raise Invalid("handle", "actor_not_found")
            await actions.invite_to_group(tx, request.viewer, group.id, target)
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _invitations_page(request, problems, handle)
    return lead_to(f"{group_path(group.handle)}/invitations?said=invited")


async def make_link(request: Request) -> Response:
    form = await read_form(request)
    uses, days = field(form, "uses"), field(form, "days")
    try:
        if uses not in map(str, _USES) or days not in map(str, _DAYS):
            raise Invalid("uses", "choice_unknown")
        async with request.site.database.write() as tx:
            group = await group_in(tx, request)
            await actions.make_link(tx, request.viewer, group.id, int(uses), int(days) * clock.DAY)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error, WHOLE)
        return await _invitations_page(request, problems, "")
    return lead_to(f"{group_path(group.handle)}/invitations?said=linked")


async def show_bans(request: Request) -> Response:
    async with request.site.database.read() as tx:
        standing = await looked_after(tx, request)
        skip = skip_in(request)
        found = await queries.list_bans(tx, standing.group.id, LISTED + 1, skip)
        bans = found[:LISTED]
        ids = {id_ for one in bans for id_ in (one.actor_id, one.by_id)}
        actors = await people.list_actors(tx, request.viewer, list(ids))
    return await render(
        request,
        "groups/bans.html",
        standing=standing,
        group=standing.group,
        bans=[(one, actors[one.actor_id], actors.get(one.by_id)) for one in bans if one.actor_id in actors],
        next_skip=skip + LISTED if len(found) > LISTED else None,
        said=request.query_params.get("said", ""),
    )


async def show_log(request: Request) -> Response:
    """What was done, for the members to know; who asked and was told no, those know who look after it."""
    page = Page(before=page_of(request).before, limit=_LOGGED)
    async with request.site.database.read() as tx:
        standing = await inside(tx, request)
        group = standing.group
        entries = await queries.list_log(tx, group.id, page, all_steps=group.looked_after)
        ids = {id_ for one in entries for id_ in (one.actor_id, one.subject_id) if id_}
        actors: dict[int, Actor] = await people.list_actors(tx, request.viewer, list(ids))
    return await render(
        request,
        "groups/log.html",
        standing=standing,
        group=group,
        entries=[(one, moment_of(one.id)) for one in entries],
        actors=actors,
        next_before=entries[-1].id if len(entries) == page.limit else None,
        said="",
    )


async def _accept(tx: Write, viewer: Viewer, group: int, form: FormData) -> None:
    await actions.accept_joining(tx, viewer, group, actor_in(form))


async def _decline(tx: Write, viewer: Viewer, group: int, form: FormData) -> None:
    await actions.decline_joining(tx, viewer, group, actor_in(form))


async def _uninvite(tx: Write, viewer: Viewer, group: int, form: FormData) -> None:
    await actions.uninvite(tx, viewer, group, actor_in(form))


async def _end_link(tx: Write, viewer: Viewer, group: int, form: FormData) -> None:
    link = parse_id(field(form, "link"))
    if link is None:
        raise NotFound("group_invitation_over")
    await actions.end_link(tx, viewer, group, link)


def _changing(change: Change, then: str) -> View:
    async def view(request: Request) -> Response:
        form = await read_form(request)
        async with request.site.database.write() as tx:
            group = await group_in(tx, request)
            await change(tx, request.viewer, group.id, form)
        return lead_to(f"{group_path(group.handle)}/{then}?said=saved")

    return view


_GROUP = "/groups/{handle}"
ROUTES = [
    Route("GET", f"{_GROUP}/requests", show_requests, Wants.PERSON),
    Route("POST", f"{_GROUP}/requests/accept", _changing(_accept, "requests"), Wants.PERSON),
    Route("POST", f"{_GROUP}/requests/decline", _changing(_decline, "requests"), Wants.PERSON),
    Route("GET", f"{_GROUP}/invitations", show_invitations, Wants.PERSON),
    Route("POST", f"{_GROUP}/invitations", invite, Wants.PERSON),
    Route("POST", f"{_GROUP}/invitations/remove", _changing(_uninvite, "invitations"), Wants.PERSON),
    Route("POST", f"{_GROUP}/links", make_link, Wants.PERSON),
    Route("POST", f"{_GROUP}/links/remove", _changing(_end_link, "invitations"), Wants.PERSON),
    Route("GET", f"{_GROUP}/bans", show_bans, Wants.PERSON),
    Route("GET", f"{_GROUP}/log", show_log, Wants.PERSON),
]
