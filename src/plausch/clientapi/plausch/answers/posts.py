"""Posts, whoever speaks in them, and conversations."""

import enum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from plausch.feeds.model import ReasonKind
from plausch.people.model import ActorKind
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
    #: A program posts here.
    bot: bool


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


class Label(enum.StrEnum):
    """What whoever posts something says of how it came about."""

    SPONSORED = "sponsored"
    AI_ASSISTED = "ai_assisted"


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
    labels: list[Label]
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
    tags: list[str]


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


class Promoted(Answer, frozen=True):
    """The topic that a note has become."""

    id: Annotated[Id, Meta(description="Of its conversation: that of the note, where it can be.")]
    board_id: Id
