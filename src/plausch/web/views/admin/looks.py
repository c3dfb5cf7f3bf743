"""How the community looks: its colour and its logo."""

from starlette.responses import Response

from plausch.community import actions, queries
from plausch.community.model import CommunityEdit, contrast, theme_of
from plausch.http.forms import field, files, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Invalid
from plausch.storage.pictures import face_keys, keep_files, keys_of, prepare_avatar
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.uploads import count_upload, read_upload
from plausch.web.views.admin.community import change
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants

#: Plausch's own, to begin with in the field.
_OWN = "#0e6b5e"
_SAVED = "/admin/looks?saved=1"


async def show_looks(request: Request) -> Response:
    return await _page(request, Problems())


async def _page(request: Request, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        now = await queries.get_community(tx, request.site.settings)
    theme = theme_of(now.accent or _OWN)
    samples = [
        ("light", shades, paper, ink, contrast(shades.accent, paper))
        for shades, paper, ink in ((theme.light, "#fbfaf6", "#1c1b19"),)
    ] + [("dark", theme.dark, "#141513", "#eceae4", contrast(theme.dark.accent, "#141513"))]
    return await render(
        request,
        "admin/looks.html",
        status=422 if problems else 200,
        community=now,
        accent=now.accent or _OWN,
        samples=samples,
        errors=problems.in_words(request.language),
        saved=was_saved(request),
    )


async def save_colour(request: Request) -> Response:
    form = await read_form(request)
    try:
        await change(request, CommunityEdit(accent=field(form, "accent")))
    except Invalid as error:
        return await _page(request, _only(error))
    return lead_to(_SAVED)


async def save_logo(request: Request) -> Response:
    """Make an uploaded picture fit, keep it in two sizes, and let the former one go."""
    await count_upload(request)
    form = await read_form(request, uploads=True)
    chosen = files(form, "picture")
    try:
        if not chosen:
            raise Invalid("picture", "picture_missing")
        prepared = await prepare_avatar(await read_upload(chosen[0]))
    except Invalid as error:
        return await _page(request, _only(error))
    kept = await keep_files(request.site.media, prepared)
    try:
        await _set_logo(request, face_keys(kept))
    except Exception:
        await request.site.media.delete(keys_of(kept))
        raise
    return lead_to(_SAVED)


async def remove_logo(request: Request) -> Response:
    await _set_logo(request, "")
    return lead_to(_SAVED)


async def _set_logo(request: Request, keys: str) -> None:
    """The former files go only when the change is durable."""
    async with request.site.database.write() as tx:
        former = await actions.set_logo(tx, request.viewer, keys)
    await request.site.held.renew()
    await request.site.media.delete([key for key in former.split(".") if key])


def _only(error: Invalid) -> Problems:
    problems = Problems()
    problems.note(error)
    return problems


ROUTES = [
    Route("GET", "/admin/looks", show_looks, Wants.OWNER),
    Route("POST", "/admin/looks/colour", save_colour, Wants.OWNER),
    Route("POST", "/admin/looks/logo", save_logo, Wants.OWNER),
    Route("POST", "/admin/looks/logo/remove", remove_logo, Wants.OWNER),
]
