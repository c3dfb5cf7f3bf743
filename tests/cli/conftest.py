"""Fixtures of the command line's tests: commands in processes of their own, and in this one, which is much quicker."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plausch.cli import main
from tests.cli.running import Outcome, Run, plausch


@pytest.fixture
def run(database_url: str, data: Path) -> Run:
    """Runs a command on a fresh database of the engine; arguments are the command's."""

    def run(*arguments: object, given: str = "") -> Outcome:
        settings = {"PLAUSCH_DATA": str(data), "PLAUSCH_DATABASE_URL": database_url}
        return plausch(*arguments, given=given, settings=settings)

    return run


@pytest.fixture
def run_here(database_url: str, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The same within this process, for the many ways in which something can be wrong."""
    monkeypatch.setenv("PLAUSCH_DATA", str(data))
    monkeypatch.setenv("PLAUSCH_DATABASE_URL", database_url)

    def work(arguments: list[str]) -> int:
        try:
            return main(arguments)
        except SystemExit as ended:
            return int(ended.code or 0)

    def run(*arguments: object, given: str = "") -> Outcome:
        capsys.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        # In a thread, because whoever asks may be a coroutine test.
        with ThreadPoolExecutor(1) as thread:
            code = thread.submit(work, [str(argument) for argument in arguments]).result()
        return Outcome(code, *capsys.readouterr())

    return run
