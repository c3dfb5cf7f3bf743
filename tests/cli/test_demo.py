"""`plausch demo`: a town at once, and the same town the next time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.cli.running import environment, plausch
from tests.harness.server import free_port

#: Generous: what is promised is 60 s with all set-up, and 3 s, on a machine that does nothing else.
_FIRST, _LATER = 90, 20


@contextmanager
def demo(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A demo in `folder`, its default data folder below; ended by Ctrl+C."""
    command = [sys.executable, "-P", "-m", "plausch.cli", "demo", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with (
        (folder / "said").open("w") as said,
        subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=said, stderr=quiet, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)


def wait_for(process: subprocess.Popen[bytes], port: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://localhost:{port}/health").status_code == 200:
                return
        assert process.poll() is None, "it ended"
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


def accounts(folder: Path) -> str:
    return plausch("user", "list", "--json", "--data", folder / "demo-data").said


@pytest.mark.slow
def test_a_town_at_once_and_the_same_the_next_time(tmp_path: Path) -> None:
    port = free_port()
    # What a killed start leaves behind is no town.
    (tmp_path / "demo-data" / "media").mkdir(parents=True)
    (tmp_path / "demo-data" / "plausch.db").write_bytes(b"half a town")
    (tmp_path / "demo-data" / "demo-unfinished").touch()
    with demo(tmp_path, port) as process:
        wait_for(process, port, _FIRST)
        page = httpx.get(f"http://localhost:{port}/", headers={"Accept-Language": "de"})
        assert page.status_code == 200
    said = (tmp_path / "said").read_text()
    assert process.returncode == 0
    assert "Building the town" in said
    assert f"http://localhost:{port}" in said
    assert "password lindenau" in said
    before = accounts(tmp_path)
    assert '"anna"' in before
    assert not (tmp_path / "demo-data" / "demo-unfinished").exists()

    with demo(tmp_path, port) as process:
        wait_for(process, port, _LATER)
    said = (tmp_path / "said").read_text()
    assert process.returncode == 0
    assert "Building" not in said
    assert "password lindenau" in said
    assert accounts(tmp_path) == before
