"""Which engine an address means."""

from pathlib import Path

from plausch.storage.database import Database
from plausch.storage.postgres import PostgresDatabase
from plausch.storage.sqlite import SqliteDatabase


def sqlite_path(url: str) -> Path | None:
    """The file of a `sqlite:///` address, or None when it names another engine."""
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)) if url.startswith(prefix) else None


async def open_database(url: str) -> Database:
    """Open `sqlite:///FILE` (`sqlite:////absolute/file`) or `postgresql://...`; the schema must be there already."""
    path = sqlite_path(url)
    if path is not None:
        return SqliteDatabase(path)
    return await PostgresDatabase.open(url)
