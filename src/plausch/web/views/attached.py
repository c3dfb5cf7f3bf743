"""What one does with what is attached to posts: vote in a poll, and take back the consent to be quoted."""

from starlette.responses import Response

from plausch.http.forms import read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.talk import actions, queries
from plausch.web.answers import is_partial, lead_to
from plausch.web.pages import render
from plausch.web.places import post_id_of, post_path
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants

_VOTES, _WITHIN = 120, 10 * clock.MINUTE


async def vote(request: Request) -> Response:
    """Choose what was marked; the answer is how it stands now."""
    post_id = post_id_of(request)
    form = await read_form(request)
    await count_try(request, "vote", str(request.viewer.person), most=_VOTES, within=_WITHIN)
    chosen = [parse_id(value) if isinstance(value, str) else None for value in form.getlist("choice")]
    async with request.site.database.write() as tx:
        await actions.vote(tx, request.viewer, post_id, [-1 if place is None else place for place in chosen])
        post = await queries.get_post(tx, request.viewer, post_id)
    if is_partial(request):
        return await render(request, "parts/poll.html", post=post)
    return lead_to(post_path(post.conversation_id, post_id))


async def ask_to_withdraw(request: Request) -> Response:
    """Whether it is meant: it cannot be undone."""
    async with request.site.database.read() as tx:
        post, context = await shown_post(tx, request.viewer, post_id_of(request))
    if post.quote is None or not post.quote.id:
        raise NotFound("post_not_found")
    return await render(request, "unquote.html", **context)


async def withdraw(request: Request) -> Response:
    """Not to be quoted in this post any more."""
    post_id = post_id_of(request)
    async with request.site.database.write() as tx:
        await actions.withdraw_quote(tx, request.viewer, post_id)
        post = await queries.find_post(tx, request.viewer, post_id)
    return lead_to(post_path(post.conversation_id, post_id) if post is not None else "/")


ROUTES = [
    Route("POST", "/posts/{id}/vote", vote, Wants.PERSON),
    Route("GET", "/posts/{id}/unquote", ask_to_withdraw, Wants.PERSON),
    Route("POST", "/posts/{id}/unquote", withdraw, Wants.PERSON),
]
