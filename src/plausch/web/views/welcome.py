"""The first page of somebody new: topics to choose, people to meet, one post to answer. Each step can be left out."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import Feed
from plausch.groups import queries as groups
from plausch.http.forms import read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid
from plausch.kernel.ids import moment_of
from plausch.kernel.paging import Page
from plausch.language.markdown import plain_text
from plausch.people import queries
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.web.answers import lead_to
from plausch.web.meeting import Suggested, people_to_meet
from plausch.web.pages import render
from plausch.web.wants import Wants

_TOPICS, _MET, _LOOKED_AT, _PACKS = 12, 6, 30, 3


class Opening(NamedTuple):
    """A conversation somebody new could join."""

    feed: Feed
    #: Nobody has answered yet.
    unanswered: bool


async def show_welcome(request: Request) -> Response:
    assert request.signed_in is not None
    viewer = request.viewer
    async with request.site.database.read() as tx:
        profile = await queries.get_profile(tx, viewer, request.signed_in.handle)
        topics = await _topics(tx, viewer)
        followed = set(await feeds.list_followed_tags(tx, viewer))
        host = await queries.find_host(tx, viewer)
        related = await queries.get_relationship(tx, viewer, host.id) if host is not None else None
        opening = await _opening(tx, viewer)
        newcomers = await _people_to_meet(tx, viewer, host)
        packs = await groups.list_featured_packs(tx, viewer, _PACKS)
        makers = await queries.list_actors(tx, viewer, [one.maker_id for one in packs])
        drafts = await talk.list_drafts(tx, viewer)
    return await render(
        request,
        "arriving/welcome.html",
        profile=profile,
        topics=[(tag, tag in followed) for tag in topics],
        host=host if related is not None and not related.connected else None,
        asked_host=related is not None and related.asked_to_connect,
        newcomers=[(one, moment_of(one.actor.id)) for one in newcomers],
        packs=[(one, makers.get(one.maker_id)) for one in packs],
        opening=opening,
        draft=next((one for one in drafts if one.parent_id), None),
    )


async def _topics(tx: Read, viewer: Viewer) -> list[str]:
    """What those who look after the place keep out of the trends is not offered here either."""
    found = await talk.list_topics(tx, viewer, 2 * _TOPICS)
    return [tag for tag in found if not await feeds.is_hidden_tag(tx, viewer, tag)][:_TOPICS]


async def _people_to_meet(tx: Read, viewer: Viewer, host: Actor | None) -> list[Suggested]:
    found = await people_to_meet(tx, viewer, _MET + 1)
    return [one for one in found if host is None or one.actor.id != host.id][:_MET]


async def _opening(tx: Read, viewer: Viewer) -> Opening:
    """An open question if there is one, else what waits for an answer, else what is talked about just now."""
    ids = await talk.list_unanswered(tx, viewer, _LOOKED_AT)
    posts = await talk.list_posts(tx, viewer, ids)
    asking = [id_ for id_ in ids if id_ in posts and "?" in plain_text(posts[id_].html)]
    chosen = (asking or ids)[:1]
    if chosen:
        found = await feeds.show_posts(tx, viewer, chosen, None)
        if found.cards:
            return Opening(found, True)
    return Opening(await feeds.local_feed(tx, viewer, Page(limit=1)), False)


async def choose_topics(request: Request) -> Response:
    """Follow what is ticked; what was followed before and is not ticked any more is let go."""
    form = await read_form(request)
    chosen = {value for value in form.getlist("tag") if isinstance(value, str)}
    offered = {value for value in form.getlist("offered") if isinstance(value, str)}
    viewer = request.viewer
    async with request.site.database.write() as tx:
        followed = set(await feeds.list_followed_tags(tx, viewer))
        for tag in sorted((offered & followed) - chosen):
            await feeds_actions.unfollow_tag(tx, viewer, tag)
        for tag in sorted(chosen - followed)[:_TOPICS]:
            try:
                await feeds_actions.follow_tag(tx, viewer, tag)
            except (Conflict, Invalid):
                break
    return lead_to("/welcome#people")


ROUTES = [
    Route("GET", "/welcome", show_welcome, Wants.PERSON),
    Route("POST", "/welcome/topics", choose_topics, Wants.PERSON),
]
