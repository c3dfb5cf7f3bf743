"""Communities of interest, as they are told and drawn."""

import enum
import math
from collections.abc import Collection

import msgspec

from plausch.insights.model.findings import Measure

VERSION = "communities of interest 1"

#: The golden angle: points that follow each other at it fill a circle evenly.
_TURN = math.pi * (3 - math.sqrt(5))


class Grain(enum.StrEnum):
    """How finely people are told apart."""

    COARSE = "coarse"
    USUAL = "usual"
    FINE = "fine"


#: What Leiden's method is given for each.
RESOLUTIONS = {Grain.COARSE: 0.8, Grain.USUAL: 1.5, Grain.FINE: 2.5}
MEASURES = {
    Grain.COARSE: Measure.COMMUNITIES_COARSE,
    Grain.USUAL: Measure.COMMUNITIES_USUAL,
    Grain.FINE: Measure.COMMUNITIES_FINE,
}


class Tie(msgspec.Struct, frozen=True):
    """How much of a community's talk goes to another one: a share of all that it says."""

    other: int
    share: float


class Community(msgspec.Struct, frozen=True):
    """One of them; its number is the subject of the result, and stays from night to night."""

    size: int
    #: The words that tell it from others, the best first.
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    #: On the map, whose sides are 1 long.
    x: float
    y: float
    radius: float
    #: Which share of what its people say is said among themselves.
    inside: float
    ties: tuple[Tie, ...] = ()
    #: How many of its people belong to others as well; 0 also for fewer than five.
    bridges: int = 0


class Belonging(msgspec.Struct, frozen=True):
    number: int
    #: Of what the person says to others.
    share: float


class Membership(msgspec.Struct, frozen=True):
    """To which communities somebody belongs, their own first; by grain, those large enough to be shown and others."""

    coarse: tuple[Belonging, ...]
    usual: tuple[Belonging, ...]
    fine: tuple[Belonging, ...]

    def at(self, grain: Grain) -> tuple[Belonging, ...]:
        return {Grain.COARSE: self.coarse, Grain.USUAL: self.usual, Grain.FINE: self.fine}[grain]


class Meeting(msgspec.Struct, frozen=True):
    """Somebody whom a person might like to meet, and with whom both talk."""

    other: int
    common: tuple[int, ...]


class Meetings(msgspec.Struct, frozen=True):
    people: tuple[Meeting, ...]

    def ids(self) -> set[int]:
        """All who are named in it."""
        return {id_ for one in self.people for id_ in (one.other, *one.common)}

    def among(self, others: Collection[int], common: Collection[int]) -> "Meetings":
        """Only some of those whom one might meet, by some of those with whom both talk; nobody without any of these."""
        found = (Meeting(one.other, tuple(id_ for id_ in one.common if id_ in common)) for one in self.people)
        return Meetings(tuple(one for one in found if one.other in others and one.common))


class Joining(msgspec.Struct, frozen=True):
    """A group that people of one's own groups are in, too; `because` is one of those."""

    group: int
    because: int


class Joinings(msgspec.Struct, frozen=True):
    groups: tuple[Joining, ...]


class Welcoming(msgspec.Struct, frozen=True):
    """Somebody who answers people who are new."""

    #: How many of them.
    answered: int
    #: Numbers of the communities they belong to.
    circles: tuple[int, ...] = ()


def scatter(count: int) -> list[tuple[float, float]]:
    """So many points evenly within a circle of radius 1, the first near its middle."""
    reach = [math.sqrt((place + 0.5) / count) for place in range(count)]
    return [(far * math.cos(place * _TURN), far * math.sin(place * _TURN)) for place, far in enumerate(reach)]
