"""Home for programs: as single entries, or as conversations. Both are joined from rendered parts."""

from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import json_response, page_of
from plausch.clientapi.plausch.endpoints import BEFORE, LIMIT, READ_POSTS, Endpoint
from plausch.clientapi.plausch.parts import join_cards, keep, read_more, take_parts, text_of
from plausch.feeds import queries as feeds
from plausch.http.request import Request


async def list_home_entries(request: Request) -> Response:
    """The newest entries of one's home."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        pieces, before = await feeds.home_parts(tx, viewer, page_of(request))
        actors = {one.actor_id: feeds.ActorPart(one.actor_id, one.actor_version) for one in pieces}
        parts = await take_parts(tx, request, pieces, actors.values())
        more = await read_more(tx, request, pieces)
    joined = [
        present.join_entry(
            one,
            parts.posts[one.post_id],
            parts.actors[one.actor_id],
            more.get(one.post_id, present.NOTHING_MORE),
        )
        for one in pieces
        if one.post_id in parts.posts and one.actor_id in parts.actors
    ]
    await keep(request, parts.made)
    return json_response(b'{"entries":[%b],"before":%b}' % (b",".join(joined), text_of(before)))


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
        READ_POSTS,
        query=(BEFORE, LIMIT),
    ),
    Endpoint(
        "GET",
        "/home/conversations",
        list_home_conversations,
        "Your home as conversations",
        answers.Cards,
        READ_POSTS,
        query=(BEFORE, LIMIT),
    ),
]
