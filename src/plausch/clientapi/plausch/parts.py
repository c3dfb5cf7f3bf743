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
__all__ = ["Joined", "join_cards", "join_posts", "keep", "read_more", "render_missing", "text_of"]


class Joined(NamedTuple):
    """Posts by id as bytes, actors by id, and what was rendered and is to be kept after reading."""

    posts: dict[int, bytes]
    actors: dict[int, bytes]
    made: list[Part]


async def join_cards(
    tx: Read, request: Request, picks: Sequence[Pick], drawn: feeds.Outline
) -> tuple[bytes, bytes, list[Part]]:
    """Cards, their actors, and what is to be kept."""
    viewer = request.viewer
    pieces = {one.post_id: one for one in await feeds.list_post_parts(tx, viewer, present.DOOR_NAME, drawn.post_ids())}
    wanted = {one.actor_id for one in pieces.values()} | {pick.reason.actor_id for pick in picks}
    for conversation in drawn.conversations.values():
        wanted.update(conversation.talker_ids)
        if conversation.place_id:
            wanted.add(conversation.place_id)
    found = await feeds.list_actor_parts(tx, viewer, present.DOOR_NAME, list(wanted))
    actors = {one.id: one.part for one in found}
    posts = {id_: one.part for id_, one in pieces.items()}
    made = await render_missing(tx, request, posts, actors)
    more = await read_more(tx, request, pieces.values())
    joined = {
        id_: present.join_post(pieces[id_], body, more=more.get(id_, present.NOTHING_MORE))
        for id_, body in posts.items()
        if body is not None
    }
    cards = [_card(pick, drawn, joined, actors) for pick in picks]
    return b",".join(card for card in cards if card), b",".join(filter(None, actors.values())), made


def _card(pick: Pick, drawn: feeds.Outline, posts: Mapping[int, bytes], known: Container[int]) -> bytes:
    conversation = drawn.conversations[pick.conversation_id]
    ids = dict.fromkeys([conversation.root_id, *drawn.replies[conversation.id]])
    shown = [posts[id_] for id_ in ids if id_ in posts]
    return present.join_card(pick, conversation, shown, known) if shown else b""


async def join_posts(tx: Read, request: Request, ids: Sequence[int]) -> Joined:
    """Posts with who speaks in each."""
    viewer = request.viewer
    pieces = {one.post_id: one for one in await feeds.list_post_parts(tx, viewer, present.DOOR_NAME, ids)}
    speaking = list({one.actor_id for one in pieces.values()})
    found = await feeds.list_actor_parts(tx, viewer, present.DOOR_NAME, speaking)
    actors = {one.id: one.part for one in found}
    posts = {id_: one.part for id_, one in pieces.items()}
    made = await render_missing(tx, request, posts, actors)
    more = await read_more(tx, request, pieces.values())
    known = {id_: part for id_, part in actors.items() if part is not None}
    joined = {
        id_: present.join_post(one, body, known.get(one.actor_id, b"null"), more.get(id_, present.NOTHING_MORE))
        for id_, one in pieces.items()
        if (body := posts[id_]) is not None
    }
    return Joined(joined, known, made)


async def render_missing(
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
