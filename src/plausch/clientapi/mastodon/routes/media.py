"""`/api/v1/media`, `/api/v2/media`: pictures for statuses to come.

A picture is made fit in a child process while the app waits. With the second version it waits a few seconds at most,
and asks again for what is not ready by then.
"""

from collections.abc import Awaitable, Callable

from starlette.datastructures import UploadFile
from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import read_fields
from plausch.clientapi.mastodon.present.statuses import present_media
from plausch.clientapi.mastodon.routes.posting import focus_of
from plausch.clientapi.mastodon.uploads import take_upload, take_upload_later
from plausch.http.request import Request
from plausch.kernel.errors import Invalid, NotFound
from plausch.storage import Read
from plausch.talk import actions, queries
from plausch.talk.model import Picture

_Taking = Callable[[Request, UploadFile, str, tuple[int, int] | None], Awaitable[int]]


async def upload(request: Request) -> Response:
    return answered(present_media(request.site, await _taken(request, take_upload), request.token_id))


async def upload_later(request: Request) -> Response:
    picture = await _taken(request, take_upload_later)
    return answered(present_media(request.site, picture, request.token_id), 200 if picture.ready else 202)


async def _taken(request: Request, take: _Taking) -> Picture:
    fields = await read_fields(request)
    file = fields.file("file")
    if file is None:
        raise Invalid("file", "picture_missing")
    id_ = await take(request, file, fields.text("description"), focus_of(fields))
    async with request.site.database.read() as tx:
        return await _get(tx, request, id_)


async def _get(tx: Read, request: Request, id_: int) -> Picture:
    """One's own that waits for its status. Raises NotFound."""
    found = await queries.list_own_pictures(tx, request.viewer.acting_as, [id_])
    if not found:
        raise NotFound("picture_unknown")
    return found[0]


async def get(request: Request) -> Response:
    async with request.site.database.read() as tx:
        picture = await _get(tx, request, id_of(request))
        if not picture.ready and await queries.find_raw(tx, picture.id) is None:
            raise Refused(422, "The file could not be processed")
    return answered(present_media(request.site, picture, request.token_id), 200 if picture.ready else 206)


async def change(request: Request) -> Response:
    """Other words for it, or what stays in sight of it, before it is posted."""
    fields, viewer = await read_fields(request), request.viewer
    focus = focus_of(fields)
    async with request.site.database.write() as tx:
        picture = await _get(tx, request, id_of(request))
        if "description" in fields:
            await actions.describe_drafted(tx, viewer, {picture.id: fields.text("description")})
        if focus is not None:
            await actions.aim_pictures(tx, viewer, {picture.id: focus})
        return answered(present_media(request.site, await _get(tx, request, picture.id), request.token_id))


async def discard(request: Request) -> Response:
    """One that is not posted yet."""
    async with request.site.database.write() as tx:
        picture = await _get(tx, request, id_of(request))
        files = await actions.discard_pictures(tx, [picture.id])
    await request.site.media.delete(files)
    return nothing()


_WRITE = "write:media"
_NAMES = {"alt": "description", "picture": "file"}
ENDPOINTS = [
    Endpoint("POST", "/api/v1/media", upload, _WRITE, names=_NAMES),
    Endpoint("POST", "/api/v2/media", upload_later, _WRITE, names=_NAMES),
    Endpoint("GET", "/api/v1/media/{id}", get, _WRITE),
    Endpoint("PUT", "/api/v1/media/{id}", change, _WRITE, names=_NAMES),
    Endpoint("DELETE", "/api/v1/media/{id}", discard, _WRITE),
]
