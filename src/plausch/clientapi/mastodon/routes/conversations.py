"""`/api/v1/conversations`: what is said between those who are named."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.reading import Conversation
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.notices import id_in
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.showing import show_posts
from plausch.feeds import actions as feed_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.storage import Read
from plausch.storage.parts import Part
from plausch.talk import actions, queries
from plausch.talk.queries import Direct


async def present_conversations(
    tx: Read, request: Request, found: Sequence[Direct]
) -> tuple[list[Conversation], list[Part]]:
    me = request.viewer.acting_as
    named = await queries.list_named(tx, [one.scope_id for one in found])
    # Oneself only where nobody else is: notes to oneself.
    named = {scope: [one for one in several if one != me] or [me] for scope, several in named.items()}
    everybody = {id_ for several in named.values() for id_ in several}
    accounts, faces = await join_accounts(tx, request, everybody)
    joined = await show_posts(tx, request, [one.last_id for one in found], FilterPlace.CONVERSATIONS)
    statuses = {id_in(body): body for body in joined.bodies}
    unread = await _unread(tx, request, found)
    shown = [
        Conversation(
            id=str(one.scope_id),
            unread=one.last_id in unread,
            accounts=[msgspec.Raw(accounts[id_]) for id_ in named.get(one.scope_id, ()) if id_ in accounts],
            last_status=msgspec.Raw(statuses[one.last_id]),
        )
        for one in found
        if one.last_id in statuses
    ]
    return shown, [*faces, *joined.made]


async def _unread(tx: Read, request: Request, found: Sequence[Direct]) -> set[int]:
    """The last of those in which something is new; not where one has said the last word oneself."""
    viewer = request.viewer
    unread = await feeds.list_unread_talks(tx, viewer, [one.conversation_id for one in found])
    last = await queries.list_posts(tx, viewer, [one.last_id for one in found if one.conversation_id in unread])
    return {one.id for one in last.values() if one.actor_id != viewer.acting_as}


async def list_conversations(request: Request) -> Response:
    """The one last talked in first; paged by its last status, as the documentation has it."""
    wanted = range_of(request)
    async with request.site.database.read() as tx:
        found = await queries.list_direct(tx, request.viewer, wanted.page)
        shown, made = await present_conversations(tx, request, found)
    await keep(request, made)
    return link_pages(answered(shown), request, [one.last_id for one in found], more=len(found) == wanted.limit)


async def _get(tx: Read, request: Request) -> Direct:
    found = await queries.find_direct(tx, request.viewer, id_of(request))
    if found is None:
        raise NotFound("conversation_not_found")
    return found


async def mark_read(request: Request) -> Response:
    async with request.site.database.write() as tx:
        found = await _get(tx, request)
        await actions.mark_read(tx, request.viewer, found.conversation_id, found.last_id)
        await feed_actions.mark_conversation_read(tx, request.viewer, found.conversation_id)
        shown, made = await present_conversations(tx, request, [found])
    await keep(request, made)
    if not shown:
        raise NotFound("conversation_not_found")
    return answered(shown[0])


async def remove(request: Request) -> Response:
    """Put away until somebody says something more; nothing that was said is lost."""
    async with request.site.database.write() as tx:
        await actions.put_direct_away(tx, request.viewer, id_of(request))
    return nothing()


_AT = "/api/v1/conversations"
ENDPOINTS = [
    Endpoint("GET", _AT, list_conversations, "read:statuses"),
    Endpoint("POST", f"{_AT}/{{id}}/read", mark_read, "write:conversations"),
    Endpoint("DELETE", f"{_AT}/{{id}}", remove, "write:conversations"),
]
