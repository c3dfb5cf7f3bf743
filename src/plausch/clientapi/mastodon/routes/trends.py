"""`/api/v1/trends`: what is talked about more than usual, as the pages have it."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.statuses import TrendsLink
from plausch.clientapi.mastodon.joining import answer_joined
from plausch.clientapi.mastodon.paging import limit_of, link_offsets, offset_of
from plausch.clientapi.mastodon.present.statuses import card_of
from plausch.clientapi.mastodon.present.tags import present_days, present_tags
from plausch.clientapi.mastodon.showing import show_posts
from plausch.feeds import queries
from plausch.http.request import Request

#: There are never more than this.
_MOST = 40


async def list_tags(request: Request) -> Response:
    limit, offset = limit_of(request, 10, 20), offset_of(request)
    async with request.site.database.read() as tx:
        trending = await queries.list_trending_tags(tx, request.viewer, _MOST)
        shown = await present_tags(tx, request, [one.tag for one in trending[offset : offset + limit]])
    return link_offsets(answered(shown), request, count=len(shown), limit=limit)


async def list_statuses(request: Request) -> Response:
    limit, offset = limit_of(request), offset_of(request)
    async with request.site.database.read() as tx:
        ids = (await queries.list_trending_posts(tx, request.viewer, _MOST))[offset : offset + limit]
        joined = await show_posts(tx, request, ids)
    return link_offsets(await answer_joined(request, joined), request, count=len(ids), limit=limit)


async def list_links(request: Request) -> Response:
    """What several people of those who agree to be counted have linked to."""
    limit, offset = limit_of(request, 10, 20), offset_of(request)
    async with request.site.database.read() as tx:
        trending = await queries.list_trending_links(tx, request.viewer, _MOST)
        page = trending[offset : offset + limit]
        days = await queries.list_link_days(tx, request.viewer, [one.id for one in page])
    shown = [
        TrendsLink(**msgspec.structs.asdict(card_of(request.site, one)), history=present_days(days[one.id]))
        for one in page
    ]
    return link_offsets(answered(shown), request, count=len(shown), limit=limit)


_AT = "/api/v1/trends"
ENDPOINTS = [
    Endpoint("GET", _AT, list_tags, "", Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/tags", list_tags, "", Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/statuses", list_statuses, "", Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/links", list_links, "", Caller.ANYBODY),
]
