"""The feeds: home, the place, a topic, and what one has kept."""

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.feeds.model import Feed, FeedKind, read_choice
from plausch.feeds.queries import Reader
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import tag_path
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import TOP, Page
from plausch.language.inline_rules import tag_name
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.web.absence import away_since
from plausch.web.answers import lead_to
from plausch.web.drafts import fresh_draft
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.trends import read_trends
from plausch.web.views.announcements import list_unread
from plausch.web.wants import Wants

#: New people shown beside one's home.
_TO_MEET = 3


async def show_home(request: Request) -> Response:
    """The viewer's home; for visitors the feed of the place."""
    if request.signed_in is None:
        return await show_local(request)
    page = page_of(request)
    async with request.site.database.read() as tx:
        reader = await feeds.get_reader(tx, request.viewer)
        choice = read_choice(request.query_params.get("feed", "")) or reader.chosen
        feed = await _chosen(tx, request.viewer, choice, page, reader)
        newcomers = await people.list_newcomers(tx, request.viewer, Page(limit=_TO_MEET))
        announcements = await list_unread(tx, request) if _is_newest(page) else []
    return await render(
        request,
        "home.html",
        feed=feed,
        draft=fresh_draft(request),
        newest=_is_newest(page),
        choice=str(choice),
        own_feeds=reader.own_feeds,
        live=_live("home", feed, page) if choice is FeedKind.LATEST else "",
        newcomers=newcomers,
        announcements=announcements,
        away=await away_since(request) if _is_newest(page) else None,
        all_read=request.query_params.get("read") == "1",
    )


async def _chosen(tx: Read, viewer: Viewer, choice: FeedKind | int, page: Page, reader: Reader) -> Feed:
    if isinstance(choice, FeedKind):
        return await feeds.chosen_feed(tx, viewer, choice, page, reader)
    return await feeds.recipe_feed(tx, viewer, choice, page, reader)


async def show_local(request: Request) -> Response:
    page = page_of(request)
    async with request.site.database.read() as tx:
        feed = await feeds.local_feed(tx, request.viewer, page)
        trends = await read_trends(tx, request.viewer)
    return await render(
        request, "local.html", feed=feed, newest=_is_newest(page), live=_live("local", feed, page), trends=trends
    )


async def show_tag(request: Request) -> Response:
    """What was said in public under a tag. Each tag has one address."""
    tag = tag_name(request.params["tag"])
    if tag is None:
        raise NotFound
    if tag != request.params["tag"]:
        return lead_to(tag_path(tag))
    async with request.site.database.read() as tx:
        viewer = request.viewer
        feed = await feeds.tag_feed(tx, viewer, tag, page_of(request))
        follows = viewer.signed_in and await feeds.follows_tag(tx, viewer, tag)
        hidden = viewer.staff and await feeds.is_hidden_tag(tx, viewer, tag)
    return await render(request, "tag.html", feed=feed, tag=tag, follows=follows, hidden=hidden)


async def show_bookmarks(request: Request) -> Response:
    async with request.site.database.read() as tx:
        feed = await feeds.bookmarks_feed(tx, request.viewer, page_of(request))
    return await render(request, "bookmarks.html", feed=feed)


def _is_newest(page: Page) -> bool:
    return page.before == TOP


def _live(which: str, feed: Feed, page: Page) -> str:
    """Whence the page hears of what is new; older pages stay as they are."""
    newest = feed.cards[0].position if feed.cards else 0
    return f"/live/{which}?after={newest}" if _is_newest(page) else ""


ROUTES = [
    Route("GET", "/", show_home, Wants.ANYBODY),
    Route("GET", "/local", show_local, Wants.ANYBODY),
    Route("GET", "/tags/{tag}", show_tag, Wants.ANYBODY),
    Route("GET", "/bookmarks", show_bookmarks, Wants.PERSON),
]
