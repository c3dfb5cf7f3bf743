"""What the API answers with, as shapes: encoded where nothing is kept, and the schema of what is joined from parts."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from plausch.feeds.model import ReasonKind, WatchLevel
from plausch.groups.model import GroupRole, Joining, Visibility, Who
from plausch.people.model import ActorKind, PageKind, Signature, TeamRole
from plausch.talk.model import AudienceKind, EntryKind, Form, QuoteState, TopicKind

Id = Annotated[str, Meta(pattern="^[0-9]{1,19}$", description="A 64-bit number in digits; larger ones are younger.")]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Html = Annotated[str, Meta(description="Sanitised HTML with absolute addresses.")]
Url = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
Percent = Annotated[int, Meta(ge=0, le=100)]
#: A post, or what is left of a removed one that others have replied to.
AnyPost = Annotated[
    Any,
    Meta(extra_json_schema={"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Post", "RemovedPost")]}),
]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Every answer has all of its fields."""


class Error(Answer, frozen=True):
    """Why something was not done."""

    error: Annotated[str, Meta(description="A stable code, for programs to test.")]


class Actor(Answer, frozen=True):
    """Whatever speaks: a person, a page of an organisation, a group."""

    id: Id
    kind: ActorKind
    handle: str
    name: str
    url: Url
    picture: Url | None
    picture_small: Url | None
    #: New followers need its approval.
    locked: bool


class Picture(Answer, frozen=True):
    id: Id
    url: Url
    small_url: Url
    alt: str
    width: int
    height: int
    blurhash: str
    #: What must stay in sight where it is cut: percent from the left and from the top.
    focus: tuple[Percent, Percent]


class Option(Answer, frozen=True):
    text: str
    #: None while the viewer may not know.
    votes: int | None
    chosen: bool


class Poll(Answer, frozen=True):
    """What is asked, and how it stands as far as the viewer may know."""

    multiple: bool
    hidden_until_end: bool
    ends_at: Moment
    ended: bool
    voters: int
    voted: bool
    options: list[Option]


class Quote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The post within the post; nothing but the state where it is not shown."""

    state: QuoteState
    id: Id | msgspec.UnsetType = msgspec.UNSET
    url: Url | msgspec.UnsetType = msgspec.UNSET
    conversation_id: Id | msgspec.UnsetType = msgspec.UNSET
    actor_id: Id | msgspec.UnsetType = msgspec.UNSET
    handle: str | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    published_at: Moment | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    warning: str | msgspec.UnsetType = msgspec.UNSET
    html: Html | msgspec.UnsetType = msgspec.UNSET


class Preview(Answer, frozen=True):
    """What a link in the post leads to."""

    url: str
    title: str
    text: str
    site: str
    picture: Url | None
    width: int
    height: int


class ArticleCard(Answer, frozen=True):
    """What a post has that is an article; its `html` is how it begins."""

    url: Url
    slug: str
    blog_id: Id
    blog_handle: str
    subtitle: str
    words: int
    minutes: Annotated[int, Meta(description="How long it takes to read, about.")]
    cover: Picture | None


class PostBody(Answer, frozen=True):
    """What only its author changes about a post."""

    id: Id
    url: Url
    conversation_id: Id
    parent_id: Id | None
    author_id: Annotated[Id | None, Meta(description="None where somebody wrote it for a page: see `written_by`.")]
    form: Annotated[Form, Meta(description="What it begins: `topic` or `article`; else `note`, as every reply.")]
    title: Annotated[str, Meta(description="Of topics and articles.")]
    audience: AudienceKind
    local_only: bool
    published_at: Moment
    edited_at: Moment | None
    language: str | None
    warning: str
    html: Html
    sponsored: bool
    ai_assisted: bool
    pictures: list[Picture]
    preview: Preview | None
    deleted: bool


class Counted(PostBody, frozen=True):
    """The same with what depends on the viewer, and counters."""

    poll: Poll | None
    quote: Quote | None
    article: ArticleCard | None
    written_by: Annotated[str | None, Meta(description="Who wrote it for a page: a name or initials, as it chose.")]
    replies: int
    likes: int
    shares: int
    liked: bool
    shared: bool
    bookmarked: bool


class Post(Counted, frozen=True):
    """A post with who speaks; none for who has gone meanwhile."""

    actor: Actor | None


class CardPost(Counted, frozen=True):
    """A post in an answer that lists its actors apart."""

    actor_id: Id


class RemovedPost(Answer, frozen=True):
    """What is left of a removed post that others have replied to."""

    id: Id
    conversation_id: Id
    parent_id: Id | None
    deleted: bool


class Entry(Answer, frozen=True):
    """What was done by whom, and the post it was done to."""

    id: Id
    kind: EntryKind
    by: Id
    post: Post


class Entries(Answer, frozen=True):
    entries: list[Entry]
    before: Id | None


class Card(Answer, frozen=True):
    """A conversation as a feed shows it."""

    id: Id
    position: Id
    reason: ReasonKind
    by: Id
    form: Form
    place_id: Annotated[Id | None, Meta(description="In which group, or on whose wall.")]
    locked: bool
    replies: int
    voices: int
    unread: int
    talkers: list[Id]
    posts: list[CardPost]


class Cards(Answer, frozen=True):
    cards: list[Card]
    actors: list[Actor]
    before: Id | None


class Topic(Answer, frozen=True):
    """What a conversation is in the board it stands in."""

    board_id: Id
    kind: TopicKind
    answer_id: Id | None
    pinned: bool


class Conversation(Answer, frozen=True):
    """Posts in the order of time: the whole tree, or a part of it."""

    id: Id
    form: Form
    place_id: Id | None
    locked: bool
    replies: int
    voices: int
    topic: Topic | None
    first_unread: Annotated[Id | None, Meta(description="The oldest post that is new to who has been here before.")]
    posts: list[AnyPost]
    before: Annotated[Id | None, Meta(description="Older posts are there: ask with `before`.")]
    after: Annotated[Id | None, Meta(description="Younger posts are there: ask with `after`.")]


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


class Ban(Answer, frozen=True):
    actor: Actor
    reason: str
    ends_at: Moment | None
    at: Moment


class Bans(Answer, frozen=True):
    bans: list[Ban]


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


class Section(Answer, frozen=True):
    depth: int
    anchor: str
    text: str


class SeriesEntry(Answer, frozen=True):
    id: Id
    slug: str
    title: str


class Series(Answer, frozen=True):
    title: str
    slug: str
    articles: list[SeriesEntry]


class Article(Answer, frozen=True):
    """An article as a whole; what is said about it is the conversation of its post."""

    post: Post
    html: Html
    contents: list[Section]
    authors: list[Actor]
    tags: list[str]
    series: Series | None


class Articles(Answer, frozen=True):
    posts: list[Post]
    before: Id | None


class Page(Actor, frozen=True):
    """A page of an organisation."""

    about_html: Html
    language: str | None
    followers: int
    page_kind: PageKind
    website: str
    website_verified: bool
    address: str
    email: str
    phone: str
    hours: Annotated[list[str], Meta(description="By day from Monday on; empty where nothing is said of them.")]
    imprint: str
    signature: Signature
    role: Annotated[TeamRole | None, Meta(description="What the viewer is in its team.")]


class Pages(Answer, frozen=True):
    pages: list[Actor]
    before: Id | None


class OwnPage(Answer, frozen=True):
    page: Actor
    role: TeamRole
    asked: Annotated[bool, Meta(description="Asked to speak for it, and not answered yet.")]


class OwnPages(Answer, frozen=True):
    pages: list[OwnPage]


class TeamMember(Answer, frozen=True):
    person: Actor
    role: TeamRole
    since: Moment
    asked: bool


class Team(Answer, frozen=True):
    team: list[TeamMember]


class Waiting(Answer, frozen=True):
    """Something that has to be let through before it is posted."""

    id: Id
    actor: Actor | None
    author: Actor | None
    waits_for: Annotated[Actor | None, Meta(description="The page or the group that decides; none once it came back.")]
    waits_since: Moment
    form: Form
    title: str
    text: Annotated[str, Meta(description="As it was written.")]
    warning: str
    parent_id: Id | None
    place_id: Id | None
    due_at: Moment | None


class Approvals(Answer, frozen=True):
    waiting: Annotated[list[Waiting], Meta(description="For the viewer to decide.")]
    submitted: Annotated[list[Waiting], Meta(description="What the viewer wrote, and others decide.")]


class Approved(Answer, frozen=True):
    post_id: Annotated[Id | None, Meta(description="None: others decide too, or it is not due yet.")]


class Promoted(Answer, frozen=True):
    """The topic that a note has become."""

    id: Annotated[Id, Meta(description="Of its conversation: that of the note, where it can be.")]
    board_id: Id
