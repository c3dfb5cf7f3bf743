"""What programs send, as shapes: nothing else is taken."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from plausch.clientapi.plausch.answers import Label
from plausch.feeds.model import WatchLevel
from plausch.groups.model import GroupRole, Joining, Visibility, Who
from plausch.people.model import PageKind, Signature, TeamRole, WhoWrites
from plausch.talk.model import AudienceKind, PollDraft, TopicKind, WhoReplies

#: Not checked here: what is no id names nothing that there is.
Id = Annotated[str, Meta(description="An id, in digits.")]

Days = Annotated[int, Meta(ge=1, le=3650)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out is as it stands beside it, or stays as it is."""


class PostForm(Body, frozen=True):
    """What a program posts."""

    text: str
    reply_to: Id | None = None
    audience: AudienceKind | None = None
    local_only: bool = False
    language: str = ""
    warning: str = ""
    #: The id of the post it quotes.
    quote: Id | None = None
    poll: PollDraft | None = None
    place: Annotated[Id | None, Meta(description="In which group, or on whose wall.")] = None
    labels: list[Label] = []


class VoteForm(Body, frozen=True):
    """What a program votes for, by place."""

    choices: list[int]


class TopicForm(Body, frozen=True):
    """A new topic."""

    title: str
    text: str
    kind: TopicKind = TopicKind.DISCUSSION
    local_only: bool = False
    language: str = ""
    warning: str = ""
    poll: PollDraft | None = None
    tags: Annotated[list[str], Meta(description="Beside those in the text.")] = []


class TopicChange(Body, frozen=True):
    """What is left out stays as it is."""

    title: str | None = None
    kind: TopicKind | None = None
    tags: Annotated[list[str] | None, Meta(description="Beside those in the text; all that it is to have.")] = None


class PromotionForm(Body, frozen=True):
    """A note that is to be a topic."""

    board: Id
    title: str
    kind: TopicKind = TopicKind.DISCUSSION


class BoardChoice(Body, frozen=True):
    board: Id


class ReadForm(Body, frozen=True):
    upto: Annotated[Id, Meta(description="The last post that was read.")]


class BoardForm(Body, frozen=True):
    name: str
    about: str = ""
    parent: Id | None = None
    who_posts: Who = Who.MEMBERS
    who_replies: Who = Who.MEMBERS


class BoardEdit(Body, frozen=True):
    """What is left out stays as it is; with `parent: ""` it stands in no other."""

    name: str | None = None
    about: str | None = None
    parent: str | None = None
    who_posts: Who | None = None
    who_replies: Who | None = None


class Steps(Body, frozen=True):
    steps: Annotated[int, Meta(ge=-100, le=100, description="Up (negative) or down among those beside it.")]


class WatchForm(Body, frozen=True):
    level: Annotated[WatchLevel | None, Meta(description="None: as of every other board.")]


class GroupForm(Body, frozen=True):
    """A new group."""

    name: str
    handle: Annotated[str, Meta(description="A secret group gets one that tells nothing.")] = ""
    about: str = ""
    rules: str = ""
    topics: list[str] = []
    language: str = ""
    visibility: Visibility = Visibility.PUBLIC
    joining: Joining = Joining.OPEN
    question: str = ""
    who_posts: Who = Who.MEMBERS
    who_replies: Who = Who.MEMBERS
    slow_mode_seconds: int = 0
    approve_first: int = 0


class GroupEdit(Body, frozen=True):
    """What is left out stays as it is."""

    name: str | None = None
    handle: Annotated[str | None, Meta(description="Only of a secret group that is to be known.")] = None
    about: str | None = None
    rules: str | None = None
    topics: list[str] | None = None
    language: str | None = None
    visibility: Visibility | None = None
    joining: Joining | None = None
    question: str | None = None
    who_posts: Who | None = None
    who_replies: Who | None = None
    slow_mode_seconds: int | None = None
    approve_first: int | None = None


class JoinForm(Body, frozen=True):
    answer: Annotated[str, Meta(description="To the group's question, where it asks one.")] = ""


class ActorChoice(Body, frozen=True):
    actor: Id


class RoleForm(Body, frozen=True):
    role: GroupRole


class ReasonForm(Body, frozen=True):
    reason: str = ""


class BanForm(Body, frozen=True):
    actor: Id
    reason: str = ""
    days: Annotated[Days | None, Meta(description="None: until it is taken back.")] = None


class ArticleForm(Body, frozen=True):
    """A new article. Pictures in the text are your uploads: `![words](picture:ID)`."""

    title: str
    text: Annotated[str, Meta(description="Markdown.")]
    subtitle: str = ""
    slug: Annotated[
        str, Meta(description="Its name in the address, which no other has; else it is made of the title.")
    ] = ""
    cover: Id | None = None
    series: str = ""
    series_place: int = 0
    authors: Annotated[str, Meta(description="Handles of those who wrote it too; each is asked.")] = ""
    audience: AudienceKind | None = None
    local_only: bool = False
    who_replies: WhoReplies = WhoReplies.EVERYBODY
    language: str = ""
    warning: str = ""
    group: Annotated[Id | None, Meta(description="In whose blog; else in that of who speaks.")] = None


class ArticleEdit(Body, frozen=True):
    """What is left out stays as it is."""

    title: str | None = None
    text: str | None = None
    subtitle: str | None = None
    slug: Annotated[str | None, Meta(description="It is found at the former one, too, as long as it stands.")] = None
    cover: Annotated[str | None, Meta(description="With an empty text it has none any more.")] = None
    series: str | None = None
    series_place: int | None = None
    authors: str | None = None
    language: str | None = None
    warning: str | None = None


class PageForm(Body, frozen=True):
    """A new page of an organisation."""

    handle: str
    name: str
    kind: PageKind
    language: str = ""


class PageChange(Body, frozen=True):
    """What is left out stays as it is."""

    name: str | None = None
    about: str | None = None
    kind: PageKind | None = None
    website: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    hours: Annotated[list[str] | None, Meta(description="By day from Monday on, as in `09:00-12:30, 14-18`.")] = None
    imprint: str | None = None
    signature: Signature | None = None
    who_writes: WhoWrites | None = None


class TeamForm(Body, frozen=True):
    handle: str
    role: TeamRole


class TeamRoleForm(Body, frozen=True):
    role: TeamRole


class ApprovalForm(Body, frozen=True):
    """Nobody lets through other words than those they have read."""

    seen: Annotated[datetime, Meta(tz=True, description="The `waits_since` of what was read, as it was given.")]


class NoteForm(Body, frozen=True):
    note: Annotated[str, Meta(description="Why, for whoever wrote it.")] = ""


class PackForm(Body, frozen=True):
    """A new starter pack."""

    name: str
    members: Annotated[list[str], Meta(description="Handles of people and groups; each is asked.")]
    about: str = ""
