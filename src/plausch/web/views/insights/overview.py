"""The first page of insights: a person's own figures, and what they look after; of a group or page its own."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights.queries import list_spread_lately
from plausch.web.meeting import with_reason
from plausch.web.pages import render
from plausch.web.views.insights.communities import list_own_circles
from plausch.web.views.insights.loyalty import find_own_loyalty
from plausch.web.views.insights.makers import find_own_maker
from plausch.web.views.insights.scopes import list_places, shown_place_in
from plausch.web.wants import Wants

#: Of one's own posts that were shared.
_PASSED_ON = 5
_MEET = 3


async def show_overview(request: Request) -> Response:
    async with request.site.database.read() as tx:
        place = await shown_place_in(tx, request)
        places = await list_places(tx, request.viewer) if place.whole else []
        passed = await list_spread_lately(tx, request.viewer, _PASSED_ON) if place.whole else []
        heard = await find_own_maker(tx, request.viewer) if place.whole else None
        circles = await list_own_circles(tx, request.viewer) if place.whole else []
        meet = await with_reason(tx, request.viewer, _MEET) if place.whole else []
        loyalty = await find_own_loyalty(tx, request.viewer) if place.whole else None
    return await render(
        request,
        "insights/overview.html",
        scope=place,
        places=places,
        passed=passed,
        loyalty=loyalty,
        heard=heard,
        circles=circles,
        meet=meet,
    )


ROUTES = [Route("GET", "/insights", show_overview, Wants.PERSON)]
