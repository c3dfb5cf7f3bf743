"""What an installed community needs beside its pages: the service worker, and what it shows without a network."""

import functools
import hashlib
from importlib.resources import files

import msgspec
from starlette.responses import HTMLResponse, Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.web.assets import asset_text, asset_url
from plausch.web.wants import Wants

_SHELL = (
    "plausch.css",
    "plausch.js",
    "swap.js",
    "icons.svg",
    "logo.svg",
    "icon-192.png",
    "source-serif-4-600.woff2",
)


@functools.cache
def _offline() -> bytes:
    return files("plausch.web").joinpath("templates", "offline.html").read_bytes()


@functools.cache
def _worker() -> str:
    """The service worker with the addresses of today; whatever changes makes it another one."""
    shell = [asset_url(name) for name in _SHELL]
    version = hashlib.sha256(msgspec.json.encode(shell) + _offline()).hexdigest()[:12]
    values = {"shell": shell, "version": version, "icon": asset_url("icon-192.png")}
    names = "".join(f"const {name} = {msgspec.json.encode(value).decode()};\n" for name, value in values.items())
    return names + asset_text("sw.js")


async def send_worker(_: Request) -> Response:
    return Response(_worker(), media_type="text/javascript", headers={"cache-control": "no-cache"})


async def show_offline(_: Request) -> Response:
    """The same for everybody and in both languages: it is kept in browsers, whoever uses them."""
    return HTMLResponse(_offline(), headers={"cache-control": "no-cache"})


ROUTES = [
    Route("GET", "/sw.js", send_worker, Wants.NOBODY),
    Route("GET", "/offline", show_offline, Wants.NOBODY),
]
