"""Home for programs: as single entries, or as conversations. Both are joined from rendered parts."""

from collections.abc import Iterable, Mapping

from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import json_response, page_of
from plausch.clientapi.plausch.endpoints import BEFORE, LIMIT, Endpoint
from plausch.clientapi.plausch.parts import join_cards, keep, read_more, render_missing, text_of
from plausch.feeds import queries as feeds
from plausch.http.request import Request
from plausch.storage import Read
from plausch.storage.parts import Part


async def list_home_entries(request: Request) -> Response:
    """The newest entries of one's home."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        pieces, before = await feeds.home_parts(tx, viewer, page_of(request), present.DOOR_NAME)
        more = await read_more(tx, request, pieces)
        joined = [
            present.join_entry(one, one.part, one.actor_part, more.get(one.post_id, present.NOTHING_MORE))
            for one in pieces
            if one.part and one.actor_part
        ]
        made: list[Part] = []
        if len(joined) < len(pieces):
            joined, made = await _join_rendered(tx, request, pieces, more)
    await keep(request, made)
    return json_response(b'{"entries":[%b],"before":%b}' % (b",".join(joined), text_of(before)))


async def _join_rendered(
    tx: Read, request: Request, pieces: Iterable[feeds.EntryParts], more: Mapping[int, bytes]
) -> tuple[list[bytes], list[Part]]:
    """The entries when some parts must be rendered first; those as well."""
    posts = {one.post_id: one.part for one in pieces}
    actors = {one.actor_id: one.actor_part for one in pieces}
    made = await render_missing(tx, request, posts, actors)
    joined = []
    for one in pieces:
        body, actor = posts[one.post_id], actors[one.actor_id]
        if body is not None and actor is not None:
            joined.append(present.join_entry(one, body, actor, more.get(one.post_id, present.NOTHING_MORE)))
    return joined, made


async def list_home_conversations(request: Request) -> Response:
    """One's home as cards: conversations with the reason why they are there."""
    async with request.site.database.read() as tx:
        picks, drawn, before = await feeds.home_outline(tx, request.viewer, page_of(request))
        cards, actors, made = await join_cards(tx, request, picks, drawn)
    await keep(request, made)
    return json_response(b'{"cards":[%b],"actors":[%b],"before":%b}' % (cards, actors, text_of(before)))


ENDPOINTS = [
    Endpoint(
        "GET",
        "/home/entries",
        list_home_entries,
        "Your home, entry by entry",
        answers.Entries,
        "read",
        query=(BEFORE, LIMIT),
    ),
    Endpoint(
        "GET",
        "/home/conversations",
        list_home_conversations,
        "Your home as conversations",
        answers.Cards,
        "read",
        query=(BEFORE, LIMIT),
    ),
]
