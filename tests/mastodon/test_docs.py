"""docs/api-mastodon.md names addresses that there are."""

import re
from pathlib import Path

from plausch.clientapi.mastodon import DOOR
from plausch.clientapi.plausch import DOOR as OWN
from plausch.http.routing import Router
from plausch.web import DOOR as WEB

TEXT = (Path(__file__).parents[2] / "docs" / "api-mastodon.md").read_text()
NAMED = re.findall(r"`(?:(GET|POST|PUT|PATCH|DELETE) )?(/[\w./{}-]+)`", TEXT)


def test_each_address_is_there() -> None:
    router = Router([*OWN.routes, *DOOR.routes, *WEB.routes])
    assert len(NAMED) > 5
    assert [path for method, path in NAMED if router.match(method or "GET", path) is None] == []
