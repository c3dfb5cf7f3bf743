"""Being somebody: header, entries with verified links, pinned posts, the parts of a wall, handing over."""

import re
from pathlib import Path

import pytest

from plausch.net.fetching import GuardedClient
from plausch.people import actions as people
from plausch.people import jobs
from plausch.people import queries as people_queries
from plausch.people.model import ProfileField, Viewer
from plausch.storage import Database
from plausch.web.views import posting, search, settings
from plausch.work import queue
from tests.harness.community import join_all
from tests.net.strangers import a_stranger
from tests.web.conftest import OpenWeb, Web

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
PICTURE = sorted(Path("src/plausch/demo/pictures").glob("*.webp"))[0].read_bytes()
SAME = {"sec-fetch-site": "same-origin"}


def post_ids(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'id="p-(\d+)"', page)))


async def test_a_header_and_entries_are_shown_to_everybody(web: Web) -> None:
    anna = await web.join("anna")
    await anna.post("/settings/header", files={"header": ("h.webp", PICTURE)}, headers=SAME)
    entries = {"label_0": "Website", "value_0": "https://anna.example/x", "label_1": "Motto", "value_1": "<b>Los</b>"}
    saved = await anna.submit("/settings", name="Anna", **entries)
    assert saved.status_code == 303
    page = (await (await web.open()).get("/@anna")).text
    image = re.search(r'<img class="header-picture" src="([^"]+)"', page)
    assert image is not None
    assert (await (await web.open()).get(image[1].replace("&amp;", "&"))).content[:4] == b"RIFF"
    assert '<a href="https://anna.example/x" rel="me nofollow noopener"' in page
    assert "&lt;b&gt;Los" in page
    await anna.submit("/settings/header/remove")
    assert "header-picture" not in (await anna.get("/@anna")).text


async def test_pictures_are_described_for_those_who_do_not_see_them(web: Web) -> None:
    anna = await web.join("anna")
    assert 'name="picture_alt"' not in (await anna.get("/settings")).text, "where there is nothing to describe"
    for name, words in (("picture", "Ich am See"), ("header", 'Der "See" & ich')):
        await anna.post(f"/settings/{name}", files={name: ("h.webp", PICTURE)}, headers=SAME)
        said = await anna.submit(f"/settings/{name}/describe", **{f"{name}_alt": words})
        assert said.headers["location"] == "/settings?saved=1"
    page = (await (await web.open()).get("/@anna")).text
    assert re.search(r'<img class="face l" src="[^"]+" alt="Ich am See"', page)
    assert re.search(r'<img class="header-picture" src="[^"]+" alt="Der &#34;See&#34; &amp; ich"', page)
    assert 'value="Ich am See"' in (await anna.get("/settings")).text
    await anna.submit("/posts", text="Hallo", audience="public")
    small = re.findall(r'<img class="face [sm]"[^>]*>', (await anna.get("/local")).text)
    assert small
    assert all('alt=""' in one for one in small), "beside the name it would be said twice"
    long = await anna.submit("/settings/picture/describe", picture_alt="x" * 501)
    assert long.status_code == 422
    assert "This is too long." in long.text
    await anna.submit("/settings/picture/remove")
    await anna.post("/settings/picture", files={"picture": ("h.webp", PICTURE)}, headers=SAME)
    assert "Ich am See" not in (await anna.get("/@anna")).text


async def test_the_tab_with_pictures_is_as_its_owner_wants_it(web: Web) -> None:
    anna = await web.join("anna")
    seen, files = {"audience": "public", "alt_1": "Ein See"}, {"picture_1": ("p.webp", PICTURE)}
    await anna.post("/posts", data={"text": "Erstes", **seen}, files=files, headers=SAME)
    asked = await (await web.join("ben")).submit("/posts", text="Was siehst du?", audience="public")
    root = asked.headers["location"].split("#")[0]
    parent = post_ids((await anna.get(root)).text)[0]
    await anna.post("/posts", data={"text": "Dazu", "reply_to": parent, **seen}, files=files, headers=SAME)
    visitor = await web.open()
    assert "Dazu" in (await visitor.get("/@anna/pictures")).text
    await anna.submit("/settings", name="Anna", pictures="yes")
    page = (await visitor.get("/@anna/pictures")).text
    assert "Erstes" in page
    assert "Dazu" not in page
    await anna.submit("/settings", name="Anna", replied_pictures="yes")
    assert 'href="/@anna/pictures"' not in (await visitor.get("/@anna")).text
    assert (await visitor.get("/@anna/pictures")).status_code == 404


async def test_what_is_wrong_with_an_entry_is_said_and_nothing_is_lost(web: Web) -> None:
    anna = await web.join("anna")
    refused = await anna.submit("/settings", label_0="Website", value_0="", label_1="Motto", value_1="Weiter")
    assert refused.status_code == 422
    assert "An entry needs both" in refused.text
    assert 'value="Weiter"' in refused.text
    assert "Motto" not in (await anna.get("/@anna")).text


async def test_a_link_is_verified_when_its_page_points_back(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    profile = "https://plausch.example/@anna"
    async with a_stranger() as stranger:
        links = [
            stranger.says("/good", f'<html><a REL="nofollow Me" href="{profile}/">ich</a>'.encode()),
            stranger.says("/other", b'<a rel="me" href="https://plausch.example/@ben">'),
            stranger.says("/silent", f"<p>{profile}</p>".encode()),
        ]
        async with database.write() as tx:
            await people.set_fields(tx, anna, [ProfileField("Seite", link) for link in links])
        assert await verified(database, anna) == [True, False, False]
        stranger.says("/good", b"moved out")
        assert await verified(database, anna) == [False, False, False]


@only_sqlite
async def test_saving_often_asks_others_once(open_web: OpenWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    web = await open_web(rate_limits="on")
    anna = await web.join("anna")
    await anna.submit("/posts", text="Eins", audience="public")
    (post,) = post_ids((await anna.get("/@anna")).text)
    for module, limit in ((settings, "_SAVES"), (posting, "_POSTS"), (search, "_SEARCHES")):
        monkeypatch.setattr(module, limit, 2)
    link = {"label_0": "Website", "value_0": "https://anna.example/x"}
    answers = [await anna.submit("/settings", name="Anna", about="Hier bin ich", **link) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "Hier bin ich" in answers[-1].text, "nothing is lost"
    async with web.site.database.read() as tx:
        loads = {load.kind: load for load in await queue.list_loads(tx)}
    assert (loads[people.CHECK_LINKS].due, loads[people.CHECK_LINKS].later) == (0, 1)
    edits = [await anna.submit(f"/posts/{post}/edit", text=f"Zwei {number}") for number in range(3)]
    assert [answer.status_code for answer in edits] == [303, 303, 429]
    assert "Zwei 2" in edits[-1].text
    for who in (anna, await web.open()):
        assert [(await who.get("/search?q=eins")).status_code for _ in range(3)] == [200, 200, 429]


@only_sqlite
async def test_an_address_with_a_user_name_is_no_link(web: Web) -> None:
    anna = await web.join("anna")
    for value in ("https://plausch.example@evil.example/", "HTTP://a:b@evil.example", "https://a:b%40c@evil.example?x"):
        assert not ProfileField("Website", value).is_link
        await anna.submit("/settings", name="Anna", label_0="Website", value_0=value)
        page = (await anna.get("/@anna")).text
        assert f">{value}</dd>" in page
    assert ProfileField("Website", "https://social.example/@anna?a=b@c").is_link


async def verified(database: Database, anna: Viewer) -> list[bool]:
    """Which of somebody's links count as verified after they were looked at."""
    client = GuardedClient("https://plausch.example", allow_loopback=True)
    await jobs.check_links(database, anna.person, client, lambda handle: f"https://plausch.example/@{handle}")
    async with database.read() as tx:
        return [one.verified_at is not None for one in await people_queries.list_fields(tx, anna.person)]


async def test_pinned_posts_stand_first_and_only_ones_own_can_be(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    for text in ("Eins", "Zwei", "Drei"):
        await anna.submit("/posts", text=text, audience="public")
    newest, _, oldest = post_ids((await ben.get("/@anna")).text)
    assert (await anna.submit(f"/posts/{oldest}/pin")).status_code == 303
    page = (await ben.get("/@anna")).text
    assert post_ids(page)[0] == oldest
    assert "Pinned" in page
    assert "Unpin" not in page
    assert (await ben.submit(f"/posts/{newest}/pin")).status_code == 403
    await anna.submit(f"/posts/{oldest}/remove")
    assert "Pinned" not in (await ben.get("/@anna")).text


async def test_a_wall_has_parts(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await ben.submit("/posts", text="Frage", audience="public")
    root = post_ids((await anna.get("/@ben")).text)[0]
    await anna.submit("/posts", text="Antwort darauf", reply_to=root)
    await anna.submit("/posts", text="Eigenes", audience="public")
    posts, replies = (await ben.get("/@anna")).text, (await ben.get("/@anna/replies")).text
    assert "Eigenes" in posts
    assert "Antwort darauf" not in posts
    assert "Antwort darauf" in replies
    assert "Eigenes" not in replies
    assert "Nothing to see here yet" in (await ben.get("/@anna/pictures")).text


async def test_the_last_owner_leaves_when_somebody_takes_over(web: Web) -> None:
    owner = await web.join("olga")
    await web.join("anna")
    password = "correct horse battery"
    refused = await owner.submit("/settings/leave", password=password)
    assert refused.status_code == 422
    unknown = await owner.submit("/settings/leave", password=password, successor="nobody")
    assert "handle of another member" in unknown.text
    assert (await owner.submit("/settings/leave", password=password, successor="@anna")).status_code == 303
    async with web.site.database.read() as tx:
        account = await people_queries.find_account(tx, "anna")
    assert account is not None
    assert account.role == "owner"


async def test_a_follower_is_sent_away(web: Web) -> None:
    anna, ben = await web.join("anna", be_found="1"), await web.join("ben", be_found="1")
    assert (await ben.submit("/@anna/follow", next="")).status_code == 303
    page = (await anna.get("/@anna/followers")).text
    assert "/@ben/unfollowed" in page
    assert "/unfollowed" not in (await ben.get("/@anna/followers")).text
    gone = await anna.submit("/@ben/unfollowed", next="/@anna/followers")
    assert gone.headers["location"] == "/@anna/followers"
    assert "@ben" not in (await anna.get("/@anna/followers")).text
