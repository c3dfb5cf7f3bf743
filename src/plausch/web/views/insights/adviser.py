"""What the post adviser knows of a place: what is talked about, when posts are answered, what goes along with that."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import queries
from plausch.insights.model.advice import Times
from plausch.web.pages import render
from plausch.web.views.insights.scopes import shown_place_in
from plausch.web.wants import Wants

_BEST = 5


class Hour(NamedTuple):
    """An hour of the week: Monday is 0."""

    weekday: int
    hour: int
    share: float


async def show_adviser(request: Request) -> Response:
    """For everybody who takes part: they are advised by it."""
    async with request.site.database.read() as tx:
        place = await shown_place_in(tx, request)
        known = await queries.find_knowledge(tx, request.viewer, place.scope)
    times = known.knowledge.times if known is not None else None
    return await render(
        request, "insights/adviser.html", scope=place, known=known, best=_best_hours(times) if times is not None else []
    )


def _best_hours(times: Times) -> list[Hour]:
    """When posts are answered more often than usual, one hour of each day."""
    best: dict[int, Hour] = {}
    for place, share in enumerate(times.shares):
        weekday, hour = divmod(place, 24)
        if share is not None and share > max(times.usual, best[weekday].share if weekday in best else 0):
            best[weekday] = Hour(weekday, hour, share)
    return sorted(best.values(), key=lambda one: -one.share)[:_BEST]


ROUTES = [Route("GET", "/insights/adviser", show_adviser, Wants.PERSON)]
