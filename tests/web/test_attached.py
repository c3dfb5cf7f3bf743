"""Polls, quotes and previews on the pages: with and without scripts, live, and only for whom they are."""

import re
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from plausch.app.application import Application
from plausch.clientapi.plausch import DOOR as API
from plausch.net.fetching import GuardedClient
from plausch.settings import read_settings
from plausch.web import DOOR as WEB
from tests.net.strangers import a_stranger
from tests.web.conftest import Browser, Web
from tests.web.streams import listen
from tests.web.test_talking import connect, post

ASKED = {"option_1": "Samstag", "option_2": "Sonntag", "poll_lasts": "3600000"}
AS_PART = {"plausch-part": "1", "sec-fetch-site": "same-origin"}


async def vote(browser: Browser, poll: str, *choices: str) -> httpx.Response:
    return await browser.post(f"/posts/{poll}/vote", data={"choice": list(choices)}, headers=AS_PART)


async def shown(browser: Browser, id_: str) -> str:
    return (await browser.get(f"/posts/{id_}", follow_redirects=True)).text


async def test_a_poll_is_asked_answered_and_followed(web: Web) -> None:
    anna, ben, visitor = await web.join("anna"), await web.join("ben"), await web.open()
    poll = await post(anna, "Wann gehen wir schwimmen?", **ASKED)
    page = await shown(ben, poll)
    assert page.count('name="choice"') == 2
    assert "Nobody has voted yet" in page
    assert "%" not in re.sub(r"(?s)<head>.*?</head>", "", page).partition('class="poll"')[2].partition("</form>")[0]
    assert "Sign in to vote" in await shown(visitor, poll)
    path = f"/live/conversations/{poll}?after={poll}"
    async with listen(web.app, ben, path) as voter, listen(web.app, anna, path) as undecided:
        part = await vote(ben, poll, "1")
        assert part.status_code == 200
        assert "<html" not in part.text
        assert "100 %" in part.text
        assert "100 %" in await voter.event("part")
        await undecided.silence("part")
    assert 'name="choice"' in await shown(anna, poll)
    assert "100 %" not in await shown(visitor, poll)
    again = await ben.submit(f"/posts/{poll}/vote", choice="0")
    assert again.status_code == 409
    for wrong in ({"choice": "7"}, {"choice": "x"}, {"choice": ""}):
        assert (await anna.submit(f"/posts/{poll}/vote", **wrong)).status_code == 422
    plain = await anna.submit(f"/posts/{poll}/vote", choice="0")
    assert plain.headers["location"].startswith(f"/conversations/{poll}")
    assert (await shown(ben, poll)).count("50 %") == 2
    assert (await visitor.submit(f"/posts/{poll}/vote", choice="0")).headers["location"] == "/sign-in"


async def test_what_is_wrong_with_a_poll_loses_nothing(web: Web) -> None:
    anna = await web.join("anna")
    answer = await anna.submit("/posts", text="Wann?", **{**ASKED, "option_2": " samstag", "poll_hidden": "yes"})
    assert answer.status_code == 422
    assert "The same choice is there twice." in answer.text
    assert 'value="Samstag"' in answer.text
    for fields, reason in (
        ({"option_1": "nur eine"}, "at least two"),
        ({**ASKED, "poll_lasts": "1"}, "five minutes to 60 days"),
        ({**ASKED, "poll_lasts": "nonsense"}, ""),
    ):
        answer = await anna.submit("/posts", text="Wann?", **fields)
        assert answer.status_code == (422 if reason else 303), fields
        assert reason in answer.text


async def test_an_edit_asks_something_else(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    poll = await post(anna, "Wann?", **ASKED)
    await vote(ben, poll, "0")
    form = (await anna.get(f"/posts/{poll}/edit")).text
    assert 'value="Samstag"' in form
    assert "1 person has voted. If you change anything here, that vote is lost." in form
    assert "the vote begins anew" in form
    await anna.submit(f"/posts/{poll}/edit", text="Wann denn?", **ASKED)
    assert "100 %" in await shown(ben, poll)
    await anna.submit(f"/posts/{poll}/edit", text="Wann?", **{**ASKED, "option_3": "Montag"})
    assert "Nobody has voted yet" in await shown(ben, poll)


async def test_a_quote_needs_consent_and_can_be_withdrawn(web: Web) -> None:
    anna, ben, eve = await web.join("anna", name="Anna Ritter"), await web.join("ben"), await web.join("eve")
    words = await post(anna, "Der See ist tief")
    composer = await ben.get(f"/compose?quote={words}")
    assert "Der See ist tief" in composer.text
    assert f'name="quoted" value="{words}"' in composer.text
    quoting = await post(ben, "Hört, hört", quoted=words)
    page = await shown(eve, quoting)
    assert 'class="quoted"' in page
    assert "Der See ist tief" in page
    assert f"/posts/{quoting}/unquote" not in page
    assert f"/posts/{quoting}/unquote" in await shown(anna, quoting)
    assert (await eve.submit(f"/posts/{quoting}/unquote")).status_code == 403
    assert (await eve.submit("/@anna/block", next="/")).status_code == 303
    page = await shown(eve, quoting)
    assert "The quoted post is not available to you." in page
    assert "Anna" not in page.partition('class="quoted gone"')[2].partition("</blockquote>")[0]
    asked = await anna.get(f"/posts/{quoting}/unquote")
    assert "That cannot be undone." in asked.text
    assert (await anna.submit(f"/posts/{quoting}/unquote")).status_code == 303
    page = await shown(ben, quoting)
    assert "Whoever was quoted here does not want that any more." in page
    assert "Der See ist tief" not in page
    assert (await anna.get(f"/posts/{quoting}/unquote")).status_code == 404


async def test_who_may_quote_is_a_setting(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await connect(web, "anna", "ben")
    opened = await post(anna, "Gern", who_quotes="everybody")
    words = await post(anna, "Lieber nicht")
    assert f"/compose?quote={words}" in await shown(ben, words)
    saved = await anna.submit("/settings/privacy", who_quotes="nobody")
    assert saved.status_code == 303
    assert 'value="nobody" checked' in (await anna.get("/settings/privacy")).text
    assert f"/compose?quote={words}" not in await shown(ben, words)
    assert f"/compose?quote={words}" in await shown(anna, words)
    assert f"/compose?quote={opened}" in await shown(ben, opened)
    refused = await ben.get(f"/compose?quote={words}")
    assert refused.status_code == 403
    assert "does not want it to be quoted" in refused.text
    kept = await ben.submit("/posts", text="Trotzdem", quoted=words)
    assert kept.status_code == 403
    assert "Trotzdem" in kept.text
    narrow = await post(anna, "Unter uns", audience="connections")
    assert f"/compose?quote={narrow}" not in await shown(ben, narrow)
    assert (await ben.get(f"/compose?quote={narrow}")).status_code == 403
    wide = await anna.submit("/posts", text="Für alle", quoted=narrow, audience="public")
    assert wide.status_code == 422
    assert "What you quote is for fewer people" in wide.text
    assert 'value="connections" selected' in (await anna.get(f"/compose?quote={narrow}")).text


async def test_a_draft_keeps_its_poll_and_its_quote(web: Web) -> None:
    anna = await web.join("anna")
    words = await post(anna, "Der See ist tief")
    await anna.submit("/drafts", text="Noch nicht", quoted=words, who_quotes="nobody", **ASKED)
    form = (await anna.get(f"/compose?quote={words}")).text
    assert "Noch nicht" in form
    assert 'value="Sonntag"' in form
    assert 'value="nobody" selected' in form
    assert "Noch nicht" not in (await anna.get("/compose")).text


@pytest.fixture
def lake() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), "#2b6e80").save(out, "PNG")
    return out.getvalue()


async def test_a_preview_comes_from_here(database_url: str, data: Path, lake: bytes) -> None:
    """The page and its picture are asked for once, by the server; browsers get both from it."""
    settings = read_settings(
        {"data": str(data), "database_url": database_url, "rate_limits": "off", "insights": "off"}, {}
    )[0]
    client = GuardedClient(settings.base_url, allow_loopback=True)
    app = Application(settings, (API, WEB), outgoing=client)
    site = await app.start()
    try:
        async with a_stranger() as stranger:
            stranger.says("/see.png", lake, "image/png")
            head = '<title>Der <b>See</title><meta property="og:image" content="/see.png"><script>alert(1)</script>'
            link = stranger.says("/see", head.encode())
            transport = httpx.ASGITransport(app, client=("192.0.2.1", 5000))
            async with Browser(transport=transport, base_url=settings.base_url) as anna:
                fields = {"handle": "anna", "email": "anna@example.org", "password": "correct horse battery"}
                await anna.submit("/sign-up", **fields, language="en")
                first = await post(anna, "Noch ohne")
                async with listen(app, anna, f"/live/conversations/{first}?after={first}") as live:
                    await anna.submit(f"/posts/{first}/edit", text=f"Seht {link}")
                    changed = await live.event("post", 5)
                    while 'class="linked"' not in changed:
                        changed = await live.event("post", 5)
                assert 'rel="nofollow noopener ugc"' in changed
                picture = re.search(r'src="(/previews/\d+/small)"', changed)
                assert picture is not None
                answer = await anna.get(picture[1])
                assert answer.headers["content-type"] == "image/webp"
                assert stranger.url not in re.sub(r'href="[^"]*"', "", await shown(anna, first)).partition("<main")[2]
                assert (await anna.get("/previews/1/small")).status_code == 404
    finally:
        await app.stop()
    assert site.outgoing is client
