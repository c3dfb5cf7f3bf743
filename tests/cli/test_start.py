"""The command itself: quick to start, clear about what it is asked."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import plausch as package
from plausch.cli import main
from tests.cli.running import environment, plausch

#: Loading any of these would show in every start.
_HEAVY = ("sqlalchemy", "msgspec", "asyncio", "granian", "alembic", "starlette")


def test_the_version_is_said_at_once() -> None:
    loads = [sys.executable, "-X", "importtime", "-m", "plausch.cli", "--version"]
    best = 9.0
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(loads, env=environment(), capture_output=True, text=True, check=True)
        best = min(best, time.perf_counter() - began)
    assert done.stdout == f"plausch {package.__version__}\n"
    assert not [name for name in _HEAVY if f"| {name}\n" in done.stderr.replace("|   ", "| ")]
    # A tenth of a second on a machine at rest; this one may be busy.
    assert best < 0.5


def test_usage_is_2_and_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, complained = plausch("fly")
    assert (code, said) == (2, "")
    assert "usage: plausch" in complained
    for arguments in (["serve", "--wings", "2"], ["user"], ["user", "role", "anna", "king"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said, complained = capsys.readouterr()
        assert (ended.value.code, said) == (2, "")
        assert "usage: plausch" in complained
    assert "choose from owner, moderator, member)" in complained.replace("'", "")


def test_a_wrong_setting_is_2_in_one_line(tmp_path: Path) -> None:
    code, _, complained = plausch("serve", "--data", tmp_path, "--port", "many")
    assert code == 2
    assert complained == "plausch: setting port 'many' (command line): use a number from 0 to 65535.\n"
    (tmp_path / "plausch.toml").write_text('colour = "red"\n')
    code, _, complained = plausch("config", "--data", tmp_path)
    assert code == 2
    assert "'colour', which is no setting" in complained


def test_without_a_command_it_helps(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: plausch")


def test_config_names_origins_and_hides_passwords(tmp_path: Path) -> None:
    (tmp_path / "plausch.toml").write_text('sign_up = "closed"\n')
    settings = {"PLAUSCH_DATABASE_URL": "postgresql://me:geheim@db.example.org/plausch", "PLAUSCH_WORKERS": "2"}
    settings["PLAUSCH_OIDC_CLIENT_SECRET"] = "ganz geheim"
    code, said, _ = plausch("config", "--data", tmp_path, "--name", "Verein", settings=settings)
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in said.splitlines()}
    assert code == 0
    assert "geheim" not in said
    assert lines["database_url"] == (
        "postgresql://me:***@db.example.org/plausch environment variable PLAUSCH_DATABASE_URL"
    )
    assert lines["sign_up"] == f"closed {tmp_path / 'plausch.toml'}"
    assert lines["name"] == "Verein command line"
    assert lines["workers"] == "2 environment variable PLAUSCH_WORKERS"
    assert lines["port"] == "8000 default"


@pytest.mark.slow
def test_a_database_out_of_reach_is_said(tmp_path: Path) -> None:
    unreachable = {"PLAUSCH_DATABASE_URL": "postgresql://127.0.0.1:9/plausch"}
    code, said, complained = plausch("user", "list", "--data", tmp_path, settings=unreachable)
    assert (code, said) == (1, "")
    assert complained.startswith("plausch: the database cannot be reached")
    assert len(complained.splitlines()) == 1
    (tmp_path / "plausch.db").write_text("this is no database, though it is long enough to look at" * 40)
    code, _, complained = plausch("user", "list", "--data", tmp_path)
    assert code == 1
    assert "the database cannot be used" in complained


@pytest.mark.slow
def test_a_wrong_folder_makes_nothing(tmp_path: Path) -> None:
    code, _, complained = plausch("user", "list", "--data", tmp_path / "typo")
    assert code == 1
    assert "there is no community in" in complained
    assert list(tmp_path.iterdir()) == []
