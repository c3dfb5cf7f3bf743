"""After an absence: what was missed, in one page that ends; and the next unread post at any time."""

from starlette.responses import Response

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock, ids
from plausch.kernel.ids import parse_id
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.web.absence import away_since, forget_absence
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.places import post_path
from plausch.web.wants import Wants

#: Whoever looks without having been away sees this time; nobody looks further back than that.
_USUAL, _LONGEST = 3 * clock.DAY, 90 * clock.DAY


async def show_catch_up(request: Request) -> Response:
    now = clock.now()
    since = parse_id(request.query_params.get("since", "")) or await away_since(request) or now - _USUAL
    since = _within_reason(since)
    async with request.site.database.slow_read() as tx:
        missed = await feeds.catch_up(tx, request.viewer, since)
    return await render(request, "catch_up.html", missed=missed, since=since, days=(now - since) // clock.DAY)


def _within_reason(since: int) -> int:
    now = clock.now()
    return min(max(since, now - _LONGEST), now)


async def mark_caught_up(request: Request) -> Response:
    """All that was shown is read, and so is what announced it."""
    form = await read_form(request)
    since = parse_id(field(form, "since"))
    if since is not None:
        viewer, upto = request.viewer, ids.new_id()
        async with request.site.database.slow_read() as tx:
            missed = await feeds.catch_up(tx, viewer, _within_reason(since))
        async with request.site.database.write() as write:
            for conversation in missed.conversation_ids:
                await talk_actions.mark_read(write, viewer, conversation, upto)
            await feeds_actions.mark_notifications_read(write, viewer, upto)
    response = lead_to("/")
    forget_absence(request, response)
    return response


async def go_to_unread(request: Request) -> Response:
    """To the first unread post of the next conversation that has some; home when there is none."""
    after = parse_id(request.query_params.get("after", "")) or 0
    async with request.site.database.slow_read() as tx:
        found = await talk.find_unread(tx, request.viewer, but=after)
    return lead_to(post_path(found.conversation_id, found.post_id) if found is not None else "/?read=1")


ROUTES = [
    Route("GET", "/catch-up", show_catch_up, Wants.PERSON),
    Route("POST", "/catch-up", mark_caught_up, Wants.PERSON),
    Route("GET", "/unread", go_to_unread, Wants.PERSON),
]
