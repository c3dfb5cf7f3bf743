"""Pictures: taken in one at a time while somebody writes, and sent to those who may see them."""

from starlette.responses import FileResponse, Response

from plausch.http.forms import field, files, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import bearer_secret
from plausch.kernel.errors import Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.moderation import queries as moderation
from plausch.people import queries as people
from plausch.people.actions import hash_secret
from plausch.people.model import PRESENT, Standing, Viewer, has_scope
from plausch.storage import Read
from plausch.storage.media import MediaStore
from plausch.talk.queries import (
    PictureFile,
    find_entrusted_picture,
    find_picture_file,
    find_preview_file,
    find_submitted_picture,
)
from plausch.web.answers import is_partial, lead_to
from plausch.web.drafts import KeptPicture
from plausch.web.pages import render
from plausch.web.uploads import take_picture
from plausch.web.wants import Wants

#: For an hour, then the tag is compared: so what is removed leaves the caches too.
_FOR_ALL = "public, max-age=3600"
#: Of faces each version has an address of its own.
_VERSION = "public, max-age=86400"
#: Kept by the browser alone, and asked for again each time: permission may end.
_FOR_ONE = "private, no-cache"
_SIZES = ("large", "small")
_POSTS, _ACTORS = "read:statuses", "read:accounts"


async def upload(request: Request) -> Response:
    """Take a picture for the post that is being written; the answer is its preview with its fields."""
    form = await read_form(request, uploads=True)
    chosen = files(form, "file")
    if len(chosen) != 1:
        raise Invalid("file", "picture_missing")
    alt = field(form, "alt")
    picture = KeptPicture(await take_picture(request, chosen[0], alt), alt)
    if not is_partial(request):
        return lead_to(f"/pictures/{picture.id}/small")
    article = request.query_params.get("for") == "article"
    return await render(request, "parts/upload.html", picture=picture, article=article)


async def show_picture(request: Request) -> Response:
    """A variant of a picture, for those who may see its post."""
    id_ = parse_id(request.params["id"])
    async with request.site.database.read() as tx:
        viewer, _ = await _asking(tx, request, _POSTS)
        file = await _picture_file(tx, viewer, id_, request.params["variant"]) if id_ else None
    if file is None:
        return _missing()
    return await send_kept(request, file.key, file.mime, _FOR_ALL if file.open_to_all else _FOR_ONE)


async def _asking(tx: Read, request: Request, scope: str) -> tuple[Viewer, bool]:
    """Who looks: a program for its person (then True), by the address (`http.passes`) or its token, which must have
    the scope; else a browser."""
    by, secret = request.query_params.get("by", ""), bearer_secret(request)
    token = request.site.passes.read(request.scope["path"], by) if by else None
    holder = await people.find_token_holder(tx, token) if token is not None else None
    if holder is None and secret:
        bearer = await people.find_token(tx, hash_secret(secret))
        holder = bearer if bearer is not None and has_scope(bearer.scopes, scope) else None
    return (holder.viewer, True) if holder is not None else (request.viewer, False)


async def _picture_file(tx: Read, viewer: Viewer, id_: int, variant: str) -> PictureFile | None:
    """Who lets something through sees its pictures; those who look after the place see those of what was reported."""
    file = await find_picture_file(tx, viewer, id_, variant)
    if file is None and viewer.signed_in:
        file = await find_submitted_picture(tx, viewer, id_, variant)
    if file is not None or not viewer.staff:
        return file
    post, entrusted = await find_entrusted_picture(tx, viewer, id_, variant) or (0, None)
    return entrusted if post and await moderation.is_reported(tx, viewer, post) else None


async def show_preview(request: Request) -> Response:
    """The picture of a page that a post links to: kept here, so that nobody's browser asks there."""
    id_ = parse_id(request.params["id"])
    async with request.site.database.read() as tx:
        viewer, passed = await _asking(tx, request, _POSTS)
        file = await find_preview_file(tx, viewer, id_, request.params["variant"]) if id_ else None
    if file is None:
        return _missing()
    return await send_kept(request, file.key, file.mime, _FOR_ONE if passed else _FOR_ALL)


async def show_face(request: Request) -> Response:
    """The picture of somebody who speaks."""
    id_, size = parse_id(request.params["id"]), request.params["size"]
    if id_ is None or size not in _SIZES:
        return _missing()
    try:
        async with request.site.database.read() as tx:
            actor = await people.get_actor(tx, id_)
            secret = actor.standing is Standing.SECRET
            known = secret and bool(await people.list_actors(tx, (await _asking(tx, request, _ACTORS))[0], [id_]))
    except NotFound:
        return _missing()
    keys = actor.picture.split(".")
    if (actor.standing not in PRESENT and not known) or len(keys) != len(_SIZES):
        return _missing()
    kept = _VERSION if not known and request.query_params.get("v") == str(actor.version) else _FOR_ONE
    return await send_kept(request, keys[_SIZES.index(size)], "image/webp", kept)


async def show_header(request: Request) -> Response:
    """The wide picture above somebody's profile."""
    id_, size = parse_id(request.params["id"]), request.params["size"]
    if id_ is None or size not in _SIZES:
        return _missing()
    async with request.site.database.read() as tx:
        viewer, _ = await _asking(tx, request, _ACTORS)
        header, secret = await people.find_shown_header(tx, viewer, id_)
    keys = header.split(".")
    if len(keys) != len(_SIZES):
        return _missing()
    key = keys[_SIZES.index(size)]
    kept = _VERSION if not secret and request.query_params.get("v") == key[:8] else _FOR_ONE
    return await send_kept(request, key, "image/webp", kept)


async def send_kept(request: Request, key: str, mime: str, kept: str) -> Response:
    """A file of the store; `kept` is for how long, and by whom. Pages of any origin may show it: without cookies."""
    headers = {"cache-control": kept, "etag": f'"{key}"', "access-control-allow-origin": "*"}
    if kept == _FOR_ONE:
        headers["vary"] = "Cookie, Authorization"
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return await _file(request.site.media, key, mime, headers)


async def _file(media: MediaStore, key: str, mime: str, headers: dict[str, str]) -> Response:
    path = media.find_path(key)
    if path is not None:
        return FileResponse(path, media_type=mime, headers=headers)
    try:
        return Response(await media.read(key), media_type=mime, headers=headers)
    except NotFound:
        return _missing()


def _missing() -> Response:
    return Response(status_code=404, headers={"cache-control": "no-store"})


ROUTES = [
    Route("POST", "/pictures", upload, Wants.PERSON),
    Route("GET", "/pictures/{id}/{variant}", show_picture, Wants.ANYBODY),
    Route("GET", "/previews/{id}/{variant}", show_preview, Wants.ANYBODY),
    Route("GET", "/faces/{id}/{size}", show_face, Wants.ANYBODY),
    Route("GET", "/headers/{id}/{size}", show_header, Wants.ANYBODY),
]
