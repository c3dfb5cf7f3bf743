"""How people shape what they read: filters, tags they follow, conversations they have muted, and what they like."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.feeds import actions, queries
from plausch.feeds.model import PHRASE_MAX, Filter, FilterAction, FilterDraft, FilterPlace
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.http.site import tag_path
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.language.inline_rules import MAX_TAG_LENGTH
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.web.answers import came_from, lead_to, local_path
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import conversation_id_of, conversation_path
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_PAGE = "/settings/reading"
#: How long a filter can hold, in ms; empty is until it is deleted.
_SPANS = {"day": clock.DAY, "week": 7 * clock.DAY, "month": 30 * clock.DAY}
#: The end that a filter has already.
_KEEP = "keep"


async def show_reading(request: Request) -> Response:
    return await _reading_page(request, _values(None), Problems())


async def _reading_page(request: Request, values: dict[str, object], problems: Problems, tag: str = "") -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        filters = await queries.list_filters(tx, viewer)
        tags = await queries.list_followed_tags(tx, viewer)
    return await render(
        request,
        "settings/reading.html",
        status=422 if problems else 200,
        filters=filters,
        tags=tags,
        values=values,
        tag=tag,
        errors=problems.in_words(request.language),
        limits={"phrase": PHRASE_MAX, "tag": MAX_TAG_LENGTH},
        now=clock.now(),
        saved=request.query_params.get("saved") == "1",
    )


def _values(found: Filter | None) -> dict[str, object]:
    """What the form for a filter begins with."""
    if found is None:
        return {
            "phrase": "",
            "whole_word": "yes",
            "places": {place.value for place in FilterPlace},
            "action": FilterAction.FOLD.value,
            "ends": "week",
        }
    return {
        "phrase": found.phrase,
        "whole_word": "yes" if found.whole_word else "",
        "places": set(found.places.split()),
        "action": found.action.value,
        "ends": "" if found.ends_at is None else _KEEP,
    }


def _sent(form: FormData) -> dict[str, object]:
    return {
        "phrase": field(form, "phrase"),
        "whole_word": field(form, "whole_word"),
        "places": {place.value for place in FilterPlace if field(form, f"in_{place.value}")},
        "action": field(form, "deed"),
        "ends": field(form, "ends"),
    }


def _draft(form: FormData, end_before: int | None = None) -> FilterDraft:
    ends, action = field(form, "ends"), field(form, "deed")
    return FilterDraft(
        phrase=field(form, "phrase"),
        whole_word=bool(field(form, "whole_word")),
        places=tuple(place for place in FilterPlace if field(form, f"in_{place.value}")),
        action=FilterAction(action) if action in set(FilterAction) else FilterAction.FOLD,
        ends_at=end_before if ends == _KEEP else clock.now() + _SPANS[ends] if ends in _SPANS else None,
    )


async def add_filter(request: Request) -> Response:
    form = await read_form(request)
    try:
        async with request.site.database.write() as tx:
            await actions.add_filter(tx, request.viewer, _draft(form))
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _reading_page(request, _sent(form), problems)
    return lead_to(f"{_PAGE}?saved=1")


async def show_filter(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.get_filter(tx, request.viewer, _id_of(request))
    return await _filter_page(request, found, _values(found), Problems())


async def _filter_page(request: Request, found: Filter, values: dict[str, object], problems: Problems) -> Response:
    return await render(
        request,
        "settings/filter.html",
        status=422 if problems else 200,
        filter=found,
        values=values,
        errors=problems.in_words(request.language),
        limits={"phrase": PHRASE_MAX},
    )


async def change_filter(request: Request) -> Response:
    form, id_ = await read_form(request), _id_of(request)
    async with request.site.database.read() as tx:
        found = await queries.get_filter(tx, request.viewer, id_)
    try:
        async with request.site.database.write() as tx:
            await actions.change_filter(tx, request.viewer, id_, _draft(form, found.ends_at))
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _filter_page(request, found, _sent(form), problems)
    return lead_to(f"{_PAGE}?saved=1")


async def remove_filter(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.remove_filter(tx, request.viewer, _id_of(request))
    return lead_to(f"{_PAGE}?saved=1")


def _id_of(request: Request) -> int:
    found = parse_id(request.params["id"])
    if found is None:
        raise NotFound
    return found


async def add_tag(request: Request) -> Response:
    """Follow a tag that is typed, from the settings."""
    form = await read_form(request)
    tag = field(form, "tag")
    try:
        async with request.site.database.write() as tx:
            await actions.follow_tag(tx, request.viewer, tag)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _reading_page(request, _values(None), problems, tag)
    return lead_to(f"{_PAGE}?saved=1")


def _changing_tag(change: Callable[[Write, Viewer, str], Awaitable[None]]) -> View:
    async def view(request: Request) -> Response:
        form, tag = await read_form(request), request.params["tag"]
        async with request.site.database.write() as tx:
            await change(tx, request.viewer, tag)
        return lead_to(local_path(field(form, "next"), tag_path(tag)))

    return view


def _changing_conversation(change: Callable[[Write, Viewer, int], Awaitable[None]]) -> View:
    async def view(request: Request) -> Response:
        id_ = conversation_id_of(request)
        async with request.site.database.write() as tx:
            await change(tx, request.viewer, id_)
        return lead_to(came_from(request, conversation_path(id_)))

    return view


async def show_muted(request: Request) -> Response:
    async with request.site.database.read() as tx:
        feed = await queries.muted_feed(tx, request.viewer, page_of(request))
    return await render(request, "muted.html", feed=feed)


async def show_likes(request: Request) -> Response:
    async with request.site.database.read() as tx:
        feed = await queries.liked_feed(tx, request.viewer, page_of(request))
    return await render(request, "liked.html", feed=feed)


ROUTES = [
    Route("GET", _PAGE, show_reading, Wants.PERSON),
    Route("POST", f"{_PAGE}/filters", add_filter, Wants.PERSON),
    Route("GET", f"{_PAGE}/filters/{{id}}", show_filter, Wants.PERSON),
    Route("POST", f"{_PAGE}/filters/{{id}}", change_filter, Wants.PERSON),
    Route("POST", f"{_PAGE}/filters/{{id}}/remove", remove_filter, Wants.PERSON),
    Route("POST", f"{_PAGE}/tags", add_tag, Wants.PERSON),
    Route("POST", "/tags/{tag}/follow", _changing_tag(actions.follow_tag), Wants.PERSON),
    Route("POST", "/tags/{tag}/unfollow", _changing_tag(actions.unfollow_tag), Wants.PERSON),
    Route("POST", "/tags/{tag}/hide", _changing_tag(actions.hide_tag), Wants.PERSON),
    Route("POST", "/tags/{tag}/show", _changing_tag(actions.show_tag), Wants.PERSON),
    Route("POST", "/conversations/{id}/mute", _changing_conversation(actions.mute_conversation), Wants.PERSON),
    Route("POST", "/conversations/{id}/unmute", _changing_conversation(actions.unmute_conversation), Wants.PERSON),
    Route("GET", "/muted", show_muted, Wants.PERSON),
    Route("GET", "/likes", show_likes, Wants.PERSON),
]
