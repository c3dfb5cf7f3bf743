"""What search engines may list: public pages of those who agree to be found, in parts of a few thousand addresses.

Which parts there are hangs on ids alone, so that the list of parts is made in a moment and stays as it is.
"""

from collections.abc import Awaitable, Callable, Iterable

from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import Site, profile_path
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP
from plausch.language.formats import iso
from plausch.people import queries as people
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.web.places import article_path, board_path, conversation_path, group_path
from plausch.web.syndication.xml import document, element, opening
from plausch.web.wants import Wants

INDEX = "/sitemap.xml"
#: As many ids a part; the protocol allows ten times that, but somebody else waits meanwhile.
_PART = 5_000
_KEPT = {"cache-control": "public, max-age=3600"}
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: Groups in a part of their own, and as many boards.
_PLACES = 20_000
#: They hang on nobody, and stand in a part that would be empty otherwise: the protocol knows no empty one.
_ALWAYS = ("/about", "/local")

FindNth = Callable[[Read, int, int], Awaitable[int | None]]


async def send_index(request: Request) -> Response:
    """Which parts there are."""
    async with request.site.database.slow_read() as tx:
        actors = await _bounds(tx, people.find_nth_actor)
        conversations = await _bounds(tx, talk.find_nth_conversation)
    paths = ["/sitemap/places"]
    paths += [f"/sitemap/people/{after}" for after in actors]
    paths += [f"/sitemap/conversations/{after}" for after in conversations]
    return _send("sitemapindex", "sitemap", request.site, [(path, 0) for path in paths])


async def _bounds(tx: Read, find_nth: FindNth) -> list[int]:
    """After which ids parts begin."""
    found = [0]
    while (bound := await find_nth(tx, found[-1], _PART)) is not None:
        found.append(bound)
    return found


async def send_places(request: Request) -> Response:
    """What is there for everybody, groups that everybody reads, and boards."""
    async with request.site.database.slow_read() as tx:
        handles = await groups.list_indexed_groups(tx, _PLACES)
        boards = await groups.list_indexed_boards(tx, _PLACES)
    paths = [*_ALWAYS, *map(group_path, handles), *(board_path(one.handle, one.slug) for one in boards)]
    return _send("urlset", "url", request.site, [(path, 0) for path in paths])


async def send_people(request: Request) -> Response:
    after = parse_id(request.params["after"])
    if after is None:
        return Response(status_code=404)
    async with request.site.database.slow_read() as tx:
        until = await people.find_nth_actor(tx, after, _PART) or TOP
        found = await people.list_indexed(tx, after, until)
    return _send("urlset", "url", request.site, [(profile_path(one.handle), 0) for one in found])


async def send_conversations(request: Request) -> Response:
    after = parse_id(request.params["after"])
    if after is None:
        return Response(status_code=404)
    async with request.site.database.slow_read() as tx:
        until = await talk.find_nth_conversation(tx, after, _PART) or TOP
        found = await talk.list_indexed(tx, after, until)
    return _send("urlset", "url", request.site, [(_path(one), one.last_at) for one in found])


def _path(one: talk.Indexed) -> str:
    return article_path(one.blog, one.slug) if one.slug else conversation_path(one.id)


def _send(root: str, name: str, site: Site, entries: Iterable[tuple[str, int]]) -> Response:
    """Paths, with when something last changed there (ms), where that is known."""
    entries = list(entries) or [(path, 0) for path in _ALWAYS]
    lines = [
        f"<{name}>{element('loc', site.absolute(path))}{element('lastmod', iso(at)) if at else ''}</{name}>\n"
        for path, at in entries
    ]
    return Response(document(opening(root, xmlns=_NAMESPACE), lines), media_type="application/xml", headers=_KEPT)


ROUTES = [
    Route("GET", INDEX, send_index, Wants.NOBODY),
    Route("GET", "/sitemap/places", send_places, Wants.NOBODY),
    Route("GET", "/sitemap/people/{after}", send_people, Wants.NOBODY),
    Route("GET", "/sitemap/conversations/{after}", send_conversations, Wants.NOBODY),
]
