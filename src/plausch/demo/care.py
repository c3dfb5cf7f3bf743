"""How people of Lindenau look after it: who greets newcomers and brings others together, whom a place is there for; as
plain data.

`care.toml` holds it. A `place` is a group's name or a page's handle; empty: the whole town.
"""

import tomllib
from pathlib import Path

import msgspec

from plausch.insights.model.goals import GoalKind


class Volunteering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody greets newcomers."""

    by: str
    days_ago: int
    place: str = ""


class Visiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some agree to have visits kept, and come by every week since."""

    by: tuple[str, ...]
    places: tuple[str, ...]
    days_ago: int


class Meeting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody thinks that two should meet; `agreed` are those who have said yes."""

    by: str
    people: tuple[str, str]
    line: str
    days_ago: int
    agreed: tuple[str, ...] = ()


class TargetPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a place is there for."""

    by: str
    days_ago: int
    place: str = ""
    about: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class GoalPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What those have set out to reach who look after a place."""

    by: str
    kind: GoalKind
    target: int
    weeks: int
    days_ago: int
    place: str = ""


class Greetings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a volunteer has greeted when they were new."""

    by: str
    people: tuple[str, ...]


class Care(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    volunteers: tuple[Volunteering, ...] = ()
    visits: tuple[Visiting, ...] = ()
    introductions: tuple[Meeting, ...] = ()
    targets: tuple[TargetPlan, ...] = ()
    goals: tuple[GoalPlan, ...] = ()
    greetings: tuple[Greetings, ...] = ()


def read_care(path: Path) -> Care:
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Care)
