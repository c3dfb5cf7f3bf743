"""Blogs: their front pages, articles with the conversation under them, and who is named as an author."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.groups.model import Visibility, permits
from plausch.http.errors import BadRequest
from plausch.http.forms import check_text
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.language.inline_rules import tag_name
from plausch.people import queries as people
from plausch.people.model import Actor, ActorKind, Profile, Viewer
from plausch.storage import Read
from plausch.talk import actions, queries
from plausch.talk.model import Article, Post, Section, Series, SeriesEntry
from plausch.web.answers import lead_to, stay_at
from plausch.web.pages import render
from plausch.web.paging import page_of, skip_in
from plausch.web.places import article_path, handle_of, post_id_of
from plausch.web.views.conversations import read_talk, shown_talk
from plausch.web.wants import Wants

_LISTED, _TAGS = 12, 20


class Byline(NamedTuple):
    """Who wrote an article."""

    #: Those who are shown.
    authors: list[Actor]
    #: Who has been asked and has not answered; for the author and for whom it is.
    asked: list[Actor]
    #: The viewer is asked to be named.
    asks_me: bool
    #: The viewer is named, and may leave.
    names_me: bool


class InSeries(NamedTuple):
    """An article among the others of its series."""

    title: str
    slug: str
    entries: list[SeriesEntry]
    place: int

    @property
    def before(self) -> SeriesEntry | None:
        return self.entries[self.place - 1] if self.place else None

    @property
    def after(self) -> SeriesEntry | None:
        return self.entries[self.place + 1] if self.place + 1 < len(self.entries) else None


class Blog(NamedTuple):
    """A blog's front page."""

    owner: Profile
    posts: list[Post]
    actors: dict[int, Actor]
    series: list[Series]
    tags: list[tuple[str, int]]
    next_before: int | None
    #: The viewer may write here.
    open: bool
    #: Only the articles of this series, or with this tag, are listed.
    chosen: Series | None
    #: Where the series goes on.
    next_skip: int | None = None
    tag: str = ""
    #: Everybody may read it, so it can be read elsewhere, too.
    public: bool = True


async def show_blog(request: Request) -> Response:
    """What somebody, a group or a page has written at length."""
    query = request.query_params
    for name in ("series", "tag"):
        check_text(query.get(name, ""))
    async with request.site.database.read() as tx:
        owner = await people.get_profile(tx, request.viewer, handle_of(request))
        blog = await _read_blog(tx, request, owner)
    return await render(request, "blogs/blog.html", blog=blog)


async def _read_blog(tx: Read, request: Request, owner: Profile) -> Blog:
    viewer, query = request.viewer, request.query_params
    page = Page(before=page_of(request).before, limit=_LISTED)
    series = await queries.list_series(tx, viewer, owner.id)
    wanted = query.get("series", "")[:100]
    chosen = await queries.find_series(tx, viewer, owner.id, wanted) if wanted else None
    tag = tag_name(query.get("tag", "")[:100]) or ""
    if wanted and chosen is None:
        raise NotFound
    skip, more = skip_in(request), None
    if chosen is not None:
        entries = await queries.list_series_entries(tx, viewer, chosen.id, _LISTED + 1, skip)
        ids = [one.post_id for one in entries[:_LISTED]]
        more = skip + _LISTED if len(entries) > _LISTED else None
    else:
        ids = await queries.list_articles(tx, viewer, owner.id, page, tag)
    posts = await queries.list_posts(tx, viewer, ids)
    group = await groups.find_group(tx, viewer, owner.id) if owner.kind is ActorKind.GROUP else None
    speaking = {id_ for post in posts.values() for id_ in (post.actor_id, post.author_id)}
    return Blog(
        owner=owner,
        posts=[posts[id_] for id_ in ids if id_ in posts],
        actors=await people.list_actors(tx, viewer, [*speaking, owner.id]),
        series=series,
        tags=await queries.list_blog_tags(tx, viewer, owner.id, _TAGS),
        next_before=ids[-1] if chosen is None and len(ids) == page.limit else None,
        open=await may_write(tx, viewer, owner.id, owner.kind),
        chosen=chosen,
        next_skip=more,
        tag=tag,
        public=group is None or group.visibility is Visibility.PUBLIC,
    )


async def may_write(tx: Read, viewer: Viewer, blog: int, kind: ActorKind) -> bool:
    """Whether the viewer may try to write in a blog; the domain decides."""
    if not viewer.signed_in:
        return False
    if kind is not ActorKind.GROUP:
        return blog == viewer.acting_as
    group = await groups.find_group(tx, viewer, blog)
    return group is not None and group.closed_at is None and permits(group.who_posts, group.role)


async def show_article(request: Request) -> Response:
    """An article to be read, and what is said about it."""
    handle, slug = handle_of(request), request.params["slug"]
    check_text(slug)
    async with request.site.database.read() as tx:
        post_id = await queries.find_article(tx, request.viewer, handle, slug)
        if post_id is None:
            moved = await queries.find_moved_article(tx, request.viewer, handle, slug)
            if moved is not None:
                return _lead_on(request, await queries.get_post(tx, request.viewer, moved))
            if await queries.was_article(tx, request.viewer, handle, slug):
                raise BadRequest("article_gone", 410)
            raise NotFound("article_not_found")
    talk = await read_talk(request, post_id)
    post = talk.root.post
    if post is None or post.article is None:
        raise NotFound("article_not_found")
    async with request.site.database.read() as tx:
        body, sections = await queries.get_body(tx, request.viewer, post_id)
        byline = await _byline(tx, request.viewer, post)
        series = await _series(tx, request.viewer, post.article)
        blog = (await people.list_actors(tx, request.viewer, [post.article.blog_id])).get(post.article.blog_id)
        tags = await queries.list_tags(tx, post_id)
    return await render(
        request,
        "blogs/article.html",
        article=post.article,
        body=body,
        sections=contents_of(sections),
        byline=byline,
        series=series,
        blog=blog,
        tags=tags,
        **await shown_talk(request, talk),
    )


def _lead_on(request: Request, post: Post) -> Response:
    """It was here before."""
    assert post.article is not None
    query = f"?{request.url.query}" if request.url.query else ""
    return stay_at(article_path(post.article.blog_handle, post.article.slug) + query)


def contents_of(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """A table of contents is for what has several parts."""
    return sections if len(sections) > 1 else ()


async def _byline(tx: Read, viewer: Viewer, post: Post) -> Byline:
    found = await queries.list_authors(tx, post.id)
    actors = await people.list_actors(tx, viewer, [one.actor_id for one in found])
    me = viewer.acting_as if viewer.signed_in else 0
    own = me in (post.actor_id, post.author_id)
    return Byline(
        authors=[actors[one.actor_id] for one in found if one.agreed and one.actor_id in actors],
        asked=[actors[one.actor_id] for one in found if own and not one.agreed and one.actor_id in actors],
        asks_me=any(one.actor_id == me and not one.agreed for one in found),
        names_me=any(one.actor_id == me and one.agreed and me != post.actor_id for one in found),
    )


async def _series(tx: Read, viewer: Viewer, article: Article) -> InSeries | None:
    if not article.series_id:
        return None
    entries = await queries.list_series_entries(tx, viewer, article.series_id)
    place = next((nth for nth, one in enumerate(entries) if one.post_id == article.post_id), None)
    if place is None:
        return None
    title, slug = await queries.get_series_name(tx, article.series_id)
    return InSeries(title, slug, entries, place)


async def answer_authorship(request: Request) -> Response:
    """Agree to be named as an author, or not (any more)."""
    post_id = post_id_of(request)
    async with request.site.database.write() as tx:
        answer = actions.agree_to_authorship if request.params["answer"] == "agree" else actions.leave_authorship
        await answer(tx, request.viewer, post_id)
        post = await queries.find_post(tx, request.viewer, post_id)
    if post is None or post.article is None:
        # They took their name off what they cannot read any more.
        return lead_to("/")
    return lead_to(article_path(post.article.blog_handle, post.article.slug))


ROUTES = [
    Route("GET", "/@{handle}/blog", show_blog, Wants.ANYBODY),
    Route("GET", "/@{handle}/blog/{slug}", show_article, Wants.ANYBODY),
    Route("POST", "/posts/{id}/authorship/{answer}", answer_authorship, Wants.PERSON),
]
