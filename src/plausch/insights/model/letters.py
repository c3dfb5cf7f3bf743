"""The weekly letter for whoever looks after a community, a group or a page: what is in it, and whom it thanks.

It is kept as ids and figures. Every reader is shown of it what they may see when they read it.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

import msgspec

from plausch.insights.model.findings import Scope
from plausch.insights.model.goals import Goal, Progress
from plausch.insights.model.weeks import UTC, WEEK, Week, span_of
from plausch.kernel import clock
from plausch.people.model import Actor
from plausch.talk.model import Post
from plausch.talk.model.said import Said, Unanswered

#: So many of each; the pages have the others.
LISTED = 8
#: And of conversations that bridge.
BRIDGES = 3
#: Somebody who has replied so often to others deserves thanks, if nobody has shown any.
_MUCH = 5
#: So many posts of one person are brought up as unanswered.
_OF_EACH = 2
#: A conversation is lively from so many people on.
_VOICES = 3
#: Letters go out on Monday in these hours, so that not all are written at once.
_FROM, _SPREAD = 4 * clock.HOUR, 3 * clock.HOUR
#: What has waited longer than that is not brought up again.
OLDEST = 3 * WEEK


class Section(enum.StrEnum):
    """What the letter brings up.

    Events are not there yet: they will be a section of their own, gathered beside the others by `queries.letters`.
    """

    UNANSWERED = "unanswered"
    NEWCOMERS = "newcomers"
    THANKS = "thanks"
    LIVELY = "lively"
    #: Liked by people who otherwise have little to do with each other.
    BRIDGING = "bridging"


class Item(msgspec.Struct, frozen=True):
    """One thing to do."""

    section: Section
    place: int
    #: Whose post it is, or whom it is about; 0: of nobody in particular.
    person_id: int
    #: 0: there is none yet.
    post_id: int
    #: Replies to others and among them to newcomers; people in a conversation and replies; circles that like it.
    number: int = 0
    more: int = 0


class Letter(msgspec.Struct, frozen=True):
    """As it is kept."""

    id: int
    scope: Scope
    #: The name of the week that it tells of.
    week: int
    figures: Week
    before: Week


class ShownItem(msgspec.Struct, frozen=True):
    """One thing to do as a reader may see it."""

    item: Item
    person: Actor | None
    post: Post | None


class ShownLetter(msgspec.Struct, frozen=True):
    """A letter with what its reader may see of it now."""

    letter: Letter
    items: dict[Section, list[ShownItem]]
    goals: list[tuple[Goal, Progress]]


def letter_due(scope: int, week: int, time_zone: str = UTC) -> int:
    """At which moment of the Monday after a week its letter is made."""
    return span_of(week, time_zone).until + _FROM + scope % (_SPREAD // clock.MINUTE) * clock.MINUTE


def list_thanks(said: Sequence[Said], newcomers: Collection[int], since: int) -> Iterator[Item]:
    """Those who answered newcomers, then those who replied much and whom nobody has thanked with a like."""
    replies: Counter[int] = Counter()
    welcomed: Counter[int] = Counter()
    liked: Counter[int] = Counter()
    best: dict[int, Said] = {}
    for one in said:
        if one.at < since or not one.counts or not one.parent_id or one.author_id == one.parent_author_id:
            continue
        who = one.author_id
        replies[who] += 1
        liked[who] += one.likes
        welcomed[who] += one.parent_author_id in newcomers
        if who not in best or one.parent_author_id in newcomers or one.likes > best[who].likes:
            best[who] = one
    earned = [who for who in replies if welcomed[who] or (replies[who] >= _MUCH and not liked[who])]
    earned.sort(key=lambda who: (-welcomed[who], -replies[who], who))
    for place, who in enumerate(earned[:LISTED], 1):
        yield Item(Section.THANKS, place, who, best[who].id, replies[who], welcomed[who])


def list_lively(said: Sequence[Said], since: int) -> Iterator[Item]:
    """Conversations in which several people talked this week: of those with most people first."""
    voices: defaultdict[int, set[int]] = defaultdict(set)
    replies: Counter[int] = Counter()
    for one in said:
        if one.at >= since and one.counts:
            voices[one.conversation_id].add(one.author_id)
            replies[one.conversation_id] += bool(one.parent_id)
    lively = [id_ for id_ in voices if len(voices[id_]) >= _VOICES]
    lively.sort(key=lambda id_: (-len(voices[id_]), -replies[id_], id_))
    for place, id_ in enumerate(lively[:LISTED], 1):
        # A conversation has the id of the post that began it.
        yield Item(Section.LIVELY, place, 0, id_, len(voices[id_]), replies[id_])


def list_waiting(waiting: Sequence[Unanswered], told: Collection[int]) -> Iterator[Item]:
    """Of what waits the newest, but few of each; what the letter tells elsewhere is not repeated."""
    by: Counter[int] = Counter()
    place = 0
    for one in waiting:
        by[one.actor_id] += 1
        if one.post_id not in told and by[one.actor_id] <= _OF_EACH and place < LISTED:
            place += 1
            yield Item(Section.UNANSWERED, place, one.actor_id, one.post_id)
