"""docs/api.md: each example asks at an address there is, with parameters and a body that it takes, and its token."""

import re
import shlex
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from plausch.clientapi.plausch.endpoints import ROOT, Endpoint
from plausch.clientapi.plausch.routes import ENDPOINTS
from plausch.http.routing import Router

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
EXAMPLES = [one.replace("\\\n", " ").strip() for one in re.findall(r"^ {4}(curl (?:.*\\\n)*.*)", TEXT, re.MULTILINE)]
_ROUTER = Router(one.route for one in ENDPOINTS)
_BY_ROUTE = {(one.method, ROOT + one.path): one for one in ENDPOINTS}


def read(example: str) -> tuple[Endpoint, set[str], str | None, bool]:
    """Where a command asks, with which parameters and body, and whether it bears a token."""
    words = shlex.split(example)[1:]
    options = {words[nth]: words[nth + 1] for nth in range(len(words) - 1) if words[nth] in ("-X", "-d", "-H")}
    (address,) = [word for word in words if word.startswith("https://")]
    split = urlsplit(address)
    match = _ROUTER.match(options.get("-X", "GET"), split.path)
    assert match is not None, f"nothing is at {split.path}"
    one = _BY_ROUTE[match.route.method, match.route.path]
    return one, set(parse_qs(split.query)), options.get("-d"), "Bearer" in options.get("-H", "")


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_one_that_the_api_takes(example: str) -> None:
    one, query, body, token = read(example)
    assert query <= {each.name for each in one.query}
    assert (body is not None) == (one.body is not None)
    if body is not None:
        msgspec.json.decode(body, type=one.body)
    assert token or one.scope is None


def test_there_are_examples_of_every_channel() -> None:
    assert len(EXAMPLES) > 15
    subjects = {read(one)[0].path.split("/")[1] for one in EXAMPLES}
    assert {"home", "posts", "groups", "boards", "conversations", "blogs", "articles", "pages", "approvals"} <= subjects
