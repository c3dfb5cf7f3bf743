"""The whole database as rows, read from one moment's snapshot while others go on writing. For backups and checks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import sqlalchemy as sa

from plausch.storage.opening import sqlite_path
from plausch.storage.sqlite import connect
from plausch.storage.statements import POSTGRES, SQLITE

Rows = AsyncIterator[Sequence[Sequence[Any]]]
AnySelect = sa.Select[*tuple[Any, ...]]
#: Takes a SELECT without parameters, gives its rows in portions.
Reader = Callable[[AnySelect], Rows]

_PORTION = 2000


@asynccontextmanager
async def open_snapshot(url: str) -> AsyncIterator[Reader]:
    """What the database holds at this moment; it stays so within the block."""
    path = sqlite_path(url)
    async with _sqlite(str(path)) if path is not None else _postgres(url) as reader:
        yield reader


@asynccontextmanager
async def _sqlite(path: str) -> AsyncIterator[Reader]:
    connection = connect(path, read_only=True)

    async def read(select: AnySelect) -> Rows:
        cursor = connection.execute(_text(select, SQLITE))
        while rows := await asyncio.to_thread(cursor.fetchmany, _PORTION):
            yield rows

    try:
        connection.execute("BEGIN")
        # The snapshot is taken by the first read, not by BEGIN.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield read
    finally:
        connection.close()


@asynccontextmanager
async def _postgres(url: str) -> AsyncIterator[Reader]:
    connection = await asyncpg.connect(url)

    async def read(select: AnySelect) -> Rows:
        cursor = await connection.cursor(_text(select, POSTGRES))
        while rows := await cursor.fetch(_PORTION):
            yield rows

    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.fetchval("SELECT 1")
            yield read
    finally:
        await connection.close()


def _text(select: AnySelect, dialect: sa.Dialect) -> str:
    return str(select.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
