"""Style sheets, scripts, fonts and icons: read once, named by their content, kept by browsers for a year."""

import functools
import hashlib
import mimetypes
import zlib
from importlib.resources import files
from typing import NamedTuple

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import NotFound
from plausch.web.wants import Wants

_FOLDER = files("plausch.web") / "assets"
_PACKED = (".css", ".js", ".svg", ".webmanifest")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


class _Asset(NamedTuple):
    body: bytes
    packed: bytes | None
    kind: str
    version: str


@functools.cache
def _asset(name: str) -> _Asset:
    path = _FOLDER / name
    if "/" in name or name.startswith(".") or not path.is_file():
        raise NotFound
    body = path.read_bytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(body) + packer.flush() if name.endswith(_PACKED) else None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return _Asset(body, packed, kind, hashlib.sha256(body).hexdigest()[:12])


def asset_url(name: str) -> str:
    """The address of an asset; it changes with the content."""
    return f"/assets/{name}?v={_asset(name).version}"


def asset_text(name: str) -> str:
    """What is in an asset, for what is made of it."""
    return _asset(name).body.decode()


async def send_asset(request: Request) -> Response:
    try:
        asset = _asset(request.params["name"])
    except NotFound:
        return Response(status_code=404)
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if request.query_params.get("v") != asset.version:
        headers["cache-control"] = "no-cache"
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.kind, headers={**headers, "content-encoding": "gzip"})
    return Response(asset.body, media_type=asset.kind, headers=headers)


ROUTES = [Route("GET", "/assets/{name}", send_asset, Wants.NOBODY)]
