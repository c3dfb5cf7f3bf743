"""What `plausch check` looks at. Each inspection says what it found, and for whatever is wrong, how to mend it."""

import enum
import ipaddress
import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import asyncpg
import sqlalchemy as sa

from plausch.app.schema import MEDIA_COLUMNS, PAST_COLUMNS, columns
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.model import Role, Standing
from plausch.settings import Settings, Switch
from plausch.storage import Database, column_statement
from plausch.storage.media import MediaFiles
from plausch.storage.opening import sqlite_path
from plausch.storage.schema import SchemaState, find_revision, revisions, state_of
from plausch.storage.snapshots import open_snapshot
from plausch.work import queue

_KEY = re.compile(r"[0-9a-f]{32}")
_LITTLE, _TOO_LITTLE = 2 << 30, 300 << 20
#: A file that is younger may still get its row.
_FRESH = 3600


class Level(enum.StrEnum):
    OK = "ok"
    #: Works, but somebody should know.
    NOTE = "note"
    WRONG = "wrong"


class Finding(NamedTuple):
    level: Level
    about: str
    text: str
    mend: str = ""


def ok(about: str, text: str) -> Finding:
    return Finding(Level.OK, about, text)


def note(about: str, text: str, mend: str) -> Finding:
    return Finding(Level.NOTE, about, text, mend)


def wrong(about: str, text: str, mend: str) -> Finding:
    return Finding(Level.WRONG, about, text, mend)


# Without a database


def letters(settings: Settings) -> Iterator[Finding]:
    """Whether e-mails leave the machine."""
    if settings.sends_mail:
        yield ok("mail", f"sent from {settings.mail_from}; the administration has a button to try it out")
    else:
        text = "no server is set: e-mails are kept for the owner, and nobody can set a new password alone"
        yield note("mail", text, "set smtp_url to your mail server")


def address(settings: Settings) -> Iterator[Finding]:
    """Whether the base URL can be what browsers use."""
    host = urlsplit(settings.base_url).hostname or ""
    here = host == "localhost" or _is_loopback(host)
    if here:
        yield ok("address", f"{settings.base_url}, for this machine only")
    elif not settings.secure:
        yield wrong(
            "address",
            f"{settings.base_url} sends passwords in the clear",
            "put a proxy with TLS before Plausch, and set base_url to https://...",
        )
    elif "." not in host:
        yield wrong("address", f"{host!r} is no name others know", "set base_url to the public address")
    else:
        yield ok("address", settings.base_url)
    if settings.rate_limits is Switch.OFF and not here:
        yield wrong("limits", "anybody may try passwords without end", "set rate_limits to on")
    if settings.forwarded is Switch.ON and settings.host not in ("127.0.0.1", "::1", "localhost"):
        yield note(
            "proxy",
            "forwarded is on, and others reach Plausch without the proxy: they may name any address as theirs",
            "set host to 127.0.0.1, or keep the port closed in the firewall",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def processes(settings: Settings) -> Iterator[Finding]:
    cores = os.cpu_count() or 1
    if settings.workers > cores:
        yield note("workers", f"{settings.workers} workers on {cores} cores", f"set workers to at most {cores}")


def folders(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be written, and read by nobody else; whether there is room."""
    data = settings.data
    if not data.is_dir():
        yield wrong("folder", f"there is no folder {data}", "name it with --data, or start the server once")
        return
    media = data / "media"
    for folder in (data, media) if media.exists() else (data,):
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            yield wrong(
                "folder",
                f"{folder} cannot be written ({error.strerror})",
                f"chown -R it to the user who runs Plausch (user number {os.geteuid()} now), and check the disk",
            )
    free = shutil.disk_usage(data).free
    said = f"{free / 1e9:.1f} GB free"
    if free < _TOO_LITTLE:
        yield wrong("disk", said, "make room, or move the data folder: a full disk stops everything")
    elif free < _LITTLE:
        yield note("disk", said, "make room soon")
    else:
        yield ok("disk", said)
    path = sqlite_path(settings.database_url)
    if path is not None and path.exists() and path.stat().st_mode & 0o007 and data.stat().st_mode & 0o001:
        yield note("folder", "every user of this machine can read the database", f"chmod 700 {data}")


# The database


async def schema(settings: Settings) -> Finding:
    """Whether the database answers, and is what this version works with."""
    try:
        revision = await find_revision(settings.database_url)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            return wrong("database", f"it cannot be opened: {error}", "see the setting database_url")
        return _damaged(str(error))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return wrong("database", f"it cannot be opened: {error}", "see the setting database_url; is it running?")
    match state_of(revision):
        case SchemaState.EMPTY:
            return wrong("schema", "there is no community here yet", "start the server once, or `plausch user create`")
        case SchemaState.OLDER:
            return wrong("schema", f"{revision}, and {revisions()[-1]} is needed", "plausch migrate")
        case SchemaState.NEWER:
            return wrong("schema", f"{revision} is of a newer version", "install the version that was used before")
        case SchemaState.CURRENT:
            return ok("schema", str(revision))


def integrity(settings: Settings) -> Finding:
    """Whether the database's file is sound; PostgreSQL looks after its own."""
    path = sqlite_path(settings.database_url)
    if path is None:
        return ok("database", "PostgreSQL answers")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        try:
            said = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
        except sqlite3.DatabaseError as error:
            said = [str(error)]
    if said == ["ok"]:
        return ok("database", f"{path.stat().st_size / 1e6:.1f} MB, sound")
    return _damaged("; ".join(said))


def _damaged(why: str) -> Finding:
    return wrong("database", f"damaged: {why}", "stop the server, and restore the last backup into an empty folder")


async def accounts(database: Database) -> Finding:
    async with database.read() as tx:
        found = await people.list_accounts(tx)
    if not found:
        return note("accounts", "nobody has one", "plausch user create NAME --email E --password P --role owner")
    if not any(one.role is Role.OWNER and one.standing is Standing.ACTIVE for one in found):
        return wrong("accounts", "nobody owns the server", "plausch user role NAME owner")
    return ok("accounts", str(len(found)))


async def jobs(database: Database) -> Finding:
    """Background work that was given up, or that nobody does."""
    async with database.read() as tx:
        failed, waiting = await queue.count_failed(tx), await queue.count_waiting(tx)
        stubborn = await queue.count_stubborn(tx)
    if failed:
        return wrong(
            "jobs",
            f"{failed} were given up after {queue.ATTEMPTS} attempts",
            "look for `job given up` in the log; when the cause is mended: plausch check --retry",
        )
    if stubborn:
        return note(
            "jobs",
            f"{stubborn} were tried more than {queue.STUBBORN} times, and are tried on",
            "look for `job failed` in the log, or at Background work in the administration",
        )
    return ok("jobs", f"{waiting} waiting, none given up")


async def media(settings: Settings) -> AsyncIterator[Finding]:
    """Files that no row names, and rows whose files are not there."""
    files = MediaFiles(settings.data / "media")
    there = await files.keys()
    named = await _named_media(settings)
    lost, loose = named - there, _loose(files, there - named)
    if lost:
        yield wrong("pictures", f"{len(lost)} are missing from {settings.data / 'media'}", "take them from a backup")
    if loose:
        yield note("pictures", f"{len(loose)} files belong to nothing", "plausch check --tidy removes them")
    if not lost and not loose:
        yield ok("pictures", f"{len(there)} files")


async def loose_media(settings: Settings) -> set[str]:
    """Keys of files that no row names, and that are no longer waiting for one."""
    files = MediaFiles(settings.data / "media")
    return _loose(files, await files.keys() - await _named_media(settings))


def _loose(files: MediaFiles, unnamed: set[str]) -> set[str]:
    return {key for key in unnamed if _is_old(files.find_path(key))}


async def _named_media(settings: Settings) -> set[str]:
    keys: set[str] = set()
    async with open_snapshot(settings.database_url) as read:
        for column in columns(MEDIA_COLUMNS):
            async for rows in read(sa.select(column).where(column != "")):
                keys.update(key for (text,) in rows for key in _KEY.findall(text))
    return keys


def _is_old(path: Path | None) -> bool:
    return path is not None and path.stat().st_mtime < time.time() - _FRESH


async def time_of_day(database: Database) -> Finding:
    """Whether the clock stands before what has happened already."""
    newest = 0
    async with database.read() as tx:
        for column in columns(PAST_COLUMNS):
            newest = max(newest, await tx.first(column_statement(sa.select(sa.func.max(column)))) or 0)
    now = clock.real_now()
    shown = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    if newest > now + 5 * clock.MINUTE:
        return wrong("clock", f"{shown} is before what has happened here already", "timedatectl set-ntp true")
    return ok("clock", shown)
