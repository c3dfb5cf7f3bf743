"""What this place is: for people, for browsers that install it, and for search engines."""

import msgspec
from starlette.responses import PlainTextResponse, Response

from plausch.community import queries as community
from plausch.community.model import theme_of
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import tag_path
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language import markdown
from plausch.people import queries as people
from plausch.people.model import Role, clean_email
from plausch.talk import queries as talk
from plausch.web.assets import asset_url
from plausch.web.pages import render
from plausch.web.views.sitemap import INDEX as SITEMAP
from plausch.web.wants import Wants

#: What says nothing to anybody who searches, or is for people signed in.
_NOT_FOR_ROBOTS = (
    "/admin",
    "/api/",
    "/catch-up",
    "/invitations",
    "/join/",
    "/letter/",
    "/live/",
    "/notifications",
    "/oauth/",
    "/people",
    "/requests",
    "/search",
    "/settings",
    "/sign-in",
    "/sign-up",
    "/stop/",
    "/unread",
    "/welcome",
)
#: What "this month" is, wherever in it one is.
_LATELY = 30 * clock.DAY
_PAPER, _ACCENT = "#fbfaf6", "#0e6b5e"


async def show_about(request: Request) -> Response:
    """Who runs this place, what holds here, and whom to ask."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        here = await community.get_community(tx, request.site.settings)
        members = await people.count_members(tx)
        conversations = await talk.count_public_conversations(tx, clock.now() - _LATELY)
        owners = await people.list_holders(tx, viewer, Role.OWNER)
        moderators = await people.list_holders(tx, viewer, Role.MODERATOR)
    description = here.description.in_language(request.language)
    return await render(
        request,
        "about.html",
        description=markdown.parse(description).render({}, tag_path),
        rules=here.rules,
        contact=here.contact,
        contact_is_address=_is_address(here.contact),
        members=members,
        conversations=conversations,
        owners=owners,
        moderators=moderators,
        sign_up=here.sign_up,
    )


def _is_address(text: str) -> bool:
    try:
        return bool(clean_email(text))
    except Invalid:
        return False


async def send_manifest(request: Request) -> Response:
    """For installing the community as an app."""
    here = request.site.community
    manifest = {
        "name": here.name,
        "short_name": here.name[:12],
        "lang": here.language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": theme_of(here.accent).light.accent if here.accent else _ACCENT,
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
    lines += ["", f"Sitemap: {request.site.absolute(SITEMAP)}"]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"cache-control": "public, max-age=3600"})


ROUTES = [
    Route("GET", "/about", show_about, Wants.ANYBODY),
    Route("GET", "/manifest.webmanifest", send_manifest, Wants.NOBODY),
    Route("GET", "/robots.txt", send_robots, Wants.NOBODY),
]
