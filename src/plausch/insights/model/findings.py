"""What was found out: by which method, when, about whom."""

import enum
from typing import Generic, NamedTuple, TypeVar

import msgspec

ShapeT_co = TypeVar("ShapeT_co", covariant=True)

#: Figures about a group of people are shown from so many people on.
FEWEST = 5


class Measure(enum.StrEnum):
    """What is computed; each has a shape of its own, a struct in this package."""

    #: How the interaction graph stands: `interactions.Graph`, about nobody.
    GRAPH = "graph"
    #: That everything was computed: `interactions.Night`, about nobody.
    NIGHT = "night"
    #: What usually comes of posts that were shared so and so often: `spread.Forecasts`, about nobody.
    SPREAD_FORECAST = "spread_forecast"
    #: By whom people are moved to talk: `makers.Maker`, by person.
    MAKERS = "makers"
    #: Communities of interest at each grain: `communities.Community`, by number; and who is in them, by person.
    COMMUNITIES_COARSE = "communities_coarse"
    COMMUNITIES_USUAL = "communities_usual"
    COMMUNITIES_FINE = "communities_fine"
    MEMBERSHIPS = "memberships"
    #: Whom and which groups somebody might like to meet: `communities.Meetings`, `communities.Joinings`, by person.
    MEETINGS = "meetings"
    JOININGS = "joinings"
    #: Who answers people who are new: `communities.Welcoming`, by person.
    WELCOMING = "welcoming"
    #: Figures of a week, kept as history under its Monday.
    WEEK_BEGUN = "week_begun"
    WEEK_REPLIES = "week_replies"
    WEEK_PEOPLE = "week_people"
    WEEK_ANSWERED = "week_answered"
    WEEK_ANSWER_HOURS = "week_answer_hours"
    WEEK_NEWCOMERS = "week_newcomers"
    WEEK_GREETED = "week_greeted"
    #: How much of its target group a page or a group knows, reaches and talks with.
    TARGET = "target"
    #: What the post adviser knows of an audience.
    ADVICE = "advice"
    #: How a page is mentioned by others.
    AWARENESS = "awareness"
    AWARENESS_POSTS = "awareness_posts"
    #: How well people talk with each other; and what of it develops.
    HEALTH = "health"
    HEALTH_ANSWERED = "health_answered"
    HEALTH_FIRST_ANSWER = "health_first_answer"
    HEALTH_GREETED = "health_greeted"
    HEALTH_RECIPROCITY = "health_reciprocity"
    HEALTH_UNEVENNESS = "health_unevenness"
    HEALTH_DEPTH = "health_depth"
    #: From reader to loyal fan: of everybody, and of each person.
    LOYALTY = "loyalty"
    LOYALTIES = "loyalties"


#: What is found about persons, each for themselves: whoever does not count is in none of it.
OF_PEOPLE = frozenset(
    (
        *(Measure.MAKERS, Measure.MEMBERSHIPS, Measure.MEETINGS),
        *(Measure.JOININGS, Measure.WELCOMING, Measure.LOYALTY),
    )
)


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


class Result(NamedTuple, Generic[ShapeT_co]):
    """What was found about one subject: a person, a post, a community; 0 for the scope itself."""

    subject: int
    value: ShapeT_co
    #: In the order of the finding, from 1.
    place: int = 1


class Finding(NamedTuple, Generic[ShapeT_co]):
    """A set of results, and where it comes from; `results` may be a part of it."""

    method: str
    #: When it was computed, in ms.
    as_of: int
    results: list[Result[ShapeT_co]]


class Point(NamedTuple):
    """A figure on a day; the day's beginning in ms."""

    day: int
    value: float
