"""Communities of interest: a map, and a list that says the same. Whoever takes part sees what they are about and where
they are themselves; who is in them is shown to those who look after the place."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights.model import Belonging, Community, Grain, Membership, Result, Scope, ScopeKind
from plausch.insights.model.communities import scatter
from plausch.insights.queries import find_own_membership, list_communities, list_memberships
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.web.meeting import groups_to_join, people_to_meet
from plausch.web.pages import render
from plausch.web.views.insights.scopes import Place, shown_place_in
from plausch.web.wants import Wants

#: The drawing's sides.
_SIDE, _MARGIN = 1_000, 20
_DOT = 9
_PEOPLE, _GROUPS = 6, 4
_SERVER = Scope(ScopeKind.SERVER)


class Dot(NamedTuple):
    """A person on the map."""

    x: float
    y: float
    actor: Actor
    bridge: bool


class Line(NamedTuple):
    """How much two communities have to do with each other."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


class Circle(NamedTuple):
    """A community on the map and in the list."""

    number: int
    community: Community
    x: float
    y: float
    radius: float
    #: With whom it talks: (the name of the other one, share).
    ties: list[tuple[str, float]]
    #: The viewer belongs to it: the share of what it says to others.
    mine: float
    people: list[Dot]

    @property
    def name(self) -> str:
        return name_of(self.community)


def name_of(community: Community) -> str:
    return ", ".join(community.labels[:3])


async def show_communities(request: Request) -> Response:
    asked = request.query_params.get("grain", "")
    grain = Grain(asked) if asked in list(Grain) else Grain.USUAL
    viewer = request.viewer
    async with request.site.database.read() as tx:
        place = await shown_place_in(tx, request)
        found = await list_communities(tx, viewer, place.scope, grain)
        own = await find_own_membership(tx, viewer, place.scope)
        members = await _members(tx, viewer, place, grain)
        meet = await people_to_meet(tx, viewer, _PEOPLE) if place.whole else []
        joining = await groups_to_join(tx, viewer, _GROUPS) if place.whole else []
    results = found.results if found is not None else []
    circles = draw(results, own.at(grain) if own is not None else (), members)
    return await render(
        request,
        "insights/communities.html",
        scope=place,
        found=found,
        circles=circles,
        lines=_lines(results),
        grain=grain,
        grains=list(Grain),
        meet=meet,
        joining=joining,
        side=_SIDE,
        top=min((one.y - one.radius for one in circles), default=0) - _MARGIN,
        height=max((one.y + one.radius for one in circles), default=0)
        - min((one.y - one.radius for one in circles), default=0)
        + 2 * _MARGIN,
    )


async def list_own_circles(tx: Read, viewer: Viewer) -> list[Community]:
    """The communities of the server to which the viewer belongs, its own first."""
    own = await find_own_membership(tx, viewer, _SERVER)
    found = await list_communities(tx, viewer, _SERVER) if own is not None else None
    if own is None or found is None:
        return []
    known = {one.subject: one.value for one in found.results}
    return [known[one.number] for one in own.usual if one.number in known]


class Member(NamedTuple):
    actor: Actor
    bridge: bool


async def _members(tx: Read, viewer: Viewer, place: Place, grain: Grain) -> Mapping[int, Sequence[Member]]:
    """By the number of their own community; nobody for who does not look after the place."""
    found = await list_memberships(tx, viewer, place.scope) if place.looked_after else None
    if found is None:
        return {}
    ids = [one.subject for one in found.results]
    actors = await people.list_actors(tx, viewer, ids)
    counted = await people.list_counted(tx, list(actors))
    by_number: defaultdict[int, list[tuple[float, Member]]] = defaultdict(list)
    for one in found.results:
        where = _at(one, grain)
        if where and one.subject in counted:
            by_number[where[0].number].append((-where[0].share, Member(actors[one.subject], len(where) > 1)))
    return {
        number: [member for _, member in sorted(them, key=lambda one: one[0])] for number, them in by_number.items()
    }


def _at(result: Result[Membership], grain: Grain) -> tuple[Belonging, ...]:
    return result.value.at(grain)


def draw(
    results: Sequence[Result[Community]], own: Sequence[Belonging], members: Mapping[int, Sequence[Member]]
) -> list[Circle]:
    """The circles of the map, in the order of the list."""
    names = {one.subject: name_of(one.value) for one in results}
    mine = {one.number: one.share for one in own}
    return [
        Circle(
            number=one.subject,
            community=one.value,
            x=one.value.x * _SIDE,
            y=one.value.y * _SIDE,
            radius=one.value.radius * _SIDE,
            ties=[(names[tie.other], tie.share) for tie in one.value.ties if names.get(tie.other)],
            mine=mine.get(one.subject, 0),
            people=_dots(one.value, members.get(one.subject, ())),
        )
        for one in results
    ]


def _dots(community: Community, members: Sequence[Member]) -> list[Dot]:
    """Evenly within the circle, those who belong to it the most in its middle; below its name there is room left."""
    reach = 0.92 * (community.radius * _SIDE - _DOT)
    return [
        Dot(community.x * _SIDE + reach * x, community.y * _SIDE + reach * y, one.actor, one.bridge)
        for one, (x, y) in zip(members, scatter(len(members)), strict=True)
    ]


def _lines(results: Sequence[Result[Community]]) -> list[Line]:
    where = {one.subject: one.value for one in results}
    strength: defaultdict[tuple[int, int], float] = defaultdict(float)
    for one in results:
        for tie in one.value.ties:
            if tie.other in where:
                strength[min(one.subject, tie.other), max(one.subject, tie.other)] += tie.share
    return [
        Line(where[a].x * _SIDE, where[a].y * _SIDE, where[b].x * _SIDE, where[b].y * _SIDE, max(2.0, 40 * share))
        for (a, b), share in sorted(strength.items())
    ]


ROUTES = [Route("GET", "/insights/communities", show_communities, Wants.PERSON)]
