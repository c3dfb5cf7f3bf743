"""Home for programs: as single entries, or as conversations. Both are joined from rendered parts."""

from collections.abc import Container, Iterable, Mapping

import msgspec
from starlette.responses import Response

from plausch.clientapi import present
from plausch.feeds import queries as feeds
from plausch.feeds.model import Pick
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, TOP, Page
from plausch.people import queries as people
from plausch.storage import Read
from plausch.storage.parts import Part, keep_parts
from plausch.talk import queries as talk
from plausch.talk.actions import hold_post
from plausch.talk.model import Attached

#: Plain numbers: flags of an enum cost a microsecond each.
_POLL, _QUOTE = int(Attached.POLL), int(Attached.QUOTE)
_MORE = _POLL | _QUOTE
_encode = msgspec.json.Encoder().encode


def page_of(request: Request) -> Page:
    """`?before=ID&limit=N`."""
    if not request.scope["query_string"]:
        return Page()
    query = request.query_params
    limit = parse_id(query.get("limit", "")) or DEFAULT_LIMIT
    return Page(before=parse_id(query.get("before", "")) or TOP, limit=min(limit, MAX_LIMIT))


def json_response(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers={"cache-control": "private, no-store"})


async def list_home_entries(request: Request) -> Response:
    """The newest entries of one's home."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        pieces, before = await feeds.home_parts(tx, viewer, page_of(request), present.DOOR_NAME)
        more = await _read_more(tx, request, pieces)
        joined = [
            present.join_entry(one, one.part, one.actor_part, more.get(one.post_id, present.NOTHING_MORE))
            for one in pieces
            if one.part and one.actor_part
        ]
        made: list[Part] = []
        if len(joined) < len(pieces):
            joined, made = await _join_rendered(tx, request, pieces, more)
    await keep(request, made)
    return json_response(b'{"entries":[%b],"before":%b}' % (b",".join(joined), _text(before)))


async def _join_rendered(
    tx: Read, request: Request, pieces: Iterable[feeds.EntryParts], more: Mapping[int, bytes]
) -> tuple[list[bytes], list[Part]]:
    """The entries when some parts must be rendered first; those as well."""
    posts = {one.post_id: one.part for one in pieces}
    actors = {one.actor_id: one.actor_part for one in pieces}
    made = await _render_missing(tx, request, posts, actors)
    joined = []
    for one in pieces:
        body, actor = posts[one.post_id], actors[one.actor_id]
        if body is not None and actor is not None:
            joined.append(present.join_entry(one, body, actor, more.get(one.post_id, present.NOTHING_MORE)))
    return joined, made


async def list_home_conversations(request: Request) -> Response:
    """One's home as cards: conversations with the reason why they are there."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        picks, drawn, before = await feeds.home_outline(tx, viewer, page_of(request))
        pieces = {
            one.post_id: one for one in await feeds.list_post_parts(tx, viewer, present.DOOR_NAME, drawn.post_ids())
        }
        wanted = _speakers(picks, drawn, pieces.values())
        actors = {one.id: one.part for one in await feeds.list_actor_parts(tx, viewer, present.DOOR_NAME, wanted)}
        posts = {id_: one.part for id_, one in pieces.items()}
        made = await _render_missing(tx, request, posts, actors)
        more = await _read_more(tx, request, pieces.values())
    await keep(request, made)
    joined = {
        id_: present.join_post(pieces[id_], body, more=more.get(id_, present.NOTHING_MORE))
        for id_, body in posts.items()
        if body is not None
    }
    cards = [_card(pick, drawn, joined, actors) for pick in picks]
    return json_response(
        b'{"cards":[%b],"actors":[%b],"before":%b}'
        % (b",".join(card for card in cards if card), b",".join(filter(None, actors.values())), _text(before))
    )


def _speakers(picks: Iterable[Pick], drawn: feeds.Outline, pieces: Iterable[feeds.PostParts]) -> list[int]:
    """Everybody whom the cards name."""
    wanted = {one.actor_id for one in pieces} | {pick.reason.actor_id for pick in picks}
    for conversation in drawn.conversations.values():
        wanted.update(conversation.talker_ids)
    return list(wanted)


def _card(pick: Pick, drawn: feeds.Outline, posts: dict[int, bytes], known: Container[int]) -> bytes:
    conversation = drawn.conversations[pick.conversation_id]
    ids = dict.fromkeys([conversation.root_id, *drawn.replies[conversation.id]])
    shown = [posts[id_] for id_ in ids if id_ in posts]
    return present.join_card(pick, conversation, shown, known) if shown else b""


def _text(id_: int | None) -> bytes:
    return b'"%d"' % id_ if id_ is not None else b"null"


async def _render_missing(
    tx: Read, request: Request, posts: dict[int, bytes | None], actors: dict[int, bytes | None]
) -> list[Part]:
    """Fill in the parts that are missing or out of date; those, to be kept for the next reader."""
    lost_posts = [id_ for id_, part in posts.items() if part is None]
    lost_actors = [id_ for id_, part in actors.items() if part is None]
    if not lost_posts and not lost_actors:
        return []
    site, viewer = request.site, request.viewer
    found = await talk.list_posts(tx, viewer, lost_posts)
    pictures = await talk.list_pictures(tx, list(found))
    made = [present.post_part(site, post, pictures.get(post.id, [])) for post in found.values()]
    posts.update({part.id: part.body for part in made})
    speakers = await people.list_actors(tx, viewer, lost_actors)
    faces = [present.actor_part(site, actor) for actor in speakers.values()]
    actors.update({part.id: part.body for part in faces})
    return [*made, *faces]


async def _read_more(
    tx: Read, request: Request, pieces: Iterable[feeds.PostParts | feeds.EntryParts]
) -> dict[int, bytes]:
    """What posts ask and quote, for those that do."""
    attached = {one.post_id: one.attached for one in pieces if one.attached & _MORE}
    if not attached:
        return {}
    polls = await talk.list_polls(tx, request.viewer, [id_ for id_, bits in attached.items() if bits & _POLL])
    quotes = await talk.list_quotes(tx, request.viewer, [id_ for id_, bits in attached.items() if bits & _QUOTE])
    return {id_: present.more_of(request.site, polls.get(id_), quotes.get(id_)) for id_ in attached}


async def keep(request: Request, made: list[Part]) -> None:
    """Keep renderings, but for what was removed meanwhile: nothing of that may come back.

    After reading, and not within it: whoever holds one connection and waits for another can wait for ever.
    """
    if not made:
        return
    posts = sorted((part for part in made if part.kind == "post"), key=lambda part: part.id)
    actors = [part for part in made if part.kind == "actor"]
    async with request.site.database.write() as tx:
        there = [part for part in posts if await hold_post(tx, part.id)]
        known = await people.list_actors(tx, request.viewer, [part.id for part in actors])
        await keep_parts(tx, [*there, *(part for part in actors if part.id in known)])


ROUTES = [
    Route("GET", "/api/plausch/v1/home/entries", list_home_entries, "read"),
    Route("GET", "/api/plausch/v1/home/conversations", list_home_conversations, "read"),
]
