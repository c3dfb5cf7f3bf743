"""Likes, shares and bookmarks: one button each, which leads back to where it was pressed."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.responses import Response

from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk import actions, queries
from plausch.talk.model import Post
from plausch.web.answers import came_from, is_partial, lead_to
from plausch.web.pages import render
from plausch.web.places import post_id_of, post_path
from plausch.web.wants import Wants

Action = Callable[[Write, Viewer, int], Awaitable[object]]

_RESPONSES, _WITHIN = 600, 10 * clock.MINUTE
_ACTIONS: dict[str, Action] = {
    "like": actions.like_post,
    "unlike": actions.unlike_post,
    "unshare": actions.unshare_post,
    "bookmark": actions.bookmark_post,
    "unbookmark": actions.unbookmark_post,
    "pin": actions.pin_post,
    "unpin": actions.unpin_post,
}


async def share(request: Request) -> Response:
    """Share a post; the button says through which entry it was found, where the page knew that."""
    via = parse_id(request.query_params.get("via", ""))
    return await _respond(request, partial(actions.share_post, via=via))


def _view(act: Action) -> View:
    async def respond(request: Request) -> Response:
        return await _respond(request, act)

    return respond


async def _respond(request: Request, act: Action) -> Response:
    post_id = post_id_of(request)
    await count_try(request, "respond", str(request.viewer.person), most=_RESPONSES, within=_WITHIN)
    async with request.site.database.write() as tx:
        await act(tx, request.viewer, post_id)
        post = await queries.find_post(tx, request.viewer, post_id)
        actor = await people.get_actor(tx, post.actor_id) if post is not None and is_partial(request) else None
    if post is None:
        raise NotFound("post_not_found")
    if actor is not None:
        return await render(request, "parts/actions.html", post=post, actor=actor)
    return lead_to(_back(request, post))


def _back(request: Request, post: Post) -> str:
    """The page the button was on, at the post; else its conversation."""
    page = came_from(request, "")
    return f"{page}#p-{post.id}" if page else post_path(post.conversation_id, post.id)


ROUTES = [
    Route("POST", "/posts/{id}/share", share, Wants.PERSON),
    *(Route("POST", f"/posts/{{id}}/{word}", _view(act), Wants.PERSON) for word, act in _ACTIONS.items()),
]
