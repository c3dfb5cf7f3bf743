"""Groups and their members, boards and lists of topics."""

from typing import Annotated

from msgspec import Meta

from plausch.clientapi.plausch.answers.posts import Actor, Answer, Html, Id, Moment, Url
from plausch.feeds.model import WatchLevel
from plausch.groups.model import GroupRole, Joining, Visibility, Who
from plausch.talk.model import TopicKind


class Group(Answer, frozen=True):
    id: Id
    handle: str
    name: str
    url: Url
    picture: Url | None
    picture_small: Url | None
    about_html: Html
    language: str | None
    visibility: Visibility
    joining: Joining
    members: int
    created_at: Moment
    closed: bool
    role: Annotated[GroupRole | None, Meta(description="The viewer's own; none for who is no member.")]
    topics: list[str]


class WholeGroup(Group, frozen=True):
    """A group with its rules, and how the viewer stands to it."""

    question: Annotated[str, Meta(description="What somebody is asked who wants to join.")]
    rules_html: Html
    who_posts: Who
    who_replies: Who
    slow_mode_seconds: int
    approve_first: int
    readable: Annotated[bool, Meta(description="The viewer may read what is said in it.")]
    asked: Annotated[bool, Meta(description="The viewer waits to be let in.")]
    invited: bool


class Groups(Answer, frozen=True):
    groups: list[Group]
    next: Annotated[int | None, Meta(description="Where to go on: ask with `skip`.")]


class Member(Answer, frozen=True):
    actor: Actor
    role: GroupRole
    since: Moment


class Members(Answer, frozen=True):
    members: list[Member]
    next: int | None


class JoinRequest(Answer, frozen=True):
    actor: Actor
    answer: str


class JoinRequests(Answer, frozen=True):
    requests: list[JoinRequest]
    next: int | None


class Ban(Answer, frozen=True):
    actor: Actor
    reason: str
    ends_at: Moment | None
    at: Moment


class Bans(Answer, frozen=True):
    bans: list[Ban]
    next: int | None


class Board(Answer, frozen=True):
    id: Id
    group_id: Annotated[Id | None, Meta(description="None: of the whole community.")]
    parent_id: Id | None
    slug: str
    url: Url
    name: str
    about: str
    who_posts: Who
    who_replies: Who
    closed: bool
    topics: int
    replies: int
    unread: Annotated[int, Meta(description="Topics in which something is new to the viewer.")]
    last_at: Moment | None


class Boards(Answer, frozen=True):
    boards: list[Board]


class ListedTopic(Answer, frozen=True):
    id: Annotated[Id, Meta(description="Of its conversation.")]
    url: Url
    board_id: Id
    kind: TopicKind
    title: str
    warning: str
    actor_id: Id | None
    talkers: list[Id]
    tags: list[str]
    published_at: Moment
    last_at: Moment
    replies: int
    voices: int
    unread: Annotated[int, Meta(description="Replies new since the viewer was last in it.")]
    new: Annotated[bool, Meta(description="Never opened, and talked in since the viewer was done with the board.")]
    pinned: bool
    locked: bool
    answered: bool


class Topics(Answer, frozen=True):
    topics: list[ListedTopic]
    actors: list[Actor]
    after: Annotated[str | None, Meta(description="Where to go on: ask with `after`.")]


class Watch(Answer, frozen=True):
    level: WatchLevel | None


class Pack(Answer, frozen=True):
    """A set of people and groups to begin with."""

    id: Id
    slug: str
    url: Url
    name: str
    about: str
    maker: Actor | None
    featured: bool
    created_at: Moment
    size: Annotated[int, Meta(description="How many are in it who agreed.")]


class Packs(Answer, frozen=True):
    packs: list[Pack]


class PackMember(Answer, frozen=True):
    actor: Actor
    agreed: bool


class WholePack(Pack, frozen=True):
    """Who was asked and has not agreed is known to its maker and to themselves alone."""

    members: list[PackMember]


class PackJoined(Answer, frozen=True):
    """What came of joining a pack."""

    followed: int
    joined: int
    asked: Annotated[int, Meta(description="Groups that let people in by hand.")]
    left: Annotated[list[Id], Meta(description="Groups that ask a question first, or let in by invitation only.")]
