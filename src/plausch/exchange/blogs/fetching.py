"""Pictures of a blog that are not among its files: fetched from where they are, by the guarded client, each once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from plausch.exchange.blogs.model import BroughtPicture
from plausch.net.fetching import Fetched, GuardedClient
from plausch.storage.pictures import MAX_BYTES, sniff

#: How many are fetched for one blog, and how much they may have together.
_MOST, _TOGETHER = 10_000, 4 << 30
#: A server that has not answered so often will not.
_FAILURES_MAX = 5
_PATIENCE = 20.0


class Fetching:
    def __init__(self, outgoing: GuardedClient, folder: Path, *, enabled: bool) -> None:
        self._outgoing = outgoing
        #: Where files lie, and what is fetched is laid down.
        self._folder = folder
        self._enabled = enabled
        self._found: dict[str, Path | None] = {}
        self._failures: dict[str, int] = {}
        self._room = _TOGETHER

    async def fetch_all(self, pictures: Sequence[BroughtPicture]) -> list[Path | None]:
        """Their files; None for those that are not to be had."""
        urls = dict.fromkeys(one.url for one in pictures if not one.name and one.url not in self._found)
        await asyncio.gather(*(self._fetch(url) for url in urls))
        return [self._folder / one.name if one.name else self._found.get(one.url) for one in pictures]

    async def _fetch(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        tired = self._failures.get(host, 0) >= _FAILURES_MAX
        if not url or not self._enabled or tired or len(self._found) >= _MOST:
            self._found[url] = None
            return
        answer = await self._outgoing.fetch(quote(url, safe=":/?&=%#+,;@!$'()*~[]"), most=MAX_BYTES, patience=_PATIENCE)
        good = isinstance(answer, Fetched) and answer.ok and sniff(answer.body) is not None
        self._failures[host] = 0 if isinstance(answer, Fetched) else self._failures.get(host, 0) + 1
        self._found[url] = await asyncio.to_thread(self._lay_down, answer.body) if good else None  # type: ignore[union-attr]  # it is one

    def _lay_down(self, data: bytes) -> Path | None:
        self._room -= len(data)
        if self._room < 0:
            return None
        file = self._folder / f"fetched-{len(self._found)}-{self._room}"
        file.write_bytes(data)
        return file
