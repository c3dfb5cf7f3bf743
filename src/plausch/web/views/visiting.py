"""Visitors begin a reply before they sign up or in; afterwards it is a draft of theirs."""

from urllib.parse import urlencode

from starlette.responses import Response

from plausch.community.queries import get_community
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed
from plausch.kernel.ids import parse_id
from plausch.settings import SignUpMode
from plausch.talk import actions, queries
from plausch.talk.model import WhoReplies
from plausch.web import visits
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants

_MOST = 20


async def show_beginning(request: Request) -> Response:
    """The post that is replied to, and the box; where visitors may not begin, the way in."""
    post_id = parse_id(request.query_params.get("reply_to", "")) or 0
    there = f"/compose?reply_to={post_id}"
    if request.signed_in is not None:
        return lead_to(there)
    async with request.site.database.read() as tx:
        post, context = await shown_post(tx, request.viewer, post_id)
        conversation = await queries.get_conversation(tx, request.viewer, post.conversation_id)
    closed = request.site.community.sign_up is SignUpMode.CLOSED
    if closed or post.deleted or conversation.who_replies is not WhoReplies.EVERYBODY:
        return lead_to("/sign-in?" + urlencode({"next": there}))
    return await render(request, "begin.html", **context)


async def begin_reply(request: Request) -> Response:
    """Keep the text, and lead to where one can come in."""
    form = await read_form(request)
    post, text = parse_id(field(form, "reply_to")) or 0, field(form, "text")
    if request.signed_in is not None:
        return lead_to(f"/compose?reply_to={post}")
    await count_try(request, "visit", request.client_network, most=_MOST, within=clock.HOUR)
    async with request.site.database.write() as tx:
        mode = (await get_community(tx, request.site.settings)).sign_up
        if mode is SignUpMode.CLOSED:
            raise NotAllowed("sign_up_closed")
        secret = await actions.begin_reply(tx, post, text, former=visits.begun(request))
    invited = mode is SignUpMode.INVITE or bool(field(form, "sign_in"))
    response = lead_to("/sign-in" if invited else "/sign-up")
    visits.remember(response, request, secret)
    return response


ROUTES = [
    Route("GET", "/begin", show_beginning, Wants.ANYBODY),
    Route("POST", "/begin", begin_reply, Wants.ANYBODY),
]
