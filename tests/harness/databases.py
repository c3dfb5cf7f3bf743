"""Fresh databases, made quickly: the schema is migrated once a run, then copied."""

import asyncio
import importlib
import importlib.util
import pkgutil
import secrets
import shutil
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import asyncpg

import plausch
from plausch.storage.schema import migrate
from tests.harness.postgres import locked


class Databases(Protocol):
    """Makes empty, migrated databases of one engine."""

    def create(self, data: Path) -> str:
        """The address of a fresh database; on SQLite it lies in the data folder `data`."""
        ...

    def drop(self, url: str) -> None:
        """Give its space back; whoever is still connected is thrown out."""
        ...


class SqliteDatabases:
    """Copies of one migrated file."""

    def __init__(self, session: Path) -> None:
        self._template = session / "template" / "plausch.db"
        with locked(session / "sqlite.lock"):
            if not self._template.parent.exists():
                self._template.parent.mkdir()
                _migrate(f"sqlite:///{self._template}")

    def create(self, data: Path) -> str:
        data.mkdir(parents=True, exist_ok=True)
        target = data / "plausch.db"
        if target.exists():
            target = data / f"plausch-{secrets.token_hex(4)}.db"
        # The write-ahead log beside the file is part of it.
        for part in self._template.parent.glob("plausch.db*"):
            shutil.copyfile(part, target.with_name(target.name + part.name.removeprefix("plausch.db")))
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        """It goes with the data folder."""


class PostgresDatabases:
    """Copies of one migrated database within a cluster, which `url` leads to."""

    def __init__(self, session: Path, url: str) -> None:
        self._url = url
        self._template = _template(session)
        with locked(session / "template.lock"):
            made = session / "template.made"
            if not made.exists():
                _execute(url, f'CREATE DATABASE "{self._template}" TEMPLATE template0')
                _migrate(_address(url, self._template))
                made.touch()

    def create(self, data: Path) -> str:
        name = f"{self._template}_{secrets.token_hex(6)}"
        _execute(self._url, f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        return _address(self._url, name)

    def drop(self, url: str) -> None:
        name = urlsplit(url).path.removeprefix("/")
        _execute(self._url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _migrate(url: str) -> None:
    # The schema is what the rooms declare, so every room's tables have to be known first.
    for room in pkgutil.iter_modules(plausch.__path__, "plausch."):
        if importlib.util.find_spec(f"{room.name}.tables"):
            importlib.import_module(f"{room.name}.tables")
    _in_a_loop_of_its_own(lambda: migrate(url))


def drop_template(session: Path, url: str) -> None:
    """Leave nothing of this run behind in a cluster that outlives it."""
    _execute(url, f'DROP DATABASE IF EXISTS "{_template(session)}" WITH (FORCE)')


def _template(session: Path) -> str:
    # The cluster may be shared with other runs, so names carry this one's.
    return f"plausch_{session.name.rpartition('-')[2].lower()}"


def _address(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _execute(url: str, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    _in_a_loop_of_its_own(execute)


def _in_a_loop_of_its_own(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    # In a thread, because whoever asks may be a coroutine test.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()
