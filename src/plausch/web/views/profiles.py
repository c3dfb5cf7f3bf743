"""Profiles, who is tied to whom, and people to meet."""

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.feeds.model import Wall
from plausch.http.forms import check_text
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import TOP, Page
from plausch.language.inline_rules import MAX_TAG_LENGTH, tag_name
from plausch.people import queries
from plausch.people.model import (
    LINE_MAX,
    Actor,
    ActorKind,
    Profile,
    Relation,
    Relationship,
    Viewer,
    WhoWrites,
)
from plausch.people.model import Request as PersonRequest
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.web.answers import lead_to
from plausch.web.drafts import DraftForm, draft_at
from plausch.web.meeting import with_reason
from plausch.web.organisations import find_organisation
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import group_path, handle_of
from plausch.web.problems import Problems
from plausch.web.syndication.metadata import of_profile
from plausch.web.wants import Wants

_COMMON = 5
_MET = 12
_SUGGESTED = 6
_KNOWN = 12
_LISTED = 40
_TOPICS = 6


def _wall(wall: Wall) -> View:
    async def show(request: Request) -> Response:
        return await profile_page(request, Problems(), "", wall)

    return show


async def profile_page(request: Request, problems: Problems, line: str, wall: Wall = Wall.POSTS) -> Response:
    """Somebody's page; with what is wrong when a request to connect could not be sent."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        profile = await queries.get_profile(tx, viewer, handle_of(request))
        if profile.kind is ActorKind.GROUP:
            return lead_to(group_path(profile.handle))
        if wall is Wall.PICTURES:
            wall = _pictures_of(profile)
        relationship = await queries.get_relationship(tx, viewer, profile.id)
        common = await _common(tx, viewer, profile)
        asked = await _asked(tx, viewer, profile, relationship)
        page = page_of(request)
        feed = await feeds.actor_feed(tx, viewer, profile.id, page, wall)
        first = wall is Wall.POSTS and page.before == TOP
        pins = await talk.list_pinned(tx, viewer, profile.id) if first else []
        pinned = await feeds.show_posts(tx, viewer, pins, None) if pins else None
        fields = await queries.list_fields(tx, profile.id)
        organisation = await find_organisation(tx, request, profile)
        wall_draft = await _wall_draft(tx, request, profile, relationship) if first else None
        blog = await talk.has_articles(tx, viewer, profile.id)
    response = await render(
        request,
        "people/profile.html",
        status=422 if problems else 200,
        profile=profile,
        relationship=relationship,
        asked=asked,
        common=common,
        feed=feed,
        pinned=pinned,
        pins=pins,
        blog=blog,
        fields=fields if organisation is None else [],
        verified=any(one.verified_at for one in fields),
        organisation=organisation,
        wall_draft=wall_draft,
        wall=wall,
        metadata=None if viewer.signed_in else of_profile(request.site, profile, findable=profile.findable),
        errors=problems.in_words(request.language),
        line=line,
        line_max=LINE_MAX,
    )
    if not profile.findable:
        response.headers["x-robots-tag"] = "noindex"
    return response


def _pictures_of(profile: Profile) -> Wall:
    """As its owner wants them to be shown. Raises NotFound."""
    if not profile.shows_pictures:
        raise NotFound
    return Wall.PICTURES if profile.shows_replied_pictures else Wall.OWN_PICTURES


async def _wall_draft(tx: Read, request: Request, profile: Profile, relationship: Relationship) -> DraftForm | None:
    """The composer for somebody's wall, where its owner lets the viewer write."""
    viewer = request.viewer
    if not viewer.signed_in or profile.id == viewer.acting_as or relationship.blocks:
        return None
    if profile.kind not in (ActorKind.PERSON, ActorKind.PAGE):
        return None
    who = await queries.find_who_writes(tx, profile.id)
    if who is WhoWrites.NOBODY or (who is WhoWrites.CONNECTIONS and not relationship.connected):
        return None
    draft = await draft_at(tx, request, place=profile.id)
    draft.wall = profile
    return draft


async def relation_bar(request: Request, handle: str) -> Response:
    """The buttons that fit how the viewer now stands to somebody, for a page that is open."""
    async with request.site.database.read() as tx:
        profile = await queries.get_profile(tx, request.viewer, handle)
        relationship = await queries.get_relationship(tx, request.viewer, profile.id)
        asked = await _asked(tx, request.viewer, profile, relationship)
    return await render(
        request,
        "people/relation_bar.html",
        profile=profile,
        relationship=relationship,
        asked=asked,
        errors=[],
        line="",
        line_max=LINE_MAX,
    )


async def _common(tx: Read, viewer: Viewer, profile: Profile) -> list[Actor]:
    if not viewer.signed_in or profile.id == viewer.acting_as:
        return []
    return await queries.list_common_connections(tx, viewer, profile.id, _COMMON)


async def _asked(tx: Read, viewer: Viewer, profile: Profile, relationship: Relationship) -> list[PersonRequest]:
    """What the person asks of the viewer."""
    if not (relationship.asks_to_connect or relationship.asks_to_follow):
        return []
    return await queries.list_requests_from(tx, viewer, profile.id)


async def show_followers(request: Request) -> Response:
    return await _related(request, "followers", Relation.FOLLOW, reverse=True)


async def show_following(request: Request) -> Response:
    return await _related(request, "following", Relation.FOLLOW)


async def show_connections(request: Request) -> Response:
    return await _related(request, "connections", Relation.CONNECT)


async def _related(request: Request, which: str, relation: Relation, *, reverse: bool = False) -> Response:
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        profile = await queries.get_profile(tx, request.viewer, handle_of(request))
        if profile.kind is ActorKind.GROUP:
            return lead_to(group_path(profile.handle))
        actors = await queries.list_related(tx, request.viewer, profile.id, relation, page, reverse=reverse)
    next_before = actors[-1].id if len(actors) == page.limit else None
    return await render(
        request, "people/related.html", profile=profile, which=which, actors=actors, next_before=next_before
    )


async def show_people(request: Request) -> Response:
    """Where to look for people: who asks, who is known, whom to meet."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        before = page_of(request).before
        meet = await with_reason(tx, viewer, _SUGGESTED) if before == TOP else []
        newcomers = await queries.list_newcomers(tx, viewer, Page(before=before, limit=_MET))
        known = (
            await queries.list_related(tx, viewer, viewer.acting_as, Relation.CONNECT, Page(limit=_KNOWN))
            if viewer.signed_in
            else []
        )
    next_before = newcomers[-1].id if len(newcomers) == _MET else None
    named = {one.actor.id for one in meet}
    newcomers = [one for one in newcomers if one.id not in named]
    return await render(
        request, "people/people.html", meet=meet, newcomers=newcomers, known=known, next_before=next_before
    )


async def show_directory(request: Request) -> Response:
    """Everybody who agrees to be found: by when they came, when they last spoke in public, or about what."""
    viewer, query = request.viewer, request.query_params
    typed = query.get("tag", "")[:MAX_TAG_LENGTH]
    check_text(typed)
    tag, by = tag_name(typed) or "", "active" if query.get("by") == "active" else "newest"
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.slow_read() as tx:
        if tag or by == "active":
            actors, next_before = await feeds.list_active(tx, viewer, page, tag)
        else:
            actors = await queries.list_findable(tx, viewer, page)
            next_before = actors[-1].id if len(actors) == page.limit else None
        trends = await feeds.list_trending_tags(tx, viewer, _TOPICS)
    return await render(
        request,
        "people/directory.html",
        actors=actors,
        next_before=next_before,
        by="tag" if tag else by,
        tag=tag,
        typed=typed,
        topics=trends,
    )


ROUTES = [
    Route("GET", "/people", show_people, Wants.PERSON),
    Route("GET", "/people/all", show_directory, Wants.PERSON),
    Route("GET", "/@{handle}", _wall(Wall.POSTS), Wants.ANYBODY),
    Route("GET", "/@{handle}/replies", _wall(Wall.REPLIES), Wants.ANYBODY),
    Route("GET", "/@{handle}/pictures", _wall(Wall.PICTURES), Wants.ANYBODY),
    Route("GET", "/@{handle}/followers", show_followers, Wants.PERSON),
    Route("GET", "/@{handle}/following", show_following, Wants.PERSON),
    Route("GET", "/@{handle}/connections", show_connections, Wants.PERSON),
]
