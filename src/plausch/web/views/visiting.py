"""Visitors begin a reply before they sign up or in; afterwards it is a draft of theirs."""

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
from plausch.talk import actions
from plausch.web import visits
from plausch.web.answers import lead_to
from plausch.web.wants import Wants

_MOST = 20


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


ROUTES = [Route("POST", "/begin", begin_reply, Wants.ANYBODY)]
