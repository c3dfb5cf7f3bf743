"""Announcements as people see them: at home, until they put them away."""

from starlette.responses import Response

from plausch.community import actions, queries
from plausch.community.model import Announcement
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.storage import Read
from plausch.web.answers import is_partial, lead_to
from plausch.web.wants import Wants


async def list_unread(tx: Read, request: Request) -> list[Announcement]:
    """What the viewer has not put away. Costs nothing while nothing is announced."""
    current = request.site.held.announcements(clock.now())
    if not current:
        return []
    dismissed = set(await queries.list_dismissed(tx, request.viewer, [one.id for one in current]))
    return [one for one in current if one.id not in dismissed]


async def dismiss(request: Request) -> Response:
    id_ = parse_id(request.params["id"])
    if id_ is None:
        raise NotFound
    async with request.site.database.write() as tx:
        await actions.dismiss_announcement(tx, request.viewer, id_)
    return Response(status_code=200) if is_partial(request) else lead_to("/")


ROUTES = [Route("POST", "/announcements/{id}/dismiss", dismiss, Wants.PERSON)]
