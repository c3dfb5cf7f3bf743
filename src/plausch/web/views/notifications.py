"""What is addressed to the viewer."""

from typing import NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from plausch.feeds import actions, queries
from plausch.feeds.model import (
    LASTING,
    FilterPlace,
    Group,
    Notification,
    NotificationGroup,
    NotificationKind,
    group_notifications,
)
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import queries as insights
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP, Page
from plausch.language.markdown import plain_text
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.people.model import Request as PersonRequest
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.web.answers import is_looked_at, is_partial, lead_to
from plausch.web.group_notices import find_told, is_about_group
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import post_path
from plausch.web.wants import Wants

_LISTED = 40
_EXCERPT = 160
#: Kinds with buttons to answer a request.
_ASKING = (NotificationKind.CONNECTION_REQUESTED, NotificationKind.FOLLOW_REQUESTED)
#: Where it is said what the place itself tells of.
_PLACES = {
    NotificationKind.DECIDED: "/appeal/{}",
    NotificationKind.REPORT_ANSWERED: "/reports#r-{}",
    NotificationKind.REPORTED: "/admin/reports/{}",
    NotificationKind.APPEALED: "/admin/appeals/{}",
    NotificationKind.INTRODUCED: "/introductions#i-{}",
    NotificationKind.GREETING_DUE: "/insights/greeting#n-{}",
    NotificationKind.TEAM_INVITED: "/pages#i-{}",
    NotificationKind.PACK_ASKED: "/packs#p-{}",
    NotificationKind.PAGE_ORPHANED: "/pages#i-{}",
    NotificationKind.WEEKLY_LETTER: "/insights/letters/{}",
    NotificationKind.APPROVAL_ASKED: "/approvals/{}",
    NotificationKind.DECLINED: "/approvals/{}",
}


class Shown(NamedTuple):
    """Notifications with what they speak of."""

    #: Each with the people in it whom the viewer may see.
    groups: list[tuple[NotificationGroup, list[Actor]]]
    #: How posts begin, by id.
    excerpts: dict[int, str]
    #: Posts that are caught in a filter of the viewer's, with its words.
    folded: dict[int, str]
    #: Open requests, by the notification's id.
    requests: dict[int, PersonRequest]
    #: What those that are about a group or another place say of it, by the notification's id.
    told: dict[int, str]


async def _viewer_of(tx: Read, request: Request) -> Viewer:
    """Whose notifications are meant: those of whom one speaks for, or (`for`) one's own or those of another page.

    Raises NotFound for a page for which one does not speak.
    """
    viewer, handle = request.viewer, request.query_params.get("for", "").lower()
    assert request.signed_in is not None
    if not handle:
        return viewer
    if handle == request.signed_in.own_handle:
        return Viewer(viewer.person, viewer.person, viewer.role)
    page = (await people.resolve_handles(tx, [handle])).get(handle)
    if page is None or await people.find_team_member(tx, page.id, viewer.person) is None:
        raise NotFound("actor_not_found")
    return Viewer(viewer.person, page.id, viewer.role)


async def _inboxes(tx: Read, request: Request) -> list[tuple[str, str, int]]:
    """One's own and one for each page: handle, name, and how many are new; nothing where there is only one's own."""
    viewer = request.viewer
    pages = [one.page_id for one in await people.list_pages_of(tx, viewer) if one.invited_by is None]
    if not pages:
        return []
    actors = await people.list_actors(tx, viewer, [viewer.person, *pages])
    unread = await queries.count_unread_by_page(tx, viewer)
    own = (actors[id_] for id_ in (viewer.person, *pages) if id_ in actors)
    return [(one.handle, one.shown_name, unread.get(0 if one.id == viewer.person else one.id, 0)) for one in own]


async def show_notifications(request: Request) -> Response:
    """Newest first. Whoever looks at likes and new followers has seen them: the marks go with the next look.

    What was said to the viewer stays unread until they open it, here or in its conversation.
    """
    group = _group_of(request)
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        viewer = await _viewer_of(tx, request)
        found = await queries.list_notifications(tx, viewer, page, group)
        shown = await _complete(tx, viewer, group_notifications(found))
        inboxes = await _inboxes(tx, request)
        whose = (await people.get_actor(tx, viewer.acting_as)).handle if inboxes else ""
    next_before = found[-1].id if len(found) == page.limit else None
    response = await render(
        request,
        "notifications.html",
        next_before=next_before,
        newest=found[0].id if found else 0,
        any_unread=any(one.read_at is None for one in found),
        shown_group=group,
        inboxes=inboxes,
        whose=whose,
        me=viewer.acting_as,
        groups=shown.groups,
        excerpts=shown.excerpts,
        folded=shown.folded,
        requests=shown.requests,
        told=shown.told,
    )
    if is_looked_at(request) and any(one.read_at is None and one.kind not in LASTING for one in found):
        await _mark(request, found[0].id, group, looked=True)
    return response


def _group_of(request: Request) -> Group:
    wanted = request.query_params.get("show", "")
    return Group(wanted) if wanted in set(Group) else Group.ALL


async def _complete(tx: Read, viewer: Viewer, groups: list[NotificationGroup]) -> Shown:
    """The people, posts and requests that the notifications speak of, as far as the viewer may see them."""
    actors = await people.list_actors(tx, viewer, list({id_ for group in groups for id_ in group.actor_ids}))
    posts = await talk.list_posts(tx, viewer, list({one.newest.post_id for one in groups if one.newest.post_id}))
    requests = {}
    for one in groups:
        if one.kind in _ASKING and one.newest.request_id is not None:
            asked = await people.find_request(tx, one.newest.request_id)
            if asked is not None and asked.target_id == viewer.acting_as:
                requests[one.newest.id] = asked
    newest = [one.newest for one in groups]
    told = {id_: one.words for id_, one in (await find_told(tx, viewer, newest)).items()}
    groups = [one for one in groups if not is_about_group(one.kind) or one.newest.id in told]
    shown = [(group, names) for group in groups if (names := _known(group, actors))]
    excerpts = {id_: _excerpt(post.warning or post.title or plain_text(post.html)) for id_, post in posts.items()}
    sieve = await queries.get_sieve(tx, viewer, FilterPlace.NOTIFICATIONS)
    folded = queries.fold(sieve, viewer, list(posts.values()))
    return Shown(shown, excerpts, folded, requests, told | await _letters_about(tx, viewer, newest))


async def _letters_about(tx: Read, viewer: Viewer, found: list[Notification]) -> dict[int, str]:
    """The names of the places that weekly letters are about: whoever looks after several gets as many."""
    letters = {one.request_id: one.id for one in found if one.kind is NotificationKind.WEEKLY_LETTER and one.request_id}
    if not letters:
        return {}
    places = await insights.list_letter_places(tx, list(letters))
    known = await people.list_actors(tx, viewer, list(places.values()))
    return {letters[id_]: known[place].shown_name for id_, place in places.items() if place in known}


def _known(group: NotificationGroup, actors: dict[int, Actor]) -> list[Actor]:
    return [actors[id_] for id_ in group.actor_ids if id_ in actors]


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"


async def mark_read(request: Request) -> Response:
    """All of the group up to the newest that the page showed."""
    form = await read_form(request)
    await _mark(request, parse_id(field(form, "upto")) or TOP, _group_of(request))
    return await _after_marking(request)


async def _mark(request: Request, upto: int, group: Group, *, looked: bool = False) -> None:
    async with request.site.database.write() as tx:
        viewer = await _viewer_of(tx, request)
        await actions.mark_notifications_read(tx, viewer, upto, group, looked=looked)


async def mark_one_read(request: Request) -> Response:
    await read_form(request)
    await _mark_one(request)
    return await _after_marking(request)


async def _after_marking(request: Request) -> Response:
    if is_partial(request):
        return await show_notifications(request)
    wanted = {name: value for name, value in request.query_params.items() if name in ("show", "for")}
    return lead_to("/notifications" + (f"?{urlencode(wanted)}" if wanted else ""))


async def open_notification(request: Request) -> Response:
    """Lead to what it is about; whoever goes there has read it."""
    found = await _mark_one(request) if is_looked_at(request) else None
    if found is not None and is_about_group(found.kind):
        async with request.site.database.read() as tx:
            told = (await find_told(tx, request.viewer, [found])).get(found.id)
        return lead_to(told.path if told is not None else "/notifications")
    return lead_to(_leads_to(found) if found is not None else "/notifications")


def _leads_to(found: Notification) -> str:
    if found.request_id is not None and found.kind in _PLACES:
        return _PLACES[found.kind].format(found.request_id)
    if found.post_id is None or found.conversation_id is None:
        return "/notifications"
    return post_path(found.conversation_id, found.post_id)


async def _mark_one(request: Request) -> Notification:
    id_ = parse_id(request.params["id"])
    if id_ is None:
        raise NotFound("notification_not_found")
    async with request.site.database.write() as tx:
        return await actions.mark_notification_read(tx, request.viewer, id_)


ROUTES = [
    Route("GET", "/notifications", show_notifications, Wants.PERSON),
    Route("POST", "/notifications/read", mark_read, Wants.PERSON),
    Route("GET", "/notifications/{id}", open_notification, Wants.PERSON),
    Route("POST", "/notifications/{id}/read", mark_one_read, Wants.PERSON),
]
