"""The schema: created and brought up to date before a server starts."""

import asyncio

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from plausch.storage.fulltext import create_fulltext
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


async def migrate(url: str) -> None:
    """Create the schema, or bring an older one up to date."""
    path = sqlite_path(url)
    if path is not None:
        await asyncio.to_thread(_upgrade_sqlite, str(path))
        return
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)
    await engine.dispose()


def _upgrade_sqlite(path: str) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        _upgrade(connection)
    engine.dispose()


def _upgrade(connection: sa.Connection) -> None:
    metadata.create_all(connection)
    for name in metadata.info.get("fulltext", []):
        create_fulltext(connection, name)
