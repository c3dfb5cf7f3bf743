"""Archives are unpacked and understood in a child process: what strangers made can neither take this one's memory nor
its time."""

import asyncio
import shutil
from pathlib import Path

import msgspec

from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.mastodon.reading import AccountArchive
from plausch.kernel.child import Child, ChildFailed

_CHILD = Child("plausch.exchange.unpacking_worker", timeout=600, idle=5, memory=2_000 << 20, waiting=8)
_REASONS = {"timeout": "archive_file_too_large", "memory": "archive_file_too_large", "busy": "archive_busy"}


class Unpack(msgspec.Struct, frozen=True):
    """What the child is asked: to read the archive at `path`, and lay its pictures down in `folder`."""

    path: str
    folder: str


class Broken(msgspec.Struct, frozen=True, tag="broken"):
    reason: str
    where: str


class Unpacked(msgspec.Struct, frozen=True, tag="unpacked"):
    """The archive; its pictures are named by files in the folder."""

    archive: AccountArchive


async def unpack(path: Path, folder: Path) -> AccountArchive:
    """Everything in an archive, with its pictures as files in a new folder. Raises ArchiveBroken."""
    request = await asyncio.to_thread(_begin, path, folder)
    try:
        answer = await _CHILD.ask(request, Unpacked | Broken)
    except ChildFailed as failure:
        raise ArchiveBroken(_REASONS.get(failure.reason, "archive_broken"), path.name) from failure
    if isinstance(answer, Broken):
        raise ArchiveBroken(answer.reason, answer.where)
    assert isinstance(answer, Unpacked)
    return answer.archive


def _begin(path: Path, folder: Path) -> Unpack:
    """An empty folder, whatever an earlier try has left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return Unpack(str(path.absolute()), str(folder.absolute()))
