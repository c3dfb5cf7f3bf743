"""An archive that somebody brings: a .zip, a .tar.gz, or a folder. What is in it is not to be trusted."""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

#: What one file within may have, unpacked: a life's posts in one JSON file are some 100 MB.
MOST_BYTES = 256 << 20
_MOST_FILES = 100_000
#: What goes wrong with files that are cut off or are something else.
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error, ValueError, NotImplementedError)


class ArchiveBroken(Exception):
    """It is no such archive, or not whole. `reason` is a code for the doors, the text says where."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{where}: {reason.replace('_', ' ')}" if where else reason.replace("_", " "))
        self.reason = reason
        self.where = where


class Bundle(Protocol):
    """Files by their names, with / between folders and without the folder that all may lie in."""

    @property
    def names(self) -> frozenset[str]: ...

    def read(self, name: str) -> bytes:
        """The bytes; raises ArchiveBroken, also when there is no such file."""


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.names = frozenset(
            str(PurePosixPath(file.relative_to(path))) for file in path.rglob("*") if file.is_file()
        )

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise ArchiveBroken("archive_file_missing", name)
        file = self._path / name
        if file.stat().st_size > MOST_BYTES:
            raise ArchiveBroken("archive_file_too_large", name)
        return file.read_bytes()


class _Zip:
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._members = _by_name(info.filename for info in self._zip.infolist() if not info.is_dir())
        self.names = frozenset(self._members)

    def read(self, name: str) -> bytes:
        if name not in self._members:
            raise ArchiveBroken("archive_file_missing", name)
        try:
            with self._zip.open(self._members[name]) as file:
                return _bounded(file.read(MOST_BYTES + 1), name)
        except RuntimeError as error:  # a password is asked for
            raise ArchiveBroken("archive_broken", name) from error


class _Tar:
    """Members are found by going through it once; gzip knows no other way."""

    def __init__(self, path: Path) -> None:
        self._tar = tarfile.open(path)  # noqa: SIM115 - closed by `opened`
        self._members = _by_name(member.name for member in self._tar if member.isfile())
        self.names = frozenset(self._members)

    def read(self, name: str) -> bytes:
        if name not in self._members:
            raise ArchiveBroken("archive_file_missing", name)
        file = self._tar.extractfile(self._members[name])
        assert file is not None
        return _bounded(file.read(MOST_BYTES + 1), name)


class _Careful:
    """Tells every way in which a file can be broken as one."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.names = bundle.names

    def read(self, name: str) -> bytes:
        try:
            return self._bundle.read(name)
        except _BROKEN as error:
            raise ArchiveBroken("archive_broken", name) from error


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """The archive at `path`. Raises ArchiveBroken when it is none."""
    if not path.exists():
        raise ArchiveBroken("archive_missing", str(path))
    try:
        bundle: _Folder | _Zip | _Tar
        bundle = _Folder(path) if path.is_dir() else _Zip(path) if zipfile.is_zipfile(path) else _Tar(path)
    except _BROKEN as error:
        raise ArchiveBroken("archive_kind", path.name) from error
    yield _Careful(bundle)


def _by_name(members: Iterator[str]) -> dict[str, str]:
    """What a member is called inside, by its plain name: without the one folder that some archives put around all."""
    found: list[str] = []
    for name in members:
        found.append(name)
        if len(found) > _MOST_FILES:
            raise ArchiveBroken("archive_too_many_files")
    tops = {PurePosixPath(name).parts[0] for name in found if PurePosixPath(name).parts}
    single = tops.pop() if len(tops) == 1 and all("/" in name for name in found) else ""
    # A tar of "." names its members "./actor.json"; pathlib has dropped the dot by then.
    return {str(PurePosixPath(name)).removeprefix(f"{single}/" if single else ""): name for name in found}


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MOST_BYTES:
        raise ArchiveBroken("archive_file_too_large", name)
    return data
