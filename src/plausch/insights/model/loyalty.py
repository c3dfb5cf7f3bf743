"""From reader to loyal fan: the stages, and what is kept of them."""

import enum

import msgspec

from plausch.insights.model.findings import FEWEST

#: Over so many days stages are told; of these twelve weeks count as active or not.
WINDOW_DAYS, WEEKS = 90, 12
#: From so many active weeks and conversation partners on somebody is a regular, and from so many weeks on a fan.
REGULAR_WEEKS, REGULAR_PARTNERS, FAN_WEEKS = 4, 3, 8
#: In the place of a count: some, but how many is not told, since they or others are too few.
FEW = -1


class Stage(enum.IntEnum):
    """How close somebody is to a place; each stage holds what makes the one before."""

    #: Nothing within the window.
    AWAY = 0
    #: Visits, which only those are known of who agreed to it.
    READER = 1
    #: Has liked or shared something.
    REACTOR = 2
    #: Has posted or replied.
    PARTICIPANT = 3
    #: Comes again, and has people to talk with.
    REGULAR = 4
    #: Is nearly always there, and begins conversations or answers newcomers.
    FAN = 5


class Loyalty(msgspec.Struct, frozen=True):
    """Somebody's own stage, and what it is made of."""

    stage: int
    active_weeks: int
    partners: int
    #: 0 to 100: 100 * (active weeks / 12) * (1 - e^(-partners / 5)).
    loyalty: float
    begins: bool = False


def tell_some(some: int, people: int) -> int:
    """How many of some people; `FEW` where it is one to four of them, or all but so few."""
    return FEW if 0 < some < FEWEST or 0 < people - some < FEWEST else some


class Cohort(msgspec.Struct, frozen=True):
    """Those who joined in the same months, and which share of them did something in each month since (or `FEW`)."""

    #: The first day of its first month, in ms.
    since: int
    people: int
    active: tuple[float, ...]


class Move(msgspec.Struct, frozen=True):
    """What became of newcomers to whom something happened, beside those to whom it did not (numbers, or `FEW`)."""

    #: What happened: one of `MOVES`.
    what: str
    with_people: int
    with_active: int
    without_people: int
    without_active: int


#: Within the first days somebody was answered, joined a group, was greeted.
MOVES = ("answered", "joined_group", "greeted")


class Loyalties(msgspec.Struct, frozen=True):
    """The stages of everybody in a scope."""

    #: Who did anything within the window or the one a period before it.
    people: int
    #: By stage, as they are now.
    stages: tuple[int, ...] = ()
    #: Moments (ms), the oldest first; between each two of them how many went from which stage to which.
    moments: tuple[int, ...] = ()
    flows: tuple[tuple[tuple[int, ...], ...], ...] = ()
    #: How many months each cohort is made of.
    cohort_months: int = 1
    cohorts: tuple[Cohort, ...] = ()
    moves: tuple[Move, ...] = ()
    #: Whether anybody's visits are known.
    knows_visits: bool = False
