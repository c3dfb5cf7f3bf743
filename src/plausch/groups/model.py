"""What a group is, and who may do what in it: rules without a database."""

import enum

import msgspec

from plausch.kernel import clock
from plausch.people.model import ActorKind


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
    #: What is to be seen in both pictures.
    picture_alt: str = ""
    header_alt: str = ""

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


class GroupDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a group is to be."""

    name: str
    #: Of a secret group none: it gets one that tells nothing.
    handle: str = ""
    about: str = ""
    rules: str = ""
    #: Tags under which it is found.
    topics: tuple[str, ...] = ()
    #: ISO 639-1, or empty.
    language: str = ""
    visibility: Visibility = Visibility.PUBLIC
    joining: Joining = Joining.OPEN
    question: str = ""
    who_posts: Who = Who.MEMBERS
    who_replies: Who = Who.MEMBERS
    slow_mode: int = 0
    approve_first: int = 0


class GroupSource(msgspec.Struct, frozen=True):
    """What was typed about a group, to be changed."""

    about: str
    rules: str


class Member(msgspec.Struct, frozen=True):
    actor_id: int
    role: GroupRole
    #: Since when (ms).
    at: int


class JoinRequest(msgspec.Struct, frozen=True):
    """Somebody would like to join."""

    id: int
    group_id: int
    actor_id: int
    answer: str
    declined_at: int | None


class GroupInvitation(msgspec.Struct, frozen=True):
    """Somebody was asked to join."""

    group_id: int
    actor_id: int
    invited_by: int
    at: int


class GroupLink(msgspec.Struct, frozen=True):
    """Whoever has it joins."""

    id: int
    code: str
    group_id: int
    made_by: int
    uses_max: int
    uses: int
    ends_at: int


class Ban(msgspec.Struct, frozen=True):
    actor_id: int
    reason: str
    ends_at: int | None
    by_id: int
    at: int


class GroupStep(enum.StrEnum):
    """What was done in a group, for its log; boards have steps of their own."""

    CREATED = "created"
    EDITED = "edited"
    VISIBILITY = "visibility"
    JOINED = "joined"
    LEFT = "left"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    INVITED = "invited"
    UNINVITED = "uninvited"
    LINK_MADE = "link_made"
    LINK_ENDED = "link_ended"
    REMOVED = "removed"
    BANNED = "banned"
    UNBANNED = "unbanned"
    ROLE = "role"
    CLOSED = "closed"
    REOPENED = "reopened"
    POST_REMOVED = "post_removed"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    #: Whom the group is there for was described anew, or its goals changed.
    STRATEGY_CHANGED = "strategy_changed"
    GOALS_CHANGED = "goals_changed"


#: Steps of which only those hear who look after the group.
QUIET_STEPS = (
    *(GroupStep.ASKED, GroupStep.DECLINED, GroupStep.INVITED, GroupStep.UNINVITED),
    *(GroupStep.LINK_MADE, GroupStep.LINK_ENDED),
    *(GroupStep.STRATEGY_CHANGED, GroupStep.GOALS_CHANGED),
)


class LogEntry(msgspec.Struct, frozen=True):
    id: int
    group_id: int
    #: 0 when it came about by itself, or they are gone.
    actor_id: int
    step: str
    subject_id: int
    note: str


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


class PackDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a starter pack is to be."""

    name: str
    about: str = ""
    #: Handles of people and groups, as they were typed; None: nothing is said about who is in it.
    members: str | None = None


class Pack(msgspec.Struct, frozen=True):
    """A set of people and groups to begin with."""

    id: int
    maker_id: int
    slug: str
    name: str
    about: str
    created_at: int
    featured_at: int | None
    changed_at: int
    #: How many are in it who agreed and whom the viewer may see.
    size: int


class PackMember(msgspec.Struct, frozen=True):
    """Somebody, or a group, in a pack or asked to be."""

    pack_id: int
    actor_id: int
    kind: ActorKind
    agreed_at: int | None
    #: Told to themselves alone.
    declined_at: int | None
    added_at: int


class PackJoined(msgspec.Struct, frozen=True):
    """What came of joining a pack."""

    followed: int = 0
    joined: int = 0
    #: Groups that let people in by hand, and were asked now.
    asked: int = 0
    #: Groups that ask a question first, or let in by invitation only.
    left: tuple[int, ...] = ()


def permits(who: Who, role: GroupRole | None) -> bool:
    """Whether somebody with this role (None: no member) is among those."""
    if who is Who.EVERYBODY:
        return True
    return role is not None if who is Who.MEMBERS else role in LOOKING_AFTER


NAME_MAX, ABOUT_MAX, QUESTION_MAX, RULES_MAX = 80, 1_000, 300, 5_000
BOARD_NAME_MAX, BOARD_ABOUT_MAX = 80, 300
TOPICS_MAX, BOARDS_MAX = 8, 60
PACK_NAME_MAX, PACK_ABOUT_MAX, PACK_MEMBERS_MAX, PACKS_MAX, PACK_LINE_MAX = 80, 500, 50, 20, 2_000
REASON_MAX = 500
#: Groups that one person may own, links of one group that are good at the same time, and people by one link.
OWNED_MAX, LINKS_MAX, USES_MAX = 50, 20, 1_000
#: Posts of a newcomer that may be let through by hand.
APPROVE_MAX = 10
SLOW_MODES = (0, clock.MINUTE, 5 * clock.MINUTE, clock.HOUR, clock.DAY)
