"""Several processes open one file, also just after a crash: whoever comes second waits and does not give up."""

import asyncio
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from plausch.storage import open_database
from plausch.work import queue
from tests.harness.databases import Databases

#: Half a second of what a process holds while it repairs the file: the locks for writing and recovering.
_REPAIRING = """
import fcntl, sys, time
with open(sys.argv[1], "r+b") as index:
    for lock in (120, 122):
        fcntl.lockf(index, fcntl.LOCK_EX, 1, lock)
    index.write(bytes(136))
    index.flush()
    print("locked", flush=True)
    time.sleep(0.5)
"""


@pytest.fixture
def file(tmp_path: Path, databases_of: Callable[[str], Databases]) -> Path:
    return Path(databases_of("sqlite").create(tmp_path).removeprefix("sqlite:///"))


async def test_who_opens_a_file_that_another_repairs_waits(file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, other.close).start()
    database = await open_database(f"sqlite:///{file}")
    async with database.read() as tx:
        assert await queue.count_waiting(tx) == 0
    await database.close()


async def test_who_writes_while_another_repairs_waits(file: Path) -> None:
    database = await open_database(f"sqlite:///{file}")
    repairing = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _REPAIRING, f"{file}-shm", stdout=asyncio.subprocess.PIPE
    )
    assert repairing.stdout is not None
    assert await repairing.stdout.readline() == b"locked\n"
    async with database.write() as tx:
        await queue.put(tx, "known", None)
    async with database.read() as tx:
        assert await queue.count_waiting(tx) == 1
    await repairing.wait()
    await database.close()


async def test_who_opens_a_file_that_was_never_served_waits_for_others_who_do(tmp_path: Path) -> None:
    """As workers do after a restore: it has no write-ahead log yet, and SQLite lets nobody wait for beginning one."""
    file = tmp_path / "fresh.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE one (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, other.close).start()
    database = await open_database(f"sqlite:///{file}")
    await database.close()
