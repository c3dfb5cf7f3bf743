"""How others speak of a page: how often, who, in which communities, and its share of a conversation.

What people feel about it is left out on purpose: programs that guess moods are wrong so often that they accuse people.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from plausch.insights.model.weeks import UTC, WEEK, monday_of

METHOD = "awareness 2"

#: So far back mentions are counted by week; so far back shares of conversations are.
WEEKS, SHARE_DAYS = 12, 90
#: The newest that are listed.
LATEST = 20


class Voices(msgspec.Struct, frozen=True):
    """In a community of interest, by its number: at least so many people spoke of the page (`rounding.at_least`)."""

    community: int
    labels: tuple[str, ...]
    people: int


class Spoken(msgspec.Struct, frozen=True):
    """How much of a conversation something has; None where too few people are behind it."""

    #: Empty: the page itself.
    word: str
    #: At least.
    posts: int | None


class Awareness(msgspec.Struct, frozen=True, kw_only=True):
    #: At least so many different people have spoken of it; and all posts in which they did, which everybody may read.
    people: int | None
    posts: int
    #: By week: when it began, and how many posts.
    weeks: tuple[tuple[int, int], ...]
    voices: tuple[Voices, ...]
    #: Posts about the topics of its target group, at least, and who is spoken of in them.
    about: int | None
    shares: tuple[Spoken, ...]


class Mention(msgspec.Struct, frozen=True):
    """One of the newest posts that speak of it; whoever reads the list sees those that are for them."""

    at: int


def count_weeks(moments: Sequence[int], now: int, time_zone: str = UTC) -> tuple[tuple[int, int], ...]:
    """How many moments lie in each of the last weeks, this one included."""
    last, weeks = monday_of(now, time_zone), Counter(monday_of(moment, time_zone) for moment in moments)
    starts = [last - (WEEKS - 1 - number) * WEEK for number in range(WEEKS)]
    return tuple((start, weeks[start]) for start in starts)
