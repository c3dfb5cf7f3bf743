"""Search over people, tags and posts, among what the viewer may see and what agreed to be found."""

from starlette.responses import Response

from plausch.feeds import queries
from plausch.feeds.model import Feed
from plausch.http.forms import check_text
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.paging import TOP
from plausch.people import queries as people
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.wants import Wants

_TEXT_MAX = 200
_PEOPLE = 8
_TAGS = 8


async def show_search(request: Request) -> Response:
    """What was found; with nothing asked, what can be."""
    text = request.query_params.get("q", "")[:_TEXT_MAX].strip()
    check_text(text)
    if not text:
        return await render(
            request, "search.html", text="", actors=[], tags=[], feed=Feed((), {}, {}, None), first=True
        )
    viewer, page = request.viewer, page_of(request)
    first = page.before == TOP
    # A frequent word may have many rows to look through.
    async with request.site.database.slow_read() as tx:
        found = await queries.search_posts(tx, viewer, text, page)
        next_before = found[-1] if len(found) == page.limit else None
        feed = await queries.show_posts(tx, viewer, found, next_before)
        tags = await queries.search_tags(tx, viewer, text, _TAGS) if first else []
        ids = await queries.search_people(tx, viewer, text, _PEOPLE) if first else []
        known = await people.list_actors(tx, viewer, ids)
    actors = [known[id_] for id_ in ids if id_ in known]
    return await render(request, "search.html", text=text, actors=actors, tags=tags, feed=feed, first=first)


ROUTES = [Route("GET", "/search", show_search, Wants.ANYBODY)]
