"""The schema: created and brought up to date by the migrations in `migrations/versions`, before a server starts.

Revisions are a line: `0001`, `0002`, ... the beginning of their files' names. So it takes one small read to know where
a database stands, and Alembic is set in motion only when there is something to do.
"""

import asyncio
import enum
import sqlite3
from pathlib import Path

import asyncpg
import sqlalchemy as sa
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from plausch.storage.opening import sqlite_path
from plausch.storage.tables import metadata, table

#: What `Write.signal` says, until every process has heard it. PostgreSQL has LISTEN/NOTIFY and leaves it empty.
signals = table(
    "storage_signals",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = "SELECT version_num FROM alembic_version"
#: Any number that nobody else locks: one process migrates, the others wait for it.
_LOCK = "SELECT pg_advisory_xact_lock(7205759403792)"


class SchemaState(enum.StrEnum):
    """Where a database stands, seen from this version of Plausch."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


class SchemaTooNew(Exception):
    """A newer version of Plausch has migrated the database; the text says from where to where."""


def revisions() -> list[str]:
    """All revisions this version knows, the first one first."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


async def find_revision(url: str) -> str | None:
    """The revision a database is at; None when it has no schema yet."""
    path = sqlite_path(url)
    if path is not None:
        return await asyncio.to_thread(_find_sqlite_revision, path)
    connection = await asyncpg.connect(url)
    try:
        found: str | None = await connection.fetchval(_VERSION)
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return found


def _find_sqlite_revision(path: Path) -> str | None:
    if not path.exists():
        return None
    connection = sqlite3.connect(path, timeout=20)
    try:
        row = connection.execute(_VERSION).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    finally:
        connection.close()
    return str(row[0]) if row else None


def state_of(revision: str | None) -> SchemaState:
    """What a revision means for this version."""
    known = revisions()
    if revision is None:
        return SchemaState.EMPTY
    if revision not in known:
        return SchemaState.NEWER
    return SchemaState.CURRENT if revision == known[-1] else SchemaState.OLDER


async def migrate(url: str, revision: str = "head") -> None:
    """Create the schema, or bring an older one up to date, in one transaction.

    Raises SchemaTooNew.
    """
    found = await find_revision(url)
    state = state_of(found)
    if state is SchemaState.NEWER:
        raise SchemaTooNew(f"the database's schema is {found}, and this version knows only up to {revisions()[-1]}")
    if state is SchemaState.CURRENT:
        return
    path = sqlite_path(url)
    if path is not None:
        await asyncio.to_thread(_upgrade_sqlite, path, revision)
        return
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(_LOCK)
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


def _upgrade_sqlite(path: Path, revision: str) -> None:
    engine = sqlite_engine(path)
    try:
        with engine.begin() as connection:
            _upgrade(connection, revision)
    finally:
        engine.dispose()


def sqlite_engine(path: Path) -> sa.Engine:
    """An engine whose transactions also hold what changes the schema; Python's driver would commit before it."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 20})

    @sa.event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _upgrade(connection: sa.Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection, "metadata": metadata})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    upgrade(config, revision)
