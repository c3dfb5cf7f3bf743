"""Show each setting, its value, and where that comes from: default, plausch.toml, environment or command line."""

import argparse
import re

from plausch.cli.arguments import add_settings, settings_of

_PASSWORD = re.compile(r"(?<=://)([^/@]*):([^/@]*)@")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    _, found = settings_of(arguments)
    rows = [(name, _shown(name, one.value), one.origin) for name, one in found.items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        print(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {origin}")
    return 0


def _shown(name: str, value: str) -> str:
    return "***" if name.endswith(("_token", "_secret")) and value else without_password(value)


def without_password(value: str) -> str:
    """An address in which whoever looks over one's shoulder reads no password."""
    masked = _PASSWORD.sub(r"\1:***@", value)
    return re.sub(r"(?<=[?&]password=)[^&]*", "***", masked)
