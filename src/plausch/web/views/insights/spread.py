"""How a post spread: a tree over time, and figures, for those whose post it is."""

from dataclasses import asdict
from typing import Any, NamedTuple

import msgspec
from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import queries as insights
from plausch.insights.model import cascades
from plausch.insights.model import spread as rules
from plausch.insights.queries.spread import Spread
from plausch.kernel import clock
from plausch.language.formats import iso
from plausch.people import queries as people
from plausch.talk import queries as talk
from plausch.web.pages import render
from plausch.web.places import post_id_of
from plausch.web.sheets import as_csv
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


async def send_csv(request: Request) -> Response:
    spread = await _find(request)
    return _file(request, "csv", as_csv(_rows(spread)), "text/csv; charset=utf-8")


async def send_json(request: Request) -> Response:
    """The tree, and all that is said about it."""
    spread = await _find(request)
    reach, forecast = spread.reach, spread.forecast
    whole = {
        "method": [rules.VERSION, cascades.VERSION],
        "computed_at": iso(clock.now()),
        "figures": asdict(spread.figures),
        "reach": {"people": reach.people, "new": len(reach.new) if reach.new is not None else None, **reach.kinds},
        "possible_audience": spread.possible,
        "servers": spread.servers,
        "forecast": forecast._asdict() | {"method": rules.FORECAST_VERSION} if forecast is not None else None,
        "tree": _rows(spread),
    }
    return _file(request, "json", msgspec.json.encode(whole), "application/json")


async def _find(request: Request) -> Spread:
    async with request.site.database.read() as tx:
        post = await talk.get_post(tx, request.viewer, post_id_of(request))
        return await insights.get_spread(tx, request.viewer, post)


def _rows(spread: Spread) -> list[dict[str, Any]]:
    """A row a person, in the order of time; of whoever is not named neither who nor when."""
    rows = []
    for number, (node, generation) in enumerate(zip(spread.tree, rules.generations(spread.tree), strict=True)):
        actor = spread.named.get(node.actor)
        rows.append(
            {
                "number": number,
                "from": node.parent if node.parent != cascades.ROOT else None,
                "inferred": node.inferred,
                "generation": generation,
                "handle": actor.handle if actor is not None else None,
                "name": actor.shown_name if actor is not None else None,
                "seconds_later": (node.at - spread.tree[0].at) // clock.SECOND if actor is not None else None,
            }
        )
    return rows


def _file(request: Request, form: str, body: bytes, kind: str) -> Response:
    disposition = f"attachment; filename=spread-{post_id_of(request)}.{form}"
    headers = {"content-disposition": disposition, "cache-control": "private, no-store"}
    return Response(body, media_type=kind, headers=headers)


def _roughly(span: float) -> int:
    """A span (ms) in minutes, hours or days, as one would say it."""
    unit = clock.MINUTE if span < 2 * clock.HOUR else clock.HOUR if span < 2 * clock.DAY else clock.DAY
    return max(clock.MINUTE, round(span / unit) * unit)


ROUTES = [
    Route("GET", "/posts/{id}/spread", show_spread, Wants.PERSON),
    Route("GET", "/posts/{id}/spread.csv", send_csv, Wants.PERSON),
    Route("GET", "/posts/{id}/spread.json", send_json, Wants.PERSON),
]
