"""How a post spread: a tree over time, and figures, for those whose post it is."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import queries as insights
from plausch.insights.model import spread as rules
from plausch.insights.queries.spread import Spread
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.web.pages import render
from plausch.web.places import post_id_of
from plausch.web.spread import Dot, Drawing, draw
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants

#: As many of a generation are listed by name.
_LISTED = 60
#: As many people are named whom the author had not met before.
_NEW = 12


class Generation(NamedTuple):
    """Those who are as many steps away from whoever posted it."""

    number: int
    dots: list[Dot]
    people: int


async def show_spread(request: Request) -> Response:
    async with request.site.database.read() as tx:
        post, context = await shown_post(tx, request.viewer, post_id_of(request))
        spread = await insights.get_spread(tx, request.viewer, post)
        new = await people.list_actors(tx, request.viewer, (spread.reach.new or ())[:_NEW])
    drawing = draw(spread.tree, spread.named)
    return await render(
        request,
        "insights/spread.html",
        spread=spread,
        drawing=drawing,
        generations=_generations(spread, drawing),
        new=list(new.values()),
        roughly=_roughly,
        now=clock.now(),
        method=rules.VERSION,
        **context,
    )


def _generations(spread: Spread, drawing: Drawing) -> list[Generation]:
    depths = rules.generations(spread.tree)
    found = []
    for number in range(1, spread.figures.depth + 1):
        dots = [dot for dot in drawing.dots if dot.generation == number]
        found.append(Generation(number, dots[:_LISTED], depths.count(number)))
    return found


def _roughly(span: float) -> int:
    """A span (ms) in minutes, hours or days, as one would say it."""
    unit = clock.MINUTE if span < 2 * clock.HOUR else clock.HOUR if span < 2 * clock.DAY else clock.DAY
    return max(clock.MINUTE, round(span / unit) * unit)


ROUTES = [Route("GET", "/posts/{id}/spread", show_spread, Wants.PERSON)]
