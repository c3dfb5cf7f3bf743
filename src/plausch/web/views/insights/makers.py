"""Opinion makers of the server, a group, the audience of a page, or a hashtag; for those who look after it."""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights.model import Community, Maker, Measure, Result, Scope, ScopeKind
from plausch.insights.model.makers import MAKERS_LISTED, is_listed
from plausch.insights.queries import find_result, list_communities, list_results, list_topics
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.web.pages import render
from plausch.web.views.insights.scopes import Place, place_in
from plausch.web.wants import Wants

#: Of these the first are listed: some begin no conversations, or are not seen by the viewer.
_LOOKED_AT = 100
_SERVER = Scope(ScopeKind.SERVER)


class ShownMaker(NamedTuple):
    maker: Maker
    #: None: the viewer itself.
    actor: Actor | None
    #: The communities that they bring together.
    bridges: list[Community]
    #: How and when that was found; empty in a list, which says it once.
    method: str = ""
    as_of: int = 0


async def show_makers(request: Request) -> Response:
    topic = request.query_params.get("topic", "").removeprefix("#").lower()
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        viewer = request.viewer
        found = await list_results(tx, viewer, place.scope, Measure.MAKERS, Maker, topic=topic, limit=_LOOKED_AT)
        topics = await list_topics(tx, viewer, place.scope, Measure.MAKERS)
        shown = await _shown(tx, viewer, place, found.results) if found is not None else []
    return await render(
        request, "insights/makers.html", scope=place, found=found, makers=shown, topics=topics, topic=topic
    )


async def _shown(tx: Read, viewer: Viewer, place: Place, results: Sequence[Result[Maker]]) -> list[ShownMaker]:
    """Who has changed their mind about being counted is not shown either, before the next night."""
    listed = [one for one in results if is_listed(one.value)]
    actors = await people.list_actors(tx, viewer, [one.subject for one in listed])
    counted = await people.list_counted(tx, list(actors))
    communities = await _communities(tx, viewer, place.scope)
    return [
        ShownMaker(one.value, actors[one.subject], _bridges(one.value, communities))
        for one in listed
        if one.subject in counted
    ][:MAKERS_LISTED]


async def _communities(tx: Read, viewer: Viewer, scope: Scope) -> dict[int, Community]:
    """A page's audience is told apart by the communities of the server."""
    found = await list_communities(tx, viewer, _SERVER if scope.kind is ScopeKind.PAGE else scope)
    return {one.subject: one.value for one in found.results} if found is not None else {}


def _bridges(maker: Maker, communities: dict[int, Community]) -> list[Community]:
    return [communities[number] for number in maker.bridges if number in communities and communities[number].labels]


async def find_own_maker(tx: Read, viewer: Viewer) -> ShownMaker | None:
    """What makes the viewer heard, on the whole server."""
    found = await find_result(tx, viewer, _SERVER, Measure.MAKERS, Maker, viewer.person)
    if found is None:
        return None
    maker = found.results[0].value
    bridges = _bridges(maker, await _communities(tx, viewer, _SERVER))
    return ShownMaker(maker, None, bridges, found.method, found.as_of)


ROUTES = [Route("GET", "/insights/people", show_makers, Wants.PERSON)]
