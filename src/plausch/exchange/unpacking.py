"""Archives are unpacked and understood in a child process: what strangers made can neither take this one's memory nor
its time."""

import asyncio
import enum
import shutil
from pathlib import Path
from typing import TypeVar

import msgspec

from plausch.exchange.blogs.model import BroughtBlog
from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.mastodon.model import AccountArchive
from plausch.kernel.child import Child, ChildFailed

_CHILD = Child("plausch.exchange.unpacking_worker", timeout=600, idle=5, memory=2_000 << 20, waiting=8)
_REASONS = {"timeout": "archive_file_too_large", "memory": "archive_file_too_large", "busy": "archive_busy"}


class BlogForm(enum.StrEnum):
    """Whose form a blog that is brought along has."""

    WORDPRESS = "wordpress"
    MARKDOWN = "markdown"


class Unpack(msgspec.Struct, frozen=True, tag="account"):
    """What the child is asked: to read the archive at `path`, and lay its pictures down in `folder`."""

    path: str
    folder: str


class UnpackBlog(msgspec.Struct, frozen=True, tag="blog"):
    """The same of a blog; `pages`: what stands beside its posts, too."""

    path: str
    folder: str
    form: BlogForm
    pages: bool


class Broken(msgspec.Struct, frozen=True, tag="broken"):
    reason: str
    where: str


class Unpacked(msgspec.Struct, frozen=True, tag="unpacked"):
    """The archive; its pictures are named by files in the folder."""

    archive: AccountArchive


class UnpackedBlog(msgspec.Struct, frozen=True, tag="unpacked_blog"):
    """The same of a blog."""

    blog: BroughtBlog


_Answer = TypeVar("_Answer", Unpacked, UnpackedBlog)


async def unpack(path: Path, folder: Path) -> AccountArchive:
    """Everything in an archive, with its pictures as files in a new folder. Raises ArchiveBroken."""
    request = Unpack(*await asyncio.to_thread(_begin, path, folder))
    return (await _ask(request, path, Unpacked)).archive


async def unpack_blog(path: Path, folder: Path, form: BlogForm, *, pages: bool) -> BroughtBlog:
    """Everything in a blog that was brought, in the same way. Raises ArchiveBroken."""
    request = UnpackBlog(*await asyncio.to_thread(_begin, path, folder), form, pages)
    return (await _ask(request, path, UnpackedBlog)).blog


async def _ask(request: Unpack | UnpackBlog, path: Path, shape: type[_Answer]) -> _Answer:
    try:
        answer = await _CHILD.ask(request, Unpacked | UnpackedBlog | Broken)
    except ChildFailed as failure:
        raise ArchiveBroken(_REASONS.get(failure.reason, "archive_broken"), path.name) from failure
    if isinstance(answer, Broken):
        raise ArchiveBroken(answer.reason, answer.where)
    assert isinstance(answer, shape)
    return answer


def _begin(path: Path, folder: Path) -> tuple[str, str]:
    """An empty folder, whatever an earlier try has left; what both are called in whichever process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return str(path.absolute()), str(folder.absolute())
