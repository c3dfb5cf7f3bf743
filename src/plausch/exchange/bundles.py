"""An archive that somebody brings: a .zip, a .tar.gz, a folder, or one file. What is in it is not to be trusted."""

import calendar
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

    def changed_at(self, name: str) -> int:
        """When a file of it was last changed, as far as it says (ms); 0 when it does not."""


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.names = frozenset(str(PurePosixPath(file.relative_to(path))) for file in path.rglob("*") if file.is_file())

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise ArchiveBroken("archive_file_missing", name)
        file = self._path / name
        if file.stat().st_size > MOST_BYTES:
            raise ArchiveBroken("archive_file_too_large", name)
        return file.read_bytes()

    def changed_at(self, name: str) -> int:
        return int((self._path / name).stat().st_mtime * 1000)


class _Single:
    """One file, under the name it has for whoever asks for it."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self.names = frozenset([name])

    def read(self, name: str) -> bytes:
        if self._path.stat().st_size > MOST_BYTES:
            raise ArchiveBroken("archive_file_too_large", name)
        return self._path.read_bytes()

    def changed_at(self, name: str) -> int:
        return int(self._path.stat().st_mtime * 1000)


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

    def changed_at(self, name: str) -> int:
        when = self._zip.getinfo(self._members[name]).date_time
        return calendar.timegm((*when, 0, 0, 0)) * 1000 if when[0] > 1980 else 0


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

    def changed_at(self, name: str) -> int:
        return int(self._tar.getmember(self._members[name]).mtime * 1000)


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

    def changed_at(self, name: str) -> int:
        try:
            return max(self._bundle.changed_at(name), 0)
        except _BROKEN:
            return 0


@contextmanager
def opened(path: Path, single: str = "") -> Iterator[Bundle]:
    """The archive at `path`; with `single` any other file is one of that name. Raises ArchiveBroken when it is none."""
    if not path.exists():
        raise ArchiveBroken("archive_missing", str(path))
    try:
        bundle: Bundle
        if path.is_dir():
            bundle = _Folder(path)
        elif zipfile.is_zipfile(path):
            bundle = _Zip(path)
        elif single and not tarfile.is_tarfile(path):
            bundle = _Single(path, single)
        else:
            bundle = _Tar(path)
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
