"""What people do about each other: connect, follow, mute, block, and answer requests.

Each is a form that leads back; a script gets the buttons that fit afterwards.
"""

from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.http.site import profile_path
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions, queries
from plausch.people.model import Relation, Viewer
from plausch.storage import Write
from plausch.web.answers import is_partial, lead_to, local_path
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import handle_of
from plausch.web.problems import Problems
from plausch.web.views.profiles import profile_page, relation_bar
from plausch.web.wants import Wants

Change = Callable[[Write, Viewer, int, FormData], Awaitable[None]]
_LISTED = 40
#: What one person may change about others, and how many of them they may ask to connect: walls for scripts only.
_CHANGES_MOST, _CHANGES_WITHIN = 200, 10 * clock.MINUTE
_ASKED_MOST, _ASKED_WITHIN = 60, clock.HOUR


async def _count(request: Request, name: str) -> None:
    me = str(request.viewer.person)
    await count_try(request, "relate", me, most=_CHANGES_MOST, within=_CHANGES_WITHIN)
    if name == "connect":  # their line comes to somebody who may not know them
        await count_try(request, "ask", me, most=_ASKED_MOST, within=_ASKED_WITHIN)


async def _connect(tx: Write, viewer: Viewer, target: int, form: FormData) -> None:
    await actions.ask_to_connect(tx, viewer, target, field(form, "line"))


async def _accept(tx: Write, viewer: Viewer, source: int, form: FormData) -> None:
    if _kind(form) is Relation.FOLLOW:
        await actions.accept_follow(tx, viewer, source)
    else:
        await actions.accept_connection(tx, viewer, source)


async def _decline(tx: Write, viewer: Viewer, source: int, form: FormData) -> None:
    await actions.decline_request(tx, viewer, source, _kind(form))


def _kind(form: FormData) -> Relation:
    """What was asked for; to connect, unless the form says to follow."""
    return Relation.FOLLOW if field(form, "kind") == Relation.FOLLOW else Relation.CONNECT


def _plain(action: Callable[[Write, Viewer, int], Awaitable[None]]) -> Change:
    async def change(tx: Write, viewer: Viewer, target: int, _: FormData) -> None:
        await action(tx, viewer, target)

    return change


def _changing(name: str, change: Change) -> View:
    """A view that changes how the viewer stands to the person in the address."""

    async def view(request: Request) -> Response:
        form = await read_form(request)
        handle = handle_of(request)
        await _count(request, name)
        try:
            async with request.site.database.write() as tx:
                # Not by the profile: whoever is blocked by somebody can still end what ties them.
                target = await queries.find_handle(tx, handle)
                if target is None:
                    raise NotFound("actor_not_found")
                await change(tx, request.viewer, target, form)
        except Invalid as error:
            if error.field != "line":
                raise
            problems = Problems()
            problems.note(error)
            return await profile_page(request, problems, field(form, "line"))
        if is_partial(request):
            return await relation_bar(request, handle)
        return lead_to(local_path(field(form, "next"), profile_path(handle)))

    return view


async def show_requests(request: Request) -> Response:
    """Who asks the viewer to connect, or to be let follow."""
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        requests = await queries.list_requests(tx, request.viewer, page)
        actors = await queries.list_actors(tx, request.viewer, [one.source_id for one in requests])
    next_before = requests[-1].id if len(requests) == page.limit else None
    shown = [(one, actors[one.source_id]) for one in requests if one.source_id in actors]
    return await render(request, "people/requests.html", requests=shown, next_before=next_before)


_CHANGES: dict[str, Change] = {
    "connect": _connect,
    "withdraw": _plain(actions.withdraw_request),
    "accept": _accept,
    "decline": _decline,
    "dismiss": _plain(actions.dismiss),
    "disconnect": _plain(actions.disconnect),
    "follow": _plain(actions.follow),
    "unfollow": _plain(actions.unfollow),
    "unfollowed": _plain(actions.remove_follower),
    "mute": _plain(actions.mute),
    "unmute": _plain(actions.unmute),
    "block": _plain(actions.block),
    "unblock": _plain(actions.unblock),
}

ROUTES = [
    Route("GET", "/requests", show_requests, Wants.PERSON),
    *(Route("POST", f"/@{{handle}}/{name}", _changing(name, act), Wants.PERSON) for name, act in _CHANGES.items()),
]
