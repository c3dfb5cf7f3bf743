"""Where looking after the community begins: what there is to do, and where."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.moderation import queries as moderation
from plausch.people import queries as people
from plausch.web.pages import render
from plausch.web.wants import Wants


async def show_start(request: Request) -> Response:
    async with request.site.database.read() as tx:
        members = await people.count_members(tx)
        reports = await moderation.count_open_reports(tx, request.viewer)
        appeals = await moderation.count_appeals(tx, request.viewer)
    return await render(request, "admin/start.html", members=members, reports=reports, appeals=appeals)


ROUTES = [Route("GET", "/admin", show_start, Wants.STAFF)]
