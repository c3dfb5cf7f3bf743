"""`/api/v1/lists`: some of those one follows, read apart."""

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, listed, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.reading import List
from plausch.clientapi.mastodon.forms import Fields, query_of, read_fields
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.feeds import actions, queries
from plausch.feeds.model import MEMBERS_MAX, ListReplies, ReaderList
from plausch.http.request import Request
from plausch.kernel.errors import Invalid
from plausch.storage import Write

#: On the pages a list shows all replies, which has no word here: this comes nearest.
_WORDS = {one: one.value for one in ListReplies} | {ListReplies.ALL: "followed"}


def present_list(one: ReaderList) -> List:
    return List(id=str(one.id), title=one.name, replies_policy=_WORDS[one.replies], exclusive=one.out_of_home)


def _replies(fields: Fields) -> ListReplies | None:
    wanted = fields.maybe_text("replies_policy")
    if wanted is None:
        return None
    if wanted not in _WORDS.values():
        raise Invalid("replies_policy", "choice_unknown")
    return ListReplies(wanted)


async def list_lists(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.list_lists(tx, request.viewer)
    return answered([present_list(one) for one in found])


async def get_list(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(present_list(await queries.get_list(tx, request.viewer, id_of(request))))


async def make_list(request: Request) -> Response:
    fields, viewer = await read_fields(request), request.viewer
    async with request.site.database.write() as tx:
        id_ = await actions.make_list(
            tx,
            viewer,
            fields.text("title"),
            out_of_home=bool(fields.flag("exclusive")),
            replies=_replies(fields) or ListReplies.LIST,
        )
        return answered(present_list(await queries.get_list(tx, viewer, id_)))


async def change_list(request: Request) -> Response:
    fields, viewer, id_ = await read_fields(request), request.viewer, id_of(request)
    async with request.site.database.write() as tx:
        before = await queries.get_list(tx, viewer, id_)
        exclusive = fields.flag("exclusive")
        await actions.change_list(
            tx,
            viewer,
            id_,
            fields.text("title", before.name),
            out_of_home=before.out_of_home if exclusive is None else exclusive,
            replies=_replies(fields),
        )
        return answered(present_list(await queries.get_list(tx, viewer, id_)))


async def remove_list(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.remove_list(tx, request.viewer, id_of(request))
    return nothing()


async def list_members(request: Request) -> Response:
    """Paged by account; with `limit=0` all of them."""
    wanted = range_of(request, 40, 80)
    if request.query_params.get("limit") == "0":
        wanted = wanted._replace(limit=MEMBERS_MAX)
    async with request.site.database.read() as tx:
        await queries.get_list(tx, request.viewer, id_of(request))
        members = await queries.list_list_members(tx, request.viewer, id_of(request))
        shown, more = wanted.cut(one.id for one in members)
        joined, made = await join_accounts(tx, request, shown)
    await keep(request, made)
    response = listed([joined[id_] for id_ in shown if id_ in joined])
    return link_pages(response, request, shown, more=more)


async def _members(request: Request) -> list[int]:
    fields = await read_fields(request)
    return (fields.ids("account_ids") or query_of(request).ids("account_ids"))[:MEMBERS_MAX]


async def add_members(request: Request) -> Response:
    """All of them or none."""
    ids = await _members(request)
    async with request.site.database.write() as tx:
        await queries.get_list(tx, request.viewer, id_of(request))
        await _add(tx, request, ids)
    return nothing()


async def _add(tx: Write, request: Request, ids: list[int]) -> None:
    for id_ in ids:
        await actions.add_to_list(tx, request.viewer, id_of(request), id_)


async def remove_members(request: Request) -> Response:
    ids = await _members(request)
    async with request.site.database.write() as tx:
        await queries.get_list(tx, request.viewer, id_of(request))
        for id_ in ids:
            await actions.take_off_list(tx, request.viewer, id_of(request), id_)
    return nothing()


_AT = "/api/v1/lists"
_NAMES = {"name": "title"}
_READ, _WRITE = "read:lists", "write:lists"
ENDPOINTS = [
    Endpoint("GET", _AT, list_lists, _READ),
    Endpoint("POST", _AT, make_list, _WRITE, names=_NAMES),
    Endpoint("GET", f"{_AT}/{{id}}", get_list, _READ),
    Endpoint("PUT", f"{_AT}/{{id}}", change_list, _WRITE, names=_NAMES),
    Endpoint("PATCH", f"{_AT}/{{id}}", change_list, _WRITE, names=_NAMES),
    Endpoint("DELETE", f"{_AT}/{{id}}", remove_list, _WRITE),
    Endpoint("GET", f"{_AT}/{{id}}/accounts", list_members, _READ),
    Endpoint("POST", f"{_AT}/{{id}}/accounts", add_members, _WRITE),
    Endpoint("DELETE", f"{_AT}/{{id}}/accounts", remove_members, _WRITE),
]
