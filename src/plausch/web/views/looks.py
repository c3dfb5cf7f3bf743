"""The community's own colour, logo and emoji, as every page shows them."""

from starlette.responses import JSONResponse, Response

from plausch.community.model import Shades, theme_of
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.web.views.pictures import send_kept
from plausch.web.wants import Wants

_YEAR = "public, max-age=31536000, immutable"
_AGAIN = "public, no-cache"
_SIZES = ("large", "small")


def _tokens(light: Shades, dark: Shades) -> dict[str, tuple[str, str]]:
    return {
        "accent": (light.accent, dark.accent),
        "accent-soft": (light.soft, dark.soft),
        "on-accent": (light.on_accent, dark.on_accent),
    }


async def send_theme(request: Request) -> Response:
    """The tokens of plausch.css that hang on the accent; its address names the colour."""
    accent = request.site.community.accent
    if not accent:
        return Response(status_code=404)
    theme = theme_of(accent)
    tokens = _tokens(theme.light, theme.dark)
    rules = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in tokens.items())
    kept = _YEAR if request.query_params.get("v") == accent[1:] else _AGAIN
    return Response(f"@layer tokens{{:root{{{rules}}}}}\n", media_type="text/css", headers={"cache-control": kept})


async def send_logo(request: Request) -> Response:
    keys, size = request.site.community.logo.split("."), request.params["size"]
    if len(keys) != len(_SIZES) or size not in _SIZES:
        return Response(status_code=404)
    key = keys[_SIZES.index(size)]
    kept = _YEAR if request.query_params.get("v") == key[:12] else _AGAIN
    return await send_kept(request, key, "image/webp", kept)


async def send_emoji(request: Request) -> Response:
    """The picture of an emoji. Its address in posts changes with it, and so browsers may keep it."""
    found = next((one for one in request.site.held.emoji if one.shortcode == request.params["shortcode"]), None)
    if found is None:
        return Response(status_code=404)
    kept = _YEAR if request.query_params.get("v") == found.file[:8] else _AGAIN
    return await send_kept(request, found.file, "image/webp", kept)


async def send_emoji_list(request: Request) -> Response:
    """Names and pictures, for completing what somebody types."""
    listed = [{"shortcode": one.shortcode, "url": one.path} for one in request.site.held.emoji]
    return JSONResponse(listed, headers={"cache-control": "public, max-age=300"})


ROUTES = [
    Route("GET", "/theme.css", send_theme, Wants.NOBODY),
    Route("GET", "/logo/{size}", send_logo, Wants.NOBODY),
    Route("GET", "/emoji.json", send_emoji_list, Wants.NOBODY),
    Route("GET", "/emoji/{shortcode}", send_emoji, Wants.NOBODY),
]
