"""Lighthouse is content with the pages that are seen most: 95 of 100 at least, in all that it looks at.

It is pinned in package-lock.json beside this file, and installed there by the first run that finds a Node.js.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StartServer
from tests.harness.chromium import WHAT_TO_INSTALL, find_chromium
from tests.harness.node import ready_node
from tests.journeys.small_town import settle_town

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"])]

_HERE = Path(__file__).parent
_COMMAND = _HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
_LEAST = 0.95
#: It measures time, on a machine that has other things to do: a page may show twice more what it can. And now and then
#: it loses sight of the browser, says "run Lighthouse again", and has looked at nothing.
_TRIES = 3
_AGAIN = "Please run Lighthouse again"
_SWITCHES = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking"


@pytest.fixture(scope="module")
def lighthouse() -> list[str]:
    """The command, installed as the lock file says."""
    if find_chromium() is None:
        pytest.skip(WHAT_TO_INSTALL)
    return [ready_node(_HERE), str(_COMMAND)]


def _report(command: list[str], url: str, secret: str, form: str, out: Path) -> dict[str, Any]:
    options = ["--quiet", "--output=json", f"--output-path={out}", f"--chrome-flags={_SWITCHES}"]
    if secret:
        options.append("--extra-headers=" + json.dumps({"Cookie": f"session={secret}"}))
    if form == "desktop":
        options.append("--preset=desktop")
    environment = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    for _ in range(_TRIES):
        done = subprocess.run(
            [*command, url, *options], env=environment, capture_output=True, text=True, timeout=180, check=False
        )
        if _AGAIN not in done.stderr:
            break
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(out.read_text())
    assert report["finalDisplayedUrl"] == url, "it looked at another page"
    return report


def _complaints(report: dict[str, Any]) -> list[str]:
    """Of each category that is not good enough, what took points away."""
    audits = report["audits"]
    return [
        f"{name}: {category['score']}, for "
        + ", ".join(
            f"{audit['id']} ({audit.get('displayValue', '')})"
            for audit in (audits[one["id"]] for one in category["auditRefs"] if one["weight"])
            if audit["score"] is not None and audit["score"] < 1
        )
        for name, category in report["categories"].items()
        if category["score"] < _LEAST
    ]


async def test_lighthouse_is_content(
    lighthouse: list[str], start_server: StartServer, data: Path, database_url: str, tmp_path: Path
) -> None:
    town = await settle_town(database_url, data, "de")
    url = start_server().url
    conversation = f"{url}/conversations/{town.conversation}"
    looks = [
        (f"{url}/", town.secret, "mobile"),
        (f"{url}/", town.secret, "desktop"),
        (conversation, town.secret, "mobile"),
        (conversation, "", "desktop"),
        (f"{url}/@anna", town.secret, "mobile"),
        (f"{url}/@anna", "", "desktop"),
    ]
    found: list[str] = []
    for page, secret, form in looks:
        complaints: list[str] = []
        for _ in range(_TRIES):
            report = _report(lighthouse, page, secret, form, tmp_path / "report.json")
            scores = {name: category["score"] for name, category in report["categories"].items()}
            print(page, form, "signed in" if secret else "visitor", scores)
            complaints = _complaints(report)
            if not complaints:
                break
        found += [f"{page} ({form}): {complaint}" for complaint in complaints]
    assert not found, "\n".join(found)
