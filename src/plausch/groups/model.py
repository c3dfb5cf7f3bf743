"""What a group is, and who may do what in it: rules without a database."""

import enum

import msgspec

from plausch.kernel import clock


class Visibility(enum.StrEnum):
    #: Everybody reads what is said in it.
    PUBLIC = "public"
    #: Everybody knows of it; only members read.
    CLOSED = "closed"
    #: Nobody but its members knows that it exists.
    SECRET = "secret"  # noqa: S105  # a word, no password


class Joining(enum.StrEnum):
    OPEN = "open"
    #: Those who look after the group let people in.
    REQUEST = "request"
    INVITATION = "invitation"


class GroupRole(enum.StrEnum):
    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


class Who(enum.StrEnum):
    """Who may do something in a group."""

    #: Also people who are no members, where they can read it.
    EVERYBODY = "everybody"
    MEMBERS = "members"
    MODERATORS = "moderators"


#: Who looks after a group.
LOOKING_AFTER = (GroupRole.OWNER, GroupRole.MODERATOR)


class Group(msgspec.Struct, frozen=True):
    """A group as a viewer gets it who may know of it."""

    id: int
    handle: str
    name: str
    picture: str
    version: int
    about_html: str
    language: str
    visibility: Visibility
    joining: Joining
    question: str
    rules_html: str
    who_posts: Who
    who_replies: Who
    slow_mode: int
    approve_first: int
    members: int
    created_at: int
    closed_at: int | None
    #: The viewer's own, or None when it is no member.
    role: GroupRole | None
    header: str = ""

    @property
    def shown_name(self) -> str:
        return self.name or self.handle

    @property
    def readable(self) -> bool:
        """The viewer may read what is said in it."""
        return self.visibility is Visibility.PUBLIC or self.role is not None

    @property
    def looked_after(self) -> bool:
        """The viewer looks after it."""
        return self.role in LOOKING_AFTER


class Board(msgspec.Struct, frozen=True):
    """A place for topics, of a group or (`group_id` 0) of the whole community."""

    id: int
    group_id: int
    parent_id: int
    place: int
    slug: str
    name: str
    about: str
    who_posts: Who
    who_replies: Who
    closed_at: int | None


class BoardDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a board is to be."""

    name: str
    about: str = ""
    #: 0: it stands in no other.
    parent_id: int = 0
    who_posts: Who = Who.MEMBERS
    who_replies: Who = Who.MEMBERS


def permits(who: Who, role: GroupRole | None) -> bool:
    """Whether somebody with this role (None: no member) is among those."""
    if who is Who.EVERYBODY:
        return True
    return role is not None if who is Who.MEMBERS else role in LOOKING_AFTER


NAME_MAX, ABOUT_MAX, QUESTION_MAX, RULES_MAX = 80, 1_000, 300, 5_000
BOARD_NAME_MAX, BOARD_ABOUT_MAX = 80, 300
TOPICS_MAX, BOARDS_MAX = 8, 60
SLOW_MODES = (0, clock.MINUTE, 5 * clock.MINUTE, clock.HOUR, clock.DAY)
