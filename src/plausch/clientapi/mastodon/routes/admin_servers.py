"""`/api/v1/admin/domain_blocks` and `domain_allows`: with which other servers this one deals."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.admin import AdminDomainAllow, AdminDomainBlock, ExistingDomainBlock
from plausch.clientapi.mastodon.errors import Unacceptable
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.community import actions, queries
from plausch.community.model import AllowedServer, BlockedServer, BlockSeverity, ServerRule, clean_server
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import Conflict, Invalid
from plausch.kernel.paging import Page
from plausch.language.formats import exact_iso
from plausch.people.model import Viewer
from plausch.storage import Read, Write


def _show_block(one: BlockedServer) -> AdminDomainBlock:
    return AdminDomainBlock(
        id=str(one.id),
        domain=one.domain,
        digest=one.digest,
        created_at=exact_iso(one.created_at),
        severity=one.severity.value,
        reject_media=one.reject_media,
        reject_reports=one.reject_reports,
        private_comment=one.private_comment or None,
        public_comment=one.public_comment or None,
        obfuscate=one.obfuscate,
    )


def _show_allow(one: AllowedServer) -> AdminDomainAllow:
    return AdminDomainAllow(str(one.id), one.domain, exact_iso(one.created_at))


def _list(listing: Callable[[Read, Viewer, Page], Awaitable[Sequence[Any]]], show: Callable[[Any], Any]) -> View:
    async def view(request: Request) -> Response:
        page = range_of(request, 100, 200).page
        async with request.site.database.read() as tx:
            found = await listing(tx, request.viewer, page)
        more = len(found) == page.limit
        return link_pages(answered([show(one) for one in found]), request, [one.id for one in found], more=more)

    return view


def _get(get: Callable[[Read, Viewer, int], Awaitable[Any]], show: Callable[[Any], Any]) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.read() as tx:
            return answered(show(await get(tx, request.viewer, id_of(request))))

    return view


def _remove(remove: Callable[[Write, Viewer, int], Awaitable[None]]) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.write() as tx:
            await remove(tx, request.viewer, id_of(request))
        return nothing()

    return view


async def block(request: Request) -> Response:
    fields = await read_fields(request)
    domain = fields.text("domain")
    try:
        async with request.site.database.write() as tx:
            id_ = await actions.block_server(tx, request.viewer, domain, _rule(fields, ServerRule()))
            return answered(_show_block(await queries.get_blocked_server(tx, request.viewer, id_)))
    except Invalid as error:
        raise Unacceptable([error]) from error
    except Conflict as error:
        if error.reason != "server_blocked_already":
            raise
    async with request.site.database.read() as tx:
        nearest = await queries.find_nearest_block(tx, clean_server(domain))
    # It may be gone by now: then it can be tried again.
    if nearest is None:
        raise Conflict("server_blocked_already", field="domain")
    said = f"You have already imposed stricter limits on {nearest.domain}."
    return answered(ExistingDomainBlock(said, _show_block(nearest)), 422)


async def change_block(request: Request) -> Response:
    """What is left out stays."""
    fields, id_ = await read_fields(request), id_of(request)
    try:
        async with request.site.database.write() as tx:
            now = await queries.get_blocked_server(tx, request.viewer, id_)
            await actions.change_server_block(tx, request.viewer, id_, _rule(fields, now.rule))
            return answered(_show_block(await queries.get_blocked_server(tx, request.viewer, id_)))
    except Invalid as error:
        raise Unacceptable([error]) from error


def _rule(fields: Fields, now: ServerRule) -> ServerRule:
    def flag(name: str, otherwise: bool) -> bool:
        found = fields.flag(name)
        return otherwise if found is None else found

    word = fields.text("severity") or now.severity.value
    if word not in set(BlockSeverity):
        raise Invalid("severity", "choice_unknown")
    return ServerRule(
        severity=BlockSeverity(word),
        reject_media=flag("reject_media", now.reject_media),
        reject_reports=flag("reject_reports", now.reject_reports),
        private_comment=fields.text("private_comment", now.private_comment),
        public_comment=fields.text("public_comment", now.public_comment),
        obfuscate=flag("obfuscate", now.obfuscate),
    )


async def allow(request: Request) -> Response:
    fields = await read_fields(request)
    try:
        async with request.site.database.write() as tx:
            id_ = await actions.allow_server(tx, request.viewer, fields.text("domain"))
            return answered(_show_allow(await queries.get_allowed_server(tx, request.viewer, id_)))
    except Invalid as error:
        raise Unacceptable([error]) from error


_BLOCKS, _ALLOWS = "domain_blocks", "domain_allows"


def _endpoints(name: str, listing: View, get: View, make: View, remove: View) -> list[Endpoint]:
    at, read, write = f"/api/v1/admin/{name}", f"admin:read:{name}", f"admin:write:{name}"
    return [
        Endpoint("GET", at, listing, read),
        Endpoint("POST", at, make, write),
        Endpoint("GET", f"{at}/{{id}}", get, read),
        Endpoint("DELETE", f"{at}/{{id}}", remove, write),
    ]


ENDPOINTS = [
    *_endpoints(
        _BLOCKS,
        _list(queries.list_blocked_servers, _show_block),
        _get(queries.get_blocked_server, _show_block),
        block,
        _remove(actions.unblock_server),
    ),
    Endpoint("PUT", f"/api/v1/admin/{_BLOCKS}/{{id}}", change_block, f"admin:write:{_BLOCKS}"),
    Endpoint("PATCH", f"/api/v1/admin/{_BLOCKS}/{{id}}", change_block, f"admin:write:{_BLOCKS}"),
    *_endpoints(
        _ALLOWS,
        _list(queries.list_allowed_servers, _show_allow),
        _get(queries.get_allowed_server, _show_allow),
        allow,
        _remove(actions.disallow_server),
    ),
]
