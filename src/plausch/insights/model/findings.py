"""What was found out: by which method, when, about whom."""

import enum
from typing import Generic, NamedTuple, TypeVar

import msgspec

ShapeT = TypeVar("ShapeT")

#: Figures about a group of people are shown from so many people on.
FEWEST = 5


class Measure(enum.StrEnum):
    """What is computed; each has a shape of its own, a struct in this package."""


class ScopeKind(enum.StrEnum):
    SERVER = "server"
    GROUP = "group"
    PAGE = "page"
    BOARD = "board"


class Scope(msgspec.Struct, frozen=True):
    """Whose conversations are looked at."""

    kind: ScopeKind
    #: 0 for the whole server.
    id: int = 0


class Result(NamedTuple, Generic[ShapeT]):
    """What was found about one subject: a person, a post, a community; 0 for the scope itself."""

    subject: int
    value: ShapeT
    #: In the order of the finding, from 1.
    place: int = 1


class Finding(NamedTuple, Generic[ShapeT]):
    """A set of results, and where it comes from; `results` may be a part of it."""

    method: str
    #: When it was computed, in ms.
    as_of: int
    results: list[Result[ShapeT]]


class Point(NamedTuple):
    """A figure on a day; the day's beginning in ms."""

    day: int
    value: float
