"""People, posts and background work for tests of the domain: the real actions, in few words."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from plausch.app.background import register_all
from plausch.feeds.tables import people_words, post_words
from plausch.http.site import ADDRESSES
from plausch.people import actions as people
from plausch.people.model import SignUp, Viewer
from plausch.storage import Database, Write, column_statement, metadata, open_database
from plausch.storage.media import MediaFiles
from plausch.talk import actions as talk
from plausch.talk.model import PostDraft
from plausch.work.worker import Worker

#: Nobody signs in with it.
NO_PASSWORD = "no password"
_TABLES: tuple[sa.TableClause, ...] = (*metadata.sorted_tables, post_words, people_words)
_CLEAR = [column_statement(sa.delete(one)) for one in _TABLES]


def as_person(person: int) -> Viewer:
    return Viewer(person, person)


async def join(tx: Write, handle: str, **more: Any) -> Viewer:
    """A new person with an account."""
    form = SignUp(handle=handle, email=f"{handle}@example.org", password_hash=NO_PASSWORD, **more)
    return as_person(await people.sign_up(tx, form))


async def join_all(database: Database, *handles: str) -> list[Viewer]:
    async with database.write() as tx:
        return [await join(tx, handle) for handle in handles]


async def connect(tx: Write, one: Viewer, other: Viewer) -> None:
    await people.ask_to_connect(tx, one, other.person, "")
    await people.accept_connection(tx, other, one.person)


async def publish(tx: Write, viewer: Viewer, source: str, **draft: Any) -> int:
    """A post in German, unless it says otherwise: nobody has to find that out."""
    return await talk.publish_post(tx, viewer, PostDraft(**{"source": source, "language": "de"} | draft), ADDRESSES)


def worker(database: Database) -> Worker:
    """With every listener and job of the server; files would lie in a folder that is not there."""
    return Worker(database, register_all(MediaFiles(Path("no-such-folder"))))


async def settle(database: Database) -> None:
    """Do all background work that is due."""
    await worker(database).work_all()


async def stored(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, by table."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for one in _TABLES:
        found[one.name] = [row async for rows in database.stream(one) for row in rows]  # type: ignore[arg-type]  # a clause will do
    return found


def tables_with(rows: dict[str, list[tuple[Any, ...]]], *texts: str) -> set[str]:
    """The tables in which one of the texts occurs, whatever its case and the type of its column."""
    wanted = re.compile("|".join(re.escape(text) for text in texts), re.IGNORECASE)
    return {name for name, found in rows.items() for row in found if any(wanted.search(_text(value)) for value in row)}


def _text(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


async def clear(database: Database) -> None:
    """Empty every table, which is much faster than another database."""
    async with database.write() as tx:
        for statement in _CLEAR:
            await tx.run(statement)


@contextmanager
def in_a_loop(url: str) -> Iterator[tuple[asyncio.Runner, Database]]:
    """An opened database and what runs coroutines with it, for properties: hypothesis calls plain functions."""
    with asyncio.Runner() as runner:
        database = runner.run(open_database(url))
        try:
            yield runner, database
        finally:
            runner.run(database.close())


def text_of(thing: Any) -> str:
    """All that is in structs, as text."""
    return msgspec.json.encode(thing).decode()
