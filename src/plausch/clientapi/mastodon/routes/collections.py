"""`/api/v1/collections`: starter packs, in the words of 4.6."""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, count_change, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.collections import Collection
from plausch.clientapi.mastodon.errors import Refused, Unacceptable
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.paging import limit_of, link_offsets, offset_of
from plausch.clientapi.mastodon.present.collections import present_collections, present_item
from plausch.groups import actions, queries
from plausch.groups.model import PACK_MEMBERS_MAX, Pack, PackDraft
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read

#: Made in a day, as on the pages; and asked to be in one in an hour.
_MADE, _ASKED = 5, 200
#: What is called otherwise by apps.
_NAMES = {"about": "description", "account_id": "account_ids"}


async def _pack(tx: Read, request: Request, id_: int) -> Pack:
    pack = await queries.find_pack(tx, request.viewer, id_)
    if pack is None:
        raise NotFound("pack_not_found")
    return pack


async def _collection(tx: Read, request: Request, pack: Pack) -> Collection:
    (found,) = await present_collections(tx, request.viewer, request.site, [pack])
    return found


def _listing(find: Callable[[Read, Viewer, int, int, int], Awaitable[list[Pack]]]) -> View:
    """Of one account."""

    async def view(request: Request) -> Response:
        of, limit = id_of(request), limit_of(request, 40, 80)
        async with request.site.database.read() as tx:
            if of not in await people.list_actors(tx, request.viewer, [of]):
                raise NotFound("actor_not_found")
            packs = await find(tx, request.viewer, of, limit, offset_of(request))
            found = await present_collections(tx, request.viewer, request.site, packs)
        return link_offsets(answered({"collections": found}), request, count=len(packs), limit=limit)

    return view


async def get_collection(request: Request) -> Response:
    """With the accounts of whoever made it and of all in it."""
    async with request.site.database.read() as tx:
        found = await _collection(tx, request, await _pack(tx, request, id_of(request)))
        ids = [int(found.account_id), *(int(one.account_id) for one in found.items)]
        joined, made = await join_accounts(tx, request, ids)
    await keep(request, made)
    accounts = [msgspec.Raw(joined[id_]) for id_ in dict.fromkeys(ids) if id_ in joined]
    return answered({"accounts": accounts, "collection": found})


def _check(fields: Fields) -> None:
    """What is not to be had is not promised: every pack is listed, and none is hidden behind a warning."""
    if fields.flag("discoverable") is False:
        raise Invalid("discoverable", "pack_listed")
    if fields.flag("sensitive"):
        raise Invalid("sensitive", "pack_plain")


def _telling(view: View) -> View:
    """What is wrong with a collection's own fields is said within the error, as the documentation has it."""

    async def telling(request: Request) -> Response:
        try:
            return await view(request)
        except (Invalid, Conflict) as error:
            raise Unacceptable([error], nested=True) from error

    return telling


async def make(request: Request) -> Response:
    """Whoever is to be in it is asked."""
    await count_change(request, "pack", _MADE, clock.DAY)
    fields, viewer = await read_fields(request), request.viewer
    _check(fields)
    accounts = list(dict.fromkeys(fields.ids("account_ids")))
    if len(accounts) > PACK_MEMBERS_MAX:
        raise Invalid("account_ids", "pack_full")
    draft = PackDraft(name=fields.text("name"), about=fields.text("description"))
    async with request.site.database.write() as tx:
        id_ = await actions.make_pack(tx, viewer, draft)
        for account in accounts:
            await actions.add_to_pack(tx, viewer, id_, account)
        return answered({"collection": await _collection(tx, request, await _pack(tx, request, id_))})


async def change(request: Request) -> Response:
    """What is left out stays as it is, and so do those who are in it."""
    fields, id_ = await read_fields(request), id_of(request)
    _check(fields)
    async with request.site.database.write() as tx:
        pack = await _pack(tx, request, id_)
        draft = PackDraft(name=fields.text("name", pack.name), about=fields.text("description", pack.about))
        await actions.edit_pack(tx, request.viewer, id_, draft)
        return answered({"collection": await _collection(tx, request, await _pack(tx, request, id_))})


async def remove(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.delete_pack(tx, request.viewer, id_of(request))
    return nothing()


async def add(request: Request) -> Response:
    """Whoever is in it already, or has declined, stays so."""
    await count_change(request, "pack_asked", _ASKED, clock.HOUR)
    fields, id_ = await read_fields(request), id_of(request)
    if "account_id" not in fields:
        raise Refused(422, "`account_id` parameter is missing")
    account = fields.id("account_id") or 0
    async with request.site.database.write() as tx:
        await actions.add_to_pack(tx, request.viewer, id_, account)
        members = await queries.list_pack_members(tx, request.viewer, await _pack(tx, request, id_))
        item = next((one for one in members if one.actor_id == account), None)
        if item is None:
            # Nobody would be shown them.
            raise Invalid("account_id", "pack_unfit")
    return answered({"collection_item": present_item(item)})


async def take_out(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.take_out_of_pack(tx, request.viewer, id_of(request), id_of(request, "item"))
    return nothing()


async def revoke(request: Request) -> Response:
    """For oneself, or a group one owns: whether one was asked or in it."""
    async with request.site.database.write() as tx:
        await actions.leave_pack(tx, request.viewer, id_of(request), id_of(request, "item"))
    return nothing()


_AT, _ACCOUNT = "/api/v1/collections", "/api/v1/accounts/{id}"
_READ, _WRITE = "read:collections", "write:collections"
ENDPOINTS = [
    Endpoint("GET", f"{_ACCOUNT}/collections", _listing(queries.list_packs_by), _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_ACCOUNT}/in_collections", _listing(queries.list_packs_with), _READ, Caller.ANYBODY),
    Endpoint("POST", _AT, _telling(make), _WRITE, names=_NAMES),
    Endpoint("GET", f"{_AT}/{{id}}", get_collection, _READ, Caller.ANYBODY),
    Endpoint("PATCH", f"{_AT}/{{id}}", _telling(change), _WRITE, names=_NAMES),
    Endpoint("PUT", f"{_AT}/{{id}}", _telling(change), _WRITE, names=_NAMES),
    Endpoint("DELETE", f"{_AT}/{{id}}", remove, _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/items", add, _WRITE),
    Endpoint("DELETE", f"{_AT}/{{id}}/items/{{item}}", take_out, _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/items/{{item}}/revoke", revoke, _WRITE),
]
