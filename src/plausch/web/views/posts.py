"""What there is to know about one post: where it stands, how it read before, who responded to it."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries
from plausch.talk.model import Post
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.places import post_id_of, post_path
from plausch.web.wants import Wants

#: Of those who liked or shared it.
_LISTED = 200


async def show_post(request: Request) -> Response:
    """A post has no page of its own: it is shown in its conversation."""
    async with request.site.database.read() as tx:
        post = await queries.get_post(tx, request.viewer, post_id_of(request))
    return lead_to(post_path(post.conversation_id, post.id))


async def show_history(request: Request) -> Response:
    """How a post read before."""
    async with request.site.database.read() as tx:
        post, context = await shown_post(tx, request.viewer, post_id_of(request))
        revisions = await queries.list_revisions(tx, request.viewer, post.id)
    return await render(request, "history.html", revisions=revisions, **context)


async def shown_post(tx: Read, viewer: Viewer, id_: int) -> tuple[Post, dict[str, Any]]:
    """A post, and the context in which templates show it. Raises NotFound."""
    post = await queries.get_post(tx, viewer, id_)
    actors = await people.list_actors(tx, viewer, [post.actor_id, post.author_id])
    if post.actor_id not in actors:
        raise NotFound("post_not_found")
    pictures = await queries.list_pictures(tx, [id_]) if post.pictures_count else {}
    return post, {"post": post, "actors": actors, "pictures": pictures}


Responders = Callable[[Read, Viewer, int, Page], Awaitable[list[queries.Responder]]]


async def show_likers(request: Request) -> Response:
    return await _show_responders(request, "likes", queries.list_likers)


async def show_sharers(request: Request) -> Response:
    return await _show_responders(request, "shares", queries.list_sharers)


async def _show_responders(request: Request, what: str, list_them: Responders) -> Response:
    """Who liked or shared a post, as far as the viewer may see them."""
    async with request.site.database.read() as tx:
        post, context = await shown_post(tx, request.viewer, post_id_of(request))
        ids = [one.actor_id for one in await list_them(tx, request.viewer, post.id, Page(limit=_LISTED))]
        found = await people.list_actors(tx, request.viewer, ids)
    people_shown = [found[id_] for id_ in ids if id_ in found]
    return await render(request, "responders.html", what=what, people=people_shown, **context)


ROUTES = [
    Route("GET", "/posts/{id}", show_post, Wants.ANYBODY),
    Route("GET", "/posts/{id}/history", show_history, Wants.ANYBODY),
    Route("GET", "/posts/{id}/likes", show_likers, Wants.ANYBODY),
    Route("GET", "/posts/{id}/shares", show_sharers, Wants.ANYBODY),
]
