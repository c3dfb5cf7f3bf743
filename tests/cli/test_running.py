"""docs/running.md and deploy/ name commands, settings, paths and signals as the code has them."""

import argparse
import importlib
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from plausch.app import launcher
from plausch.cli import COMMANDS
from plausch.settings import FIELDS, read_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TEXT = (ROOT / "docs" / "running.md").read_text()
UNIT = (DEPLOY / "plausch.service").read_text()
_COMMAND = re.compile(rf"(?:^|[`;&|/ ])plausch ((?:{'|'.join(COMMANDS)})\b[^`\n;&|]*)", re.MULTILINE)


def commands(text: str) -> Iterator[list[str]]:
    """What is written after `plausch` in blocks and between backticks."""
    for block in re.findall(r"```sh\n(.*?)```|`(plausch [^`]+)`", text, re.DOTALL):
        for found in _COMMAND.findall("".join(block)):
            yield shlex.split(found, comments=True)


def understood(words: list[str]) -> bool:
    parser = argparse.ArgumentParser(exit_on_error=False)
    importlib.import_module(COMMANDS[words[0]].module).add_arguments(parser)
    try:
        parser.parse_args(words[1:])
    except (SystemExit, argparse.ArgumentError):
        return False
    return True


def test_commands_are_understood() -> None:
    found = list(commands(TEXT))
    assert {words[0] for words in found} >= {"user", "check", "config", "backup", "restore", "migrate"}
    # Named in passing, without what it needs.
    bare = {"backup", "restore"}
    assert [words for words in found if not understood(words) and not (len(words) == 1 and words[0] in bare)] == []
    assert not understood(["check", "--tidi"])


def test_settings_exist() -> None:
    known = {field.name for field in FIELDS}
    assert set(re.findall(r"`([a-z]+(?:_[a-z]+)*) = \"", TEXT)) <= known
    example = (DEPLOY / "plausch.toml").read_text()
    read_settings({}, {"PLAUSCH_DATA": str(DEPLOY)})  # its values are good ones
    assert set(tomllib.loads(example)) <= known
    assert set(re.findall(r"^# (\w+) = ", example, re.MULTILINE)) <= known
    for name in re.findall(r"PLAUSCH_(\w+)", TEXT + UNIT):
        assert name.lower() in known


def test_files_are_there_and_named() -> None:
    named = set(re.findall(r"deploy/([\w.-]+)", TEXT))
    there = {path.name for path in DEPLOY.iterdir()}
    assert {name for name in named if name not in there and name != "plausch-backup."} == set()
    assert there - named == {"plausch-backup.service", "plausch-backup.timer"}
    assert (DEPLOY / "plausch").stat().st_mode & 0o111


def test_systemd_leaves_the_time_to_end_in_peace() -> None:
    (stop,) = re.findall(r"TimeoutStopSec=(\d+)", UNIT)
    assert int(stop) > launcher._GRACE
    assert f"up to\n  {launcher._GRACE} seconds" in TEXT
    assert "KillMode=mixed" in UNIT, "workers that are told to end themselves drop what is under way"


def test_proxies_say_what_plausch_believes() -> None:
    nginx, caddy = (DEPLOY / "nginx.conf").read_text(), (DEPLOY / "Caddyfile").read_text()
    assert "X-Forwarded-For $remote_addr;" in nginx, "set, and not added to"
    assert "header_up X-Forwarded-For {remote_host}" in caddy
    assert "proxy_buffering off;" in nginx.partition("location /live/")[2]
    for text, size in ((nginx, r"client_max_body_size (\d+)m"), (caddy, r"max_size (\d+)MB")):
        (megabytes,) = re.findall(size, text)
        assert int(megabytes) * 1_000_000 > 1 << 30


@pytest.mark.parametrize("name", ["plausch.service", "plausch-backup.service", "plausch-backup.timer"])
def test_units_name_the_same_places(name: str) -> None:
    text = (DEPLOY / name).read_text()
    places = set(re.findall(r"/(?:opt|var/lib|var/backups)/[\w/-]+", text))
    assert places <= {
        "/opt/plausch/bin/plausch",
        "/var/lib/plausch",
        "/var/lib/plausch/plausch",
        "/var/backups/plausch",
        "/var/backups/plausch/plausch-",
        "/var/backups/plausch/",
    }
