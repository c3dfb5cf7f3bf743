"""What a feed shows: cards of conversations with the reason why they are there."""

import enum
from collections.abc import Iterable, Mapping

import msgspec

from plausch.people.model import Actor
from plausch.talk.model import Conversation, EntryKind, Picture, Post


class Entry(msgspec.Struct, frozen=True):
    """One thing somebody did, as the stream has it."""

    id: int
    kind: EntryKind
    actor_id: int
    post_id: int
    conversation_id: int


class ReasonKind(enum.StrEnum):
    #: Plainly: somebody whom the viewer follows began it.
    POSTED = "posted"
    REPLIED = "replied"
    SHARED = "shared"
    #: Somebody with whom the viewer is connected likes it.
    LIKED = "liked"
    #: It bears a tag that the viewer follows.
    TAGGED = "tagged"
    #: It was written on the wall of somebody whom the viewer follows, or in such a group.
    PLACED = "placed"
    FOUND = "found"
    #: `others` are so many people who talk there, or who like how it began.
    TALKED = "talked"
    PRAISED = "praised"
    #: People of so many circles (`others`) like it.
    BRIDGED = "bridged"
    #: Nobody has answered for so many hours (`others`); `tag` is one the viewer cares for.
    WAITING = "waiting"
    #: The viewer follows who did it, and they seldom say something.
    QUIET = "quiet"


class Reason(msgspec.Struct, frozen=True):
    """Why a card is in the feed."""

    kind: ReasonKind
    actor_id: int = 0
    #: How many more did the same.
    others: int = 0
    tag: str = ""


class Pick(msgspec.Struct, frozen=True):
    """A conversation chosen for a feed, and what of it is to be shown."""

    #: The entry that gives its place in the feed.
    position: int
    conversation_id: int
    reason: Reason
    #: Posts that made it interesting, newest first.
    post_ids: tuple[int, ...]


class Card(msgspec.Struct, frozen=True):
    """A conversation as a feed shows it."""

    position: int
    conversation: Conversation
    reason: Reason
    #: How it began; None when the viewer may not see that.
    root: Post | None
    #: Up to two replies that matter to the viewer, oldest first.
    replies: tuple[Post, ...]

    @property
    def hidden_replies(self) -> int:
        """How many more replies there are than the card shows."""
        return max(0, self.conversation.replies - len(self.replies))

    def talkers(self, actors: Mapping[int, Actor]) -> list[Actor]:
        """The last who talked, newest first, as far as they are known to the viewer."""
        return [actors[id_] for id_ in self.conversation.talker_ids if id_ in actors]


class Wall(enum.StrEnum):
    """The parts of somebody's wall."""

    POSTS = "posts"
    REPLIES = "replies"
    PICTURES = "pictures"
    #: The same without those of replies.
    OWN_PICTURES = "own_pictures"


class Feed(msgspec.Struct, frozen=True):
    """A page of cards with all that is needed to show them."""

    cards: tuple[Card, ...]
    actors: dict[int, Actor]
    pictures: dict[int, list[Picture]]
    #: Where the next page begins, or None at the end.
    next_before: int | None
    #: Posts to be shown only after a click, with the words of the filter they are caught in.
    folded: dict[int, str] = {}


#: Replies a card shows.
SHOWN_REPLIES = 2


def pick_conversations(entries: Iterable[Entry], limit: int) -> tuple[list[Pick], int | None]:
    """From visible entries, newest first, to one pick a conversation.

    Also the last entry used, when there was more than fits: the next page begins below it.
    """
    found: dict[int, list[Entry]] = {}
    last: int | None = None
    for one in entries:
        if one.conversation_id not in found and len(found) == limit:
            return [_pick(members) for members in found.values()], last
        found.setdefault(one.conversation_id, []).append(one)
        last = one.id
    return [_pick(members) for members in found.values()], None


_REASONS = {
    EntryKind.POST: ReasonKind.POSTED,
    EntryKind.REPLY: ReasonKind.REPLIED,
    EntryKind.SHARE: ReasonKind.SHARED,
    EntryKind.WALL: ReasonKind.PLACED,
}
#: Entries that stand for a conversation's first post.
_BEGINNINGS = (EntryKind.POST, EntryKind.WALL)


def _pick(members: list[Entry]) -> Pick:
    newest = members[0]
    post_ids = tuple(dict.fromkeys(member.post_id for member in members if member.kind not in _BEGINNINGS))
    return Pick(
        position=newest.id,
        conversation_id=newest.conversation_id,
        reason=Reason(_REASONS[newest.kind], newest.actor_id),
        post_ids=post_ids[:SHOWN_REPLIES],
    )
