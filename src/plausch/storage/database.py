"""What every engine offers: short reads, slow reads, and write transactions.

One request is one transaction: a door opens `database.write()`, hands the `Write` to the domain's actions, and what
they did is acknowledged only after it is durable.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from plausch.storage.statements import Statement

RowT = TypeVar("RowT")


class Unavailable(ConnectionError):
    """The database cannot do it at the moment: nothing has happened, and trying again later may well do."""


class Read(Protocol):
    """Runs statements that change nothing."""

    @property
    def dialect(self) -> sa.Dialect: ...

    async def all(self, statement: Statement[RowT], /, **values: Any) -> list[RowT]:
        """Every row."""
        ...

    async def first(self, statement: Statement[RowT], /, **values: Any) -> RowT | None:
        """The first row, or None."""
        ...


class Write(Read, Protocol):
    """A write transaction: all of it happens, or nothing. It also reads what it has written."""

    async def run(self, statement: Statement[Any], /, **values: Any) -> int:
        """Run a change; how many rows it changed."""
        ...

    async def run_many(self, statement: Statement[Any], rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run a change once for each row of parameters."""
        ...

    async def insert(self, into: sa.Table, /, **values: Any) -> None:
        """Insert one row; columns not named take their defaults."""
        ...

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """A part that may fail alone: an exception undoes only what happened within."""
        ...

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call once the transaction is durable; not at all when it is undone."""
        ...

    async def signal(self, payload: str) -> None:
        """Tell every process, once the transaction is durable; at most 7,000 bytes, ids only."""
        ...


class Database(Protocol):
    """An opened database of either engine."""

    @property
    def url(self) -> str: ...

    @property
    def engine(self) -> str:
        """`sqlite` or `postgres`."""
        ...

    def read(self) -> AbstractAsyncContextManager[Read]:
        """Short, indexed reads. On SQLite they run in the event loop itself."""
        ...

    def slow_read(self) -> AbstractAsyncContextManager[Read]:
        """Reads that may take longer than a few milliseconds: off the event loop, in one consistent snapshot."""
        ...

    def write(self) -> AbstractAsyncContextManager[Write]:
        """A write transaction; leaving the block waits until it is durable."""
        ...

    def stream(self, source: sa.Table, /) -> AsyncIterator[list[tuple[Any, ...]]]:
        """All rows of a table in batches, for backups."""
        ...

    def signals(self) -> AsyncIterator[list[str]]:
        """What `Write.signal` of any process says from now on. Best effort: nothing is kept for who doesn't listen."""
        ...

    async def close(self) -> None: ...
