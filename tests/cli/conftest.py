"""Fixtures of the command line's tests: commands in processes of their own, and in this one, which is much quicker."""

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
def run_here(
    database_url: str, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The same within this process, for the many ways in which something can be wrong."""
    monkeypatch.setenv("PLAUSCH_DATA", str(data))
    monkeypatch.setenv("PLAUSCH_DATABASE_URL", database_url)

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Outcome(code, *capsys.readouterr())

    return run
