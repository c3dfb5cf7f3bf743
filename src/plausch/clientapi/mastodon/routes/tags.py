"""`/api/v1/tags`, `/api/v1/followed_tags`, `/api/v1/featured_tags`: what one hears of, and shows on one's profile."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.forms import read_fields
from plausch.clientapi.mastodon.paging import limit_of, link_offsets, offset_of
from plausch.clientapi.mastodon.present.tags import present_featured, present_tags
from plausch.feeds import actions, queries
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import NotFound
from plausch.language.inline_rules import tag_name
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Write

_MUCH = 10
Change = Callable[[Write, Viewer, str], Awaitable[None]]


def _named(request: Request) -> str:
    name = tag_name(request.params["name"])
    if name is None:
        raise NotFound
    return name


async def get_tag(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered((await present_tags(tx, request, [_named(request)]))[0])


def _doing(change: Change) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.write() as tx:
            await change(tx, request.viewer, _named(request))
            return answered((await present_tags(tx, request, [_named(request)]))[0])

    return view


async def list_followed(request: Request) -> Response:
    """In the order of the alphabet, paged by how many to leave out: tags have no ids."""
    limit, offset = limit_of(request, 100, 200), offset_of(request)
    async with request.site.database.read() as tx:
        names = (await queries.list_followed_tags(tx, request.viewer))[offset : offset + limit]
        found = await present_tags(tx, request, names)
    return link_offsets(answered(found), request, count=len(found), limit=limit)


# On profiles


async def list_featured(request: Request) -> Response:
    return await _featured(request, request.viewer.acting_as)


async def list_featured_of(request: Request) -> Response:
    return await _featured(request, id_of(request))


async def _featured(request: Request, actor: int) -> Response:
    async with request.site.database.read() as tx:
        if actor not in await people.list_actors(tx, request.viewer, [actor]):
            raise NotFound("actor_not_found")
        found = await queries.list_featured_tags(tx, request.viewer, actor)
    return answered([present_featured(request.site, one) for one in found])


async def feature(request: Request) -> Response:
    fields, viewer = await read_fields(request), request.viewer
    name = tag_name(fields.text("name"))
    async with request.site.database.write() as tx:
        await actions.feature_tag(tx, viewer, fields.text("name"))
        found = await queries.list_featured_tags(tx, viewer, viewer.acting_as)
    return answered(next(present_featured(request.site, one) for one in found if one.tag == name))


async def unfeature(request: Request) -> Response:
    viewer = request.viewer
    async with request.site.database.write() as tx:
        there = {one.id: one.tag for one in await queries.list_featured_tags(tx, viewer, viewer.acting_as)}
        if id_of(request) not in there:
            raise NotFound
        await actions.unfeature_tag(tx, viewer, there[id_of(request)])
    return nothing()


async def suggest_featured(request: Request) -> Response:
    """What one writes under most of late."""
    async with request.site.database.read() as tx:
        names = await queries.list_much_used_tags(tx, request.viewer, _MUCH)
        return answered(await present_tags(tx, request, names))


_AT = "/api/v1/tags/{name}"
ENDPOINTS = [
    Endpoint("GET", _AT, get_tag, "", Caller.ANYBODY),
    Endpoint("POST", f"{_AT}/follow", _doing(actions.follow_tag), "write:follows"),
    Endpoint("POST", f"{_AT}/unfollow", _doing(actions.unfollow_tag), "write:follows"),
    Endpoint("POST", f"{_AT}/feature", _doing(actions.feature_tag), "write:accounts"),
    Endpoint("POST", f"{_AT}/unfeature", _doing(actions.unfeature_tag), "write:accounts"),
    Endpoint("GET", "/api/v1/followed_tags", list_followed, "read:follows"),
    Endpoint("GET", "/api/v1/featured_tags", list_featured, "read:accounts"),
    Endpoint("POST", "/api/v1/featured_tags", feature, "write:accounts"),
    Endpoint("GET", "/api/v1/featured_tags/suggestions", suggest_featured, "read:accounts"),
    Endpoint("DELETE", "/api/v1/featured_tags/{id}", unfeature, "write:accounts"),
    Endpoint("GET", "/api/v1/accounts/{id}/featured_tags", list_featured_of, "", Caller.ANYBODY),
]
