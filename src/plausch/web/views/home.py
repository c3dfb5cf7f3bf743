"""Home, and the feed of the place."""

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP, Page
from plausch.web.pages import render
from plausch.web.wants import Wants


async def show_home(request: Request) -> Response:
    """The viewer's home; for visitors the feed of the place."""
    if request.signed_in is None:
        return await show_local(request)
    async with request.site.database.read() as tx:
        feed = await feeds.home_feed(tx, request.viewer, page_of(request))
    return await render(request, "home.html", feed=feed)


async def show_local(request: Request) -> Response:
    async with request.site.database.read() as tx:
        feed = await feeds.local_feed(tx, request.viewer, page_of(request))
    return await render(request, "local.html", feed=feed)


def page_of(request: Request) -> Page:
    """The part of a list that the address asks for (`?before=ID`)."""
    return Page(before=parse_id(request.query_params.get("before", "")) or TOP)


ROUTES = [
    Route("GET", "/", show_home, Wants.ANYBODY),
    Route("GET", "/local", show_local, Wants.ANYBODY),
]
