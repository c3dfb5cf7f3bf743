"""`/api/v1/admin/trends` and `/tags`: what is talked about, and what of it is kept out of the trends."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, id_of
from plausch.clientapi.mastodon.endpoints import Endpoint, for_staff
from plausch.clientapi.mastodon.entities.admin import AdminTag, AdminTrendsLink, Publisher
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import read_fields
from plausch.clientapi.mastodon.joining import answer_joined
from plausch.clientapi.mastodon.paging import limit_of, link_offsets, offset_of
from plausch.clientapi.mastodon.present.statuses import card_of
from plausch.clientapi.mastodon.present.tags import present_days, present_tags
from plausch.clientapi.mastodon.showing import answer_one, post_of, show_posts, show_status
from plausch.feeds import actions, queries
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import Invalid, NotFound
from plausch.language.inline_rules import tag_name
from plausch.people.model import clean_domain
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Preview

#: There are never more than this of each.
_MOST = 40


async def list_trending_tags(request: Request) -> Response:
    limit, offset = limit_of(request, 10, 20), offset_of(request)
    async with request.site.database.read() as tx:
        trending = await queries.list_trending_tags(tx, request.viewer, _MOST, hidden_too=True)
        shown = await _present_tags(tx, request, [one.tag for one in trending[offset : offset + limit]])
    return link_offsets(answered(shown), request, count=len(shown), limit=limit)


async def list_tags(request: Request) -> Response:
    """They have no numbers to be paged by."""
    limit, offset = limit_of(request, 100, 200), offset_of(request)
    async with request.site.database.slow_read() as tx:
        names = await queries.list_known_tags(tx, request.viewer, limit, offset)
        shown = await _present_tags(tx, request, names)
    return link_offsets(answered(shown), request, count=len(shown), limit=limit)


async def show_tag(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return await _answer_tag(tx, request)


async def change_tag(request: Request) -> Response:
    """Whether it may trend: everybody may use each tag, and find what bears it."""
    fields = await read_fields(request)
    if not all(fields.flag(name) in (None, True) for name in ("usable", "listable")):
        raise Refused(422, "Tags cannot be kept from being used or found on this server, only from trending")
    trendable = fields.flag("trendable")
    async with request.site.database.write() as tx:
        if trendable is not None:
            await _let_tag_trend(trendable)(tx, request.viewer, _tag_of(request))
        return await _answer_tag(tx, request)


def _judge_tag(*, shown: bool) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.write() as tx:
            await _let_tag_trend(shown)(tx, request.viewer, _tag_of(request))
            return await _answer_tag(tx, request)

    return for_staff(view)


_let_tag_trend = {True: actions.show_tag, False: actions.hide_tag}.__getitem__
_let_trend = {True: actions.show_trend, False: actions.hide_trend}.__getitem__
_let_host_trend = {True: actions.show_host, False: actions.hide_host}.__getitem__


def _tag_of(request: Request) -> str:
    name = tag_name(request.params["id"])
    if name is None:
        raise NotFound
    return name


async def _answer_tag(tx: Read, request: Request) -> Response:
    (shown,) = await _present_tags(tx, request, [_tag_of(request)])
    return answered(shown)


async def _present_tags(tx: Read, request: Request, names: Sequence[str]) -> list[AdminTag]:
    hidden = await queries.list_hidden_tags(tx, request.viewer, names)
    found = await present_tags(tx, request, names)
    return [AdminTag(**msgspec.structs.asdict(one), trendable=one.name not in hidden) for one in found]


async def list_statuses(request: Request) -> Response:
    limit, offset = limit_of(request), offset_of(request)
    async with request.site.database.read() as tx:
        trending = await queries.list_trending_posts(tx, request.viewer, _MOST, hidden_too=True)
        ids = trending[offset : offset + limit]
        joined = await show_posts(tx, request, ids)
    return link_offsets(await answer_joined(request, joined), request, count=len(ids), limit=limit)


def _judge_status(*, shown: bool) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.write() as tx:
            id_ = await post_of(tx, request)
            await _let_trend(shown)(tx, request.viewer, id_)
            joined = await show_status(tx, request, id_)
        return await answer_one(request, joined)

    return for_staff(view)


async def list_links(request: Request) -> Response:
    limit, offset = limit_of(request, 10, 20), offset_of(request)
    async with request.site.database.read() as tx:
        trending = await queries.list_trending_links(tx, request.viewer, _MOST, hidden_too=True)
        shown = await _present_links(tx, request, trending[offset : offset + limit])
    return link_offsets(answered(shown), request, count=len(shown), limit=limit)


def _judge_link(*, shown: bool) -> View:
    async def view(request: Request) -> Response:
        id_ = id_of(request)
        async with request.site.database.write() as tx:
            found = await talk.list_previews(tx, [id_])
            if not found:
                raise NotFound
            await _let_trend(shown)(tx, request.viewer, id_)
            (link,) = await _present_links(tx, request, [found[id_]])
        return answered(link)

    return for_staff(view)


async def _present_links(tx: Read, request: Request, found: Sequence[Preview]) -> list[AdminTrendsLink]:
    days = await queries.list_link_days(tx, request.viewer, [one.id for one in found])
    return [
        AdminTrendsLink(
            id=str(one.id),
            history=present_days(days[one.id]),
            **msgspec.structs.asdict(card_of(request.site, one)),
        )
        for one in found
    ]


async def list_publishers(request: Request) -> Response:
    """Where the links lead that trend, or would if they were not kept out. A host is known by its name."""
    limit, offset = limit_of(request, 10, 20), offset_of(request)
    async with request.site.database.read() as tx:
        trending = await queries.list_trending_links(tx, request.viewer, _MOST, hidden_too=True)
        hosts = list(dict.fromkeys(queries.host_of(one) for one in trending))[offset : offset + limit]
        shown = await _present_publishers(tx, request, hosts)
    return link_offsets(answered(shown), request, count=len(shown), limit=limit)


def _judge_publisher(*, shown: bool) -> View:
    async def view(request: Request) -> Response:
        try:
            host = clean_domain(request.params["id"])
        except Invalid as error:
            raise NotFound from error
        async with request.site.database.write() as tx:
            await _let_host_trend(shown)(tx, request.viewer, host)
            (publisher,) = await _present_publishers(tx, request, [host])
        return answered(publisher)

    return for_staff(view)


async def _present_publishers(tx: Read, request: Request, hosts: Sequence[str]) -> list[Publisher]:
    hidden = await queries.list_hidden_hosts(tx, request.viewer, hosts)
    return [Publisher(id=host, domain=host, trendable=host not in hidden) for host in hosts]


_TRENDS, _TAGS = "/api/v1/admin/trends", "/api/v1/admin/tags"


def _listing(name: str, view: View, approve: View, reject: View) -> list[Endpoint]:
    at = f"{_TRENDS}/{name}"
    return [
        Endpoint("GET", at, for_staff(view), "admin:read"),
        Endpoint("POST", f"{at}/{{id}}/approve", approve, "admin:write"),
        Endpoint("POST", f"{at}/{{id}}/reject", reject, "admin:write"),
    ]


ENDPOINTS = [
    *_listing("tags", list_trending_tags, _judge_tag(shown=True), _judge_tag(shown=False)),
    *_listing("statuses", list_statuses, _judge_status(shown=True), _judge_status(shown=False)),
    *_listing("links", list_links, _judge_link(shown=True), _judge_link(shown=False)),
    *_listing("links/publishers", list_publishers, _judge_publisher(shown=True), _judge_publisher(shown=False)),
    Endpoint("GET", _TAGS, for_staff(list_tags), "admin:read"),
    Endpoint("GET", f"{_TAGS}/{{id}}", for_staff(show_tag), "admin:read"),
    Endpoint("PUT", f"{_TAGS}/{{id}}", for_staff(change_tag), "admin:write"),
    Endpoint("PATCH", f"{_TAGS}/{{id}}", for_staff(change_tag), "admin:write"),
]
