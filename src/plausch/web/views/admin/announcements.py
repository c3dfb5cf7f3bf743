"""Announcing something to everybody, and ending it."""

from starlette.responses import Response

from plausch.community import actions, queries
from plausch.community.model import ANNOUNCEMENT_MAX
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import tag_path
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants
from plausch.web.zones import local_moment

_LISTED = 50
_FIELDS = ("text", "from", "until")
_SAVED = "/admin/announcements?saved=1"


async def show_announcements(request: Request) -> Response:
    return await _page(request, dict.fromkeys(_FIELDS, ""), Problems())


async def _page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        announcements = await queries.list_announcements(tx, _LISTED)
    return await render(
        request,
        "admin/announcements.html",
        status=422 if problems else 200,
        announcements=announcements,
        now=clock.now(),
        values=values,
        errors=problems.in_words(request.language),
        most=ANNOUNCEMENT_MAX,
        saved=was_saved(request),
    )


async def announce(request: Request) -> Response:
    form = await read_form(request)
    values = {name: field(form, name) for name in _FIELDS}
    try:
        from_at, until_at = (_moment(request, name, values[name]) for name in ("from", "until"))
        async with request.site.database.write() as tx:
            await actions.announce(
                tx, request.viewer, values["text"], tag_url=tag_path, from_at=from_at, until_at=until_at
            )
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _page(request, values, problems)
    await request.site.held.renew()
    return lead_to(_SAVED)


def _moment(request: Request, name: str, text: str) -> int | None:
    """In the time zone of whoever writes it. Raises Invalid."""
    assert request.signed_in is not None
    if not text:
        return None
    moment = local_moment(text, request.signed_in.time_zone)
    if moment is None:
        raise Invalid(name, "moment_form")
    return moment


async def end(request: Request) -> Response:
    id_ = parse_id(request.params["id"])
    if id_ is None:
        raise NotFound
    async with request.site.database.write() as tx:
        await actions.end_announcement(tx, request.viewer, id_)
    await request.site.held.renew()
    return lead_to(_SAVED)


ROUTES = [
    Route("GET", "/admin/announcements", show_announcements, Wants.STAFF),
    Route("POST", "/admin/announcements", announce, Wants.STAFF),
    Route("POST", "/admin/announcements/{id}/end", end, Wants.STAFF),
]
