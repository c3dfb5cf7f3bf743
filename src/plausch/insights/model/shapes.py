"""What findings look like to programs and in files: which there are, of what shape, and as flat columns."""

import enum
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from plausch.insights.model.advice import Knowledge
from plausch.insights.model.awareness import Awareness, Mention
from plausch.insights.model.communities import Community, Joinings, Meetings, Membership, Welcoming
from plausch.insights.model.findings import FEWEST, Measure
from plausch.insights.model.health import Health
from plausch.insights.model.loyalty import Loyalties, Loyalty
from plausch.insights.model.makers import Maker, is_listed
from plausch.insights.model.strategy import Target

#: From here on a number is no exact one to many programs: ids are text.
_EXACT = 2**53


class About(enum.StrEnum):
    """What the subject of a result is."""

    PLACE = "place"
    PERSON = "person"
    POST = "post"
    COMMUNITY = "community"


class Table(NamedTuple):
    """A finding that may leave the pages."""

    about: About
    shape: type[msgspec.Struct]
    #: Which results are told at all: of few people none is.
    told: Callable[[Any], bool] = lambda value: True


def _large(community: Community) -> bool:
    return community.size >= FEWEST


def _enough(people: int) -> bool:
    return people >= FEWEST


#: For those who look after a place. What concerns somebody alone (whom they might meet, how loyal they are) is apart.
TABLES: Mapping[Measure, Table] = {
    Measure.MAKERS: Table(About.PERSON, Maker, is_listed),
    Measure.COMMUNITIES_COARSE: Table(About.COMMUNITY, Community, _large),
    Measure.COMMUNITIES_USUAL: Table(About.COMMUNITY, Community, _large),
    Measure.COMMUNITIES_FINE: Table(About.COMMUNITY, Community, _large),
    Measure.WELCOMING: Table(About.PERSON, Welcoming),
    Measure.HEALTH: Table(About.PLACE, Health, lambda value: _enough(value.now.people)),
    Measure.LOYALTIES: Table(About.PLACE, Loyalties, lambda value: _enough(value.people)),
    Measure.TARGET: Table(About.PLACE, Target),
    Measure.AWARENESS: Table(About.PLACE, Awareness),
    Measure.AWARENESS_POSTS: Table(About.POST, Mention),
    Measure.ADVICE: Table(About.PLACE, Knowledge),
}
#: What a person gets of themselves.
OWN: Mapping[Measure, type[msgspec.Struct]] = {
    Measure.MAKERS: Maker,
    Measure.MEMBERSHIPS: Membership,
    Measure.MEETINGS: Meetings,
    Measure.JOININGS: Joinings,
    Measure.WELCOMING: Welcoming,
    Measure.LOYALTY: Loyalty,
}
#: What develops, about a place.
HISTORIES = (
    *(Measure.WEEK_BEGUN, Measure.WEEK_REPLIES, Measure.WEEK_PEOPLE, Measure.WEEK_ANSWERED),
    *(Measure.WEEK_ANSWER_HOURS, Measure.WEEK_NEWCOMERS, Measure.WEEK_GREETED),
    *(Measure.HEALTH_ANSWERED, Measure.HEALTH_FIRST_ANSWER, Measure.HEALTH_GREETED),
    *(Measure.HEALTH_RECIPROCITY, Measure.HEALTH_UNEVENNESS, Measure.HEALTH_DEPTH),
    Measure.TARGET,
)


def as_json(value: Any) -> Any:
    """What a program gets: ids as text."""
    return _with_ids(msgspec.to_builtins(value))


def _with_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_ids(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_ids(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) >= _EXACT else value


def flatten(value: msgspec.Struct) -> dict[str, str | int | float | bool | None]:
    """One row: `now.people` for what stands in a part, words of a list with semicolons, tables within as JSON."""
    found: dict[str, str | int | float | bool | None] = {}
    _flatten(value, "", found)
    return found


def _flatten(value: Any, name: str, found: dict[str, str | int | float | bool | None]) -> None:
    if isinstance(value, msgspec.Struct):
        for key in value.__struct_fields__:
            _flatten(getattr(value, key), f"{name}.{key}" if name else key, found)
        return
    value = as_json(value)
    if isinstance(value, dict):
        found[name] = msgspec.json.encode(value).decode()
    elif not isinstance(value, list):
        found[name] = value
    elif any(isinstance(one, dict | list) for one in value):
        found[name] = msgspec.json.encode(value).decode()
    else:
        found[name] = "; ".join("" if one is None else str(one) for one in value)
