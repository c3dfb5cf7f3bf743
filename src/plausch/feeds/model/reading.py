"""How people shape what they read: filters, lists, and what of it there is."""

import enum
import functools
import math
import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from plausch.kernel.errors import Invalid
from plausch.language.markdown import plain_text
from plausch.people.model import clean_line
from plausch.talk.model import Post


class Shaping(enum.IntFlag):
    """What shapes somebody's home beyond whom they follow."""

    TAGS = 1
    MUTED = 2
    FILTERS = 4
    #: There is a list whose people are left out.
    LISTS = 8
    #: There is a board whose topics are left out.
    BOARDS = 16
    #: There is somebody followed whose shares, or what they say in some languages, are left out.
    FOLLOWED = 32


class FollowedHow(NamedTuple):
    """How somebody hears of whom they follow."""

    notify: bool = False
    shares: bool = True
    #: ISO 639-1; empty: of all.
    languages: tuple[str, ...] = ()
    #: Since when they are recommended on the profile of who follows (ms).
    endorsed_at: int | None = None


PLAINLY = FollowedHow()


class Watched(enum.StrEnum):
    """Of what one hears more than of others, or nothing."""

    CONVERSATION = "conversation"
    BOARD = "board"


class WatchLevel(enum.StrEnum):
    WATCH = "watch"
    MUTE = "mute"


class FilterPlace(enum.StrEnum):
    """Where a filter holds."""

    HOME = "home"
    NOTIFICATIONS = "notifications"
    CONVERSATIONS = "conversations"


class FilterAction(enum.StrEnum):
    HIDE = "hide"
    #: Shown after a click on what was filtered.
    FOLD = "fold"


class Filter(msgspec.Struct, frozen=True):
    """Words, or a post, that somebody does not want to read for a while."""

    id: int
    #: Empty where it is for a post.
    phrase: str
    whole_word: bool
    #: Names of places, separated by spaces.
    places: str
    action: FilterAction
    ends_at: int | None
    #: Filters of one set stand under one title; 0: it is alone.
    set_id: int = 0
    title: str = ""
    #: Instead of words; 0: none.
    post_id: int = 0

    @property
    def name(self) -> str:
        return self.title or self.phrase

    @property
    def whole_id(self) -> int:
        """Of the set; of a filter that is alone its own."""
        return self.set_id or self.id

    def holds_in(self, place: FilterPlace) -> bool:
        return place.value in self.places.split()


class FilterDraft(msgspec.Struct, frozen=True, kw_only=True):
    phrase: str
    whole_word: bool = True
    places: tuple[FilterPlace, ...] = tuple(FilterPlace)
    action: FilterAction = FilterAction.FOLD
    #: The moment (ms) from which it holds no more; None: until it is deleted.
    ends_at: int | None = None


class ListReplies(enum.StrEnum):
    """Which replies of those on a list it shows; what somebody adds to their own is always there."""

    ALL = "all"
    #: To whom its owner follows; to those on the list; none.
    FOLLOWED = "followed"
    LIST = "list"
    NONE = "none"


class ReaderList(msgspec.Struct, frozen=True):
    """Some of the people one follows, under a name; nobody else knows of it."""

    id: int
    name: str
    out_of_home: bool
    members: int
    replies: ListReplies = ListReplies.ALL


PHRASE_MAX = 100
FILTERS_MAX = 100
#: Of single posts.
FILTERED_POSTS_MAX = 400
ENDORSED_MAX = 100
LIST_NAME_MAX = 60
LISTS_MAX = 50
MEMBERS_MAX = 500
TAGS_FOLLOWED_MAX = 100
TAGS_FEATURED_MAX = 10
TITLE_MAX = 200


def clean_phrase(text: str) -> str:
    """Raises Invalid("phrase", ...)."""
    cleaned = clean_line(text, "phrase", PHRASE_MAX)
    if not cleaned:
        raise Invalid("phrase", "missing")
    return cleaned


def clean_title(text: str) -> str:
    """Of a set of filters. Raises Invalid("title", ...)."""
    cleaned = clean_line(text, "title", TITLE_MAX)
    if not cleaned:
        raise Invalid("title", "missing")
    return cleaned


def clean_list_name(text: str) -> str:
    """Raises Invalid("name", ...)."""
    cleaned = clean_line(text, "name", LIST_NAME_MAX)
    if not cleaned:
        raise Invalid("name", "missing")
    return cleaned


class Sieve:
    """Somebody's filters of one place, ready to be asked."""

    def __init__(self, filters: Iterable[Filter]) -> None:
        self._patterns: list[tuple[Filter, re.Pattern[str]]] = []
        self._posts: dict[int, list[Filter]] = {}
        for one in filters:
            if one.phrase:
                self._patterns.append((one, _pattern(one.phrase, one.whole_word)))
            elif one.post_id:
                self._posts.setdefault(one.post_id, []).append(one)

    def __bool__(self) -> bool:
        return bool(self._patterns or self._posts)

    def catch(self, post: Post, me: int) -> Filter | None:
        """The filter that a post is caught in, one that hides before one that folds; never one's own post."""
        if post.actor_id == me or not self:
            return None
        caught = list(self._posts.get(post.id, ()))
        if self._patterns:
            text = f"{post.warning}\n{plain_text(post.html)}".casefold()
            caught += [one for one, pattern in self._patterns if pattern.search(text)]
        return min(caught, key=lambda one: one.action is not FilterAction.HIDE, default=None)


@functools.lru_cache(2048)
def _pattern(phrase: str, whole_word: bool) -> re.Pattern[str]:
    """Spaces match any; a word is whole when no letter or digit is beside it."""
    words = r"\s+".join(map(re.escape, phrase.casefold().split()))
    return re.compile(rf"(?<!\w){words}(?!\w)" if whole_word else words)


#: How many different people must use a tag, or respond to a post, so that it is everybody's matter and not one's own.
TREND_PEOPLE = 3
#: Rather more than usual: so many times as many, and one more.
_MORE = 2.0


def is_trending(people: int, usual: float) -> bool:
    """Clearly more different people than in such a time before."""
    return people >= TREND_PEOPLE and people >= _MORE * usual + 1


def trend_score(people: int, usual: float) -> float:
    """How far above the usual; many people count for more than few."""
    return (people - usual) / math.sqrt(usual + 1)
