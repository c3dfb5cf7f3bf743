"""How well people talk with each other, in figures beside each other; and what those do about it who look after the
place."""

import enum

import msgspec

from plausch.kernel import clock

#: Figures tell of so many days; the development of so many weeks.
HEALTH_DAYS, HEALTH_WEEKS = 90, 12
#: Within this time an answer comes soon.
SOON = clock.DAY
#: As long as nobody knows better, a post is late in being answered after this; and it never is before that.
LATE_DEFAULT, LATE_LEAST = clock.DAY, clock.HOUR
#: For so long somebody is a newcomer who is greeted, and so long it is one's turn to do so.
NEW_FOR, TURN = 14 * clock.DAY, 2 * clock.DAY


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """A span of time; None for what too few people or posts are behind."""

    #: Who said something.
    people: int
    #: Conversations begun, and those among them that began more than a day ago.
    begun: int = 0
    due: int = 0
    #: Which share of those somebody else has answered within a day.
    answered: float | None = None
    #: After how many ms the middle one of those that were answered was.
    first_answer: float | None = None
    #: Newcomers who said something for the first time more than a day ago, and which share of them was answered.
    newcomers: int | None = None
    greeted: float | None = None
    #: From 0 to 1: whether those who answer are answered as much.
    reciprocity: float | None = None
    #: From 0 to 1: how unevenly turns are shared.
    unevenness: float | None = None
    #: How deep conversations with replies go on average, and the one that goes deepest.
    depth: float | None = None
    deepest: int = 0


class WeekOfTalk(msgspec.Struct, frozen=True):
    """The same of a week."""

    #: Its name, as `weeks` has them.
    since: int
    answered: float | None
    first_answer: float | None


class Health(msgspec.Struct, frozen=True):
    """The conversations of a scope."""

    now: Figures
    before: Figures | None = None
    weeks: tuple[WeekOfTalk, ...] = ()
    #: A post that has waited longer than this (ms) is late in being answered.
    late_after: int = LATE_DEFAULT


class CareKind(enum.StrEnum):
    """What somebody has decided about a post without an answer."""

    TAKEN = "taken"
    UNNEEDED = "unneeded"


class Care(msgspec.Struct, frozen=True):
    post_id: int
    person_id: int
    kind: CareKind
    at: int


class Greeting(msgspec.Struct, frozen=True):
    """A newcomer who is to be greeted, and whose turn it is."""

    scope_id: int
    #: The newcomer.
    person_id: int
    #: 0 while nobody is there to do it.
    greeter_id: int
    joined_at: int
    turn_at: int
    done_at: int | None


class Volunteer(msgspec.Struct, frozen=True):
    person_id: int
    since: int
    turn_at: int
