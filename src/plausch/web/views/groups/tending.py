"""What those who look after a group do with a post in it: pin it, lock its conversation, remove it with a reason."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.groups.model import REASON_MAX, Group
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.talk import actions, queries
from plausch.talk.model import Conversation, Post
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.places import group_path, post_id_of
from plausch.web.problems import Problems
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants


async def _tended(tx: Read, request: Request, post: Post) -> tuple[Conversation, Group]:
    """Where a post is. Raises NotAllowed for who does not look after that."""
    conversation = await queries.get_conversation(tx, request.viewer, post.conversation_id)
    group = await groups.find_group(tx, request.viewer, conversation.place_id) if conversation.place_id else None
    if group is None or not group.looked_after:
        raise NotAllowed("not_allowed")
    return conversation, group


async def show_tending(request: Request) -> Response:
    return await _page(request, "", Problems())


async def _page(request: Request, reason: str, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        post, context = await shown_post(tx, request.viewer, post_id_of(request))
        conversation, group = await _tended(tx, request, post)
        pins = await queries.list_pinned(tx, request.viewer, group.id)
    return await render(
        request,
        "groups/tend.html",
        status=422 if problems else 200,
        group=group,
        conversation=conversation,
        pinned=post.id in pins,
        reason=reason,
        reason_max=REASON_MAX,
        errors=problems.in_words(request.language),
        **context,
    )


async def remove(request: Request) -> Response:
    """Whose post it was is told why."""
    id_, reason = post_id_of(request), field(await read_form(request), "reason")
    try:
        async with request.site.database.write() as tx:
            post = await queries.get_post(tx, request.viewer, id_)
            _, group = await _tended(tx, request, post)
            await actions.remove_in_group(tx, request.viewer, id_, reason)
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _page(request, reason, problems)
    return lead_to(f"{group_path(group.handle)}?said=removed")


def _pinning(change: Callable[[Write, Viewer, int], Awaitable[None]]) -> View:
    async def view(request: Request) -> Response:
        id_ = post_id_of(request)
        try:
            async with request.site.database.write() as tx:
                post = await queries.get_post(tx, request.viewer, id_)
                _, group = await _tended(tx, request, post)
                await change(tx, request.viewer, id_)
        except Conflict as error:
            problems = Problems()
            problems.note(error)
            return await _page(request, "", problems)
        return lead_to(f"{group_path(group.handle)}?said=saved")

    return view


ROUTES = [
    Route("GET", "/posts/{id}/tend", show_tending, Wants.PERSON),
    Route("POST", "/posts/{id}/tend/remove", remove, Wants.PERSON),
    Route("POST", "/posts/{id}/tend/pin", _pinning(actions.pin_in_group), Wants.PERSON),
    Route("POST", "/posts/{id}/tend/unpin", _pinning(actions.unpin_in_group), Wants.PERSON),
]
