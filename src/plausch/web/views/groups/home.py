"""A group's own pages: what is said there, what it is about, and how one comes in and goes."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.groups import actions, queries
from plausch.groups.model import QUESTION_MAX, Group, Visibility
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotFound
from plausch.kernel.paging import TOP
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk import queries as talk
from plausch.web.answers import lead_to
from plausch.web.drafts import fresh_draft
from plausch.web.groups import group_in, standing_in
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import group_path
from plausch.web.problems import Problems
from plausch.web.syndication.metadata import Metadata, of_group
from plausch.web.wants import Wants

_CHANGES, _WITHIN = 60, 10 * clock.MINUTE


async def show_group(request: Request) -> Response:
    """What is said in it; for outsiders of a closed one what it is about."""
    return await _group_page(request, Problems(), "")


async def _group_page(request: Request, problems: Problems, answer: str) -> Response:
    viewer, page = request.viewer, page_of(request)
    async with request.site.database.read() as tx:
        standing = await standing_in(tx, request)
        group = standing.group
        feed = pinned = None
        if group.readable:
            feed = await feeds.actor_feed(tx, viewer, group.id, page)
            pins = await talk.list_pinned(tx, viewer, group.id) if page.before == TOP else []
            pinned = await feeds.show_posts(tx, viewer, pins, None) if pins else None
        tags = (await queries.list_group_tags(tx, [group.id])).get(group.id, [])
        guardians = await queries.list_guardians(tx, group.id)
        actors = await people.list_actors(tx, viewer, [one.actor_id for one in guardians])
    draft = fresh_draft(request)
    draft.place, draft.group = group.id, group
    response = await render(
        request,
        "groups/home.html",
        status=422 if problems else 200,
        standing=standing,
        group=group,
        feed=feed,
        pinned=pinned,
        draft=draft,
        newest=page.before == TOP,
        tags=tags,
        guardians=[(one, actors[one.actor_id]) for one in guardians if one.actor_id in actors],
        errors=problems.in_words(request.language),
        answer=answer,
        answer_max=QUESTION_MAX,
        said=request.query_params.get("said", ""),
        metadata=_metadata(request, group),
    )
    if group.visibility is not Visibility.PUBLIC:
        response.headers["x-robots-tag"] = "noindex"
    return response


def _metadata(request: Request, group: Group) -> Metadata | None:
    """For programs, which come as visitors."""
    public = group.visibility is Visibility.PUBLIC
    return of_group(request.site, group) if public and not request.viewer.signed_in else None


async def show_about(request: Request) -> Response:
    """What it is about, its rules, and who looks after it."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        standing = await standing_in(tx, request)
        group = standing.group
        tags = (await queries.list_group_tags(tx, [group.id])).get(group.id, [])
        guardians = await queries.list_guardians(tx, group.id)
        actors = await people.list_actors(tx, viewer, [one.actor_id for one in guardians])
    return await render(
        request,
        "groups/about.html",
        standing=standing,
        group=group,
        tags=tags,
        guardians=[(one, actors[one.actor_id]) for one in guardians if one.actor_id in actors],
        said="",
    )


async def ask(request: Request) -> Response:
    """Ask to be let in; without an answer to the group's question the page comes back."""
    form = await read_form(request)
    answer = field(form, "answer")
    await _count(request)
    try:
        async with request.site.database.write() as tx:
            group = await group_in(tx, request)
            await actions.ask_to_join(tx, request.viewer, group.id, answer)
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _group_page(request, problems, answer)
    return lead_to(f"{group_path(group.handle)}?said=asked")


async def _count(request: Request) -> None:
    await count_try(request, "group", str(request.viewer.person), most=_CHANGES, within=_WITHIN)


def _changing(change: Callable[[Write, Viewer, int], Awaitable[None]], said: str) -> View:
    async def view(request: Request) -> Response:
        await _count(request)
        async with request.site.database.write() as tx:
            group = await group_in(tx, request)
            await change(tx, request.viewer, group.id)
            still = await queries.find_group(tx, request.viewer, group.id)
        return lead_to(f"{group_path(group.handle)}?said={said}" if still is not None else "/groups")

    return view


def _answering(change: Callable[[Write, Viewer, int], Awaitable[None]], joined: bool) -> View:
    """To an invitation: the group may be secret, so it is named by its number, and found by the invitation alone."""

    async def view(request: Request) -> Response:
        form = await read_form(request)
        await _count(request)
        async with request.site.database.write() as tx:
            inviting = await queries.list_inviting(tx, request.viewer)
            group = next((one for one in inviting.values() if str(one.id) == field(form, "group")), None)
            if group is None:
                raise NotFound("group_invitation_over")
            await change(tx, request.viewer, group.id)
        return lead_to(f"{group_path(group.handle)}?said=joined" if joined else "/groups")

    return view


async def show_link(request: Request) -> Response:
    """Where a link leads that was given to the viewer: it may know of the group, and joins by a button."""
    viewer, code = request.viewer, request.params["code"]
    async with request.site.database.read() as tx:
        link = await queries.find_link(tx, code)
        group = await queries.find_linked(tx, viewer, link.group_id) if link is not None else None
        if group is None or await queries.is_shut_out(tx, group.id, viewer):
            raise NotFound("group_invitation_over")
        tags = (await queries.list_group_tags(tx, [group.id])).get(group.id, [])
    return await render(request, "groups/link.html", group=group, code=code, tags=tags)


async def join_by_link(request: Request) -> Response:
    await _count(request)
    async with request.site.database.write() as tx:
        id_ = await actions.join_by_link(tx, request.viewer, request.params["code"])
        group = await queries.find_group(tx, request.viewer, id_)
    assert group is not None
    return lead_to(f"{group_path(group.handle)}?said=joined")


ROUTES = [
    Route("POST", "/groups/invitations/accept", _answering(actions.accept_invitation, True), Wants.PERSON),
    Route("POST", "/groups/invitations/decline", _answering(actions.decline_invitation, False), Wants.PERSON),
    Route("GET", "/groups/links/{code}", show_link, Wants.PERSON),
    Route("POST", "/groups/links/{code}", join_by_link, Wants.PERSON),
    Route("GET", "/groups/{handle}", show_group, Wants.ANYBODY),
    Route("GET", "/groups/{handle}/about", show_about, Wants.ANYBODY),
    Route("POST", "/groups/{handle}/join", _changing(actions.join_group, "joined"), Wants.PERSON),
    Route("POST", "/groups/{handle}/leave", _changing(actions.leave_group, "left"), Wants.PERSON),
    Route("POST", "/groups/{handle}/ask", ask, Wants.PERSON),
    Route("POST", "/groups/{handle}/withdraw", _changing(actions.withdraw_joining, "withdrawn"), Wants.PERSON),
]
