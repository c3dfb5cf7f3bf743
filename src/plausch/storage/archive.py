"""A community in one file: every table as lines of JSON, every media file, and a manifest to hold them against.

The same for both engines, so a community can move from one to the other. A gzipped tar: `tables/NAME.jsonl` (a row is
a list, in the order of the manifest's columns), `media/KEY`, and last `manifest.json` with all numbers and hashes.
"""

import base64
import gzip
import hashlib
import io
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec
import sqlalchemy as sa

from plausch.storage.fulltext import indexed, stored_words
from plausch.storage.snapshots import Reader
from plausch.storage.statements import Statement, column_statement

FORMAT = 1
_MANIFEST = "manifest.json"
_TABLE = re.compile(r"tables/([a-z_]+)\.jsonl")
_MEDIA = re.compile(r"media/([0-9a-f]{32})")
_WORDS = "words"
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "text": sa.Text(),
    "boolean": sa.Boolean(),
    "binary": sa.LargeBinary(),
    _WORDS: sa.Text(),
}
_PORTION = 1000


class ArchiveBroken(Exception):
    """The file is no backup, or not whole; the text says what is wrong."""


class TableInfo(msgspec.Struct):
    """What a table's file has to be like; columns are name and type."""

    columns: list[tuple[str, str]]
    rows: int
    sha256: str


class Manifest(msgspec.Struct):
    format: int
    version: str
    revision: str
    made_at: int
    tables: dict[str, TableInfo]
    #: SHA-256 by key.
    media: dict[str, str]


def kind_of(column: sa.Column[Any]) -> str:
    """The archive's word for a column's type."""
    kinds = {"boolean": sa.Boolean, "binary": sa.LargeBinary, "integer": sa.Integer, "number": sa.Double}
    return next((kind for kind, type_ in kinds.items() if isinstance(column.type, type_)), "text")


# Writing


class Writer:
    """Fills an archive; `finish` puts the manifest at its end."""

    def __init__(self, tar: tarfile.TarFile, version: str, revision: str, made_at: int) -> None:
        self._tar = tar
        self.manifest = Manifest(FORMAT, version, revision, made_at, {}, {})

    async def add_table(self, table: sa.Table, read: Reader) -> None:
        columns = [(str(column.name), kind_of(column)) for column in table.columns]
        select = sa.select(*table.columns).order_by(*table.primary_key.columns)
        await self._add_rows(table.name, columns, read(select))

    async def add_words(self, name: str, read: Reader) -> None:
        """A full-text index, with its stems as text."""
        await self._add_rows(name, [("rowid", "integer"), ("words", _WORDS)], read(stored_words(name)))

    async def _add_rows(
        self, name: str, columns: list[tuple[str, str]], portions: AsyncIterator[Sequence[Sequence[Any]]]
    ) -> None:
        convert = [_TO_JSON.get(kind) for _, kind in columns]
        count, digest = 0, hashlib.sha256()
        with tempfile.TemporaryFile() as file:
            async for rows in portions:
                lines = b"".join(msgspec.json.encode(_converted(row, convert)) + b"\n" for row in rows)
                digest.update(lines)
                file.write(lines)
                count += len(rows)
            self._add(f"tables/{name}.jsonl", file)
        self.manifest.tables[name] = TableInfo(columns, count, digest.hexdigest())

    def add_media(self, key: str, path: Path) -> None:
        with path.open("rb") as file:
            self.manifest.media[key] = hashlib.file_digest(file, "sha256").hexdigest()
            self._add(f"media/{key}", file)

    def finish(self) -> None:
        self._add(_MANIFEST, io.BytesIO(msgspec.json.encode(self.manifest)))

    def _add(self, name: str, file: IO[bytes]) -> None:
        info = tarfile.TarInfo(name)
        info.size = file.seek(0, os.SEEK_END)
        info.mode, info.mtime = 0o600, self.manifest.made_at // 1000
        file.seek(0)
        self._tar.addfile(info, file)


_TO_JSON: dict[str, Callable[[Any], Any]] = {
    "boolean": lambda value: None if value is None else bool(value),
    "binary": lambda value: None if value is None else base64.b64encode(value).decode(),
}
_FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "binary": lambda value: None if value is None else base64.b64decode(value),
}


def _converted(row: Sequence[Any], convert: Sequence[Callable[[Any], Any] | None]) -> list[Any]:
    return [change(value) if change else value for value, change in zip(row, convert, strict=True)]


@contextmanager
def writing(path: Path, version: str, revision: str, made_at: int) -> Iterator[Writer]:
    """An archive at `path`, readable for its owner only; it appears there when it is whole."""
    partial = path.with_name(f"{path.name}.part")
    try:
        with (
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar,
        ):
            writer = Writer(tar, version, revision, made_at)
            yield writer
            writer.finish()
        _make_durable(partial)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def _make_durable(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


# Reading


def verify(path: Path) -> Manifest:
    """Read all of it once, and hold it against its manifest. Raises ArchiveBroken."""
    try:
        return _inspect(path)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveBroken(f"it is no backup, or was cut off ({error})") from error


def _inspect(path: Path) -> Manifest:
    tables: dict[str, tuple[int, str]] = {}
    media: dict[str, str] = {}
    manifest: Manifest | None = None
    for name, file in _members(path):
        if name == _MANIFEST:
            manifest = _read_manifest(file)
        elif found := _TABLE.fullmatch(name):
            digest, rows = hashlib.sha256(), 0
            for line in file:
                digest.update(line)
                rows += 1
            tables[found[1]] = (rows, digest.hexdigest())
        elif found := _MEDIA.fullmatch(name):
            media[found[1]] = hashlib.sha256(file.read()).hexdigest()
        else:
            raise ArchiveBroken(f"it holds {name!r}, which no backup does")
    if manifest is None:
        raise ArchiveBroken("its end is missing")
    if tables != {name: (one.rows, one.sha256) for name, one in manifest.tables.items()} or media != manifest.media:
        raise ArchiveBroken("what it holds differs from its own list")
    return manifest


def _read_manifest(file: IO[bytes]) -> Manifest:
    try:
        manifest = msgspec.json.decode(file.read(), type=Manifest)
    except msgspec.DecodeError as error:
        raise ArchiveBroken(f"its manifest cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise ArchiveBroken(f"it is of format {manifest.format}, and this version reads {FORMAT}")
    return manifest


def read_tables(path: Path, manifest: Manifest) -> Iterator[tuple[Statement[Any], list[dict[str, Any]]]]:
    """The rows of all tables, in portions, each with the statement that inserts them."""
    for name, file in _members(path):
        if found := _TABLE.fullmatch(name):
            columns = manifest.tables[found[1]].columns
            statement = _insert(found[1], columns)
            for rows in _portions(file, columns):
                yield statement, rows


def read_media(path: Path) -> Iterator[tuple[str, bytes]]:
    """Key and content of every media file."""
    for name, file in _members(path):
        if found := _MEDIA.fullmatch(name):
            yield found[1], file.read()


def _insert(name: str, columns: Sequence[tuple[str, str]]) -> Statement[Any]:
    table = sa.table(name, *(sa.column(column, _TYPES[kind]) for column, kind in columns))
    values: Mapping[str, Any] = {
        column: indexed(column) if kind == _WORDS else sa.bindparam(column, type_=_TYPES[kind])
        for column, kind in columns
    }
    return column_statement(sa.insert(table).values(values))


def _portions(file: IO[bytes], columns: Sequence[tuple[str, str]]) -> Iterator[list[dict[str, Any]]]:
    names = [name for name, _ in columns]
    convert = [_FROM_JSON.get(kind) for _, kind in columns]
    portion: list[dict[str, Any]] = []
    for line in file:
        portion.append(dict(zip(names, _converted(msgspec.json.decode(line), convert), strict=True)))
        if len(portion) == _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with gzip.open(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r:") as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None:
                yield member.name, file
        # To the very end, where gzip keeps its own sum.
        while unpacked.read(1 << 20):
            pass
