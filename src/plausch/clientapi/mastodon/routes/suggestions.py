"""`/api/v2/suggestions` and `/api/v1/directory`: whom somebody might like to meet."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, listed, nothing
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.reading import Suggestion
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.paging import limit_of, offset_of
from plausch.feeds import queries as feeds
from plausch.http.request import Request
from plausch.insights.queries import list_meetings
from plausch.kernel.paging import Page
from plausch.people import actions
from plausch.people import queries as people
from plausch.storage import Read

#: Of the whole directory no more than this is leafed through.
_DEEP = 1_000
#: Of the suggestions: with whom one talks to the same people, and who is new.
_NEAR = ("past_interactions", ["friends_of_friends"])
_NEW = ("staff", ["featured"])


async def _find(tx: Read, request: Request, most: int) -> dict[int, tuple[str, list[str]]]:
    """Why somebody is suggested, by who it is; those nearer first."""
    viewer = request.viewer
    near = [one.other for one in await list_meetings(tx, viewer)] if viewer.acting_as == viewer.person else []
    agreeing = await people.list_suggestible(tx, viewer, near)
    found = {id_: _NEAR for id_ in near if id_ in agreeing}
    if len(found) < most:
        newcomers = await people.list_newcomers(tx, viewer, Page(limit=most))
        found |= {one.id: _NEW for one in newcomers if one.id not in found}
    return dict(list(found.items())[:most])


async def _suggest(request: Request) -> tuple[dict[int, tuple[str, list[str]]], dict[int, bytes]]:
    async with request.site.database.read() as tx:
        found = await _find(tx, request, limit_of(request, 40, 80))
        joined, made = await join_accounts(tx, request, list(found))
    await keep(request, made)
    return found, joined


async def list_suggestions(request: Request) -> Response:
    found, joined = await _suggest(request)
    return answered(
        [
            Suggestion(source=source, sources=sources, account=msgspec.Raw(joined[id_]))
            for id_, (source, sources) in found.items()
            if id_ in joined
        ]
    )


async def list_former(request: Request) -> Response:
    found, joined = await _suggest(request)
    return listed([joined[id_] for id_ in found if id_ in joined])


async def dismiss(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.dismiss(tx, request.viewer, id_of(request))
    return nothing()


async def list_directory(request: Request) -> Response:
    """People who agree to be found: by when they last spoke in public, or by when they came."""
    query, limit, offset = query_of(request), limit_of(request, 40, 80), offset_of(request, _DEEP)
    async with request.site.database.slow_read() as tx:
        page = Page(limit=offset + limit)
        if query.text("order", "active") == "new":
            actors = await people.list_findable(tx, request.viewer, page)
        else:
            actors = (await feeds.list_active(tx, request.viewer, page))[0]
        ids = [one.id for one in actors[offset:]]
        joined, made = await join_accounts(tx, request, ids)
    await keep(request, made)
    return listed([joined[id_] for id_ in ids if id_ in joined])


ENDPOINTS = [
    Endpoint("GET", "/api/v2/suggestions", list_suggestions, "read:accounts"),
    Endpoint("GET", "/api/v1/suggestions", list_former, "read:accounts"),
    Endpoint("DELETE", "/api/v1/suggestions/{id}", dismiss, "write:accounts"),
    Endpoint("GET", "/api/v1/directory", list_directory, "", Caller.ANYBODY),
]
