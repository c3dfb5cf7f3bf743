"""How well people talk with each other in a place, and what those can do about it who look after it: posts without an
answer, newcomers to greet."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import actions, queries
from plausch.insights.model import Care, CareKind, Greeting, Health, Measure, Scope, ScopeKind
from plausch.insights.model.findings import FEWEST
from plausch.insights.model.health import LATE_DEFAULT
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language.markdown import plain_text
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.talk.model import Post
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.places import post_id_of, post_path
from plausch.web.views.insights.greeting import greeted_at, list_newcomers
from plausch.web.views.insights.scopes import Place, find_place, place_in
from plausch.web.wants import Wants

_EXCERPT = 220
_NEWCOMERS = 60
_DECIDED = 240
_DECISIONS = {"taken": CareKind.TAKEN, "unneeded": CareKind.UNNEEDED, "open": None}


class Shown(NamedTuple):
    """A post that waits, as it is listed."""

    post: Post
    actor: Actor
    excerpt: str
    path: str
    care: Care | None
    carer: Actor | None
    #: Its author is new here.
    new: bool


async def show_health(request: Request) -> Response:
    """The figures, each with its development."""
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        found = await queries.find_result(tx, request.viewer, place.scope, Measure.HEALTH, Health, 0)
        health = found.results[0].value if found is not None else None
        waiting = await _list_waiting(tx, request, place, health)
        newcomers = await _count_newcomers(tx, request.viewer, place)
        boards = await _boards(tx, place)
    return await render(
        request,
        "insights/health.html",
        scope=place,
        found=found,
        health=health if health is not None and health.now.people >= FEWEST else None,
        waiting=sum(one.care is None for one in waiting),
        newcomers=newcomers,
        boards=boards,
        roughly=roughly,
    )


async def _boards(tx: Read, place: Place) -> list[Place]:
    """The boards of the server or of a group, which have figures of their own."""
    group = greeted_at(place)
    if group is None:
        return []
    return [
        place._replace(scope=Scope(ScopeKind.BOARD, board.id), name=board.name, slug=board.slug)
        for board in await groups.list_boards(tx, group)
    ]


async def show_unanswered(request: Request) -> Response:
    """What nobody else has answered, as it is now."""
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        found = await queries.find_result(tx, request.viewer, place.scope, Measure.HEALTH, Health, 0)
        health = found.results[0].value if found is not None else None
        waiting = await _list_waiting(tx, request, place, health)
    return await render(
        request,
        "insights/unanswered.html",
        scope=place,
        waiting=[one for one in waiting if one.care is None],
        taken=[one for one in waiting if one.care is not None and one.care.kind is CareKind.TAKEN],
        unneeded=[one for one in waiting if one.care is not None and one.care.kind is CareKind.UNNEEDED],
        late_after=roughly(_late_after(health)),
        usual=_late_after(health) != LATE_DEFAULT,
    )


async def decide(request: Request) -> Response:
    """Take care of a post, say that it needs no answer, or take that back."""
    form = await read_form(request)
    decision = field(form, "do")
    if decision not in _DECISIONS:
        raise Invalid("do", "choice_unknown")
    await count_try(request, "care", str(request.viewer.person), most=_DECIDED, within=clock.HOUR)
    async with request.site.database.write() as tx:
        place = await find_place(tx, request.viewer, field(form, "of").lower(), field(form, "board").lower())
        await actions.care_for(tx, request.viewer, place.scope, post_id_of(request), _DECISIONS[decision])
    return lead_to(place.at("/insights/unanswered"))


async def _list_waiting(tx: Read, request: Request, place: Place, health: Health | None) -> list[Shown]:
    viewer = request.viewer
    found = await queries.list_unanswered(tx, viewer, place.scope, _late_after(health))
    carers = {one.care.person_id for one in found if one.care is not None}
    actors = await people.list_actors(tx, viewer, list({one.post.actor_id for one in found} | carers))
    new = {one.person_id for one in await _newcomers(tx, viewer, place)}
    return [
        Shown(
            one.post,
            actors[one.post.actor_id],
            _excerpt(one.post),
            post_path(one.post.conversation_id, one.post.id),
            one.care,
            actors.get(one.care.person_id) if one.care is not None else None,
            one.post.author_id in new,
        )
        for one in found
        if one.post.actor_id in actors
    ]


async def _newcomers(tx: Read, viewer: Viewer, place: Place) -> list[Greeting]:
    """Who came of late and was not greeted, of the server or the group that the place is or is in."""
    group = greeted_at(place)
    if group is None:
        return []
    return await list_newcomers(tx, viewer, group, _NEWCOMERS)


async def _count_newcomers(tx: Read, viewer: Viewer, place: Place) -> int | None:
    """None where nobody is greeted."""
    return None if greeted_at(place) is None else len(await _newcomers(tx, viewer, place))


def _late_after(health: Health | None) -> int:
    return health.late_after if health is not None else LATE_DEFAULT


def _excerpt(post: Post) -> str:
    text = " ".join((post.warning or post.title or plain_text(post.html)).split())
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rstrip() + "…"


def roughly(span: float) -> int:
    """A span (ms) in whole minutes, hours or days, as one would say it."""
    for unit in (clock.DAY, clock.HOUR):
        if span >= 2 * unit:
            return round(span / unit) * unit
    return max(round(span / clock.MINUTE), 1) * clock.MINUTE


ROUTES = [
    Route("GET", "/insights/health", show_health, Wants.PERSON),
    Route("GET", "/insights/unanswered", show_unanswered, Wants.PERSON),
    Route("POST", "/insights/unanswered/{id}", decide, Wants.PERSON),
]
