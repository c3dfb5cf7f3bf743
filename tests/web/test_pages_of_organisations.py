"""Pages of organisations through the door: made, looked after by a team, spoken for; what waits; and walls."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx

from plausch.kernel import clock
from tests.harness.community import settle
from tests.web.conftest import Browser, Web
from tests.web.test_people import eventually

PICTURE = sorted(Path("src/plausch/demo/pictures").glob("*.webp"))[0].read_bytes()
FORM = {"name": "Stadt Lindenau", "handle": "lindenau", "kind": "town"}
SETTINGS = {
    "name": "Stadt Lindenau",
    "about": "Was in der Stadt geschieht",
    "kind": "town",
    "website": "lindenau.example",
    "address": "Markt 1\nLindenau",
    "email": "rathaus@lindenau.example",
    "phone": "0123 456",
    "day_0": "8-12, 13-18",
    "day_6": "0-24",
    "imprint": "Verantwortlich: **Mehmet**",
    "signature": "name",
    "who_writes": "everybody",
}


def leads(response: httpx.Response) -> str:
    wrong = re.findall(r'class="wrong"[^>]*>(.*?)</p>', response.text, re.DOTALL)
    assert response.status_code == 303, (response.status_code, wrong)
    return response.headers["location"]


def id_in(address: str) -> str:
    found = re.search(r"\d{10,}", address)
    assert found is not None, address
    return found[0]


async def make_page(web: Web) -> Browser:
    await web.join("jonas")
    mehmet = await web.join("mehmet")
    assert leads(await mehmet.submit("/pages/new", **FORM)) == "/pages/lindenau/settings?said=made"
    return mehmet


async def test_its_pictures_are_described_by_its_admins(web: Web) -> None:
    mehmet = await make_page(web)
    for name in ("picture", "header"):
        files = {name: ("p.webp", PICTURE)}
        leads(await mehmet.post(f"/pages/lindenau/{name}", files=files, headers={"sec-fetch-site": "same-origin"}))
        leads(await mehmet.submit(f"/pages/lindenau/{name}/describe", **{f"{name}_alt": f"Markt: {name}"}))
        assert f'alt="Markt: {name}"' in (await (await web.open()).get("/@lindenau")).text
    other = await web.join("ben")
    assert (await other.submit("/pages/lindenau/picture/describe", picture_alt="x")).status_code == 403


async def put_on_team(admin: Browser, handle: str, browser: Browser, role: str) -> None:
    leads(await admin.submit("/pages/lindenau/team", handle=handle, role=role))
    assert "/pages/lindenau/join" in (await browser.get("/pages")).text
    leads(await browser.submit("/pages/lindenau/join", yes="1"))


async def test_a_page_says_what_it_is(web: Web) -> None:
    mehmet = await make_page(web)
    assert leads(await mehmet.submit("/pages/lindenau/settings", **SETTINGS)).endswith("said=saved")
    visitor = await web.open()
    page = (await visitor.get("/@lindenau")).text
    for text in ("Stadt Lindenau", "lindenau.example", "Markt 1", "rathaus@lindenau.example", "08:00–12:00", "mehmet"):
        assert text in page
    assert "/act-as" not in page
    imprint = (await visitor.get("/@lindenau/imprint")).text
    assert "<strong>Mehmet</strong>" in imprint
    assert "Stadt Lindenau" in (await visitor.get("/pages?kind=town")).text
    assert "Stadt Lindenau" not in (await visitor.get("/pages?kind=club")).text
    wrong = await mehmet.submit("/pages/lindenau/settings", **(SETTINGS | {"day_1": "18-8", "about": "Neue Worte"}))
    assert wrong.status_code == 422
    assert "Neue Worte" in wrong.text
    again = await mehmet.submit("/pages/new", **FORM)
    assert (again.status_code, "This handle" in again.text or "Somebody has this handle" in again.text) == (422, True)
    stranger = await web.join("ben")
    for path in ("/pages/lindenau/settings", "/pages/lindenau/team", "/pages/lindenau/log", "/pages/lindenau/erase"):
        assert (await stranger.get(path)).status_code == 403, path
    assert (await stranger.submit("/pages/lindenau/settings", **SETTINGS)).status_code == 403
    assert (await stranger.get("/pages/ben/settings")).status_code == 404


async def test_speaking_for_a_page(web: Web) -> None:
    mehmet = await make_page(web)
    ines = await web.join("ines")
    assert (await ines.submit("/act-as", handle="lindenau")).status_code == 403
    leads(await mehmet.submit("/act-as", handle="lindenau"))
    home = (await mehmet.get("/")).text
    assert "You speak for Stadt Lindenau." in home
    path = leads(await mehmet.submit("/posts", text="Das Freibad öffnet"))
    post = (await (await web.open()).get(path)).text
    assert re.search(r'mehmet for <a href="/@lindenau"[^>]*>Stadt Lindenau</a>', post)
    # One's own account and settings stay one's own.
    assert "@mehmet" in (await mehmet.get("/settings")).text
    assert "You speak for" not in (await mehmet.get("/settings/privacy")).text
    leads(await ines.submit("/@lindenau/follow", yes="1"))
    leads(await ines.submit("/posts", text="Endlich!", reply_to=id_in(path)))
    await settle(web.site.database)
    leads(await mehmet.submit("/act-as", handle=""))
    assert "You speak for" not in (await mehmet.get("/")).text
    own = (await mehmet.get("/notifications")).text
    assert "Endlich!" not in own
    assert "/notifications?for=lindenau" in own
    for_page = (await mehmet.get("/notifications?for=lindenau")).text
    assert "Endlich!" in for_page
    assert (await ines.get("/notifications?for=lindenau")).status_code == 404
    # Initials instead of the name.
    leads(await mehmet.submit("/pages/lindenau/settings", **(SETTINGS | {"signature": "initials"})))
    post = (await (await web.open()).get(path)).text
    assert re.search(r'M for <a href="/@lindenau"', post)
    assert "mehmet" not in post
    assert "asks to connect" not in (await ines.submit("/@lindenau/connect", line="Hallo")).text
    # Whoever leaves the team speaks for themselves at once.
    await put_on_team(mehmet, "ines", ines, "admin")
    leads(await mehmet.submit("/act-as", handle="lindenau"))
    person = re.search(r'/team/(\d+)"', (await ines.get("/pages/lindenau/team")).text)
    assert person is not None
    leads(await mehmet.submit("/pages/lindenau/leave", yes="1"))
    assert "You speak for" not in (await mehmet.get("/")).text


async def test_who_lets_something_through_reads_all_of_it(web: Web) -> None:
    """Also what it quotes and what it replies to."""
    mehmet = await make_page(web)
    anna, ben = await web.join("anna"), await web.join("ben")
    await put_on_team(mehmet, "anna", anna, "author")
    leads(await anna.submit("/act-as", handle="lindenau"))
    said = [id_in(leads(await ben.submit("/posts", text=text))) for text in ("Eine Unverschämtheit", "Wann denn?")]
    path = leads(await anna.submit("/posts", text="Genau so ist es", quoted=said[0]))
    assert "Eine Unverschämtheit" in (await mehmet.get(path)).text
    path = leads(await anna.submit("/posts", text="Am Samstag", reply_to=said[1]))
    assert "Wann denn?" in (await mehmet.get(path)).text


async def test_an_authors_post_waits_for_an_editor(web: Web) -> None:
    mehmet = await make_page(web)
    anna, ben = await web.join("anna"), await web.join("ben")
    await put_on_team(mehmet, "anna", anna, "author")
    leads(await anna.submit("/act-as", handle="lindenau"))
    path = leads(await anna.submit("/posts", text="Das Freibad öffnet am Samstag", sponsored="1"))
    assert path.startswith("/approvals/")
    waiting = await anna.get(path)
    assert "Waits for Stadt Lindenau" in waiting.text
    for browser in (ben, await web.open()):
        assert "Freibad" not in (await browser.get("/local")).text + (await browser.get("/@lindenau")).text
    assert (await ben.get(path)).status_code == 404
    assert (await ben.submit(f"{path}/approve", yes="1")).status_code == 404
    assert (await anna.submit(f"{path}/approve", yes="1")).status_code == 404
    assert 'href="/approvals"' in (await mehmet.get("/")).text
    assert "Freibad" in (await mehmet.get("/approvals")).text
    leads(await mehmet.submit(f"{path}/decline", note="Bitte mit Uhrzeit"))
    assert "Bitte mit Uhrzeit" in (await anna.get(path)).text
    assert (await mehmet.get(path)).status_code == 404, "it is its author's again"
    composer = (await anna.get(f"/compose?draft={id_in(path)}")).text
    assert "Das Freibad öffnet am Samstag" in unescape(composer)
    form = {"text": "Das Freibad öffnet um 9", "scheduled": id_in(path), "came_back": "1", "sponsored": "1"}
    assert leads(await anna.submit("/posts", **form)) == path
    stale = await mehmet.submit(f"{path}/approve", seen="1")
    assert "It was changed while you read" in stale.text
    read = re.search(r'name="seen" value="(\d+)"', stale.text)
    assert read is not None
    posted = leads(await mehmet.submit(f"{path}/approve", seen=read[1]))
    shown = (await (await web.open()).get(posted)).text
    assert "anna for" in shown
    assert "um 9" in shown
    assert "Sponsored" in shown
    refused = await anna.submit(f"/posts/{id_in(posted.partition('at=')[2])}/edit", text="Anders")
    assert "Only admins and editors" in refused.text
    tomorrow = datetime.fromtimestamp((clock.now() + clock.DAY) / 1000, UTC).strftime("%Y-%m-%dT%H:%M")
    later = leads(await anna.submit("/drafts/schedule", text="Morgen mehr", due=tomorrow))
    assert later.startswith("/approvals/")
    assert leads(await mehmet.submit(f"{later}/approve", yes="1")) == "/approvals?said=approved"
    log = (await mehmet.get("/approvals/log/lindenau")).text
    assert "Bitte mit Uhrzeit" in log
    assert (await ben.get("/approvals/log/lindenau")).status_code == 404


async def test_a_page_that_was_deleted_is_honestly_gone(web: Web) -> None:
    mehmet = await make_page(web)
    leads(await mehmet.submit("/act-as", handle="lindenau"))
    post = leads(await mehmet.submit("/posts", text="Auf Wiedersehen"))
    assert (await mehmet.submit("/pages/lindenau/erase", handle="anders")).status_code == 422
    assert leads(await mehmet.submit("/pages/lindenau/erase", handle="lindenau")) == "/pages?said=erased"
    await settle(web.site.database)
    visitor = await web.open()
    assert (await visitor.get("/@lindenau")).status_code == 410
    assert (await visitor.get("/@nobody")).status_code == 404
    assert "Auf Wiedersehen" not in (await visitor.get(post)).text
    assert (await mehmet.submit("/pages/new", **FORM)).status_code == 422


async def test_the_owner_decides_who_makes_pages(web: Web) -> None:
    jonas, mehmet = await web.join("jonas"), await web.join("mehmet")
    leads(await jonas.submit("/admin/joining", sign_up="open"))
    refused = await mehmet.submit("/pages/new", **FORM)
    assert refused.status_code == 403
    assert "/pages/new" not in (await mehmet.get("/pages")).text
    leads(await jonas.submit("/pages/new", **FORM))


async def test_walls(web: Web) -> None:
    await web.join("jonas")
    ines, anna, ben = await web.join("ines"), await web.join("anna"), await web.join("ben")
    assert "wall of ines" not in (await anna.get("/@ines")).text
    leads(await anna.submit("/@ines/connect", line=""))
    leads(await ines.submit("/@anna/accept", yes="1"))
    page = (await anna.get("/@ines")).text
    assert "Write on the wall of ines" in page
    place = re.search(r'name="place" value="(\d+)"', page)
    assert place is not None
    path = leads(await anna.submit("/posts", text="Alles Gute!", place=place[1], audience="connections"))
    shown = (await ines.get("/@ines")).text
    assert "Alles Gute!" in shown
    assert re.search(r'on the wall of</span> <a href="/@ines"', shown)
    assert (await ben.get(path)).status_code == 404
    refused = await ben.submit("/posts", text="Ich auch", place=place[1])
    assert refused.status_code == 403
    assert "Ich auch" in refused.text

    async def told() -> bool:
        return "wrote on your wall" in (await ines.get("/notifications")).text

    await eventually(told)
    assert (await anna.submit(f"/conversations/{id_in(path)}/off-wall", yes="1")).status_code == 403
    leads(await ines.submit(f"/conversations/{id_in(path)}/off-wall", yes="1"))
    assert "Alles Gute!" not in (await ines.get("/@ines")).text
    assert "Alles Gute!" in (await anna.get(path)).text
    leads(await ines.submit("/settings/privacy", who_writes="nobody"))
    assert "Write on the wall" not in (await anna.get("/@ines")).text


async def test_only_who_decides_for_a_page_is_offered_to_change_what_it_said(web: Web) -> None:
    """Also to whoever wrote it."""
    mehmet = await make_page(web)
    ines, anna = await web.join("ines"), await web.join("anna")
    await put_on_team(mehmet, "ines", ines, "admin")
    await put_on_team(mehmet, "anna", anna, "author")
    leads(await mehmet.submit("/act-as", handle="lindenau"))
    said = leads(await mehmet.submit("/posts", text="Das Freibad öffnet"))
    quoting = leads(await (await web.join("ben")).submit("/posts", text="Hört, hört", quoted=id_in(said)))
    offers = [(said, f"/posts/{id_in(said)}/{what}") for what in ("edit", "remove")]
    offers.append((quoting, f"/posts/{id_in(quoting)}/unquote"))

    async def offered(browser: Browser) -> list[bool]:
        return [f'"{link}"' in (await browser.get(path)).text for path, link in offers]

    async def follow(browser: Browser) -> list[int]:
        return [(await browser.get(link)).status_code for _, link in offers]

    assert await offered(mehmet) == [True] * 3
    leads(await anna.submit("/act-as", handle="lindenau"))
    assert await offered(anna) == [False, False, True], "an author changes nothing without asking, and is not quoted"
    assert (await follow(anna))[:2] == [403, 403]
    leads(await mehmet.submit("/act-as", handle=""))
    assert await offered(mehmet) == [True] * 3
    assert await follow(mehmet) == [200] * 3
    leads(await mehmet.submit("/pages/lindenau/leave", yes="1"))
    assert await offered(mehmet) == [False] * 3
    leads(await anna.submit(f"/posts/{id_in(quoting)}/unquote"))
    assert await offered(anna) == [False] * 3
    assert (await follow(mehmet))[:2] == [403, 403], "what is asked before is refused as well"
