"""From reader to loyal fan: the stages of everybody in a place, how people move between them, who stays."""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import queries
from plausch.insights.model import Finding, Loyalties, Loyalty, Measure, Scope, ScopeKind, Stage
from plausch.insights.model.findings import FEWEST
from plausch.insights.model.loyalty import FEW
from plausch.language.catalogues import N_
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.web.pages import render
from plausch.web.sankey import Sankey, draw_flows
from plausch.web.views.insights.scopes import place_in
from plausch.web.wants import Wants

STAGES = {
    Stage.FAN: (N_("Loyal fans"), N_("nearly always there, and begin conversations or welcome newcomers")),
    Stage.REGULAR: (N_("Regulars"), N_("active in at least 4 of 12 weeks, with at least 3 people to talk with")),
    Stage.PARTICIPANT: (N_("Participants"), N_("have posted or replied")),
    Stage.REACTOR: (N_("Reactors"), N_("have liked or shared something")),
    Stage.READER: (N_("Readers"), N_("come to read")),
    Stage.AWAY: (N_("Not there"), N_("not yet, or not any more")),
}


class StageRow(NamedTuple):
    """A stage in the table of those there are."""

    stage: Stage
    name: str
    means: str
    #: `FEW`: some, but how many is not told.
    people: int


async def show_loyalty(request: Request) -> Response:
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        found = await queries.find_result(tx, request.viewer, place.scope, Measure.LOYALTIES, Loyalties, 0)
    value = found.results[0].value if found is not None else None
    known = value is not None and value.people >= FEWEST
    return await render(
        request,
        "insights/loyalty.html",
        scope=place,
        found=found,
        loyalties=value if known else None,
        rows=_rows(value) if value is not None and known else [],
        names={int(stage): name for stage, (name, _) in STAGES.items()},
        sankey=_draw(value.flows) if value is not None and known else None,
        few=FEW,
    )


def _rows(loyalties: Loyalties) -> list[StageRow]:
    return [
        StageRow(stage, name, means, loyalties.stages[stage])
        for stage, (name, means) in STAGES.items()
        if stage is not Stage.AWAY and (stage is not Stage.READER or loyalties.knows_visits)
    ]


def _draw(flows: Sequence[Sequence[Sequence[int]]]) -> Sankey:
    """The highest stage above; who was not there before and is not there after is not in it."""
    order = [int(stage) for stage in STAGES]
    steps = [[[_size(one, other, step[one][other]) for other in order] for one in order] for step in flows]
    return draw_flows(steps, order)


def _size(one: int, other: int, count: int) -> float:
    if one == other == Stage.AWAY:
        return 0
    # However few they are, they are drawn alike.
    return FEWEST / 2 if count == FEW else count


async def find_own_loyalty(tx: Read, viewer: Viewer) -> Finding[Loyalty] | None:
    """The viewer's own on this server, which nobody else is shown."""
    return await queries.find_result(tx, viewer, Scope(ScopeKind.SERVER), Measure.LOYALTY, Loyalty, viewer.person)


ROUTES = [Route("GET", "/insights/loyalty", show_loyalty, Wants.PERSON)]
