"""Announcements, and how people react to them."""

from collections.abc import Sequence

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, count_change, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.instance import Announcement as Entity
from plausch.clientapi.mastodon.entities.instance import AnnouncementReaction
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.present.emojis import emojis_in
from plausch.community import actions, queries
from plausch.community.model import Announcement, Reaction
from plausch.community.model.announcements import is_emoji
from plausch.http.request import Request
from plausch.http.site import Site
from plausch.kernel import clock
from plausch.language.formats import exact_iso


def present_reactions(site: Site, reactions: Sequence[Reaction]) -> list[AnnouncementReaction]:
    """Without those whose emoji is not the server's any more."""
    own = {one.shortcode: site.absolute(one.path) for one in site.held.emoji}
    return [
        AnnouncementReaction(one.name, one.people, one.mine, own.get(one.name), own.get(one.name))
        for one in reactions
        if one.name in own or is_emoji(one.name)
    ]


def present_announcement(site: Site, one: Announcement, *, read: bool, reactions: Sequence[Reaction] = ()) -> Entity:
    return Entity(
        id=str(one.id),
        content=site.absolute_html(one.html),
        starts_at=exact_iso(one.from_at),
        ends_at=exact_iso(one.until_at) if one.until_at is not None else None,
        published_at=exact_iso(one.from_at),
        updated_at=exact_iso(one.from_at),
        read=read,
        emojis=emojis_in(site, one.html),
        reactions=present_reactions(site, reactions),
    )


async def list_announcements(request: Request) -> Response:
    """The newest last; those that were put away only where they are asked for."""
    current = request.site.held.announcements(clock.now())
    async with request.site.database.read() as tx:
        ids = [one.id for one in current]
        read = set(await queries.list_dismissed(tx, request.viewer, ids))
        reactions = await queries.list_reactions(tx, request.viewer, ids)
    whole = query_of(request).flag("with_dismissed")
    shown = [one for one in reversed(current) if whole or one.id not in read]
    return answered(
        [
            present_announcement(request.site, one, read=one.id in read, reactions=reactions.get(one.id, ()))
            for one in shown
        ]
    )


async def dismiss(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.dismiss_announcement(tx, request.viewer, id_of(request))
    return nothing()


async def react(request: Request) -> Response:
    await count_change(request, "react", 120)
    async with request.site.database.write() as tx:
        await actions.react(tx, request.viewer, id_of(request), request.params["name"])
    return nothing()


async def unreact(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.unreact(tx, request.viewer, id_of(request), request.params["name"])
    return nothing()


_REACTION = "/api/v1/announcements/{id}/reactions/{name}"
ENDPOINTS = [
    Endpoint("GET", "/api/v1/announcements", list_announcements),
    Endpoint("POST", "/api/v1/announcements/{id}/dismiss", dismiss, "write:accounts"),
    Endpoint("PUT", _REACTION, react, "write:favourites"),
    Endpoint("DELETE", _REACTION, unreact, "write:favourites"),
]
