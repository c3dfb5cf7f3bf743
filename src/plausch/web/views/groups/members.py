"""Who is in a group, for those who are; and what those who look after it do about members."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.groups import actions, queries
from plausch.groups.model import REASON_MAX, GroupRole
from plausch.http.forms import check_text, field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.web.answers import lead_to
from plausch.web.groups import actor_in, group_in, inside, looked_after
from plausch.web.pages import render
from plausch.web.paging import LISTED, skip_in
from plausch.web.places import group_path
from plausch.web.problems import WHOLE, Problems
from plausch.web.wants import Wants

Change = Callable[[Write, Viewer, int, int, FormData], Awaitable[None]]
_WORDS_MAX = 60
#: For how many days somebody is banned; 0: until it is taken back.
BAN_DAYS = (1, 7, 30, 365, 0)


async def show_members(request: Request) -> Response:
    """The directory inside the group."""
    query = request.query_params
    words = query.get("q", "")[:_WORDS_MAX]
    check_text(words)
    skip = skip_in(request)
    async with request.site.database.read() as tx:
        standing = await inside(tx, request)
        members = await queries.list_members(tx, request.viewer, standing.group.id, LISTED + 1, skip, words)
        actors = await people.list_actors(tx, request.viewer, [one.actor_id for one in members])
    shown = [(one, actors[one.actor_id]) for one in members[:LISTED] if one.actor_id in actors]
    return await render(
        request,
        "groups/members.html",
        standing=standing,
        group=standing.group,
        members=shown,
        next_skip=skip + LISTED if len(members) > LISTED else None,
        words=words,
        said=query.get("said", ""),
    )


async def show_member(request: Request) -> Response:
    return await _member_page(request, parse_id(request.params["id"]) or 0, Problems())


async def _member_page(request: Request, id_: int, problems: Problems) -> Response:
    """What one can do about a member, or about somebody who is banned."""
    async with request.site.database.read() as tx:
        standing = await looked_after(tx, request)
        group = standing.group
        role = await queries.find_role(tx, group.id, id_)
        actor = (await people.list_actors(tx, request.viewer, [id_])).get(id_)
    if actor is None or role is None:
        raise NotFound("member_not_found")
    return await render(
        request,
        "groups/member.html",
        status=422 if problems else 200,
        standing=standing,
        group=group,
        member=actor,
        role=role,
        roles=list(GroupRole),
        days=BAN_DAYS,
        reason_max=REASON_MAX,
        errors=problems.in_words(request.language),
        said="",
    )


async def _set_role(tx: Write, viewer: Viewer, group: int, actor: int, form: FormData) -> None:
    wanted = field(form, "role")
    if wanted not in set(GroupRole):
        raise Invalid("role", "choice_unknown")
    await actions.set_group_role(tx, viewer, group, actor, GroupRole(wanted))


async def _hand_over(tx: Write, viewer: Viewer, group: int, actor: int, _: FormData) -> None:
    await actions.hand_over_group(tx, viewer, group, actor)


async def _remove(tx: Write, viewer: Viewer, group: int, actor: int, form: FormData) -> None:
    await actions.remove_member(tx, viewer, group, actor, field(form, "reason"))


async def _ban(tx: Write, viewer: Viewer, group: int, actor: int, form: FormData) -> None:
    days = field(form, "days")
    if days not in map(str, BAN_DAYS):
        raise Invalid("days", "choice_unknown")
    ends_at = clock.now() + int(days) * clock.DAY if int(days) else None
    await actions.ban(tx, viewer, group, actor, field(form, "reason"), ends_at)


async def _unban(tx: Write, viewer: Viewer, group: int, actor: int, _: FormData) -> None:
    await actions.unban(tx, viewer, group, actor)


def _changing(change: Change, then: str) -> View:
    async def view(request: Request) -> Response:
        form = await read_form(request)
        actor = actor_in(form)
        try:
            async with request.site.database.write() as tx:
                group = await group_in(tx, request)
                await change(tx, request.viewer, group.id, actor, form)
        except (Invalid, Conflict) as error:
            problems = Problems()
            problems.note(error, None if isinstance(error, Invalid) else WHOLE)
            return await _member_page(request, actor, problems)
        return lead_to(f"{group_path(group.handle)}/{then}?said=saved")

    return view


_MEMBERS = "/groups/{handle}/members"
ROUTES = [
    Route("GET", _MEMBERS, show_members, Wants.PERSON),
    Route("GET", f"{_MEMBERS}/{{id}}", show_member, Wants.PERSON),
    Route("POST", f"{_MEMBERS}/role", _changing(_set_role, "members"), Wants.PERSON),
    Route("POST", f"{_MEMBERS}/hand-over", _changing(_hand_over, "members"), Wants.PERSON),
    Route("POST", f"{_MEMBERS}/remove", _changing(_remove, "members"), Wants.PERSON),
    Route("POST", f"{_MEMBERS}/ban", _changing(_ban, "bans"), Wants.PERSON),
    Route("POST", f"{_MEMBERS}/unban", _changing(_unban, "bans"), Wants.PERSON),
]
