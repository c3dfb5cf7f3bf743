"""The command line: `plausch COMMAND`.

Exit codes: 0 when it is done, 1 when something went wrong, 2 when the command itself cannot be understood. Commands
are loaded by name, here and nowhere else, so that each starts quickly; nothing ever asks a question.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

from plausch import __version__


class _Command(NamedTuple):
    module: str
    summary: str


COMMANDS = {
    "serve": _Command("plausch.cli.serve", "run the server"),
    "demo": _Command("plausch.cli.demo", "run a server with a small town in it, to try things out"),
    "user": _Command("plausch.cli.user", "make accounts, list them, change roles and passwords, suspend"),
    "token": _Command("plausch.cli.token", "make access tokens for programs, list and revoke them"),
    "import": _Command("plausch.cli.bring", "bring an account archive from elsewhere in, with dates and threads"),
    "export": _Command("plausch.cli.take", "write everything of somebody's into one file"),
    "insights": _Command(
        "plausch.cli.insights", "compute the insights of the community, or measure a network from a file"
    ),
    "backup": _Command("plausch.cli.backup", "write everything into one file, also while the server runs"),
    "restore": _Command("plausch.cli.restore", "bring a backup into an empty place"),
    "migrate": _Command("plausch.cli.migrate", "bring the database's schema up to date"),
    "check": _Command("plausch.cli.check", "say what is wrong, and how to mend it"),
    "config": _Command("plausch.cli.config", "show each setting, its value, and where that comes from"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in COMMANDS:
        _overview().parse_args(arguments or ["--help"])
        return 2
    name, *rest = arguments
    command = importlib.import_module(COMMANDS[name].module)
    failures = importlib.import_module("plausch.cli.failures")
    parser = argparse.ArgumentParser(
        f"plausch {name}", description=command.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_arguments(parser)
    return int(failures.run(command.run, parser.parse_args(rest)))


def _overview() -> argparse.ArgumentParser:
    """What is said without a command, or with one that there is not."""
    listed = "\n".join(f"  {name:<9} {command.summary}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        "plausch",
        description="A social networking server for communities and organisations.",
        epilog=f"commands:\n{listed}\n\n`plausch COMMAND --help` says more about one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"plausch {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    return parser
