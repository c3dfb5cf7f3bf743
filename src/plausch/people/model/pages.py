"""Pages of organisations: several people speak for one actor, each by a role."""

import enum

import msgspec


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


class Signature(enum.StrEnum):
    """How the posts of a page say who wrote them."""

    NAME = "name"
    INITIALS = "initials"


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
