"""`/api/v1/blocks`, `/api/v1/mutes`, `/api/v1/domain_blocks`: whom one keeps away."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, listed, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.http.request import Request
from plausch.language.formats import exact_iso
from plausch.people import queries
from plausch.people.model import Relation


async def _avoided(request: Request, relation: Relation) -> Response:
    """Paged by account. Of those who are muted for a while it says how long."""
    wanted = range_of(request, 40, 80)
    async with request.site.database.read() as tx:
        found = await queries.list_avoided(tx, request.viewer, relation)
        shown, more = wanted.cut(one.id for one in found)
        joined, made = await join_accounts(tx, request, shown, blocked_too=True)
        ends = await queries.list_relationships(tx, request.viewer, shown) if relation is Relation.MUTE else {}
    await keep(request, made)
    bodies = []
    for id_ in shown:
        if id_ not in joined:
            continue
        body = joined[id_]
        if relation is Relation.MUTE:
            at = ends[id_].mute_ends_at if id_ in ends else None
            end = msgspec.json.encode(exact_iso(at) if at is not None else None)
            body = body[:-1] + b',"mute_expires_at":%b}' % end
        bodies.append(body)
    return link_pages(listed(bodies), request, shown, more=more)


async def list_blocks(request: Request) -> Response:
    return await _avoided(request, Relation.BLOCK)


async def list_mutes(request: Request) -> Response:
    return await _avoided(request, Relation.MUTE)


async def list_domain_blocks(request: Request) -> Response:
    """None: nobody is on another server."""
    return answered([])


async def refuse_domain_block(request: Request) -> Response:
    raise Refused(422, "There are no other servers to keep away from")


async def end_domain_block(request: Request) -> Response:
    return nothing()


ENDPOINTS = [
    Endpoint("GET", "/api/v1/blocks", list_blocks, "read:blocks"),
    Endpoint("GET", "/api/v1/mutes", list_mutes, "read:mutes"),
    Endpoint("GET", "/api/v1/domain_blocks", list_domain_blocks, "read:blocks"),
    Endpoint("POST", "/api/v1/domain_blocks", refuse_domain_block, "write:blocks"),
    Endpoint("DELETE", "/api/v1/domain_blocks", end_domain_block, "write:blocks"),
]
