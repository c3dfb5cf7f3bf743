"""The weekly letters about a place, as pages: the newest in full, those before below it."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import queries
from plausch.insights.model.letters import ShownLetter
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.storage import Read
from plausch.web.pages import render
from plausch.web.views.insights.scopes import Place, find_place, place_in
from plausch.web.wants import Wants
from plausch.web.weekly import tell_letter

#: A year of them is kept.
_LISTED = 52


async def show_letters(request: Request) -> Response:
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        letters = await queries.list_letters(tx, request.viewer, place.scope, 1)
        shown = await queries.get_letter(tx, request.viewer, letters[0].id) if letters else None
    return await _letter_page(request, place, shown)


async def show_letter(request: Request) -> Response:
    id_ = parse_id(request.params["id"])
    if id_ is None:
        raise NotFound("letter_not_found")
    async with request.site.database.read() as tx:
        shown = await queries.get_letter(tx, request.viewer, id_)
        place = await _place_of(tx, request, shown)
    return await _letter_page(request, place, shown)


async def _place_of(tx: Read, request: Request, shown: ShownLetter) -> Place:
    scope = shown.letter.scope
    handle = (await people.get_actor(tx, scope.id)).handle if scope.id else ""
    return await find_place(tx, request.viewer, handle)


async def _letter_page(request: Request, place: Place, shown: ShownLetter | None) -> Response:
    async with request.site.database.read() as tx:
        letters = await queries.list_letters(tx, request.viewer, place.scope, _LISTED)
    return await render(
        request,
        "insights/letters.html",
        scope=place,
        shown=shown,
        told=tell_letter(request.language, shown) if shown is not None else [],
        letters=letters,
    )


ROUTES = [
    Route("GET", "/insights/letters", show_letters, Wants.PERSON),
    Route("GET", "/insights/letters/{id}", show_letter, Wants.PERSON),
]
