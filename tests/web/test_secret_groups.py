"""A secret group, tried from outside: by a stranger, a member of another group and a former member, on every route."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import httpx
import pytest

from plausch.clientapi.plausch import DOOR as API
from plausch.http.routing import Route
from plausch.web import DOOR as WEB
from tests.web.conftest import Browser, Web
from tests.web.test_groups import SAME, found, member_id, number

PICTURE = sorted(Path("src/plausch/demo/pictures").glob("*.webp"))[0].read_bytes()
#: What nobody outside may ever read.
SECRETS = ("Überraschungsfest", "Torte im Keller", "Für Mama")
#: What there never was.
NOTHING = "1234567890123456789"
NEVER = {"handle": "g_000000000000000000000000", "code": "nothing", "id": NOTHING}
_PARAMETER = re.compile(r"\{(\w+)\}")
#: Routes of which each one answers alike whatever the id, because it is about the viewer alone or ends the session.
_OTHERS = ("/sign-out", "/settings", "/health", "/metrics")


def addresses(route: Route, ids: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """The route with each secret in its place, and with what never was."""
    names = _PARAMETER.findall(route.path)
    for values in product(*(ids.get(name, ids["id"]) for name in names)):
        path = bare = route.path
        for name, value in zip(names, values, strict=True):
            path = path.replace(f"{{{name}}}", value, 1)
            bare = bare.replace(f"{{{name}}}", NEVER.get(name, value), 1)
        yield path, bare


async def _plant(web: Web, anna: Browser, former: Browser) -> dict[str, list[str]]:
    """A secret group with all that a group can have; the ids and names by which it could be found."""
    path = await found(anna, visibility="secret", name=SECRETS[0], about=SECRETS[2], topics="torte")
    handle = path.rsplit("/", 1)[1]
    group = await number(anna, path)
    for which in ("picture", "header"):
        await anna.post(f"{path}/settings/{which}", files={which: ("p.webp", PICTURE)}, headers=SAME)
    await anna.submit(f"{path}/links", uses="25", days="7")
    code = re.findall(r"/groups/links/([\w-]+)", (await anna.get(f"{path}/invitations")).text)[0]
    assert (await former.submit(f"/groups/links/{code}")).status_code == 303
    form = {"text": SECRETS[1], "place": group, "alt_1": "Torte"}
    posted = await anna.post("/posts", data=form, files={"picture_1": ("p.webp", PICTURE)}, headers=SAME)
    post = str(posted.headers["location"]).split("/")[2].split("?")[0]
    picture = re.findall(r"/pictures/(\d+)/", (await anna.get(f"/conversations/{post}")).text)[0]
    said = await former.submit("/posts", text=SECRETS[1], reply_to=post)
    reply = str(said.headers["location"]).split("#p-")[1]
    await anna.submit(f"{path}/members/remove", actor=await member_id(anna, path, "carl"), reason="-")
    link = re.findall(r'name="link" value="(\d+)"', (await anna.get(f"{path}/invitations")).text)[0]
    await anna.submit(f"{path}/links/remove", link=link)
    return {
        "id": [post, reply, picture, group],
        "handle": [handle],
        "code": [code],
        "variant": ["large"],
        "size": ["large"],
        "tag": ["torte"],
    }


@pytest.mark.parametrize("thoroughly", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_nobody_outside_finds_a_secret_group(web: Web, thoroughly: bool) -> None:
    """Each answer is the one that there is for what never was; `thoroughly` tries each id on each route."""
    anna = await web.join("anna")
    outsiders = [await web.join(name) for name in ("berta", "emil", "carl")]
    await found(outsiders[1], "andere", visibility="closed", name="Andere")
    ids = await _plant(web, anna, outsiders[2])
    tried, known = 0, dict[tuple[str, str], int]()
    for route in (*WEB.routes, *API.routes):
        names = set(_PARAMETER.findall(route.path))
        if not names & {"id", "handle", "code"} or route.path.startswith(_OTHERS):
            continue
        choices = list(addresses(route, ids))
        some = choices[tried % len(choices) :][:2] if route.method == "GET" else choices[tried % len(choices) :][:1]
        for path, bare in choices if thoroughly else some:
            who = outsiders[tried % 3]
            answer = await _try(who, route.method, path)
            if (route.method, bare) not in known:
                known[route.method, bare] = (await _try(who, route.method, bare)).status_code
            assert answer.status_code == known[route.method, bare], (route.method, path)
            assert not any(word in answer.text for word in SECRETS), path
            assert answer.content[:4] != b"RIFF", path
            tried += 1
    assert tried >= 200
    for who in outsiders:
        for path in ("/", "/local", "/groups", "/groups?q=torte", "/search?q=Torte", "/tags/torte"):
            page = (await who.get(path)).text
            assert not any(word in page for word in SECRETS), path


async def _try(who: Browser, method: str, path: str) -> httpx.Response:
    if method == "POST":
        return await who.submit(path, next="/", actor=NOTHING, reason="x", text="x", line="x")
    return await who.request(method, path)
