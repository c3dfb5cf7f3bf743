"""Runs `plausch` as people do: in a process of its own, with nothing but what it is told."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.harness.server import OFFLINE


class Outcome(NamedTuple):
    code: int
    said: str
    complained: str


Run = Callable[..., Outcome]


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLAUSCH_")}
    path = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
    return kept | {"PYTHONPATH": path} | settings


def plausch(*arguments: object, given: str = "", settings: Mapping[str, str] | None = None) -> Outcome:
    """What a command did. A traceback is a failure, whatever it was asked."""
    command = [sys.executable, "-m", "plausch.cli", *map(str, arguments)]
    done = subprocess.run(
        command, env=environment(**settings or {}), input=given, capture_output=True, text=True, check=False, timeout=90
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)
