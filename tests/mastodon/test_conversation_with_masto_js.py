"""A conversation of two people, held entirely with masto.js against a real server, streams included.

It is told in `node/conversation.mjs`; here two people join, and Node.js is found.
"""

import subprocess
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.harness.node import ready_node
from tests.harness.server import Server
from tests.mastodon.conftest import PASSWORD, join

_HERE = Path(__file__).parent / "node"

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]


@pytest.fixture(scope="module")
def node() -> str:
    return ready_node(_HERE)


def test_anna_and_ines_talk(node: str, server: Server, tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    Image.new("RGB", (40, 30), "#aa3322").save(picture)
    for handle in ("anna", "ines"):
        with httpx.Client(base_url=server.url) as browser:
            join(browser, handle)
    command = [node, str(_HERE / "conversation.mjs"), server.url, PASSWORD, str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "They have talked.\n", done.stdout + done.stderr
