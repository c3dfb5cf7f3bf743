"""What the demo town consists of: people, their relations, and conversations with times relative to now.

Plain data without behaviour beyond time. `plausch.demo.screenplay` reads it from text, `plausch.demo.town` loads and
checks the whole, the player performs it by the real actions. Durations are milliseconds, like all moments.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from plausch.community.model import Operator, Wording
from plausch.demo.care import Care
from plausch.demo.channels import Channels, Standing
from plausch.kernel import clock
from plausch.talk.model import PollDraft

Audience = Literal["public", "quiet", "group", "followers", "connections", "participants"]
Language = Literal["de", "en"]

TIME_ZONE = "Europe/Berlin"


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody asks somebody to connect, with a line saying why."""

    to: str
    line: str
    days_ago: int
    accepted: bool = True


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pair in a profile; a value that is an address becomes a link."""

    label: str
    value: str


class PeopleList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some of those somebody follows, under a name."""

    name: str
    members: tuple[str, ...]


class Unsent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody has begun to write: a draft, or, with `due_in_days`, a post that is posted by itself then."""

    text: str
    hours_ago: int
    #: The name of the conversation whose first post it answers.
    answers: str = ""
    #: At half past six in the morning.
    due_in_days: int | None = None


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the cast. `about` is Markdown; `picture` and `header` are files in `pictures/`; `tint` the colour of the
    initials."""

    handle: str
    name: str
    about: str
    language: Language
    joined_days_ago: int
    tint: str
    role: Literal["owner", "moderator", "member"] = "member"
    pronouns: str = ""
    time_zone: str = TIME_ZONE
    picture: str | None = None
    locked: bool = False
    follows: tuple[str, ...] = ()
    connects: tuple[Request, ...] = ()
    header: str | None = None
    fields: tuple[Entry, ...] = ()
    #: Names of conversations whose first posts stand above the others on the wall.
    pins: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lists: tuple[PeopleList, ...] = ()
    searches: tuple[str, ...] = ()
    #: Words that are folded away.
    muted_words: tuple[str, ...] = ()
    unsent: tuple[Unsent, ...] = ()


class Picture(msgspec.Struct, frozen=True):
    """A file in `pictures/` and what it shows, in the language of the post."""

    file: str
    alt: str


class Reaction(msgspec.Struct, frozen=True):
    """A like, a bookmark or a visit that read so far, so long after the post."""

    by: str
    after: int


class Share(msgspec.Struct, frozen=True):
    """A share, so long after the post; `via` is the person whose share led to it."""

    by: str
    after: int
    via: str | None = None


class Vote(msgspec.Struct, frozen=True):
    """Somebody chose one or several options, by their places from 0, so long after the post."""

    by: str
    after: int
    places: tuple[int, ...]


class Poll(msgspec.Struct, frozen=True):
    """What a post asks, and who chose what."""

    draft: PollDraft
    votes: tuple[Vote, ...] = ()


class Edit(msgspec.Struct, frozen=True):
    """The text as it reads from `after` on."""

    after: int
    text: str


class Post(msgspec.Struct, frozen=True):
    """A post or a reply; `after` counts from the parent (0 for the one that starts the conversation)."""

    by: str
    after: int
    text: str
    language: Language
    warning: str = ""
    pictures: tuple[Picture, ...] = ()
    likes: tuple[Reaction, ...] = ()
    shares: tuple[Share, ...] = ()
    bookmarks: tuple[Reaction, ...] = ()
    reads: tuple[Reaction, ...] = ()
    edited: Edit | None = None
    poll: Poll | None = None
    #: The name of the conversation whose first post it quotes.
    quotes: str = ""
    replies: tuple["Post", ...] = ()
    #: The name of the group or the handle of the page for which it is said; empty: for oneself.
    speaks_as: str = ""
    #: So long after it was given, a reply is accepted as the answer to the question of its topic.
    accepted: int | None = None
    #: File and line, for whoever has to mend it.
    place: str = ""


class Start(msgspec.Struct, frozen=True):
    """When a conversation begins: at a time of day some days ago, or so long (ms) `before` now."""

    days_ago: int = 0
    at: time | None = None
    before: int = 0

    def moment(self, now: int) -> int:
        """The moment (ms), seen from `now`; the time of day is the town's."""
        if self.at is None:
            return now - self.before
        return day(now, self.days_ago, self.at)


class Conversation(msgspec.Struct, frozen=True):
    """A post and what came of it. The audience is that of all replies; `participants` includes the first author."""

    name: str
    start: Start
    post: Post
    audience: Audience = "public"
    participants: tuple[str, ...] = ()
    local_only: bool = False
    standing: Standing = Standing()


class Scene(msgspec.Struct, frozen=True):
    """One post at its moment; `depth` is 0 and `parent` None for the first of a conversation."""

    post: Post
    moment: int
    depth: int
    parent: Post | None


class HouseRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds here, and what is meant by it."""

    words: Wording
    hints: Wording


class Charter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner says of the place: words, rules, who answers for it, and one announcement."""

    description: Wording
    contact: str
    announcement: str
    operator: Operator
    rules: tuple[HouseRule, ...]


class Town(msgspec.Struct, frozen=True):
    """The whole demo community."""

    people: tuple[Person, ...]
    conversations: tuple[Conversation, ...]
    charter: Charter
    pictures: Path
    channels: Channels = Channels()
    care: Care = Care()

    @property
    def owner(self) -> Person:
        return next(person for person in self.people if person.role == "owner")

    def person(self, handle: str) -> Person:
        """The person with this handle."""
        return next(person for person in self.people if person.handle == handle)


def acts(post: Post) -> tuple[Reaction | Share | Vote, ...]:
    """Everything that others do with a post, but for answering."""
    votes = post.poll.votes if post.poll is not None else ()
    return (*post.likes, *post.bookmarks, *post.reads, *post.shares, *votes)


def joined(person: Person, now: int) -> int:
    """When the person signed up."""
    return day(now, person.joined_days_ago, time(8, 30))


def founded(days_ago: int, now: int) -> int:
    """When a group or a page was made that is so many days old."""
    return day(now, days_ago, time(9, 45))


def asked(request: Request, now: int) -> int:
    """When the request to connect was sent."""
    return day(now, request.days_ago, time(12, 15))


def due(unsent: Unsent, now: int) -> int | None:
    """When something is posted by itself."""
    return None if unsent.due_in_days is None else day(now, -unsent.due_in_days, time(6, 30))


def scenes(conversation: Conversation, now: int) -> Iterator[Scene]:
    """Every post with its moment, parents before their replies."""
    todo: list[Scene] = [Scene(conversation.post, conversation.start.moment(now), 0, None)]
    while todo:
        scene = todo.pop()
        yield scene
        for reply in reversed(scene.post.replies):
            todo.append(Scene(reply, scene.moment + reply.after, scene.depth + 1, scene.post))


def day(now: int, days_ago: int, at: time) -> int:
    """A time of day in the town, so many days before the day of `now`."""
    zone = ZoneInfo(TIME_ZONE)
    day = datetime.fromtimestamp(now / clock.SECOND, zone).date() - timedelta(days=days_ago)
    return int(datetime.combine(day, at, zone).timestamp()) * clock.SECOND
