"""Articles, pages of organisations, and what waits to be let through."""

from typing import Annotated

from msgspec import Meta

from plausch.clientapi.plausch.answers.posts import Actor, Answer, Html, Id, Moment, Post
from plausch.people.model import PageKind, Signature, TeamRole
from plausch.talk.model import Form


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
    waits_since: Annotated[
        Moment, Meta(description="To the millisecond: whoever lets it through gives it back as `seen`.")
    ]
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
