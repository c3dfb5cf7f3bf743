"""Where looking after the community begins: what there is to do, and where."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.people import queries as people
from plausch.web.pages import render
from plausch.web.wants import Wants


async def show_start(request: Request) -> Response:
    async with request.site.database.read() as tx:
        members = await people.count_members(tx)
    return await render(request, "admin/start.html", members=members)


ROUTES = [Route("GET", "/admin", show_start, Wants.STAFF)]
