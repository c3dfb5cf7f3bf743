"""What Lindenau has beside people and conversations: groups, boards, pages of organisations, packs; as plain data.

`channels.toml` holds them. A name in `in:` or `as:` of a screenplay is the `name` of a group (its handle may be one
that tells nothing) or the handle of a page or of somebody with a wall.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from plausch.groups.model import Joining, Visibility, Who
from plausch.kernel import clock
from plausch.people.model import PageKind, Signature, TeamRole, WhoWrites


class BoardPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A board; `inside` is the name of the one in which it stands."""

    name: str
    about: str = ""
    inside: str = ""
    who_posts: Who = Who.MEMBERS


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody would like to join a group, and waits."""

    by: str
    answer: str
    hours_ago: int


class GroupPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group, whose members come in one after the other once it is there and they are."""

    name: str
    title: str
    about: str
    owner: str
    founded_days_ago: int
    rules: str = ""
    topics: tuple[str, ...] = ()
    language: str = "de"
    visibility: Visibility = Visibility.PUBLIC
    joining: Joining = Joining.OPEN
    question: str = ""
    who_posts: Who = Who.MEMBERS
    who_replies: Who = Who.MEMBERS
    approve_first: int = 0
    moderators: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    asking: tuple[Asking, ...] = ()
    #: Who was asked to join and has not answered.
    invited: tuple[str, ...] = ()
    boards: tuple[BoardPlan, ...] = ()
    picture: str | None = None

    @property
    def everybody(self) -> tuple[str, ...]:
        return (self.owner, *self.moderators, *self.members)


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody on the team of a page."""

    by: str
    role: TeamRole


class PagePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of an organisation."""

    handle: str
    title: str
    about: str
    kind: PageKind
    admin: str
    made_days_ago: int
    team: tuple[Seat, ...] = ()
    followers: tuple[str, ...] = ()
    #: Who was asked to speak for it and has not answered.
    invited: tuple[Seat, ...] = ()
    language: str = "de"
    website: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""
    imprint: str = ""
    signature: Signature = Signature.NAME
    picture: str | None = None

    @property
    def speakers(self) -> tuple[str, ...]:
        return (self.admin, *(seat.by for seat in self.team))


class Waiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody has written for a page, or in a group, and others have to let through."""

    by: str
    text: str
    hours_ago: int
    speaks_as: str = ""
    place: str = ""
    #: Who has let it through, an hour later; empty: nobody yet.
    approved_by: str = ""


class PackPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A set of people and groups to begin with; `agreed` are those who have said yes."""

    title: str
    about: str
    maker: str
    days_ago: int
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    #: Who is to be in it, too, and has not answered yet.
    silent: tuple[str, ...] = ()
    featured: bool = False


class Wall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may write on somebody's wall."""

    of: str
    who: WhoWrites


class Channels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: tuple[GroupPlan, ...] = ()
    #: Of the whole community.
    boards: tuple[BoardPlan, ...] = ()
    pages: tuple[PagePlan, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    packs: tuple[PackPlan, ...] = ()
    walls: tuple[Wall, ...] = ()

    def group(self, name: str) -> GroupPlan | None:
        return next((one for one in self.groups if one.name == name), None)

    def page(self, handle: str) -> PagePlan | None:
        return next((one for one in self.pages if one.handle == handle), None)

    @property
    def pictures(self) -> Iterator[str]:
        """What groups and pages show as their faces."""
        faces = (*(group.picture for group in self.groups), *(page.picture for page in self.pages))
        yield from (face for face in faces if face is not None)


Kind = Literal["discussion", "question", "announcement", "poll"]


class Promotion(msgspec.Struct, frozen=True):
    """A note becomes a topic of a board of the community, so long after it was posted."""

    after: int
    board: str
    title: str


class Part(msgspec.Struct, frozen=True):
    """What makes an article of a conversation's first post."""

    subtitle: str = ""
    #: One of the post's pictures.
    cover: str = ""
    series: str = ""
    #: Who wrote it too, and agrees.
    authors: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """Where a conversation stands, and as what."""

    #: The name of a group, or the handle of whose wall it is; empty: where its author's other doings are.
    place: str = ""
    board: str = ""
    title: str = ""
    topic: Kind = "discussion"
    article: Part | None = None
    #: So long after it began it is put above the others, and locked.
    pinned: int | None = None
    locked: int | None = None
    promoted: Promotion | None = None


#: How long after the other one each member comes in.
_COMES_AFTER = 3 * clock.HOUR


def read_channels(path: Path) -> Channels:
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Channels)


def enters(founded: int, joined: int, nth: int) -> int:
    """When the nth member of a group, or follower of a page, comes in: neither is there before the other."""
    return max(founded, joined) + nth * _COMES_AFTER
