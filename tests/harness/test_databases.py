"""Every test has databases of its own, and no run leaves a PostgreSQL behind."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from plausch.storage import Database, open_database
from tests.harness import postgres

_STARTING = """
import os, sys
from pathlib import Path
from tests.harness import postgres
postgres.ensure(Path(sys.argv[1]), os.getpid())
os.kill(os.getpid(), 9)
"""


async def test_a_test_gets_the_engine_it_asks_for(database: Database, engine: str) -> None:
    assert database.engine == engine


async def test_each_database_is_fresh(new_database_url: Callable[[], str]) -> None:
    urls = {new_database_url() for _ in range(3)}
    assert len(urls) == 3
    for url in urls:
        opened = await open_database(url)
        await opened.close()


@pytest.mark.postgres
def test_a_killed_run_leaves_no_postgresql_behind() -> None:
    session = Path(tempfile.mkdtemp(prefix="plausch-", dir="/tmp"))
    try:
        subprocess.run([sys.executable, "-c", _STARTING, str(session)], cwd=Path(__file__).parents[2], check=False)
        pid_file = session / "postgres" / "postmaster.pid"
        assert pid_file.exists(), "it was started"
        data = pid_file.resolve().parent
        deadline = time.monotonic() + 20
        while session.exists() or data.exists():
            assert time.monotonic() < deadline, "it is still there"
            time.sleep(0.1)
    finally:
        if session.exists():
            postgres.stop(session)
            shutil.rmtree(session)
