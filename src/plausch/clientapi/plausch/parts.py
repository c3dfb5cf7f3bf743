"""Posts and actors joined from kept parts: what is missing is rendered, and kept for the next reader."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from plausch.clientapi.keeping import keep
from plausch.clientapi.plausch import present
from plausch.feeds import queries as feeds
from plausch.feeds.model import Pick
from plausch.http.request import Request
from plausch.people import queries as people
from plausch.storage import Read
from plausch.storage.parts import Part
from plausch.talk import queries as talk
from plausch.talk.model import Attached

#: Plain numbers: flags of an enum cost a microsecond each.
_POLL, _QUOTE, _ARTICLE = int(Attached.POLL), int(Attached.QUOTE), int(Attached.ARTICLE)
_MORE = _POLL | _QUOTE | _ARTICLE
__all__ = ["Joined", "join_cards", "join_posts", "keep", "read_more", "take_parts", "text_of"]


class Joined(NamedTuple):
    """Posts and actors by id as bytes, and what was rendered and is to be kept after reading."""

    posts: dict[int, bytes]
    actors: dict[int, bytes]
    made: list[Part]


async def join_cards(
    tx: Read, request: Request, picks: Sequence[Pick], drawn: feeds.Outline
) -> tuple[bytes, bytes, list[Part]]:
    """Cards, their actors, and what is to be kept."""
    viewer = request.viewer
    pieces = {one.post_id: one for one in await feeds.list_post_parts(tx, viewer, drawn.post_ids())}
    wanted = {one.actor_id for one in pieces.values()} | {pick.reason.actor_id for pick in picks}
    for conversation in drawn.conversations.values():
        wanted.update(conversation.talker_ids)
        if conversation.place_id:
            wanted.add(conversation.place_id)
    actors = await feeds.list_actor_parts(tx, viewer, list(wanted))
    parts = await take_parts(tx, request, pieces.values(), actors)
    more = await read_more(tx, request, pieces.values())
    joined = {
        id_: present.join_post(pieces[id_], body, more=more.get(id_, present.NOTHING_MORE))
        for id_, body in parts.posts.items()
    }
    cards = [_card(pick, drawn, joined, parts.actors) for pick in picks]
    return b",".join(card for card in cards if card), b",".join(parts.actors.values()), parts.made


def _card(pick: Pick, drawn: feeds.Outline, posts: Mapping[int, bytes], known: Container[int]) -> bytes:
    conversation = drawn.conversations[pick.conversation_id]
    ids = dict.fromkeys([conversation.root_id, *drawn.replies[conversation.id]])
    shown = [posts[id_] for id_ in ids if id_ in posts]
    return present.join_card(pick, conversation, shown, known) if shown else b""


async def join_posts(tx: Read, request: Request, ids: Sequence[int]) -> Joined:
    """Posts with who speaks in each."""
    viewer = request.viewer
    pieces = {one.post_id: one for one in await feeds.list_post_parts(tx, viewer, ids)}
    speaking = list({one.actor_id for one in pieces.values()})
    actors = await feeds.list_actor_parts(tx, viewer, speaking)
    parts = await take_parts(tx, request, pieces.values(), actors)
    more = await read_more(tx, request, pieces.values())
    joined = {
        id_: present.join_post(
            pieces[id_],
            body,
            parts.actors.get(pieces[id_].actor_id, b"null"),
            more.get(id_, present.NOTHING_MORE),
        )
        for id_, body in parts.posts.items()
    }
    return parts._replace(posts=joined)


async def take_parts(
    tx: Read,
    request: Request,
    posts: Iterable[feeds.PostParts | feeds.EntryParts],
    actors: Iterable[feeds.ActorPart],
) -> Joined:
    """The parts of those; what is missing or out of date is rendered, to be kept for the next reader."""
    shelf, name = request.site.shelf, present.DOOR_NAME
    told, faces = {one.post_id: one.version for one in posts}, {one.id: one.version for one in actors}
    there = await shelf.take(tx, name, "post", told.items())
    shown = await shelf.take(tx, name, "actor", faces.items())
    made: list[Part] = []
    if len(there) < len(told):
        made += await _render_posts(tx, request, [id_ for id_ in told if id_ not in there])
        there.update((part.id, part.body) for part in made)
    if len(shown) < len(faces):
        speakers = await people.list_actors(tx, request.viewer, [id_ for id_ in faces if id_ not in shown])
        rendered = [present.actor_part(request.site, actor) for actor in speakers.values()]
        shown.update((part.id, part.body) for part in rendered)
        made += rendered
    return Joined(there, shown, made)


async def _render_posts(tx: Read, request: Request, ids: Sequence[int]) -> list[Part]:
    found = await talk.list_posts(tx, request.viewer, ids)
    pictures = await talk.list_pictures(tx, list(found))
    return [present.post_part(request.site, post, pictures.get(post.id, [])) for post in found.values()]


async def read_more(
    tx: Read, request: Request, pieces: Iterable[feeds.PostParts | feeds.EntryParts]
) -> dict[int, bytes]:
    """What parts do not hold, for those posts that have any of it: nothing is read for all others."""
    viewer = request.viewer
    wanted = {one.post_id: one for one in pieces if one.attached & _MORE or one.author_id != one.actor_id}
    if not wanted:
        return {}
    polls = await talk.list_polls(tx, viewer, [id_ for id_, one in wanted.items() if one.attached & _POLL])
    quotes = await talk.list_quotes(tx, viewer, [id_ for id_, one in wanted.items() if one.attached & _QUOTE])
    articles = await talk.find_articles(tx, [id_ for id_, one in wanted.items() if one.attached & _ARTICLE])
    apart = {id_ for one in wanted.values() if one.author_id != one.actor_id for id_ in (one.actor_id, one.author_id)}
    actors = await people.list_actors(tx, viewer, list(apart)) if apart else {}

    def more(one: feeds.PostParts | feeds.EntryParts) -> bytes:
        by = present.written_by(actors.get(one.actor_id), actors.get(one.author_id))
        found = present.More(polls.get(one.post_id), quotes.get(one.post_id), articles.get(one.post_id), by)
        return present.more_of(request.site, found)

    return {id_: more(one) for id_, one in wanted.items()}


def text_of(id_: int | None) -> bytes:
    return b'"%d"' % id_ if id_ is not None else b"null"
