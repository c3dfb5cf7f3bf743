"""SQLite: one file, one writer, readers that wait for nobody.

Short reads run on one connection in the event loop: an indexed read takes microseconds, and handing it to a thread
would cost more than it takes. Writes queue for the one writer; those that wait together share one COMMIT, which is
the only part that touches the disk and runs in a thread (group commit, `synchronous=FULL`).
"""

import asyncio
import functools
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.storage.database import Unavailable
from plausch.storage.statements import SQLITE, Statement, insert_statement

RowT = TypeVar("RowT")

#: How many transactions may share a COMMIT.
_GROUP = 64
#: How long to wait for another process's write transaction, in seconds.
_PATIENCE = 20.0
#: How long a read may wait for the file, in ms; only while another process repairs or closes it.
_READ_PATIENCE = 2_000
#: How often each process looks whether another one committed, in seconds.
_GLANCE = 0.02
#: How many signals are kept for other processes to hear.
_SIGNALS_KEPT = 10_000
_SIGNALS_AT_ONCE = 1_000


def connect(path: str, *, read_only: bool) -> sqlite3.Connection:
    """Open a connection with the settings that every one of ours has.

    After a crash the first to open the file repairs it, and the others wait for that.
    """
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_PATIENCE, cached_statements=512
    )
    _turn_to_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA mmap_size=4294967296")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.create_function("power_of_two", 1, _power_of_two, deterministic=True)
    # The writer waits off the event loop, by asking again.
    connection.execute(f"PRAGMA busy_timeout={_READ_PATIENCE if read_only else 0}")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
    return connection


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Where several turn a fresh file at the same moment, SQLite refuses all but one at once, whatever the timeout."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.002)


def _power_of_two(exponent: float) -> float:
    return float(2.0**exponent)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Somebody else has the file; the upper bits say what for, such as SQLITE_BUSY_RECOVERY."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


class SqliteRead:
    """Statements run at once, in the calling thread."""

    dialect = SQLITE

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def all(self, statement: Statement[RowT], /, **values: Any) -> list[RowT]:
        compiled = statement.compiled(SQLITE)
        rows = self._connection.execute(compiled.sql, compiled.arrange(values)).fetchall()
        return statement.build(self.dialect, rows)

    async def first(self, statement: Statement[RowT], /, **values: Any) -> RowT | None:
        compiled = statement.compiled(SQLITE)
        row = self._connection.execute(compiled.sql, compiled.arrange(values)).fetchone()
        return statement.build(self.dialect, [row])[0] if row is not None else None


class _SlowRead:
    """The same in a thread of its own, so that the event loop goes on."""

    dialect = SQLITE

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    async def all(self, statement: Statement[RowT], /, **values: Any) -> list[RowT]:
        compiled = statement.compiled(SQLITE)
        arranged = compiled.arrange(values)

        def fetch() -> list[RowT]:
            return statement.build(self.dialect, self._connection.execute(compiled.sql, arranged).fetchall())

        return await asyncio.get_running_loop().run_in_executor(self._thread, fetch)

    async def first(self, statement: Statement[RowT], /, **values: Any) -> RowT | None:
        rows = await self.all(statement, **values)
        return rows[0] if rows else None


class SqliteWrite(SqliteRead):
    """One write transaction: a savepoint inside the group that is committed together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.callbacks: list[Callable[[], None]] = []

    async def run(self, statement: Statement[Any], /, **values: Any) -> int:
        compiled = statement.compiled(SQLITE)
        return self._connection.execute(compiled.sql, compiled.arrange(values)).rowcount

    async def run_many(self, statement: Statement[Any], rows: Iterable[Mapping[str, Any]], /) -> None:
        compiled = statement.compiled(SQLITE)
        self._connection.executemany(compiled.sql, (compiled.arrange(row) for row in rows))

    async def insert(self, into: sa.Table, /, **values: Any) -> None:
        await self.run(insert_statement(into, tuple(values)), **values)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        self._connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            # Some errors, a full disk for instance, make SQLite undo everything by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO part")
                self._connection.execute("RELEASE part")
            raise
        self._connection.execute("RELEASE part")

    def after_commit(self, call: Callable[[], None]) -> None:
        self.callbacks.append(call)

    async def signal(self, payload: str) -> None:
        added = self._connection.execute(
            "INSERT INTO storage_signals (payload, at) VALUES (?, ?)", (payload, clock.now())
        ).lastrowid
        if added is not None and added % _SIGNALS_AT_ONCE == 0:
            self._connection.execute("DELETE FROM storage_signals WHERE id <= ?", (added - _SIGNALS_KEPT,))


def _call_all(calls: Iterable[Callable[[], None]], durable: asyncio.Future[None]) -> None:
    if not durable.cancelled() and durable.exception() is None:
        for call in calls:
            call()


class _Ticket:
    """One transaction's place in the queue for the writer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.granted: asyncio.Future[None] = loop.create_future()
        self.finished: asyncio.Future[None] = loop.create_future()
        self.durable: asyncio.Future[None] = loop.create_future()
        self.owner = asyncio.current_task()


class _Writer:
    """Grants the write connection to one transaction after another and commits them in groups."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        #: None is the last: the database is being closed.
        self._queue: asyncio.Queue[_Ticket | None] = asyncio.Queue()
        self._closing = False
        self._holder: _Ticket | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-commit")
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._grant_forever())

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteWrite]:
        ticket = _Ticket(self._loop)
        if self._holder is not None and self._holder.owner is ticket.owner:
            raise RuntimeError("a write transaction inside a write transaction would wait for itself")
        if self._closing:
            raise RuntimeError("the database is closed")
        self._queue.put_nowait(ticket)
        write = SqliteWrite(self._connection)
        try:
            await ticket.granted
            async with write.savepoint():
                yield write
        finally:
            if self._holder is ticket:
                self._holder = None
            ticket.finished.set_result(None)
        # Also when whoever waits here is cancelled meanwhile: what they did is durable all the same.
        ticket.durable.add_done_callback(functools.partial(_call_all, write.callbacks))
        await asyncio.shield(ticket.durable)

    async def _grant_forever(self) -> None:
        while (ticket := await self._queue.get()) is not None:
            group: list[_Ticket] = []
            try:
                await self._begin()
                while True:
                    group.append(ticket)
                    await self._let_one_write(ticket)
                    following = self._next_of(group)
                    if following is None:
                        break
                    ticket = following
                await self._loop.run_in_executor(self._thread, self._connection.execute, "COMMIT")
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait for it are told
                self._give_up(group or [ticket], error)
            else:
                for done in group:
                    if not done.durable.done():
                        done.durable.set_result(None)

    def _next_of(self, group: list[_Ticket]) -> _Ticket | None:
        """Who shares the COMMIT as well, if anybody waits."""
        if self._queue.empty() or len(group) >= _GROUP:
            return None
        following = self._queue.get_nowait()
        if following is None:
            self._queue.put_nowait(None)
        return following

    async def _let_one_write(self, ticket: _Ticket) -> None:
        if not ticket.granted.done():
            self._holder = ticket
            ticket.granted.set_result(None)
        await ticket.finished
        if not self._connection.in_transaction:
            raise Unavailable("an error has undone what others wrote in the same transaction")

    def _give_up(self, tickets: list[_Ticket], error: Exception) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        for ticket in tickets:
            for future in (ticket.granted, ticket.durable):
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # seen: a cancelled waiter must not make asyncio complain

    async def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            await self._loop.run_in_executor(self._thread, self._begin_patiently)

    def _begin_patiently(self) -> None:
        """Another process writes: ask again every few milliseconds, off the event loop."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
                if time.monotonic() > until:
                    raise Unavailable("another process has been writing for too long") from error
                time.sleep(0.002)

    async def close(self) -> None:
        """Write what waits, and end; a transaction that never ends does not keep a server from ending."""
        self._closing = True
        self._queue.put_nowait(None)
        await asyncio.wait([self._task], timeout=_PATIENCE)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown()
        self._connection.close()


class SqliteDatabase:
    """A database in one file."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.path = path
        self._writer = _Writer(connect(str(path), read_only=False))
        self.reader = connect(str(path), read_only=True)
        self._read = SqliteRead(self.reader)
        self._slow_turn = asyncio.Lock()
        self._slow_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-slow")
        self._slow_connection: sqlite3.Connection | None = None

    def read(self) -> "_Reading":
        return _Reading(self._read)

    @asynccontextmanager
    async def slow_read(self) -> AsyncIterator[_SlowRead]:
        async with self._slow_turn:
            if self._slow_connection is None:
                self._slow_connection = connect(str(self.path), read_only=True)
                # What it goes through once in a while would stay in this process's memory.
                self._slow_connection.execute("PRAGMA mmap_size=0")
            self._slow_connection.execute("BEGIN")
            try:
                yield _SlowRead(self._slow_connection, self._slow_thread)
            finally:
                self._slow_connection.execute("COMMIT")

    def write(self) -> AbstractAsyncContextManager[SqliteWrite]:
        return self._writer.transaction()

    async def stream(self, source: sa.Table, /) -> AsyncIterator[list[tuple[Any, ...]]]:
        connection = connect(str(self.path), read_only=True)
        try:
            cursor = connection.execute(str(sa.select(source).compile(dialect=SQLITE)))
            while rows := await asyncio.to_thread(cursor.fetchmany, 2000):
                yield rows
        finally:
            connection.close()

    async def signals(self) -> AsyncIterator[list[str]]:
        """Ask `PRAGMA data_version` (microseconds) whether anybody committed, and only then look for rows."""
        last = self._newest_signal()
        version = self._version()
        while True:
            await asyncio.sleep(_GLANCE)
            seen = self._version()
            if seen == version:
                continue
            version = seen
            while rows := self._signals_after(last):
                last = rows[-1][0]
                yield [payload for _, payload in rows]

    def _signals_after(self, last: int) -> list[tuple[int, str]]:
        return self.reader.execute(
            "SELECT id, payload FROM storage_signals WHERE id > ? ORDER BY id LIMIT ?", (last, _SIGNALS_AT_ONCE)
        ).fetchall()

    def _version(self) -> int:
        return int(self.reader.execute("PRAGMA data_version").fetchone()[0])

    def _newest_signal(self) -> int:
        return int(self.reader.execute("SELECT coalesce(max(id), 0) FROM storage_signals").fetchone()[0])

    async def close(self) -> None:
        await self._writer.close()
        self._slow_thread.shutdown()
        if self._slow_connection is not None:
            self._slow_connection.close()
        self.reader.close()


class _Reading:
    """`async with` without the cost of a generator: this is on every request's way."""

    __slots__ = ("_read",)

    def __init__(self, read: SqliteRead) -> None:
        self._read = read

    async def __aenter__(self) -> SqliteRead:
        return self._read

    async def __aexit__(self, *_: object) -> None:
        return None
