"""The community's own emoji: adding and removing them."""

from starlette.responses import Response

from plausch.community import actions, queries
from plausch.community.model import EMOJI_BYTES, clean_shortcode
from plausch.http.forms import field, files, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid
from plausch.storage.media import new_key
from plausch.storage.pictures import prepare_emoji
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.uploads import count_upload, read_upload
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants

_SAVED = "/admin/emoji?saved=1"


async def show_emoji(request: Request) -> Response:
    return await _page(request, "", Problems())


async def _page(request: Request, shortcode: str, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        emoji = await queries.list_emoji(tx)
    return await render(
        request,
        "admin/emoji.html",
        status=422 if problems else 200,
        emoji=emoji,
        shortcode=shortcode,
        errors=problems.in_words(request.language),
        saved=was_saved(request),
    )


async def add(request: Request) -> Response:
    """Make the picture small, keep it, and give it its name."""
    await count_upload(request)
    form = await read_form(request, uploads=True)
    shortcode, chosen = field(form, "shortcode"), files(form, "picture")
    problems, media, key = Problems(), request.site.media, new_key()
    try:
        clean_shortcode(shortcode)
        if not chosen:
            raise Invalid("picture", "picture_missing")
        data = await read_upload(chosen[0])
        if len(data) > EMOJI_BYTES:
            raise Invalid("picture", "emoji_too_large")
        await media.put(key, await prepare_emoji(data))
        async with request.site.database.write() as tx:
            await actions.add_emoji(tx, request.viewer, shortcode, key)
    except (Invalid, Conflict) as error:
        await media.delete([key])
        problems.note(error)
        return await _page(request, shortcode, problems)
    except Exception:
        await media.delete([key])
        raise
    await request.site.held.renew()
    return lead_to(_SAVED)


async def remove(request: Request) -> Response:
    async with request.site.database.write() as tx:
        file = await actions.remove_emoji(tx, request.viewer, request.params["shortcode"])
    await request.site.media.delete([file])
    await request.site.held.renew()
    return lead_to(_SAVED)


ROUTES = [
    Route("GET", "/admin/emoji", show_emoji, Wants.STAFF),
    Route("POST", "/admin/emoji", add, Wants.STAFF),
    Route("POST", "/admin/emoji/{shortcode}/remove", remove, Wants.STAFF),
]
