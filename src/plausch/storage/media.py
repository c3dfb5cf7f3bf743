"""Where the bytes of media are kept: files in the data folder, or whatever takes their place one day.

A key is made here, at random; nothing of what the uploader calls a file ever becomes part of a path. A file is
written before the row that names its key, so a crash leaves at worst a file without a row (`check` finds those by
`keys`), never a row without a file.
"""

import asyncio
import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from plausch.kernel.errors import NotFound

_KEY = re.compile(r"[0-9a-f]{32}")
_PARTIAL = ".part"
#: A write that takes longer has died (seconds).
_PARTIAL_AGE = 3600


def new_key() -> str:
    """128 random bits: nobody guesses the address of somebody else's picture."""
    return secrets.token_hex(16)


class MediaUse(NamedTuple):
    """Numbers of files and bytes."""

    files: int
    size: int
    largest: int


class MediaStore(Protocol):
    """What the rooms need of a store."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep it, durably, under a key of `new_key`."""

    async def read(self, key: str) -> bytes:
        """The bytes; raises NotFound."""

    def find_path(self, key: str) -> Path | None:
        """Where it lies as a file, so that the server can send it without reading; None where there are no files."""

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove those that are there."""

    async def keys(self) -> set[str]:
        """Every key in the store."""

    async def measure(self) -> MediaUse:
        """How many files there are, and how large."""


class MediaFiles:
    """A MediaStore of plain files, `<folder>/ab/cd/abcd...`; file I/O happens in threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(_write, self._path(key), data)

    async def read(self, key: str) -> bytes:
        path = self._path(key)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            raise NotFound from None

    def find_path(self, key: str) -> Path | None:
        path = self._path(key)
        return path if path.is_file() else None

    async def delete(self, keys: Iterable[str]) -> None:
        await asyncio.to_thread(_unlink, [self._path(key) for key in keys])

    async def keys(self) -> set[str]:
        return await asyncio.to_thread(lambda: {file.name for file in self._files() if _KEY.fullmatch(file.name)})

    async def measure(self) -> MediaUse:
        """How many files there are, and how large."""
        return await asyncio.to_thread(self._measure)

    async def remove_partial(self) -> int:
        """Remove what killed processes left half written; how many there were."""
        return await asyncio.to_thread(self._remove_partial)

    def _measure(self) -> MediaUse:
        sizes = []
        for file in self._files():
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                sizes.append(file.stat().st_size)
        return MediaUse(len(sizes), sum(sizes), max(sizes, default=0))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFound
        return self._folder / key[:2] / key[2:4] / key

    def _files(self) -> Iterator[os.DirEntry[str]]:
        """The files two levels down, by scandir, which knows names and kinds without asking for each."""
        folders = [str(self._folder)] if self._folder.is_dir() else []
        for _ in range(2):
            folders = [entry.path for folder in folders for entry in os.scandir(folder) if entry.is_dir()]
        for folder in folders:
            yield from (entry for entry in os.scandir(folder) if entry.is_file())

    def _remove_partial(self) -> int:
        limit = time.time() - _PARTIAL_AGE
        stale = [Path(file) for file in self._files() if file.name.endswith(_PARTIAL) and file.stat().st_mtime < limit]
        _unlink(stale)
        return len(stale)


def _write(path: Path, data: bytes) -> None:
    """All or nothing, and on the disk when it returns: file, name and new folders."""
    grandparent = path.parent.parent
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + _PARTIAL)
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    for folder in (path.parent, grandparent, grandparent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
