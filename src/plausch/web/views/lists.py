"""Lists: some of the people one follows, read apart from the others."""

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.feeds import actions, queries
from plausch.feeds.model import LIST_NAME_MAX
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import profile_path
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP
from plausch.people import queries as people
from plausch.web.answers import lead_to, local_path
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import handle_of
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_INDEX = "/lists"


def _path(id_: int) -> str:
    return f"{_INDEX}/{id_}"


def _id_of(request: Request) -> int:
    found = parse_id(request.params["id"])
    if found is None:
        raise NotFound("list_not_found")
    return found


async def show_lists(request: Request) -> Response:
    return await _lists_page(request, {"name": "", "out_of_home": ""}, Problems())


async def _lists_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        lists = await queries.list_lists(tx, request.viewer)
    return await render(
        request,
        "lists/lists.html",
        status=422 if problems else 200,
        lists=lists,
        values=values,
        errors=problems.in_words(request.language),
        name_max=LIST_NAME_MAX,
    )


def _sent(form: FormData) -> dict[str, str]:
    return {name: field(form, name) for name in ("name", "out_of_home")}


async def make_list(request: Request) -> Response:
    values = _sent(await read_form(request))
    try:
        async with request.site.database.write() as tx:
            id_ = await actions.make_list(tx, request.viewer, values["name"], out_of_home=bool(values["out_of_home"]))
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _lists_page(request, values, problems)
    return lead_to(f"{_path(id_)}/edit")


async def show_list(request: Request) -> Response:
    page = page_of(request)
    async with request.site.database.read() as tx:
        found = await queries.get_list(tx, request.viewer, _id_of(request))
        feed = await queries.list_feed(tx, request.viewer, found.id, page)
    return await render(request, "lists/list.html", list=found, feed=feed, newest=page.before == TOP)


async def show_edit(request: Request) -> Response:
    return await _edit_page(request, None, Problems())


async def _edit_page(request: Request, values: dict[str, str] | None, problems: Problems, handle: str = "") -> Response:
    async with request.site.database.read() as tx:
        found = await queries.get_list(tx, request.viewer, _id_of(request))
        members = await queries.list_list_members(tx, request.viewer, found.id)
    return await render(
        request,
        "lists/edit.html",
        status=422 if problems else 200,
        list=found,
        members=members,
        values=values or {"name": found.name, "out_of_home": "yes" if found.out_of_home else ""},
        handle=handle,
        errors=problems.in_words(request.language),
        name_max=LIST_NAME_MAX,
        saved=request.query_params.get("saved") == "1",
    )


async def change_list(request: Request) -> Response:
    values, id_ = _sent(await read_form(request)), _id_of(request)
    try:
        async with request.site.database.write() as tx:
            await actions.change_list(tx, request.viewer, id_, values["name"], out_of_home=bool(values["out_of_home"]))
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _edit_page(request, values, problems)
    return lead_to(f"{_path(id_)}/edit?saved=1")


async def remove_list(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.remove_list(tx, request.viewer, _id_of(request))
    return lead_to(_INDEX)


async def add_member(request: Request) -> Response:
    """Put somebody on the list by their handle."""
    form, id_ = await read_form(request), _id_of(request)
    handle = field(form, "handle")
    problems = Problems()
    try:
        async with request.site.database.write() as tx:
            target = await people.find_handle(tx, handle.strip().removeprefix("@").lower())
            if target is None:
                raise Invalid("handle", "actor_not_found")
            await actions.add_to_list(tx, request.viewer, id_, target)
    except (Invalid, Conflict) as error:
        problems.note(error, "handle")
        return await _edit_page(request, None, problems, handle)
    return lead_to(f"{_path(id_)}/edit")


async def take_off(request: Request) -> Response:
    form, id_ = await read_form(request), _id_of(request)
    async with request.site.database.write() as tx:
        await actions.take_off_list(tx, request.viewer, id_, parse_id(field(form, "actor")) or 0)
    return lead_to(f"{_path(id_)}/edit")


async def show_choices(request: Request) -> Response:
    """On which of the viewer's lists somebody is, to be changed."""
    async with request.site.database.read() as tx:
        profile = await people.get_profile(tx, request.viewer, handle_of(request))
        relationship = await people.get_relationship(tx, request.viewer, profile.id)
        choices = await queries.list_choices(tx, request.viewer, profile.id)
    return await render(request, "lists/choices.html", profile=profile, follows=relationship.follows, choices=choices)


async def choose(request: Request) -> Response:
    """Put somebody on the lists that are ticked, and take them off the others."""
    form, handle = await read_form(request), handle_of(request)
    viewer = request.viewer
    wanted = {parse_id(value) for value in form.getlist("list") if isinstance(value, str)}
    async with request.site.database.write() as tx:
        profile = await people.get_profile(tx, viewer, handle)
        for one in await queries.list_choices(tx, viewer, profile.id):
            if one.id in wanted and not one.on:
                await actions.add_to_list(tx, viewer, one.id, profile.id)
            elif one.on and one.id not in wanted:
                await actions.take_off_list(tx, viewer, one.id, profile.id)
    return lead_to(local_path(field(form, "next"), profile_path(handle)))


ROUTES = [
    Route("GET", _INDEX, show_lists, Wants.PERSON),
    Route("POST", _INDEX, make_list, Wants.PERSON),
    Route("GET", f"{_INDEX}/{{id}}", show_list, Wants.PERSON),
    Route("GET", f"{_INDEX}/{{id}}/edit", show_edit, Wants.PERSON),
    Route("POST", f"{_INDEX}/{{id}}/edit", change_list, Wants.PERSON),
    Route("POST", f"{_INDEX}/{{id}}/remove", remove_list, Wants.PERSON),
    Route("POST", f"{_INDEX}/{{id}}/members", add_member, Wants.PERSON),
    Route("POST", f"{_INDEX}/{{id}}/members/remove", take_off, Wants.PERSON),
    Route("GET", "/@{handle}/lists", show_choices, Wants.PERSON),
    Route("POST", "/@{handle}/lists", choose, Wants.PERSON),
]
