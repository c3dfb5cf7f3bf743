"""What has happened in a conversation while somebody was away."""

from collections.abc import Iterable

import msgspec

#: Who is named; of the others it is said how many they are.
NAMED = 3


class News(msgspec.Struct, frozen=True):
    """What others have said in one conversation."""

    posts: int
    #: Who said it, who spoke last first.
    actor_ids: tuple[int, ...]
    #: How many of them reply to the viewer or mention it.
    to_me: int
    #: Who of them asks something; 0 for nobody.
    asked_by: int
    #: Where to read on: the first of them.
    first_id: int

    @property
    def weight(self) -> tuple[bool, int, int, int]:
        """What one was asked comes first, then what else is for one, then where many speak."""
        return (bool(self.asked_by), self.to_me, len(self.actor_ids), self.posts)


class Said(msgspec.Struct, frozen=True):
    """A new post, as far as it tells that."""

    id: int
    actor_id: int
    to_me: bool
    asks: bool


def news_of(said: Iterable[Said]) -> News:
    """Of at least one post."""
    newest = sorted(said, key=lambda one: one.id, reverse=True)
    asking = [one.actor_id for one in newest if one.to_me and one.asks]
    return News(
        posts=len(newest),
        actor_ids=tuple(dict.fromkeys(one.actor_id for one in newest)),
        to_me=sum(one.to_me for one in newest),
        asked_by=asking[0] if asking else 0,
        first_id=newest[-1].id,
    )
