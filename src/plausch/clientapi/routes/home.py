"""Home for programs: as single entries, or as conversations."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi import present
from plausch.feeds import queries as feeds
from plausch.feeds.model import Card, Feed
from plausch.feeds.queries import EntryParts
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import Site
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, TOP, Page
from plausch.people import queries as people
from plausch.storage import Read
from plausch.storage.parts import Part, keep_parts
from plausch.talk import queries as talk

_encode = msgspec.json.Encoder().encode


def page_of(request: Request) -> Page:
    """`?before=ID&limit=N`."""
    query = request.query_params
    limit = parse_id(query.get("limit", "")) or DEFAULT_LIMIT
    return Page(before=parse_id(query.get("before", "")) or TOP, limit=min(limit, MAX_LIMIT))


def json_response(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers={"cache-control": "private, no-store"})


async def list_home_entries(request: Request) -> Response:
    """The newest entries of one's home, joined from rendered parts."""
    site, viewer = request.site, request.viewer
    async with site.database.read() as tx:
        pieces, before = await feeds.home_parts(tx, viewer, page_of(request), present.DOOR_NAME)
        fresh = await _render_missing(tx, request, pieces)
    joined = []
    for one in pieces:
        body = one.post_part or fresh.get(("post", one.post_id))
        actor = one.actor_part or fresh.get(("actor", one.actor_id))
        if body is not None and actor is not None:
            joined.append(present.join_entry(one, body, actor))
    return json_response(b'{"entries":[%b],"before":%b}' % (b",".join(joined), _encode(_text(before))))


def _text(id_: int | None) -> str | None:
    return str(id_) if id_ is not None else None


async def _render_missing(tx: Read, request: Request, pieces: Sequence[EntryParts]) -> dict[tuple[str, int], bytes]:
    """Render the parts that are missing or out of date, and keep them for the next reader."""
    posts = {one.post_id for one in pieces if one.post_part is None}
    actors = {one.actor_id for one in pieces if one.actor_part is None}
    if not posts and not actors:
        return {}
    site, viewer = request.site, request.viewer
    found = await talk.list_posts(tx, viewer, list(posts))
    pictures = await talk.list_pictures(tx, list(found))
    made: list[Part] = [present.post_part(site, post, pictures.get(post.id, [])) for post in found.values()]
    made += [present.actor_part(site, one) for one in (await people.list_actors(tx, viewer, list(actors))).values()]
    async with site.database.write() as write:
        await keep_parts(write, made)
    return {(part.kind, part.id): part.body for part in made}


async def list_home_conversations(request: Request) -> Response:
    """One's home as cards: conversations with the reason why they are there."""
    async with request.site.database.read() as tx:
        feed = await feeds.home_feed(tx, request.viewer, page_of(request))
    return json_response(
        _encode(
            {
                "cards": [_card(request.site, feed, card) for card in feed.cards],
                "actors": {str(id_): present.present_actor(request.site, one) for id_, one in feed.actors.items()},
                "before": _text(feed.next_before),
            }
        )
    )


def _card(site: Site, feed: Feed, card: Card) -> dict[str, object]:
    posts = [post for post in (card.root, *card.replies) if post is not None]
    return {
        "id": str(card.conversation.id),
        "position": str(card.position),
        "reason": {"kind": card.reason.kind.value, "actor_id": str(card.reason.actor_id)},
        "replies": card.conversation.replies,
        "voices": card.conversation.voices,
        "unread": card.conversation.unread,
        "talkers": [str(id_) for id_ in card.conversation.talker_ids if id_ in feed.actors],
        "posts": [
            {
                **present.present_post_body(site, post, feed.pictures.get(post.id, [])),
                "actor_id": str(post.actor_id),
                "replies": post.replies,
                "likes": post.likes,
                "shares": post.shares,
                "liked": post.liked,
                "shared": post.shared,
                "bookmarked": post.bookmarked,
            }
            for post in posts
        ],
    }


ROUTES = [
    Route("GET", "/api/plausch/v1/home/entries", list_home_entries, "read"),
    Route("GET", "/api/plausch/v1/home/conversations", list_home_conversations, "read"),
]
