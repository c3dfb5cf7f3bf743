"""What tests run on Node.js: pinned in a folder's package-lock.json, and installed there by the first that wants it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness.network import OUT_OF_REACH

WHAT_TO_INSTALL = "no Node.js with npm found: `sudo apt install nodejs npm` or `brew install node` (18 or newer)"
_QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
#: How npm says that nobody answers where packages come from.
_NOBODY_ANSWERS = (
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "ENOTFOUND",
    "ERR_SOCKET_TIMEOUT",
    "ETIMEDOUT",
)


def ready_node(folder: Path) -> str:
    """The path of Node.js, which finds in the folder what its lock file names; or the test is skipped, and says why."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(f"{WHAT_TO_INSTALL}; what needs it is left out")
    installed, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        command = [npm, "ci", *_QUIET]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode != 0 and any(code in done.stderr for code in _NOBODY_ANSWERS):
            where = f"{folder.parent.name}/{folder.name}"
            pytest.skip(
                f"{OUT_OF_REACH}: no registry answers npm, which is to install {where}; what needs it is left out"
            )
        assert done.returncode == 0, f"npm ci in {folder}:\n{done.stderr}"
    return node
