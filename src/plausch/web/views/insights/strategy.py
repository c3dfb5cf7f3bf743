"""Whom a place is there for, how much of that target group it reaches, its goals, and how a page is spoken of."""

import re
from functools import partial
from typing import NamedTuple

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import actions, queries
from plausch.insights.model import Measure, ScopeKind
from plausch.insights.model.awareness import Awareness, Mention
from plausch.insights.model.goals import GoalKind
from plausch.insights.model.strategy import LINE_MAX, Description, Target
from plausch.insights.model.weeks import WEEK, monday_of
from plausch.insights.queries.targets import list_circles
from plausch.insights.queries.unanswered import list_counted_posts
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.language.formats import Formats
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.views.insights.scopes import Place, place_in
from plausch.web.wants import Wants
from plausch.web.weekly import GOALS, show_value, tell_goal

_PATH = "/insights/strategy"
_TEXTS = ("about", "topics", "groups", "words", "names", "others")
_GOALS, _WITHIN = 30, clock.HOUR
#: So often a day somebody may have others counted: rounding is by lot, and many lots tell what one does not.
_DESCRIBED = 10
_WEEKS = 12
_MOST_TEXT = 2_000


class Form(NamedTuple):
    """What was typed."""

    values: dict[str, str]
    communities: frozenset[int]


async def show_strategy(request: Request) -> Response:
    return await _strategy_page(request, None, Problems())


async def _strategy_page(
    request: Request, form: Form | None, problems: Problems, goal: dict[str, str] | None = None
) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        place = await _described_place(tx, request)
        description = await queries.find_description(tx, viewer, place.scope)
        found = await queries.list_results(tx, viewer, place.scope, Measure.TARGET, Target)
        this = monday_of(clock.now(), await people.find_usual_zone(tx))
        progress = await queries.list_progress(tx, viewer, place.scope, this + WEEK)
        circles = await list_circles(tx)
        shown = form or Form(await _values(tx, viewer, description), frozenset(description.communities))
    return await render(
        request,
        "insights/strategy.html",
        status=422 if problems else 200,
        scope=place,
        description=description,
        found=found,
        goals=[(one, tell_goal(request.language, one, reached), reached) for one, reached in progress],
        circles=circles,
        values=shown.values,
        chosen=shown.communities,
        goal=goal or {"kind": GoalKind.ANSWERED.value, "target": "80", "weeks": str(_WEEKS)},
        kinds=GOALS,
        show=partial(show_value, Formats(request.language, "UTC", clock.now())),
        line_max=LINE_MAX,
        errors=problems.in_words(request.language),
        saved=request.query_params.get("saved") == "1",
    )


async def _described_place(tx: Read, request: Request) -> Place:
    """Boards have no target group of their own. Raises NotFound, NotAllowed."""
    place = await place_in(tx, request)
    if place.kind is ScopeKind.BOARD:
        raise NotFound
    return place


async def _values(tx: Read, viewer: Viewer, description: Description) -> dict[str, str]:
    known = await groups.list_groups(tx, viewer, description.groups)
    return {
        "about": description.about,
        "topics": " ".join(f"#{one}" for one in description.topics),
        "groups": " ".join(f"@{one.handle}" for one in known.values()),
        "words": ", ".join(description.words),
        "names": ", ".join(description.names),
        "others": ", ".join(description.others),
    }


async def save_strategy(request: Request) -> Response:
    sent = await read_form(request)
    form = Form({name: field(sent, name)[:_MOST_TEXT] for name in _TEXTS}, _numbers(sent))
    await count_try(request, "target", str(request.viewer.person), most=_DESCRIBED, within=clock.DAY)
    problems = Problems()
    async with request.site.database.read() as tx:
        place = await _described_place(tx, request)
    try:
        async with request.site.database.write() as write:
            description = await _read(write, form)
            await actions.describe_target(write, request.viewer, place.scope, description)
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _strategy_page(request, form, problems)
    return lead_to(place.at(_PATH, saved=1))


def _numbers(sent: FormData) -> frozenset[int]:
    return frozenset(id_ for one in sent.getlist("communities") if isinstance(one, str) and (id_ := parse_id(one)))


async def _read(tx: Read, form: Form) -> Description:
    """Raises Invalid for a group that there is not."""
    values = form.values
    handles = [one.lstrip("@").lower() for one in re.split(r"[\s,]+", values["groups"]) if one]
    known = await people.resolve_handles(tx, handles)
    if any(one not in known for one in handles):
        raise Invalid("groups", "target_group_closed")
    return Description(
        about=values["about"],
        topics=tuple(re.split(r"[\s,]+", values["topics"])),
        groups=tuple(known[one].id for one in handles),
        communities=tuple(sorted(form.communities)),
        words=tuple(values["words"].split(",")),
        names=tuple(values["names"].split(",")),
        others=tuple(values["others"].split(",")),
    )


async def set_goal(request: Request) -> Response:
    sent = await read_form(request)
    goal = {name: field(sent, name)[:40] for name in ("kind", "target", "weeks")}
    await count_try(request, "strategy", str(request.viewer.person), most=_GOALS, within=_WITHIN)
    async with request.site.database.read() as tx:
        place = await _described_place(tx, request)
    try:
        if goal["kind"] not in set(GoalKind):
            raise Invalid("kind", "choice_unknown")
        target, weeks = parse_id(goal["target"]) or 0, parse_id(goal["weeks"]) or 0
        async with request.site.database.write() as write:
            await actions.set_goal(write, request.viewer, place.scope, GoalKind(goal["kind"]), target, weeks)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _strategy_page(request, None, problems, goal)
    return lead_to(place.at(_PATH, saved=1) + "#goals")


async def drop_goal(request: Request) -> Response:
    await read_form(request)
    await count_try(request, "strategy", str(request.viewer.person), most=_GOALS, within=_WITHIN)
    async with request.site.database.read() as tx:
        place = await _described_place(tx, request)
    async with request.site.database.write() as write:
        await actions.drop_goal(write, request.viewer, place.scope, parse_id(request.params["id"]) or 0)
    return lead_to(place.at(_PATH, saved=1) + "#goals")


async def show_awareness(request: Request) -> Response:
    """How others speak of a page. Of the posts the viewer sees those that are for them."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        if place.kind is not ScopeKind.PAGE:
            raise NotFound
        description = await queries.find_description(tx, viewer, place.scope)
        found = await queries.list_results(tx, viewer, place.scope, Measure.AWARENESS, Awareness)
        named = await queries.list_results(tx, viewer, place.scope, Measure.AWARENESS_POSTS, Mention)
        ids = [one.subject for one in named.results] if named is not None else []
        posts = await list_counted_posts(tx, viewer, ids)
        actors = await people.list_actors(tx, viewer, list({one.actor_id for one in posts.values()}))
    return await render(
        request,
        "insights/awareness.html",
        scope=place,
        description=description,
        found=found,
        posts=[
            (posts[id_], actors[posts[id_].actor_id]) for id_ in ids if id_ in posts and posts[id_].actor_id in actors
        ],
    )


ROUTES = [
    Route("GET", _PATH, show_strategy, Wants.PERSON),
    Route("POST", _PATH, save_strategy, Wants.PERSON),
    Route("POST", "/insights/goals", set_goal, Wants.PERSON),
    Route("POST", "/insights/goals/{id}/remove", drop_goal, Wants.PERSON),
    Route("GET", "/insights/awareness", show_awareness, Wants.PERSON),
]
