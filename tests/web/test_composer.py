"""The composer through the pages: drafts, what is sent later, whom it reaches, pictures, preview and suggestions."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import sqlalchemy as sa

from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.model import Consent
from plausch.storage import column_statement
from plausch.talk import actions as talk_actions
from plausch.talk import jobs, queries
from plausch.talk.tables import sent_forms
from plausch.web.zones import local_field, local_moment
from tests.harness.engines import on_postgres_when_all
from tests.web.conftest import Browser, Web
from tests.web.test_people import eventually
from tests.web.test_talking import connect, picture_bytes, post, upload, viewer_of

LIVE = {"plausch-part": "1"}
_SENDERS = column_statement(sa.select(sent_forms.c.author_id))


async def send(browser: Browser, path: str, text: str, **fields: str) -> httpx.Response:
    return await browser.submit(path, text=text, **fields)


async def form_key(browser: Browser, path: str = "/compose") -> str:
    """What is random in a form that is on a page."""
    found = re.search(r'name="form_key" value="([^"]+)"', (await browser.get(path)).text)
    assert found is not None
    return found[1]


def an_hour_later(zone: str = "UTC") -> str:
    return local_field(clock.now() + clock.HOUR, zone)


def ids(html: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="(\d+)"', html)


async def run_due(web: Web, draft: str) -> None:
    with clock.at(clock.real_now() + 2 * clock.HOUR):
        async with web.site.database.write() as tx:
            await jobs.publish_draft(tx, int(draft), web.site.addresses)


@on_postgres_when_all
async def test_a_draft_is_there_wherever_one_goes_on(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    first = await post(ben, "Wer kommt?")
    quiet = await anna.post("/drafts", data={"text": "Ich viell", "reply_to": first}, headers=LIVE)
    assert (quiet.status_code, quiet.text) == (204, "")
    more = {"audience": "connections", "warning": "Achtung", "participants": "@ben"}
    kept = await send(anna, "/drafts", "Ein neuer Beitrag", **more)
    assert kept.headers["location"] == "/drafts?said=kept"
    page = (await anna.get("/drafts?said=kept")).text
    assert "Reply to ben" in page
    assert "Ich viell" in page
    assert "Ein neuer Beitrag" in page
    assert "Ich viell" in (await anna.get(f"/compose?reply_to={first}")).text
    assert "Ich viell" in (await anna.get(f"/compose?reply_to={first}", headers=LIVE)).text
    here = (await anna.get("/drafts/here")).text
    assert "Ein neuer Beitrag" in here
    assert "<html" not in here
    assert 'value="Achtung"' in here
    assert '<option value="connections" selected>' in here
    for path in ("/drafts", "/compose"):
        assert "Ein neuer Beitrag" not in (await ben.get(path)).text
    assert (await ben.get("/drafts/here")).status_code == 204
    visitor = await web.open()
    assert (await visitor.get("/drafts")).status_code == 303
    for path in ("/drafts", "/drafts/schedule"):
        lost = await send(anna, path, "Eine Antwort auf nichts", reply_to="x", due=an_hour_later())
        assert lost.status_code == 404
        assert "Eine Antwort auf nichts" in lost.text
    assert "Eine Antwort auf nichts" not in (await anna.get("/drafts")).text

    await post(anna, "Doch anders")
    assert "Ein neuer Beitrag" not in (await anna.get("/drafts")).text, "what was sent is a draft no more"
    await anna.post("/drafts", data={"text": "", "reply_to": first}, headers=LIVE)
    assert "Nothing begun" in (await anna.get("/drafts")).text
    on = await send(anna, "/drafts", "Mehr dazu", reply_to=first, then="continue")
    assert "Mehr dazu" in (await anna.get(on.headers["location"])).text


@on_postgres_when_all
async def test_drafts_are_thrown_away_by_who_wrote_them(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await send(anna, "/drafts", "Nur so")
    (path,) = re.findall(r"/drafts/\d+/discard", (await anna.get("/drafts")).text)
    assert (await ben.submit(path)).status_code == 404
    assert (await anna.submit(path)).status_code == 303
    assert "Nur so" not in (await anna.get("/drafts")).text
    assert (await anna.submit(path)).status_code == 404
    assert (await anna.get("/compose?draft=17")).status_code == 404
    assert (await anna.submit("/drafts/x/discard")).status_code == 404


@on_postgres_when_all
async def test_the_source_of_a_draft_is_a_foreign_page(web: Web) -> None:
    anna = await web.join("anna")
    evil = await anna.post("/drafts", data={"text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert evil.status_code == 403
    assert "Nothing begun" in (await anna.get("/drafts")).text


@on_postgres_when_all
async def test_what_is_scheduled_goes_out_at_its_moment(web: Web) -> None:
    anna = await web.join("anna", time_zone="Europe/Berlin")
    for due in ("", "tomorrow", "2020-01-01T10:00", "9999-01-01T10:00"):
        refused = await send(anna, "/drafts/schedule", "Später", due=due)
        assert refused.status_code == 422, due
        assert "Später" in refused.text
    due = an_hour_later("Europe/Berlin")
    assert (await send(anna, "/drafts/schedule", "Später", due=due)).headers["location"] == "/drafts?said=scheduled"
    page = (await anna.get("/drafts")).text
    assert "Scheduled" in page
    (draft,) = re.findall(r"/compose\?draft=(\d+)", page)
    editor = (await anna.get(f"/compose?draft={draft}")).text
    assert f'value="{due}"' in editor
    assert (await send(anna, "/drafts/schedule", "Viel später", due=due, scheduled=draft)).status_code == 303
    assert "Viel später" not in (await anna.get("/")).text
    for _ in range(2):
        await run_due(web, draft)
    assert (await anna.get("/")).text.count('<p dir="auto">Viel später</p>') == 1
    again = await send(anna, "/posts", "Viel später", scheduled=draft)
    assert again.status_code == 404, "it was posted meanwhile"
    assert "Viel später" in again.text
    async with web.site.database.read() as tx:
        viewer = await viewer_of(web, "anna")
        assert len(await queries.list_posts_by(tx, viewer.person, 10)) == 1


@on_postgres_when_all
async def test_whoever_is_named_with_this_server_is_named(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    host = httpx.URL(web.site.settings.base_url).host
    for line in (f"@ben@{web.site.settings.domain}", f"BEN@{host.upper()}"):
        said = await post(anna, "Unter uns", audience="participants", participants=line)
        assert (await ben.get(f"/conversations/{said}")).status_code == 200
    elsewhere = {"audience": "participants", "participants": "@ben@elsewhere.example"}
    assert "One of these handles belongs to nobody here." in (await send(anna, "/posts", "x", **elsewhere)).text
    named = {"audience": "participants", "participants": f"@ben@{host}"}
    await send(anna, "/drafts/schedule", "Später unter uns", due=an_hour_later(), **named)
    (draft,) = re.findall(r"/compose\?draft=(\d+)", (await anna.get("/drafts")).text)
    await run_due(web, draft)
    async with web.site.database.read() as tx:
        viewer = await viewer_of(web, "anna")
        (later,) = [one for one in await queries.list_posts_by(tx, viewer.person, 10) if "Später" in one.html]
        assert set(await queries.list_participants(tx, later.id)) == {
            viewer.person,
            (await viewer_of(web, "ben")).person,
        }
    # The same of who is named in what one says of oneself, and in what a group says of itself.
    about = f"Mit @ben@{host}, @Ben@{web.site.settings.domain} und @ben@elsewhere.example"
    assert (await anna.submit("/settings", name="Anna", about=about)).status_code == 303
    made = await anna.submit("/groups/new", name="Chor", handle="chor", about=about)
    path = str(made.headers["location"]).split("?")[0]
    for page in ("/@anna", f"{path}/about"):
        assert (await anna.get(page)).text.count('href="/@ben"') == 2, page


@on_postgres_when_all
async def test_a_scheduled_post_is_sent_now_or_kept(web: Web) -> None:
    anna = await web.join("anna")
    await send(anna, "/drafts/schedule", "Gleich", due=an_hour_later())
    (draft,) = re.findall(r"/compose\?draft=(\d+)", (await anna.get("/drafts")).text)
    assert (await send(anna, "/drafts", "Doch nicht", scheduled=draft)).status_code == 303
    page = (await anna.get("/drafts")).text
    assert "Scheduled" not in page
    assert "Doch nicht" in page
    await send(anna, "/drafts/schedule", "Jetzt", due=an_hour_later())
    (draft,) = re.findall(r"/compose\?draft=(\d+)", (await anna.get("/drafts")).text)
    assert (await send(anna, "/posts", "Jetzt", scheduled=draft)).status_code == 303
    assert "Nothing begun" in (await anna.get("/drafts")).text
    await run_due(web, draft)
    assert (await anna.get("/")).text.count('<p dir="auto">Jetzt</p>') == 1


@on_postgres_when_all
async def test_the_list_says_what_could_not_be_posted(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await connect(web, "anna", "ben")
    closed = await post(ben, "Unter uns", audience="connections")
    await send(anna, "/drafts/schedule", "Meine Antwort", reply_to=closed, due=an_hour_later())
    (draft,) = re.findall(r"/compose\?draft=(\d+)", (await anna.get("/drafts")).text)
    assert (await ben.submit(f"/posts/{closed}/remove")).status_code == 303
    await run_due(web, draft)
    page = (await anna.get("/drafts")).text
    assert "It could not be posted" in page
    assert "Meine Antwort" in page
    assert "Unter uns" not in page
    assert "Meine Antwort" in (await anna.get(f"/compose?draft={draft}")).text
    again = await send(anna, "/posts", "Meine Antwort", reply_to=closed, scheduled=draft)
    assert again.status_code == 404
    (still,) = set(ids(again.text, "reply_to"))
    assert still == closed, "it does not become a post for everybody by being sent once more"
    assert "Make it a post of its own" in again.text
    own = {"reply_to": closed, "on_its_own": "yes", "scheduled": draft, "audience": "connections"}
    assert (await send(anna, "/drafts/schedule", "Meine Antwort", due=an_hour_later(), **own)).status_code == 303
    await run_due(web, draft)
    assert "Meine Antwort" in (await anna.get("/")).text
    assert "Meine Antwort" not in (await (await web.open()).get("/")).text


async def test_moments_are_those_of_the_zone() -> None:
    assert local_moment("2026-07-01T12:00", "Europe/Berlin") == local_moment("2026-07-01T10:00", "UTC")
    assert local_moment("2026-12-01T12:00", "Europe/Berlin") == local_moment("2026-12-01T11:00", "UTC")
    twice = local_moment("2026-10-25T02:30", "Europe/Berlin")
    assert twice == int((datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta()).timestamp()) * 1000
    assert local_moment("2026-03-29T02:30", "Europe/Berlin") is not None
    assert local_moment("noon", "UTC") is None


@on_postgres_when_all
async def test_the_audience_is_said_in_words_with_its_number(web: Web) -> None:
    anna = await web.join("anna")
    await web.join("ben", name="Ben Ohm")
    await web.join("cem")
    await connect(web, "anna", "ben")

    async def words(**query: str) -> str:
        answer = await anna.get("/compose/audience", params=query)
        assert answer.status_code == 200
        return " ".join(answer.text.split())

    assert await words() == "Everybody, also outside this server."
    assert await words(local_only="yes") == "All 3 members of this server. Does not leave it."
    assert await words(audience="connections") == "Your one connection."
    assert await words(audience="followers", local_only="yes") == (
        "Your one follower or connection. Does not leave this server."
    )
    assert await words(audience="participants") == "Nobody is named yet."
    assert await words(audience="participants", participants="@ben") == "Only you and Ben Ohm."
    assert await words(audience="participants", participants="@anna") == "Only you: a note to yourself."
    assert "nobody here" in await words(audience="participants", participants="@ben @zoe")
    here = web.site.settings.domain
    assert await words(audience="participants", participants=f"@ben@{here}, Anna@{here}") == "Only you and Ben Ohm."
    assert "nobody here" in await words(audience="participants", participants="@ben@elsewhere.example")
    mine = await post(anna, "Unter uns", audience="connections")
    ben = await web.open()
    assert (await ben.get("/compose/audience", params={"reply_to": mine})).status_code == 303
    assert await words(reply_to=mine) == "Your one connection."
    page = (await send(anna, "/compose/preview", "x", audience="connections")).text
    assert "Your one connection." in page, "also without scripts"
    assert "Everybody, also outside this server." in (await anna.get("/")).text


@on_postgres_when_all
async def test_a_reply_reaches_whom_its_conversation_does(web: Web) -> None:
    ben = await web.join("ben")
    await web.join("anna", name="Anna Kern")
    await connect(web, "anna", "ben")
    anna = await viewer_of(web, "anna")
    async with web.site.database.write() as tx:
        await people.set_consent(tx, anna, Consent.BE_FOUND, True)
    first = await post(ben, "Für alle")
    for audience, expected in (("", "Everybody, also outside this server."), ("connections", "Your one connection.")):
        answer = await ben.get("/compose/audience", params={"reply_to": first, "audience": audience})
        assert " ".join(answer.text.split()) == expected


@on_postgres_when_all
async def test_pictures_are_asked_for_their_words_once(web: Web) -> None:
    anna = await web.join("anna")
    file = {"picture_1": ("a.png", picture_bytes())}
    asked = await anna.post("/posts", data={"text": "Der Platz"}, files=file, headers={"sec-fetch-site": "same-origin"})
    assert asked.status_code == 422
    assert "A picture has no description" in asked.text
    assert 'name="alt_asked"' in asked.text
    (picture,) = ids(asked.text, "picture")
    sent = await send(anna, "/posts", "Der Platz", picture=picture, alt_asked="1")
    assert sent.status_code == 303
    (other,) = ids((await upload(anna)).text, "picture")
    assert await post(anna, "Noch einer", picture=other, **{f"alt_{other}": "Ein Brunnen"})


@on_postgres_when_all
async def test_pictures_wait_in_the_draft_with_words_order_and_point(web: Web) -> None:
    anna = await web.join("anna")
    one, two, three = [ids((await upload(anna)).text, "picture")[0] for _ in range(3)]
    fields: dict[str, Any] = {"text": "", "picture": [two, one, three], "leave_out": three}
    fields |= {f"alt_{one}": "Ein Brunnen", f"focus_{one}": "0 100", f"focus_{two}": "33 oops"}
    assert (await anna.submit("/drafts", **fields)).status_code == 303
    assert f"/pictures/{one}/small" in (await anna.get("/drafts")).text
    page = (await anna.get("/compose")).text
    assert ids(page, "picture") == [two, one]
    assert 'value="Ein Brunnen"' in page
    assert '<option value="0 100" selected>' in page
    found = await post(anna, "Zwei", picture=[two, one], alt_asked="1", **{f"focus_{one}": "37 80"})  # type: ignore[arg-type]  # several of a name
    shown = (await anna.get(f"/posts/{found}", follow_redirects=True)).text
    assert shown.index(f"/pictures/{two}/") < shown.index(f"/pictures/{one}/")
    assert 'class="x4 y8"' in shown
    assert " style=" not in shown
    edited = {"text": "Zwei", "picture": [two, one], f"alt_{one}": "Ein Brunnen", f"focus_{one}": "50 0"}
    assert (await anna.submit(f"/posts/{found}/edit", **edited)).status_code == 303
    assert 'class="x5 y0"' in (await anna.get(f"/posts/{found}", follow_redirects=True)).text


@on_postgres_when_all
async def test_the_preview_is_what_posts_are(web: Web) -> None:
    anna = await web.join("anna")
    await web.join("ben")
    text = "**Hallo** @ben #Schach <b>x</b>"
    part = await anna.post("/compose/preview", data={"text": text, "warning": "<i>Achtung"}, headers=LIVE)
    assert "<strong>Hallo</strong>" in part.text
    assert 'href="/@ben"' in part.text
    assert "&lt;i&gt;Achtung" in part.text
    assert "<html" not in part.text
    page = await send(anna, "/compose/preview", text, warning="Achtung")
    assert page.status_code == 200
    assert "<strong>Hallo</strong>" in page.text
    assert "**Hallo**" in page.text, "nothing of it is lost"
    assert (await anna.post("/compose/preview", data={"text": "x" * 30_000}, headers=LIVE)).status_code == 422
    assert "Writing help" in (await anna.get("/compose/help")).text


@on_postgres_when_all
async def test_mentions_and_tags_are_completed(web: Web) -> None:
    anna = await web.join("anna")
    for name in ("Berta_B", "bernd", "berit"):
        await web.join(name.lower(), name=f"{name} Ohm")
    hidden = await viewer_of(web, "berit")
    async with web.site.database.write() as tx:
        await people.set_consent(tx, hidden, Consent.BE_FOUND, False)
        await people.follow(tx, await viewer_of(web, "anna"), (await viewer_of(web, "bernd")).person)
    await post(anna, "#Schachabend und #Schach")

    async def found(word: str) -> list[str]:
        answer = await anna.get("/compose/complete", params={"q": word})
        return re.findall(r'data-word="([^"]+)"', answer.text)

    async with web.site.database.read() as read:
        assert [one.handle for one in await people_queries.list_near(read, await viewer_of(web, "anna"), "ohm", 5)] == [
            "bernd"
        ]
    assert await found("@be") == ["@bernd"]
    assert await found("@b_") == []
    assert await found("#scha") == ["#schach", "#schachabend"]
    for nothing in ("", "@", "be", "#"):
        assert (await anna.get("/compose/complete", params={"q": nothing})).status_code == 404, nothing
    async with web.site.database.write() as tx:
        await people.follow(tx, await viewer_of(web, "anna"), hidden.person)
    assert set(await found("@be")) >= {"@bernd", "@berit"}
    assert (await (await web.open()).get("/compose/complete", params={"q": "@be"})).status_code == 303

    async with web.site.database.write() as tx:
        await people.set_consent(tx, await viewer_of(web, "berta_b"), Consent.BE_FOUND, True)

    async def offered() -> bool:
        return "@berta_b" in await found("@berta")

    await eventually(offered)
    async with web.site.database.write() as tx:
        for handle in ("berta_b", "bernd"):
            await people.limit(tx, (await viewer_of(web, handle)).person)
    assert await found("@berta") == [], "whoever is limited is proposed to nobody"
    assert "@bernd" in await found("@be"), "but to who follows them"


async def test_the_same_form_sent_twice_makes_one_post(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    key = await form_key(anna)
    assert key not in (await form_key(anna), await form_key(anna, "/"), await form_key(ben))
    first = await post(anna, "Wer kommt?", form_key=key)
    assert await post(anna, "Wer kommt?", form_key=key) == first, "a double click, or the page loaded again"
    assert await post(anna, "Wer kommt noch?", form_key=key) != first, "gone back, and something else written"
    assert await post(anna, "Wer kommt?", form_key=await form_key(anna)) != first, "said again, and meant"
    assert await post(ben, "Wer kommt?", form_key=key) != first, "what is random is nobody else's business"
    both = await asyncio.gather(*(post(ben, "Ich!", reply_to=first, form_key="together") for _ in range(3)))
    assert len(set(both)) == 1
    assert (await ben.get(f"/conversations/{first}")).text.count("Ich!") == 1

    kept = {"picture": ids((await upload(anna)).text, "picture")[0], "poll_option": ["Ja", "Nein"]}
    full = {"text": "Mit Bild", "form_key": key, "alt_asked": "1", **kept}
    answers = [await anna.submit("/posts", **full) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[1].text
    assert answers[0].headers["location"] == answers[1].headers["location"]

    for _ in range(2):
        await send(anna, "/drafts/schedule", "Gleich", due=an_hour_later(), form_key=key)
    scheduled = ids((await anna.get("/drafts")).text, "scheduled") or re.findall(
        r"/compose\?draft=(\d+)", (await anna.get("/drafts")).text
    )
    assert len(set(scheduled)) == 1
    for _ in range(2):
        now = await send(anna, "/posts", "Doch gleich", scheduled=scheduled[0], form_key=key)
        assert now.status_code == 303, now.text
    ben_is = (await viewer_of(web, "ben")).person
    async with web.site.database.write() as tx:
        assert ben_is in await tx.all(_SENDERS)
        await people.erase_account(tx, ben_is)

    async def forgotten() -> bool:
        async with web.site.database.read() as read:
            return ben_is not in await read.all(_SENDERS)

    await eventually(forgotten)
    async with web.site.database.write() as tx:
        with clock.at(clock.now() + talk_actions.SENT_LIFE):
            await jobs.drop_sent_forms(tx, None)
    assert await post(anna, "Wer kommt?", form_key=key) != first, "and nothing is kept for long"
