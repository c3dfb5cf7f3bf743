"""What has to be done about people from time to time."""

from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from plausch.kernel import clock
from plausch.net.fetching import Fetched, GuardedClient
from plausch.people import queries
from plausch.people.actions import (
    CHECK_LINKS,
    erase_account,
    note_link,
    prune_apps,
    prune_attempts,
    prune_introductions,
    prune_networks,
    prune_proofs,
    prune_requests,
    prune_sessions,
)
from plausch.storage import Database, Write
from plausch.work import queue

#: A verified link is looked at again after this time; so many people at a time.
_FRESH, _AT_ONCE = 30 * clock.DAY, 100
_PAGE_MAX = 512 << 10


async def end_accounts(tx: Write, _: object) -> None:
    """Erase those whose time of grace is over."""
    for person in await queries.list_ended_accounts(tx, clock.now()):
        await erase_account(tx, person)


async def forget_sessions(tx: Write, _: object) -> None:
    """Forget sessions, secrets, ways in and barred networks that have run out, and programs that nobody uses."""
    await prune_sessions(tx)
    await prune_apps(tx)
    await prune_proofs(tx)
    await prune_attempts(tx)
    await prune_networks(tx)


async def forget_requests(tx: Write, _: object) -> None:
    """Forget requests that were withdrawn long ago, and introductions."""
    await prune_requests(tx)
    await prune_introductions(tx)


async def check_links(database: Database, actor: int, outgoing: GuardedClient, address: Callable[[str], str]) -> None:
    """Look whether the pages that a profile links to link back to it, with rel="me" (microformats.org/wiki/rel-me).

    `address` is where somebody's profile is, by the handle.
    """
    async with database.read() as tx:
        profile = _plain(address((await queries.get_actor(tx, actor)).handle))
        links = [one.value for one in await queries.list_fields(tx, actor) if one.is_link]
    for link in links:
        page = await outgoing.fetch(link, most=_PAGE_MAX, cut=True)
        found = isinstance(page, Fetched) and page.ok and profile in _links_to_me(page)
        async with database.write() as tx:
            await note_link(tx, actor, link, verified=found)


async def check_stale_links(tx: Write, _: object) -> None:
    """What was verified long ago is looked at again."""
    for actor in await queries.list_stale_links(tx, clock.now() - _FRESH, _AT_ONCE):
        await queue.put(tx, CHECK_LINKS, actor)


class _RelMe(HTMLParser):
    """Collects where links with rel="me" lead."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("a", "link") and "me" in (given.get("rel") or "").lower().split():
            self.found.add(_plain(urljoin(self._base, given.get("href") or "")))


def _links_to_me(page: Fetched) -> set[str]:
    parser = _RelMe(page.url)
    try:
        parser.feed(page.body.decode("utf-8", "replace"))
    except ValueError:
        return set()  # an address that is none spoils the page
    return parser.found


def _plain(address: str) -> str:
    """Without what makes no other page of it."""
    parts = urlsplit(address)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}"
