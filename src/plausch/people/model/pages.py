"""Pages of organisations: several people speak for one actor, each by a role."""

import enum
import re

import msgspec

from plausch.kernel.errors import Invalid
from plausch.people.model.actors import Signature
from plausch.people.model.texts import clean_line


class PageKind(enum.StrEnum):
    """Of what kind an organisation is."""

    CLUB = "club"
    TOWN = "town"
    FIRM = "firm"
    PROJECT = "project"
    OTHER = "other"


class TeamRole(enum.StrEnum):
    """What somebody may do for a page."""

    #: Decides about the page and its team, and whatever the others may.
    ADMIN = "admin"
    #: Speaks for the page, and lets posts of authors through.
    EDITOR = "editor"
    #: Writes for the page; somebody else of the team reads it before it is posted.
    AUTHOR = "author"


#: Who may let through what an author wrote.
APPROVING = (TeamRole.ADMIN, TeamRole.EDITOR)


class TeamMember(msgspec.Struct, frozen=True):
    """Somebody who speaks for a page, or is asked to."""

    page_id: int
    person_id: int
    role: TeamRole
    at: int
    #: Who asked; None once they have agreed.
    invited_by: int | None = None


class PageAbout(msgspec.Struct, frozen=True):
    """What a page says beside what every actor does."""

    page_id: int
    kind: PageKind
    website: str
    address: str
    email: str
    phone: str
    #: One line a day, from Monday on; an empty line is a day it is closed.
    hours: str
    imprint: str
    signature: Signature


class PageEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What its admins say of a page beside its profile."""

    kind: PageKind
    website: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""
    imprint: str = ""
    signature: Signature = Signature.NAME


class TeamStep(enum.StrEnum):
    """What the log of a page's team tells."""

    CREATED = "created"
    EDITED = "edited"
    INVITED = "invited"
    JOINED = "joined"
    DECLINED = "declined"
    ROLE_SET = "role_set"
    REMOVED = "removed"
    LEFT = "left"
    #: The last admin is gone: whoever was there longest looks after the page from now on.
    HANDED_OVER = "handed_over"
    #: Whom the page is there for was described anew, or its goals changed.
    STRATEGY_CHANGED = "strategy_changed"
    GOALS_CHANGED = "goals_changed"


class TeamEntry(msgspec.Struct, frozen=True):
    """A line of that log."""

    id: int
    #: Who did it; 0 once they are gone, or where nobody did.
    person_id: int
    step: TeamStep
    #: Whom it was about; 0 for nobody.
    subject_id: int
    note: str


DAYS = 7
TEAM_MAX = 50
PAGES_MAX = 20
WEBSITE_MAX, ADDRESS_MAX, PHONE_MAX, HOURS_MAX, IMPRINT_MAX = 290, 300, 60, 500, 10_000
_WEBSITE = re.compile(r"https?://[^\s/?#@:]+\.[^\s/?#@:]+(:\d{1,5})?([/?#][^\s<>\"'\\^`{|}]*)?", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-\u2013]\s*(\d{1,2})(?:[:.](\d{2}))?")


def clean_website(text: str) -> str:
    """An address on the web as it is stored. Raises Invalid("website", ...)."""
    found = clean_line(text, "website", WEBSITE_MAX)
    if found and "://" not in found:
        found = f"https://{found}"
    if found and not _WEBSITE.fullmatch(found):
        raise Invalid("website", "website_form")
    return found


def clean_hours(text: str) -> str:
    """Opening hours as they are stored, one line a day from Monday on. Raises Invalid("hours", ...)."""
    if len(text) > HOURS_MAX:
        raise Invalid("hours", "too_long")
    lines = [clean_line(line, "hours", HOURS_MAX) for line in text.rstrip().split("\n")]
    if not any(lines):
        return ""
    if len(lines) > DAYS:
        raise Invalid("hours", "hours_form")
    days = [", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in read_spans(line)) for line in lines]
    return "\n".join(days + [""] * (DAYS - len(days)))


def read_spans(line: str) -> list[tuple[int, int]]:
    """A day's hours as (from, to) in minutes, in order. Raises Invalid("hours", ...)."""
    found: list[tuple[int, int]] = []
    for part in filter(None, (one.strip() for one in line.split(","))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise Invalid("hours", "hours_form")
        start, end = _minutes(match[1], match[2]), _minutes(match[3], match[4])
        if not 0 <= start < end <= 24 * 60 or (found and start < found[-1][1]):
            raise Invalid("hours", "hours_form")
        found.append((start, end))
    return found


def is_open(hours: str, weekday: int, minute: int) -> bool:
    """Whether somebody is there on a weekday (0: Monday), so many minutes after midnight."""
    lines = hours.split("\n")
    return len(lines) == DAYS and any(start <= minute < end for start, end in read_spans(lines[weekday]))


def _minutes(hour: str, minute: str | None) -> int:
    if int(minute or 0) > 59:
        raise Invalid("hours", "hours_form")
    return int(hour) * 60 + int(minute or 0)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
