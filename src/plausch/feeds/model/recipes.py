"""Feeds that people put together themselves."""

import enum
from collections.abc import Iterable

import msgspec

from plausch.feeds.model.choosing import FeedKind
from plausch.kernel.errors import Invalid
from plausch.kernel.ids import parse_id
from plausch.language.inline_rules import tag_name
from plausch.people.model import clean_line

RECIPE_NAME_MAX = 40
RECIPES_MAX = 20
RECIPE_TAGS_MAX = 30
RECIPE_ACTORS_MAX = 100


_KINDS = frozenset(FeedKind)


class RecipeOrder(enum.StrEnum):
    LATEST = "latest"
    LIVELY = "lively"
    #: Only what nobody has answered yet.
    WAITING = "waiting"


class RecipeKind(enum.StrEnum):
    """What a conversation hangs under, as far as a recipe tells it apart."""

    NOTE = "note"
    TOPIC = "topic"
    ARTICLE = "article"
    POLL = "poll"
    QUESTION = "question"


class Recipe(msgspec.Struct, frozen=True):
    """What somebody's own feed is made of: what stands under its tags, or comes from those in it. Nobody else knows."""

    id: int
    name: str
    #: Separated by spaces, as are the names of `RecipeKind`; none means all.
    tags: str
    kinds: str
    order: RecipeOrder

    def tag_list(self) -> list[str]:
        return self.tags.split()

    def kind_list(self) -> list[RecipeKind]:
        return [RecipeKind(name) for name in self.kinds.split()]


class RecipeDraft(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    #: As it was typed: hashtags with or without their sign, between spaces or commas.
    tags: str = ""
    kinds: tuple[RecipeKind, ...] = ()
    order: RecipeOrder = RecipeOrder.LATEST
    #: People, pages and groups.
    actors: tuple[int, ...] = ()


class OwnFeed(msgspec.Struct, frozen=True):
    """What home needs to offer one of somebody's own feeds."""

    id: int
    name: str


def read_choice(text: str) -> FeedKind | int | None:
    """A feed as addresses and tables name it: one of those for everybody, or the number of somebody's own."""
    if text in _KINDS:
        return FeedKind(text)
    return parse_id(text)


def write_own_feeds(feeds: Iterable[OwnFeed]) -> str:
    return msgspec.json.encode(list(feeds)).decode()


def read_own_feeds(text: str) -> list[OwnFeed]:
    return msgspec.json.decode(text, type=list[OwnFeed])


def clean_recipe_name(text: str) -> str:
    """Raises Invalid("name", ...)."""
    cleaned = clean_line(text, "name", RECIPE_NAME_MAX)
    if not cleaned:
        raise Invalid("name", "missing")
    return cleaned


def clean_tags(text: str) -> list[str]:
    """Each once, in their order. Raises Invalid("tags", ...)."""
    found = []
    for word in text.replace(",", " ").split():
        name = tag_name(word.removeprefix("#"))
        if name is None:
            raise Invalid("tags", "tag_form")
        found.append(name)
    if len(found) > RECIPE_TAGS_MAX:
        raise Invalid("tags", "recipe_tags_many")
    return list(dict.fromkeys(found))


def write_kinds(kinds: Iterable[RecipeKind]) -> str:
    """All of them are as good as none."""
    chosen = set(kinds)
    return "" if len(chosen) == len(RecipeKind) else " ".join(kind.value for kind in RecipeKind if kind in chosen)
