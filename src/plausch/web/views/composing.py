"""While one writes: how it will look, whom it reaches, who or what is meant, how to write it, and some advice."""

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.http.forms import check_text, field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor
from plausch.storage import Read
from plausch.talk import queries
from plausch.talk.actions.texts import understand
from plausch.web.advising import count_asking, find_advice
from plausch.web.answers import is_partial
from plausch.web.drafts import DraftForm, find_group_of, find_wall_of, read_draft, take_uploads
from plausch.web.pages import render, render_alone
from plausch.web.reach import find_reach
from plausch.web.views.posting import show_draft
from plausch.web.wants import Wants

_SUGGESTED = 6
_WORD_MAX = 60


async def preview(request: Request) -> Response:
    """The text as it will be shown, rendered as posts are: a part for the page's script, else the page with it."""
    form = await read_form(request, uploads=True)
    draft = read_draft(request, form)
    html = ""
    try:
        async with request.site.database.read() as tx:
            html = (await understand(tx, request.viewer, draft.text, request.site.addresses, within=draft.place)).html
    except Invalid as error:
        draft.note(error)
    if is_partial(request):
        status = draft.status if draft.problems else 200
        return await render(request, "parts/preview.html", status=status, draft=draft, html=html)
    await take_uploads(request, form, draft)
    return await show_draft(request, draft, preview=html, advice=await find_advice(request, draft))


async def show_advice(request: Request) -> Response:
    """What the adviser says of the text as it stands. Nothing of it is kept."""
    form = await read_form(request)
    count_asking(request)
    advice = await find_advice(request, read_draft(request, form), parse_id(field(form, "post")) or 0)
    return render_alone(request, "parts/advised.html", advice=advice)


async def show_reach(request: Request) -> Response:
    """Whom it reaches, for the choices in the query."""
    query = request.query_params
    draft = DraftForm(
        audience=query.get("audience", ""),
        local_only=bool(query.get("local_only")),
        participants=query.get("participants", "")[:2_000],
        place=parse_id(query.get("place", "")) or 0,
    )
    check_text(draft.participants)
    async with request.site.database.read() as tx:
        parent = None
        if query.get("reply_to"):
            parent = await queries.get_post(tx, request.viewer, parse_id(query["reply_to"]) or 0)
        draft.group = await find_group_of(tx, request, draft, parent)
        draft.wall = await find_wall_of(tx, request, draft)
        reach = await find_reach(tx, request, draft, parent)
    return await render(request, "parts/reach.html", reach=reach)


async def complete(request: Request) -> Response:
    """Who or what a word that begins with @ or # may become."""
    text = request.query_params.get("q", "")[:_WORD_MAX]
    check_text(text)
    sign, word = text[:1], text[1:].strip()
    if sign not in ("@", "#") or not word:
        raise NotFound
    tags: list[tuple[str, int]] = []
    actors: list[Actor] = []
    async with request.site.database.read() as tx:
        if sign == "#":
            tags = await feeds.search_tags(tx, request.viewer, word, _SUGGESTED)
        else:
            actors = await _suggest(tx, request, word)
    return await render(request, "parts/suggestions.html", tags=tags, actors=actors)


async def _suggest(tx: Read, request: Request, word: str) -> list[Actor]:
    """People the viewer knows come first, then those who agree to be found."""
    viewer = request.viewer
    near = await people.list_near(tx, viewer, word, _SUGGESTED)
    found = await feeds.search_people(tx, viewer, word, _SUGGESTED * 2)
    known = await people.list_actors(tx, viewer, [*(one.id for one in near), *found])
    ids = dict.fromkeys([*(one.id for one in near), *found])
    return [known[id_] for id_ in ids if id_ in known and id_ != viewer.acting_as][:_SUGGESTED]


async def show_help(request: Request) -> Response:
    """How to write what."""
    return await render(request, "writing.html")


ROUTES = [
    Route("POST", "/compose/preview", preview, Wants.PERSON),
    Route("POST", "/compose/advice", show_advice, Wants.PERSON),
    Route("GET", "/compose/audience", show_reach, Wants.PERSON),
    Route("GET", "/compose/complete", complete, Wants.PERSON),
    Route("GET", "/compose/help", show_help, Wants.ANYBODY),
]
