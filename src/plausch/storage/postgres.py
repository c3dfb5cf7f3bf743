"""PostgreSQL, by asyncpg: for communities that outgrow one file.

Statements are prepared once per connection. Connections carry no session state, so nothing is reset between uses.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import sqlalchemy as sa

from plausch.storage.database import Unavailable
from plausch.storage.statements import POSTGRES, Statement, insert_statement

RowT = TypeVar("RowT")

_POOL = 10
_CHANNEL = "plausch"
#: Our statements are long and read little: to plan one anew for each reader took longer than to run it.
_SETTINGS = {"jit": "off", "plan_cache_mode": "force_generic_plan", "application_name": "plausch"}
#: How long to wait for a free connection, in seconds, before giving up.
_PATIENCE = 15
_NO_CONNECTION = (TimeoutError, OSError, asyncpg.TooManyConnectionsError, asyncpg.CannotConnectNowError)
_IN_EACH_OTHERS_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class PostgresRead:
    """Statements on one connection."""

    dialect = POSTGRES

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def all(self, statement: Statement[RowT], /, **values: Any) -> list[RowT]:
        compiled = statement.compiled(POSTGRES)
        return statement.build(self.dialect, await self._connection.fetch(compiled.sql, *compiled.arrange(values)))

    async def first(self, statement: Statement[RowT], /, **values: Any) -> RowT | None:
        compiled = statement.compiled(POSTGRES)
        row = await self._connection.fetchrow(compiled.sql, *compiled.arrange(values))
        return statement.build(POSTGRES, [row])[0] if row is not None else None


class PostgresWrite(PostgresRead):
    """One write transaction."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.callbacks: list[Callable[[], None]] = []

    async def run(self, statement: Statement[Any], /, **values: Any) -> int:
        compiled = statement.compiled(POSTGRES)
        tag = await self._connection.execute(compiled.sql, *compiled.arrange(values))
        count = str(tag).rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def run_many(self, statement: Statement[Any], rows: Iterable[Mapping[str, Any]], /) -> None:
        compiled = statement.compiled(POSTGRES)
        await self._connection.executemany(compiled.sql, [compiled.arrange(row) for row in rows])

    async def insert(self, into: sa.Table, /, **values: Any) -> None:
        await self.run(insert_statement(into, tuple(values)), **values)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        async with self._connection.transaction():
            yield

    def after_commit(self, call: Callable[[], None]) -> None:
        self.callbacks.append(call)

    async def signal(self, payload: str) -> None:
        await self._connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, payload)


async def _nothing_to_reset(_: Any) -> None:
    return None


class PostgresDatabase:
    """A database on a PostgreSQL server."""

    engine = "postgres"

    def __init__(self, url: str, pool: Any) -> None:
        self.url = url
        self.pool = pool

    @classmethod
    async def open(cls, url: str) -> "PostgresDatabase":
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=_POOL,
            statement_cache_size=1000,
            max_cached_statement_lifetime=0,
            server_settings=_SETTINGS,
            reset=_nothing_to_reset,
        )
        return cls(url, pool)

    async def _acquire(self) -> Any:
        try:
            return await self.pool.acquire(timeout=_PATIENCE)
        except _NO_CONNECTION as error:
            raise Unavailable(f"no connection to the database: {type(error).__name__}") from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[PostgresRead]:
        connection = await self._acquire()
        try:
            yield PostgresRead(connection)
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def slow_read(self) -> AsyncIterator[PostgresRead]:
        connection = await self._acquire()
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                # What goes through much is worth a plan of its own.
                await connection.execute("SET LOCAL plan_cache_mode = auto")
                yield PostgresRead(connection)
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[PostgresWrite]:
        connection = await self._acquire()
        write = PostgresWrite(connection)
        try:
            async with connection.transaction():
                yield write
        except _IN_EACH_OTHERS_WAY as error:
            raise Unavailable(f"another transaction was in the way: {type(error).__name__}") from error
        finally:
            await self.pool.release(connection)
        for call in write.callbacks:
            call()

    async def stream(self, source: sa.Table, /) -> AsyncIterator[list[tuple[Any, ...]]]:
        async with self.pool.acquire(timeout=_PATIENCE) as connection, connection.transaction():
            cursor = await connection.cursor(str(sa.select(source).compile(dialect=POSTGRES)))
            while rows := await cursor.fetch(2000):
                yield [tuple(row) for row in rows]

    async def signals(self) -> AsyncIterator[list[str]]:
        #: None when the connection is lost.
        heard: asyncio.Queue[str | None] = asyncio.Queue()
        connection = await asyncpg.connect(self.url)
        try:
            connection.add_termination_listener(lambda _: heard.put_nowait(None))
            await connection.add_listener(_CHANNEL, lambda *notice: heard.put_nowait(str(notice[3])))
            while (payload := await heard.get()) is not None:
                yield [payload]
            raise ConnectionError("the connection that listens was lost")
        finally:
            await connection.close()

    async def close(self) -> None:
        await self.pool.close()
