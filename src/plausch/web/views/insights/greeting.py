"""Greeting newcomers: whose turn it is, who greets, and how to be one of them."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.groups.model import Group
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import actions, queries
from plausch.insights.model import Greeting, Scope, ScopeKind
from plausch.insights.model.health import NEW_FOR, TURN
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.views.insights.scopes import Place, find_place, shown_place_in
from plausch.web.wants import Wants

_LISTED = 60
#: In an hour: each time somebody begins or stops, newcomers are given to others, who are told.
_CHANGED, _MARKED = 20, 120


class Newcomer(NamedTuple):
    """Somebody new, as they are listed."""

    greeting: Greeting
    actor: Actor
    #: Whose turn it is, if anybody's.
    greeter: Actor | None
    #: Where they are new; None: on this server.
    group: Group | None = None


async def show_greeting(request: Request) -> Response:
    """Whom it is one's turn to greet; of a place who greets there, and for those who look after it all newcomers."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        place = await shown_place_in(tx, request)
        scope = _greeted(place)
        volunteers = [one.person_id for one in await queries.list_volunteers(tx, scope)]
        own = await queries.list_own_greetings(tx, viewer.person, clock.now() - NEW_FOR)
        everybody: list[Greeting] = []
        if place.looked_after:
            everybody = await list_newcomers(tx, viewer, scope, _LISTED)
        known = await people.list_actors(tx, viewer, volunteers)
        mine = await _shown(tx, request, own)
        waiting = await _shown(tx, request, everybody)
    return await render(
        request,
        "insights/greeting.html",
        scope=place,
        volunteers=[known[one] for one in volunteers if one in known],
        volunteering=viewer.person in volunteers,
        mine=mine,
        waiting=waiting,
        turn=TURN,
        new_for=NEW_FOR,
    )


async def list_newcomers(tx: Read, viewer: Viewer, scope: int, limit: int) -> list[Greeting]:
    """Whom nobody has greeted yet; nobody greets themselves."""
    found = await queries.list_waiting(tx, scope, clock.now() - NEW_FOR, limit)
    return [one for one in found if one.person_id != viewer.person]


async def change_volunteering(request: Request) -> Response:
    """Begin to greet in a place, or stop."""
    form = await read_form(request)
    await count_try(request, "greet", str(request.viewer.person), most=_CHANGED, within=clock.HOUR)
    async with request.site.database.write() as tx:
        place = await find_place(tx, request.viewer, field(form, "of").lower())
        scope = Scope(ScopeKind.GROUP if _greeted(place) else ScopeKind.SERVER, _greeted(place))
        if field(form, "do") == "stop":
            await actions.stop_volunteering(tx, request.viewer, scope)
        else:
            await actions.volunteer(tx, request.viewer, scope)
    return lead_to(place.at("/insights/greeting"))


async def mark_greeted(request: Request) -> Response:
    """Somebody has said hello."""
    form = await read_form(request)
    newcomer, group = parse_id(request.params["id"]), parse_id(field(form, "group")) or 0
    if newcomer is None:
        raise NotFound("actor_not_found")
    await count_try(request, "mark-greeted", str(request.viewer.person), most=_MARKED, within=clock.HOUR)
    async with request.site.database.write() as tx:
        await actions.mark_greeted(tx, request.viewer, group, newcomer)
        place = await find_place(tx, request.viewer, field(form, "of").lower())
    return lead_to(place.at("/insights/greeting"))


def greeted_at(place: Place) -> int | None:
    """The server (0) or the group where newcomers are greeted; None where nobody is."""
    return place.scope.id if place.kind in (ScopeKind.SERVER, ScopeKind.GROUP) else None


def _greeted(place: Place) -> int:
    """The same. Raises NotFound where nobody is."""
    found = greeted_at(place)
    if found is None:
        raise NotFound("actor_not_found")
    return found


async def _shown(tx: Read, request: Request, greetings: list[Greeting]) -> list[Newcomer]:
    viewer = request.viewer
    ids = {one.person_id for one in greetings} | {one.greeter_id for one in greetings}
    actors = await people.list_actors(tx, viewer, list(ids))
    where = await groups.list_groups(tx, viewer, [one.scope_id for one in greetings if one.scope_id])
    return [
        Newcomer(one, actors[one.person_id], actors.get(one.greeter_id), where.get(one.scope_id))
        for one in greetings
        if one.person_id in actors and (not one.scope_id or one.scope_id in where)
    ]


ROUTES = [
    Route("GET", "/insights/greeting", show_greeting, Wants.PERSON),
    Route("POST", "/insights/greeting", change_volunteering, Wants.PERSON),
    Route("POST", "/insights/greeting/{id}", mark_greeted, Wants.PERSON),
]
