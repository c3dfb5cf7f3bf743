"""Announcements. Nobody can react to them here."""

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.instance import Announcement as Entity
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.present.emojis import emojis_in
from plausch.community import actions, queries
from plausch.community.model import Announcement
from plausch.http.request import Request
from plausch.http.site import Site
from plausch.kernel import clock
from plausch.language.formats import iso


def present_announcement(site: Site, one: Announcement, *, read: bool) -> Entity:
    return Entity(
        id=str(one.id),
        content=site.absolute_html(one.html),
        starts_at=iso(one.from_at),
        ends_at=iso(one.until_at) if one.until_at is not None else None,
        published_at=iso(one.from_at),
        updated_at=iso(one.from_at),
        read=read,
        emojis=emojis_in(site, one.html),
    )


async def list_announcements(request: Request) -> Response:
    """The newest last; those that were put away only where they are asked for."""
    current = request.site.held.announcements(clock.now())
    async with request.site.database.read() as tx:
        read = set(await queries.list_dismissed(tx, request.viewer, [one.id for one in current]))
    whole = query_of(request).flag("with_dismissed")
    shown = [one for one in reversed(current) if whole or one.id not in read]
    return answered([present_announcement(request.site, one, read=one.id in read) for one in shown])


async def dismiss(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.dismiss_announcement(tx, request.viewer, id_of(request))
    return nothing()


ENDPOINTS = [
    Endpoint("GET", "/api/v1/announcements", list_announcements),
    Endpoint("POST", "/api/v1/announcements/{id}/dismiss", dismiss, "write:accounts"),
]
