"""docs/commands.md knows every command and every flag, and `--help` works for each."""

import argparse
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from plausch.cli import COMMANDS, main

TEXT = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
SECTIONS = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
#: What every command has, and the settings, which are documented on their own page.
EVERYWHERE = {"-h", "--help"}


def parser_of(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(name)
    importlib.import_module(COMMANDS[name].module).add_arguments(parser)
    return parser


def flags(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Its own flags and names of sub-commands, without the settings."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield name
                yield from flags(sub)
        elif not action.dest.startswith("setting_"):
            yield from (flag for flag in action.option_strings if flag not in EVERYWHERE)


def undocumented(name: str, section: str) -> list[str]:
    missing = [] if f"    plausch {name}" in section else ["an example"]
    return missing + [flag for flag in flags(parser_of(name)) if not re.search(rf"(?<!\w){flag}(?!\w)", section)]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_documented(name: str) -> None:
    assert undocumented(name, SECTIONS.get(name, "")) == []


def test_nothing_else_is_documented() -> None:
    assert list(SECTIONS) == list(COMMANDS)
    given = set(re.findall(r"(?<!\w)--[a-z][a-z-]+", TEXT))
    known = {"--help", "--version"}
    for name in COMMANDS:
        known |= {flag for flag in flags(parser_of(name)) if flag.startswith("--")}
        known |= {flag for action in parser_of(name)._actions for flag in action.option_strings}
    assert given <= known


def test_serve_names_every_setting() -> None:
    settings = {f for action in parser_of("serve")._actions for f in action.option_strings} - EVERYWHERE
    assert [flag for flag in settings if f"`{flag}`" not in SECTIONS["serve"]] == []


def test_what_is_missing_is_noticed() -> None:
    assert undocumented("backup", "") == ["an example"]
    assert "--csv" in undocumented("user", SECTIONS["user"].replace("--csv", ""))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: plausch {name}" in capsys.readouterr().out
