"""Introductions: "you two should meet, because ...". Both are asked, and are connected when both say yes."""

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import Page
from plausch.people import actions, queries
from plausch.people.model import LINE_MAX, Relation
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.wants import Wants

#: Introductions that one person makes in a day.
_MADE, _WITHIN = 20, clock.DAY
#: Connections that the form offers.
_OFFERED = 200
#: Under which field the form shows what is wrong with the whole pair.
_ABOUT_BOTH = "second"


async def show_introductions(request: Request) -> Response:
    asked = request.query_params
    values = {"first": asked.get("first", "")[:80], "second": asked.get("second", "")[:80], "line": ""}
    return await _page(request, values, Problems())


async def _page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        waiting = await queries.list_introductions(tx, viewer)
        made = await queries.list_made_introductions(tx, viewer)
        ids = {id_ for one in (*waiting, *made) for id_ in (one.made_by, one.one_id, one.other_id)}
        actors = await queries.list_actors(tx, viewer, list(ids))
        known = await queries.list_related(tx, viewer, viewer.person, Relation.CONNECT, Page(limit=_OFFERED))
    return await render(
        request,
        "people/introductions.html",
        status=422 if problems else 200,
        waiting=[
            (one, actors[one.made_by], actors[one.other_than(viewer.person)])
            for one in waiting
            if {one.made_by, one.other_than(viewer.person)} <= actors.keys()
        ],
        made=[
            (one, actors[one.one_id], actors[one.other_id])
            for one in made
            if {one.one_id, one.other_id} <= actors.keys()
        ],
        known=known,
        values=values,
        errors=problems.in_words(request.language),
        line_max=LINE_MAX,
        said=request.query_params.get("said", ""),
    )


async def introduce(request: Request) -> Response:
    form = await read_form(request)
    values = {name: field(form, name) for name in ("first", "second", "line")}
    await count_try(request, "introduce", str(request.viewer.person), most=_MADE, within=_WITHIN)
    problems = Problems()
    try:
        async with request.site.database.write() as tx:
            found = {}
            for name in ("first", "second"):
                person = await queries.find_handle(tx, values[name].strip().lower().removeprefix("@"))
                if person is None:
                    raise Invalid(name, "actor_not_found")
                found[name] = person
            await actions.introduce(tx, request.viewer, found["first"], found["second"], values["line"])
    except (Invalid, Conflict) as error:
        problems.note(error, error.field if error.field in values else _ABOUT_BOTH)
    except (NotFound, NotAllowed) as error:
        problems.setdefault(_ABOUT_BOTH, error.reason)
    if problems:
        return await _page(request, values, problems)
    return lead_to("/introductions?said=made")


def _answering(agrees: bool) -> View:
    async def view(request: Request) -> Response:
        id_ = parse_id(request.params["id"])
        if id_ is None:
            raise NotFound("introduction_not_found")
        async with request.site.database.write() as tx:
            await (actions.agree_to_meet if agrees else actions.decline_to_meet)(tx, request.viewer, id_)
        return lead_to(f"/introductions?said={'agreed' if agrees else 'declined'}")

    return view


ROUTES = [
    Route("GET", "/introductions", show_introductions, Wants.PERSON),
    Route("POST", "/introductions", introduce, Wants.PERSON),
    Route("POST", "/introductions/{id}/agree", _answering(True), Wants.PERSON),
    Route("POST", "/introductions/{id}/decline", _answering(False), Wants.PERSON),
]
