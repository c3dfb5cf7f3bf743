"""From chosen conversations to cards: everything a page needs, in a handful of statements whatever its length."""

from collections.abc import Sequence
from typing import NamedTuple

from plausch.feeds.model import SHOWN_REPLIES, Card, Feed, Pick, Reason, ReasonKind
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Conversation, Post


class Outline(NamedTuple):
    """What the cards of a feed consist of, before any post is read."""

    conversations: dict[int, Conversation]
    #: The replies to show by conversation, oldest first.
    replies: dict[int, list[int]]

    def post_ids(self) -> list[int]:
        ids = {conversation.root_id for conversation in self.conversations.values()}
        return list(ids.union(*self.replies.values()))


async def outline(tx: Read, viewer: Viewer, picks: Sequence[Pick]) -> Outline:
    """Which conversations the picks mean, and which replies of each to show."""
    conversations = await talk.list_conversations(tx, viewer, [pick.conversation_id for pick in picks])
    drawing = {
        # The root is on its card anyway.
        pick.conversation_id: [id_ for id_ in pick.post_ids if id_ != conversations[pick.conversation_id].root_id]
        for pick in picks
    }
    wanting = [
        id_ for id_, ids in drawing.items() if len(ids) < SHOWN_REPLIES and conversations[id_].replies > len(ids)
    ]
    newest = await talk.list_newest_replies(tx, viewer, wanting) if wanting else {}
    shown = {id_: _shown(ids, newest.get(id_, [])) for id_, ids in drawing.items()}
    return Outline(conversations, shown)


async def assemble(tx: Read, viewer: Viewer, picks: Sequence[Pick], next_before: int | None) -> Feed:
    """Cards for the picks, in their order. What the viewer may not see is left out."""
    drawn = await outline(tx, viewer, picks)
    posts = await talk.list_posts(tx, viewer, drawn.post_ids())
    cards = [
        _card(pick, drawn.conversations[pick.conversation_id], drawn.replies[pick.conversation_id], posts)
        for pick in picks
    ]
    cards = [card for card in cards if card.root is not None or card.replies]
    return await _complete(tx, viewer, cards, next_before)


def _shown(drawing: Sequence[int], newest: Sequence[int]) -> list[int]:
    """The replies to show, oldest first: those that drew the card here, then the newest."""
    chosen = list(dict.fromkeys([*drawing, *newest]))[: max(SHOWN_REPLIES, len(drawing))]
    return sorted(chosen)


def _card(pick: Pick, conversation: Conversation, shown: Sequence[int], posts: dict[int, Post]) -> Card:
    replies = tuple(posts[id_] for id_ in shown if id_ in posts and id_ != conversation.root_id)
    return Card(pick.position, conversation, pick.reason, posts.get(conversation.root_id), replies)


async def _complete(tx: Read, viewer: Viewer, cards: Sequence[Card], next_before: int | None) -> Feed:
    posts = [post for card in cards for post in (card.root, *card.replies) if post is not None]
    actor_ids = {post.actor_id for post in posts} | {post.author_id for post in posts}
    for card in cards:
        actor_ids.update(card.conversation.talker_ids)
        actor_ids.add(card.reason.actor_id)
        actor_ids.add(card.conversation.place_id)
    actors = await people.list_actors(tx, viewer, list(actor_ids))
    with_pictures = [post.id for post in posts if post.pictures_count]
    pictures = await talk.list_pictures(tx, with_pictures) if with_pictures else {}
    shown = tuple(card for card in cards if _speakers(card) <= actors.keys())
    return Feed(shown, actors, pictures, next_before)


def _speakers(card: Card) -> set[int]:
    """Who must be known to show a card; somebody may have gone between two reads."""
    return {post.actor_id for post in (card.root, *card.replies) if post is not None}


async def show_posts(tx: Read, viewer: Viewer, post_ids: Sequence[int], next_before: int | None) -> Feed:
    """Single posts, found or kept, as cards in the given order; those of one conversation are one card."""
    posts = await talk.list_posts(tx, viewer, post_ids)
    by_conversation: dict[int, list[Post]] = {}
    for id_ in post_ids:
        if id_ in posts:
            by_conversation.setdefault(posts[id_].conversation_id, []).append(posts[id_])
    picks = [
        Pick(found[0].id, id_, Reason(ReasonKind.FOUND, found[0].actor_id), tuple(post.id for post in found))
        for id_, found in by_conversation.items()
    ]
    return await assemble(tx, viewer, picks, next_before)
