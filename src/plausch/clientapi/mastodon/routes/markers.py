"""`/api/v1/markers`: how far somebody has read, so that their apps agree."""

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.notifications import Marker as Entity
from plausch.clientapi.mastodon.forms import query_of, read_fields
from plausch.feeds import actions, queries
from plausch.feeds.model import Marker
from plausch.http.request import Request
from plausch.language.formats import exact_iso

_STREAMS = ("home", "notifications")


def _present(found: list[Marker]) -> dict[str, Entity]:
    return {one.stream: Entity(str(one.last_id), one.version, exact_iso(one.at)) for one in found}


async def list_markers(request: Request) -> Response:
    asked = [name for name in query_of(request).texts("timeline") if name in _STREAMS]
    async with request.site.database.read() as tx:
        return answered(_present(await queries.list_markers(tx, request.viewer, asked)))


async def set_markers(request: Request) -> Response:
    """Whoever has read notifications up to one has looked at them on the pages, too."""
    fields = await read_fields(request)
    async with request.site.database.write() as tx:
        changed = []
        for name in _STREAMS:
            part = fields.part(name)
            last = part.id("last_read_id") if part is not None else None
            if last is None:
                continue
            changed.append(name)
            await actions.set_marker(tx, request.viewer, name, last)
            if name == "notifications":
                await actions.mark_notifications_read(tx, request.viewer, last, looked=True)
        return answered(_present(await queries.list_markers(tx, request.viewer, changed)))


ENDPOINTS = [
    Endpoint("GET", "/api/v1/markers", list_markers, "read:statuses"),
    Endpoint("POST", "/api/v1/markers", set_markers, "write:statuses"),
]
