"""`/api/v2/search`: accounts, statuses and tags; collections by their addresses."""

import re
from urllib.parse import unquote, urlsplit

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import json_response
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import Fields, query_of
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.paging import limit_of, offset_of, range_of
from plausch.clientapi.mastodon.present.collections import present_collections
from plausch.clientapi.mastodon.present.tags import present_tags
from plausch.clientapi.mastodon.routes.accounts import find_accounts
from plausch.clientapi.mastodon.showing import show_posts
from plausch.feeds import queries
from plausch.feeds.model import QUERY_MAX
from plausch.groups import queries as groups
from plausch.http.request import Request
from plausch.http.site import profile_path
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries as talk

_encode = msgspec.json.Encoder().encode
_USUAL, _MOST = 20, 40
_ARTICLE = re.compile(r"/@(?P<handle>[^/]+)/blog/(?P<slug>[^/]+)")
_TYPES = ("accounts", "statuses", "hashtags", "collections")


async def search(request: Request) -> Response:
    """All kinds, or the one that is named; visitors get the first ones only, as the documentation has it."""
    query, known = query_of(request), request.signed_in is not None
    words = query.text("q").strip()[:QUERY_MAX]
    limit, offset = limit_of(request, _USUAL, _MOST), offset_of(request)
    kinds = [query.text("type")] if query.text("type") else list(_TYPES)
    if not known and (offset or query.flag("resolve")):
        raise Refused(401, "Search queries pagination and resolving are only for those who are signed in")
    found = dict.fromkeys(_TYPES, b"")
    if words.startswith(("http://", "https://")):
        await _follow(request, words, kinds, found)
        if any(found.values()):
            return _answer(found)
    if words and "accounts" in kinds and not words.startswith("#"):
        ids = await find_accounts(request, words, limit, offset, only_followed=bool(query.flag("following")))
        await _show_accounts(request, ids, found)
    if words and known and "statuses" in kinds and not words.startswith("@"):
        await _show_statuses(request, await _find_statuses(request, query, words, limit, offset), found)
    if words and "hashtags" in kinds and not words.startswith("@"):
        async with request.site.database.read() as tx:
            tags = await queries.search_tags(tx, request.viewer, words.removeprefix("#"), offset + limit)
            shown = await present_tags(tx, request, [tag for tag, _ in tags[offset:]])
        found["hashtags"] = b",".join(_encode(one) for one in shown)
    return _answer(found)


def _answer(found: dict[str, bytes]) -> Response:
    return json_response(b"{%b}" % b",".join(b'"%b":[%b]' % (name.encode(), found[name]) for name in _TYPES))


async def _show_accounts(request: Request, ids: list[int], found: dict[str, bytes]) -> None:
    async with request.site.database.read() as tx:
        joined, made = await join_accounts(tx, request, ids)
    await keep(request, made)
    found["accounts"] = b",".join(joined[id_] for id_ in ids if id_ in joined)


async def _show_statuses(request: Request, ids: list[int], found: dict[str, bytes]) -> None:
    async with request.site.database.read() as tx:
        joined = await show_posts(tx, request, ids)
    await keep(request, joined.made)
    found["statuses"] = b",".join(joined.bodies)


async def _find_statuses(request: Request, query: Fields, words: str, limit: int, offset: int) -> list[int]:
    """Newest first, among what the viewer may see; the operators are those of the pages."""
    wanted = range_of(request, _USUAL, _MOST)
    async with request.site.database.read() as tx:
        author = query.id("account_id")
        if author is not None:
            named = (await people.list_actors(tx, request.viewer, [author])).get(author)
            if named is None:
                return []
            words = f"{words} from:@{named.handle}"
        page = Page(before=wanted.before, after=wanted.after, limit=limit + offset, upwards=wanted.upwards)
        found = await queries.search_posts(tx, request.viewer, words, page)
        return found[: max(0, len(found) - offset)] if wanted.upwards else found[offset:]


async def _follow(request: Request, address: str, kinds: list[str], found: dict[str, bytes]) -> None:
    """An address of ours leads to what is there."""
    base = request.site.settings.base_url
    if not address.startswith(f"{base}/"):
        return
    path = unquote(urlsplit(address).path).rstrip("/")
    beginning, _, rest = path.rpartition("/")
    if beginning == "/posts" and "statuses" in kinds:
        id_ = parse_id(rest)
        if id_ is not None:
            await _show_statuses(request, [id_], found)
    elif (article := _ARTICLE.fullmatch(path)) and "statuses" in kinds:
        async with request.site.database.read() as tx:
            ids = await _by_article(tx, request, article["handle"].lower(), article["slug"])
        await _show_statuses(request, ids, found)
    elif path.startswith(profile_path("")) and "accounts" in kinds:
        async with request.site.database.read() as tx:
            ids = await _by_handle(tx, request.viewer, path.removeprefix(profile_path("")))
        await _show_accounts(request, ids, found)
    elif beginning == "/packs" and "collections" in kinds:
        async with request.site.database.read() as tx:
            pack = await groups.find_pack_at(tx, request.viewer, rest)
            shown = await present_collections(tx, request.viewer, request.site, [pack] if pack is not None else [])
        found["collections"] = b",".join(_encode(one) for one in shown)


async def _by_article(tx: Read, request: Request, handle: str, slug: str) -> list[int]:
    """Where it is, or was before."""
    for find in (talk.find_article, talk.find_moved_article):
        found = await find(tx, request.viewer, handle, slug)
        if found is not None:
            return [found]
    return []


async def _by_handle(tx: Read, viewer: Viewer, handle: str) -> list[int]:
    return [one.id for one in (await people.resolve_handles(tx, [handle.lower()], viewer)).values()]


ENDPOINTS = [Endpoint("GET", "/api/v2/search", search, "read:search", Caller.ANYBODY)]
