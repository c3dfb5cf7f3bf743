"""`/api/v1/timelines`: home, public, tags and lists, entry by entry."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import id_of
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.joining import answer_joined, find_sieve, join_statuses
from plausch.clientapi.mastodon.paging import Range, link_pages, range_of
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace
from plausch.feeds.queries import Pieces, Wanted
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.language.inline_rules import tag_name
from plausch.storage import Read
from plausch.talk import queries as talk

_TAGS = 8
_NOTHING = Pieces([], more=False)


async def answer_page(
    request: Request,
    find: Callable[[Read, Page], Awaitable[Pieces]],
    place: FilterPlace | None = FilterPlace.HOME,
    wanted: Range | None = None,
) -> Response:
    """A page of a stream, and where it goes on."""
    asked = wanted or range_of(request)
    async with request.site.database.read() as tx:
        found = await find(tx, asked.page)
        sieve = await find_sieve(tx, request, place) if place is not None else found.sieve
        joined = await join_statuses(tx, request, found.pieces, sieve)
    response = await answer_joined(request, joined)
    return link_pages(response, request, [one.id for one in found.pieces], more=found.more)


async def home(request: Request) -> Response:
    async def find(tx: Read, page: Page) -> Pieces:
        return await feeds.home_pieces(tx, request.viewer, page)

    return await answer_page(request, find, None)


async def public(request: Request) -> Response:
    """What is said here; of other servers nothing is known."""
    query = query_of(request)
    remote = query.flag("remote") and not query.flag("local")
    wanted = Wanted(pictures=bool(query.flag("only_media")))

    async def find(tx: Read, page: Page) -> Pieces:
        return _NOTHING if remote else await feeds.local_pieces(tx, request.viewer, page, wanted)

    return await answer_page(request, find)


async def tag(request: Request) -> Response:
    query = query_of(request)
    name = tag_name(request.params["tag"])
    others, all_, none = (_names(query.texts(which)) for which in ("any", "all", "none"))
    remote = query.flag("remote") and not query.flag("local")

    async def find(tx: Read, page: Page) -> Pieces:
        if name is None or remote:
            return _NOTHING
        return await feeds.tag_pieces(
            tx,
            request.viewer,
            page,
            any_=[name, *others],
            all_=all_,
            none=none,
            pictures=bool(query.flag("only_media")),
        )

    return await answer_page(request, find)


def _names(texts: list[str]) -> list[str]:
    return [name for text in texts[:_TAGS] if (name := tag_name(text)) is not None]


async def list_(request: Request) -> Response:
    async def find(tx: Read, page: Page) -> Pieces:
        return await feeds.list_pieces_of(tx, request.viewer, id_of(request), page)

    return await answer_page(request, find)


async def link(request: Request) -> Response:
    """What was said in public about what is behind a link. What was said of it otherwise leaves no trace here."""
    address = query_of(request).text("url")
    async with request.site.database.read() as tx:
        preview = await talk.find_behind(tx, address)
        said = preview is not None and (await feeds.link_pieces(tx, request.viewer, preview, Page(limit=1))).pieces
    if preview is None or not said:
        raise NotFound("preview_not_found")

    async def find(tx: Read, page: Page) -> Pieces:
        return await feeds.link_pieces(tx, request.viewer, preview, page)

    return await answer_page(request, find)


async def direct(request: Request) -> Response:
    """What was said between named people, post by post: for old apps that know of no conversations."""

    async def find(tx: Read, page: Page) -> Pieces:
        ids = await talk.list_direct_posts(tx, request.viewer, page)
        found = await feeds.list_pieces(tx, request.viewer, ids)
        return Pieces([found[id_] for id_ in ids if id_ in found], page.upwards or len(ids) == page.limit)

    return await answer_page(request, find, FilterPlace.CONVERSATIONS)


_TIMELINES = "/api/v1/timelines"
ENDPOINTS = [
    Endpoint("GET", f"{_TIMELINES}/home", home, "read:statuses"),
    Endpoint("GET", f"{_TIMELINES}/public", public, "read:statuses", Caller.ANYBODY),
    Endpoint("GET", f"{_TIMELINES}/tag/{{tag}}", tag, "read:statuses", Caller.ANYBODY),
    Endpoint("GET", f"{_TIMELINES}/list/{{id}}", list_, "read:lists"),
    Endpoint("GET", f"{_TIMELINES}/direct", direct, "read:statuses"),
    Endpoint("GET", f"{_TIMELINES}/link", link, "read:statuses", Caller.ANYBODY),
]
