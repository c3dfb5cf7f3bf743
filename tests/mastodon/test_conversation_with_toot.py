"""A conversation of two people who use `toot`, on the command line, against a real server.

It prints what it reads out of an answer, each entity taken apart by its own classes; `--json` is asked for ids alone.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.harness.server import OFFLINE, Server
from tests.mastodon.conftest import PASSWORD, eventually, join
from tests.mastodon.test_oauth import forms_of

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

_TOOT = Path(sys.executable).with_name("toot")


class Terminal:
    """Somebody's, with what `toot` remembers there."""

    def __init__(self, server: Server, home: Path, handle: str) -> None:
        home.mkdir()
        self._server, self._handle = server, handle
        self._env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(OFFLINE),
            "PYTHONUTF8": "1",
            "LINES": "1000",  # so high that it does not wait for a key before it goes on
            **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"), str(home)),
        }

    def toot(self, *arguments: str) -> str:
        """What it prints."""
        command = [str(_TOOT), *arguments]
        done = subprocess.run(
            command, env=self._env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"toot {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def ask(self, *arguments: str) -> Any:
        return json.loads(self.toot(*arguments, "--json"))

    def sign_in(self) -> None:
        """The program shows an address and waits for the code that the person gets there."""
        command = [str(_TOOT), "login", "--instance", self._server.url]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=self._env, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
            assert process.stdout is not None
            address = next(line for line in process.stdout if line.startswith(self._server.url)).strip()
            rest, errors = process.communicate(f"n\n{self._agree(address)}\n", timeout=60)
        assert "Successfully logged in" in rest, errors

    def _agree(self, address: str) -> str:
        """The code that is shown."""
        with httpx.Client(base_url=self._server.url, follow_redirects=True) as browser:
            page = browser.get(address).text
            for filled in ({"login": f"{self._handle}@example.org", "password": PASSWORD}, {}):
                (form,) = forms_of(page)
                page = browser.post(form.action, data={**form.fields, **filled}).text
        return page.partition('name="code" value="')[2].partition('"')[0]


def _terminal(server: Server, folder: Path, handle: str) -> Terminal:
    with httpx.Client(base_url=server.url) as browser:
        join(browser, handle)
    terminal = Terminal(server, folder / handle, handle)
    terminal.sign_in()
    return terminal


def test_anna_and_ines_talk(server: Server, tmp_path: Path) -> None:
    anna, ines = (_terminal(server, tmp_path, handle) for handle in ("anna", "ines"))
    picture = tmp_path / "red.png"
    Image.new("RGB", (40, 30), "#aa3322").save(picture)
    assert "@anna" in anna.toot("whoami")
    assert "Plausch" in anna.toot("instance")
    anna.toot("update-account", "--display-name", "Anna B.", "--note", "Am Markt")
    assert "Am Markt" in ines.toot("whois", "anna")
    assert "following" in ines.toot("follow", "anna")
    assert "@ines" in anna.toot("followers", "anna")

    # A picture, by itself and with what is said.
    assert "type 'image'" in anna.toot("upload", str(picture), "--description", "Rot")
    said = anna.ask("post", "Wer kommt zum #Markt?", "--media", str(picture), "--description", "Rot", "-l", "de")
    (attached,) = said["media_attachments"]
    assert httpx.get(attached["url"]).headers["content-type"].startswith("image/")
    home = ines.toot("timelines", "home")
    assert "Anna B." in home
    assert "Wer kommt zum #Markt?" in home
    assert attached["url"] in home

    # They answer each other.
    posted = ines.toot("post", "@anna Ich!", "--reply-to", said["id"])
    assert re.search(rf"Toot posted: {server.url}/\S+", posted)
    (answer,) = anna.ask("thread", said["id"])["descendants"]
    again = anna.ask("post", "@ines Schön, um zehn?", "--reply-to", answer["id"], "--visibility", "unlisted")
    thread = ines.toot("thread", said["id"])
    assert thread.index("Wer kommt") < thread.index("Ich!") < thread.index("um zehn")
    assert ines.ask("status", again["id"])["in_reply_to_id"] == answer["id"]
    assert "favourited" in anna.toot("favourite", answer["id"])
    assert "reblogged" in ines.toot("reblog", said["id"])
    assert "ines" in anna.toot("reblogged-by", said["id"])
    eventually(lambda: [one["type"] for one in anna.ask("notifications")], ["reblog", "mention", "follow"])
    shown = anna.toot("notifications")
    assert "mentioned you" in shown
    assert "Ich!" in shown
    assert "favourited your status" in ines.toot("notifications", "--type", "favourite")

    # What is read elsewhere: everybody's, a tag's, found, kept.
    assert "um zehn" not in ines.toot("timelines", "public", "--local")
    assert "Wer kommt" in ines.toot("timelines", "tag", "markt")
    assert "Wer kommt" in ines.toot("timelines", "account", "anna")
    assert "anna" in ines.toot("search", "anna")
    ines.toot("bookmark", said["id"])
    assert "Wer kommt" in ines.toot("bookmarks")

    # A poll, a list, and a post for later.
    asked = anna.ask("post", "Wann?", "--poll-option", "Samstag", "--poll-option", "Sonntag", "--poll-expires-in", "1h")
    ines.toot("polls", "vote", asked["poll"]["id"], "1")
    votes = [one["votes_count"] for one in ines.ask("polls", "show", asked["poll"]["id"])["options"]]
    assert sum(votes) == 1
    assert "Samstag" in anna.toot("polls", "show", asked["poll"]["id"])
    ines.toot("lists", "create", "Nachbarn")
    ines.toot("lists", "add", "Nachbarn", "anna")
    assert "Wann?" in ines.toot("timelines", "list", "Nachbarn")
    assert "Toot scheduled for" in anna.toot("post", "Morgen!", "--scheduled-in", "1 day")

    ines.toot("delete", answer["id"])
    assert "Ich!" not in anna.toot("thread", said["id"])
    assert "blocking" in ines.toot("block", "anna")
    assert "Wer kommt" not in ines.toot("timelines", "home")
