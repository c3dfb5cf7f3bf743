"""What this place is: for people, for browsers that install it, and for search engines."""

import msgspec
from starlette.responses import PlainTextResponse, Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.people import queries
from plausch.settings import SignUpMode
from plausch.web.assets import asset_url
from plausch.web.pages import render
from plausch.web.wants import Wants

#: What says nothing to anybody who searches, or is for people signed in.
_NOT_FOR_ROBOTS = (
    "/api/",
    "/live/",
    "/notifications",
    "/people",
    "/requests",
    "/search",
    "/settings",
    "/sign-in",
    "/sign-up",
    "/welcome",
)
_PAPER, _ACCENT = "#fbfaf6", "#0e6b5e"


async def show_about(request: Request) -> Response:
    async with request.site.database.read() as tx:
        members = await queries.count_accounts(tx)
    is_open = request.site.community.sign_up is SignUpMode.OPEN
    return await render(request, "about.html", members=members, is_open=is_open)


async def send_manifest(request: Request) -> Response:
    """For installing the community as an app."""
    community = request.site.community
    manifest = {
        "name": community.name,
        "short_name": community.name[:12],
        "lang": community.language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _ACCENT,
        "icons": [
            {"src": asset_url(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ],
    }
    return Response(
        msgspec.json.encode(manifest),
        media_type="application/manifest+json",
        headers={"cache-control": "public, max-age=3600"},
    )


async def send_robots(request: Request) -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS)]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"cache-control": "public, max-age=3600"})


ROUTES = [
    Route("GET", "/about", show_about, Wants.ANYBODY),
    Route("GET", "/manifest.webmanifest", send_manifest, Wants.NOBODY),
    Route("GET", "/robots.txt", send_robots, Wants.NOBODY),
]
