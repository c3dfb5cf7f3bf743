"""Search over people, tags and posts, among what the viewer may see and what agreed to be found."""

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from plausch.feeds import actions, queries
from plausch.feeds.model import QUERY_MAX, Feed, SearchOrder, parse_search
from plausch.http.forms import check_text, field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP, Page
from plausch.people import queries as people
from plausch.storage import Read
from plausch.web.answers import lead_to, local_path
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.trends import read_trends
from plausch.web.wants import Wants

_PEOPLE = 8
_TAGS = 8
_SEARCHES, _WITHIN = 120, 10 * clock.MINUTE


async def show_search(request: Request) -> Response:
    """What was found; with nothing asked, what can be."""
    text = request.query_params.get("q", "")[:QUERY_MAX].strip()
    check_text(text)
    order = SearchOrder.RELEVANCE if request.query_params.get("by") == SearchOrder.RELEVANCE else SearchOrder.TIME
    viewer, page = request.viewer, page_of(request)
    first = page.before == TOP
    if text:
        whose = str(viewer.person) if viewer.signed_in else request.client_network
        await count_try(request, "search", whose, most=_SEARCHES, within=_WITHIN)
    context: dict[str, Any] = {"actors": [], "tags": [], "feed": Feed((), {}, {}, None)}
    # A frequent word may have many rows to look through.
    async with request.site.database.slow_read() as tx:
        if text:
            context = await _find(tx, request, text, order, page)
        trends = await read_trends(tx, viewer) if not text else None
        searches = await queries.list_searches(tx, viewer) if viewer.signed_in else []
    return await render(
        request,
        "search.html",
        text=text,
        wanted=parse_search(text),
        order=order,
        first=first,
        searches=searches,
        trends=trends,
        kept=next((one for one in searches if one.query == text), None),
        **context,
    )


async def _find(tx: Read, request: Request, text: str, order: SearchOrder, page: Page) -> dict[str, Any]:
    viewer = request.viewer
    zone = request.signed_in.time_zone if request.signed_in is not None else "UTC"
    found = await queries.search_posts(tx, viewer, text, page, order=order, zone=zone)
    more = order is SearchOrder.TIME and len(found) == page.limit
    feed = await queries.show_posts(tx, viewer, found, found[-1] if more else None)
    # People and tags have no authors, pictures or days.
    first = page.before == TOP and parse_search(text).plain
    tags = await queries.search_tags(tx, viewer, text, _TAGS) if first else []
    ids = await queries.search_people(tx, viewer, text, _PEOPLE) if first else []
    known = await people.list_actors(tx, viewer, ids)
    return {"feed": feed, "tags": tags, "actors": [known[id_] for id_ in ids if id_ in known]}


async def keep_search(request: Request) -> Response:
    """Keep a search for oneself."""
    form = await read_form(request)
    text = field(form, "q").strip()
    async with request.site.database.write() as tx:
        await actions.keep_search(tx, request.viewer, text)
    return lead_to(f"/search?q={quote(text)}")


async def forget_search(request: Request) -> Response:
    form = await read_form(request)
    id_ = parse_id(request.params["id"])
    if id_ is not None:
        async with request.site.database.write() as tx:
            await actions.forget_search(tx, request.viewer, id_)
    return lead_to(local_path(field(form, "next"), "/search"))


ROUTES = [
    Route("GET", "/search", show_search, Wants.ANYBODY),
    Route("POST", "/searches", keep_search, Wants.PERSON),
    Route("POST", "/searches/{id}/remove", forget_search, Wants.PERSON),
]
