"""Holds every answer that the tests of the Mastodon client API get against its published OpenAPI description.

    python -m tools.verify_mastodon_api PATH            PATH is schema.json, which is not part of the repository
    python -m tools.verify_mastodon_api PATH -k polls   what follows goes to pytest

It prints how many addresses of the description answered, what is not as it says, and which of its own errors are known.
The exit code is 1 when something is wrong that is not known.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mastodon.openapi import NOTES, WHERE, Description, known


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.verify_mastodon_api", description=__doc__)
    parser.add_argument("path", type=Path, help="the OpenAPI description")
    arguments, further = parser.parse_known_args()
    Description(arguments.path)
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "notes.json")
        environment = {**os.environ, WHERE: str(arguments.path.resolve()), NOTES: str(notes)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/mastodon", *further]
        subprocess.run(command, env=environment, check=False)
        found = json.loads(notes.read_text()) if notes.exists() else {"asked": {}, "wrong": []}
    print(f"\n{sum(found['asked'].values())} good answers at {len(found['asked'])} described addresses")
    bad = 0
    for where, what, count in sorted(found["wrong"]):
        reason = known(where, what)
        bad += reason is None
        print(
            f"{'known' if reason else 'WRONG'}  {where}: {what} ({count} times){f' - {reason.why}' if reason else ''}"
        )
    return 1 if bad or not found["asked"] else 0


if __name__ == "__main__":
    sys.exit(main())
