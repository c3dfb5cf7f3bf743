"""`plausch backup` and `plausch restore`: everything comes back, on either engine, and nothing else happens."""

import asyncio
import gzip
import io
import json
import os
import stat
import tarfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from plausch.app.background import register_all
from plausch.app.schema import all_tables, fulltext_names
from plausch.cli.backup import TRANSIENT
from plausch.demo.player import Player
from plausch.demo.town import load
from plausch.feeds import queries as feeds
from plausch.kernel.paging import Page
from plausch.people.model import VISITOR
from plausch.storage import Database, open_database
from plausch.storage.archive import kind_of
from plausch.storage.fulltext import stored_words
from plausch.storage.media import MediaFiles
from plausch.storage.snapshots import open_snapshot
from tests.cli.running import Run, plausch
from tests.harness import community
from tests.harness.databases import Databases

OTHER = {"sqlite": "postgres", "postgres": "sqlite"}


@pytest.fixture
def town(database_url: str, data: Path) -> None:
    """Part of the demo town."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(play(database_url, data))).result()


async def play(url: str, data: Path) -> None:
    """Part of the demo town, with its faces left out but for one: something in most tables."""
    whole = load()
    people = tuple(
        one if one.handle == "anna" else msgspec.structs.replace(one, picture=None, header=None) for one in whole.people
    )
    kept = [one for one in whole.conversations if one.post.place.startswith("chess")]
    media = MediaFiles(data / "media")
    part = msgspec.structs.replace(whole, people=people, conversations=tuple(kept))
    database = await open_database(url)
    await Player(part, database, media, register_all(media)).play()
    await database.close()


async def contents(url: str) -> dict[str, list[Any]]:
    """All rows of all tables, alike whatever the engine."""
    found: dict[str, list[Any]] = {}
    async with open_snapshot(url) as read:
        for table in all_tables().sorted_tables:
            if table.name not in TRANSIENT:
                kinds = [kind_of(column) for column in table.columns]
                select = sa.select(*table.columns).order_by(*table.primary_key.columns)
                found[table.name] = [
                    [bool(value) if kind == "boolean" else value for kind, value in zip(kinds, row, strict=True)]
                    async for rows in read(select)
                    for row in rows
                ]
        for name in fulltext_names():
            found[name] = [(id_, set(text.split())) async for rows in read(stored_words(name)) for id_, text in rows]
    return found


async def found_at(url: str) -> list[int]:
    """What a visitor finds."""
    database = await open_database(url)
    async with database.read() as tx:
        found = await feeds.search_posts(tx, VISITOR, "schach", Page())
    await database.close()
    return found


def media_of(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / "media").rglob("*") if path.is_file()}


def at(url: str, data: Path) -> dict[str, str]:
    return {"PLAUSCH_DATA": str(data), "PLAUSCH_DATABASE_URL": url}


@pytest.fixture
def elsewhere(
    engine: str, tmp_path: Path, databases_of: Callable[[str], Databases], new_database_url: Callable[[], str]
) -> Iterator[list[tuple[str, Path]]]:
    """Two empty places: of the same engine, and of the other one."""
    other, folder = databases_of(OTHER[engine]), tmp_path / "other"
    url = other.create(folder)
    yield [(new_database_url(), tmp_path / "same"), (url, folder)]
    other.drop(url)


@pytest.mark.slow
@pytest.mark.usefixtures("town")
async def test_everything_comes_back_on_either_engine(
    run: Run, database_url: str, data: Path, tmp_path: Path, elsewhere: list[tuple[str, Path]]
) -> None:
    file = tmp_path / "backup.tar.gz"
    assert run("backup", file).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before, pictures = await contents(database_url), media_of(data)
    found = await found_at(database_url)
    assert found
    assert len(pictures) >= 6
    assert sum(bool(rows) for rows in before.values()) >= 15
    for url, folder in elsewhere:
        outcome = plausch("restore", file, settings=at(url, folder))
        assert (outcome.code, outcome.complained) == (0, "")
        assert await contents(url) == before
        assert media_of(folder) == pictures
        assert await found_at(url) == found, "what was indexed is found again"


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_only_into_an_empty_place(run_here: Run, database_url: str, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    run_here("backup", file)
    before = await contents(database_url)
    assert run_here("restore", file).complained.startswith(f"plausch: {data} holds pictures already")
    moved = data / "media"
    moved.rename(data / "elsewhere")
    assert run_here("restore", file).complained.startswith("plausch: the database is not empty")
    assert await contents(database_url) == before
    assert run_here("backup", file).complained.startswith(f"plausch: {file} is there already")
    assert [name for name in os.listdir(data) if name.startswith("backup-")] == [], "nothing is left lying about"


@contextmanager
def rewritten(path: Path) -> Iterator[dict[str, bytes]]:
    """An archive's members, to be changed."""
    with tarfile.open(path) as tar:
        members = {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}
    yield members
    with tarfile.open(path, "w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_damaged_file_writes_nothing(run_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad, target = tmp_path / "good.tar.gz", tmp_path / "bad.tar.gz", tmp_path / "new"
    assert run_here("backup", good).code == 0
    monkeypatch.setenv("PLAUSCH_DATA", str(target))
    monkeypatch.setenv("PLAUSCH_DATABASE_URL", "")

    def refused(why: str) -> None:
        code, said, complained = run_here("restore", bad)
        assert (code, said) == (1, "")
        assert why in complained
        assert not target.exists()

    whole = good.read_bytes()
    for part in (b"", b"no archive", whole[: len(whole) // 2], whole[:-20], gzip.compress(b"x" * 2000)):
        bad.write_bytes(part)
        refused("it is no backup, or was cut off")
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 255
    bad.write_bytes(flipped)
    refused("Nothing was written.")

    def change(name: str, make: Callable[[bytes], bytes]) -> None:
        bad.write_bytes(whole)
        with rewritten(bad) as members:
            members[name] = make(members.get(name, b""))

    change("tables/talk_posts.jsonl", lambda body: body.replace(b"e", b"3"))
    refused("what it holds differs")
    change("../../evil", lambda _: b"!")
    refused("'../../evil', which no backup does")
    change("manifest.json", lambda body: json.dumps(json.loads(body) | {"format": 9}).encode())
    refused("it is of format 9")
    change("manifest.json", lambda body: json.dumps(json.loads(body) | {"revision": "9999"}).encode())
    refused("made by a newer version")


async def test_it_is_one_moment_while_others_write(run: Run, database: Database, tmp_path: Path) -> None:
    async with database.write() as tx:
        anna = await community.join(tx, "anna")

    async def talk() -> AsyncIterator[int]:
        while True:
            async with database.write() as tx:
                root = await community.publish(tx, anna, "Eins.")
                yield await community.publish(tx, anna, "Zwei.", reply_to=root)
            await asyncio.sleep(0)

    file = tmp_path / "backup.tar.gz"
    backing_up = asyncio.create_task(asyncio.to_thread(run, "backup", file))
    written = 0
    async for _ in talk():
        written += 2
        if backing_up.done():
            break
    assert (await backing_up).code == 0
    with rewritten(file) as members:
        tables = {name: body.splitlines() for name, body in members.items() if name.startswith("tables/")}
    rows = {name: [json.loads(line) for line in lines] for name, lines in tables.items()}
    posts = {row[0] for row in rows["tables/talk_posts.jsonl"]}
    assert 0 < len(posts) < written, "some were written after the moment"
    assert {row[0] for row in rows["tables/talk_entries.jsonl"]} == posts
    assert 2 * len(rows["tables/talk_conversations.jsonl"]) == len(posts)
    assert len(rows["tables/work_jobs.jsonl"]) >= len(posts)
