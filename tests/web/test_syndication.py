"""Reading Plausch elsewhere: feeds that every reader understands, and that say what everybody may know."""

import json
import re
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import Consent, Viewer
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind, PollDraft
from plausch.web.syndication import FORMATS, Author, Channel, Item, Media
from plausch.web.views import sitemap
from tests.corpus.xss import PAYLOADS
from tests.harness.community import join, publish
from tests.harness.syndication import ENDINGS, MIMES, read_feed, read_sitemap
from tests.talk.test_stories import add_picture
from tests.web.conftest import Browser, Web

HOSTILE = ("]]>", "<![CDATA[", "\x00\x08\x0b\x1f", "\ud800 \udfff", "\ufffe\uffff", "&amp;&#0;", "\"'<>", "\r\n\t", "")
_ANYTHING = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(HOSTILE)
_AN_ITEM = st.builds(
    Item,
    id=st.uuids().map(lambda one: f"https://example.org/{one}"),
    url=st.just("https://example.org/a?b=1&c=2#d"),
    title=_ANYTHING,
    heading=_ANYTHING.map(lambda heading: f"H{heading}"),
    html=_ANYTHING,
    summary=_ANYTHING,
    authors=st.tuples(st.builds(Author, _ANYTHING, st.just("https://example.org/@a"), st.just(""))),
    published_at=st.integers(0, 4 * 10**12),
    updated_at=st.integers(0, 4 * 10**12),
    language=st.sampled_from(["", "de", "pt-BR"]),
    tags=st.lists(_ANYTHING.map(lambda tag: tag.strip() or "a"), max_size=1).map(tuple),
    media=st.lists(st.builds(Media, st.just("https://example.org/p"), st.just("image/webp"), _ANYTHING)).map(tuple),
)
_A_CHANNEL = st.builds(
    Channel,
    title=_ANYTHING.map(lambda title: f"T{title}"),
    about=_ANYTHING,
    url=st.just("https://example.org/@a"),
    feed=st.just("https://example.org/@a/feed"),
    language=st.just("de"),
    picture=st.just(""),
    updated_at=st.integers(0, 4 * 10**12),
    items=st.lists(_AN_ITEM, max_size=3).map(tuple),
)


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_people_write_can_be_read(ending: str) -> None:
    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(_A_CHANNEL)
    def holds(channel: Channel) -> None:
        items = read_feed(ending, FORMATS[ending].write(channel))
        assert [one["id"] for one in items] == [one.id for one in channel.items]

    holds()


async def _get(browser: Browser, path: str, ending: str = "atom") -> list[dict[str, str]]:
    answer = await browser.get(f"{path}/feed.{ending}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == f"{MIMES[ending]}; charset=utf-8"
    return read_feed(ending, answer.content)


async def _person(web: Web, handle: str) -> Viewer:
    async with web.site.database.write() as tx:
        return await join(tx, handle, name=f"{handle.title()} Ritter")


async def _post(web: Web, viewer: Viewer, source: str, **draft: object) -> int:
    async with web.site.database.write() as tx:
        return await publish(tx, viewer, source, **draft)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_what_everybody_may_see_is_read_elsewhere(web: Web, ending: str) -> None:
    anna, ben = await _person(web, "anna"), await _person(web, "ben")
    said = await _post(web, anna, "Hallo **Welt**, sagt @ben. #garten")
    await _post(web, anna, "Nur hier", local_only=True)
    await _post(web, anna, "Für Freunde", audience=AudienceKind.FOLLOWERS)
    warned = await _post(web, anna, "Das Ende: er stirbt", warning="Verrät das Ende")
    shared = await _post(web, ben, "Was Ben sagt")
    async with web.site.database.write() as tx:
        await talk.share_post(tx, anna, shared)
        await people.follow(tx, ben, anna.person)
    answer = await _post(web, ben, "Hallo Anna", reply_to=said)
    named = (anna.person,)
    await _post(web, ben, "Nur für dich", reply_to=said, audience=AudienceKind.PARTICIPANTS, participants=named)
    base = web.site.settings.base_url

    browser = await web.open()
    wall = await _get(browser, "/@anna", ending)
    assert [one["id"] for one in wall] == [f"{base}/posts/{id_}" for id_ in (shared, warned, said)]
    assert f'<a href="{base}/@ben"' in wall[2]["html"], "a path alone leads nowhere"
    assert wall[2]["url"] == f"{base}/conversations/{said}?at={said}#p-{said}"
    assert "stirbt" not in str(wall[1])
    assert wall[1]["title"] == "Verrät das Ende"
    assert [one["id"] for one in await _get(browser, "/tags/garten", ending)] == [f"{base}/posts/{said}"]
    assert {one["id"] for one in await _get(browser, "/local", ending)} == {one["id"] for one in wall}
    replies = await _get(browser, f"/conversations/{said}", ending)
    assert [one["id"] for one in replies] == [f"{base}/posts/{answer}"]


@pytest.mark.parametrize("ending", ENDINGS)
async def test_pictures_quotes_and_polls_come_along(web: Web, ending: str) -> None:
    anna, ben = await _person(web, "anna"), await _person(web, "ben")
    quoted = await _post(web, ben, "Was Ben sagt")
    async with web.site.database.write() as tx:
        shown, hidden = [await add_picture(tx, anna, alt) for alt in ('Ein "Beet" & <mehr>', "Blut")]
        post = await publish(tx, anna, "Seht", pictures=(shown,), quote=quoted)
        await publish(tx, anna, "Weg da", pictures=(hidden,), warning="Blut")
        await publish(tx, anna, "Was meint ihr?", poll=PollDraft(options=("Ja", "<Nein>")))
    browser = await web.open()
    asking, warned, seeing = await _get(browser, "/@anna", ending)
    address = web.site.absolute(f"/pictures/{shown}/large")
    written = (await browser.get(f"/@anna/feed.{ending}")).text
    assert re.search(rf'(?:rel="enclosure"|<enclosure|"attachments":)[^>\]]*"{address}"', written)
    assert f'<img src="{address}" alt="Ein &quot;Beet&quot; &amp; &lt;mehr&gt;"' in seeing["html"]
    assert "Was Ben sagt" in seeing["html"]
    assert seeing["id"].endswith(str(post))
    assert "<li>&lt;Nein&gt;</li>" in asking["html"]
    assert "/pictures/" not in str(warned)


async def test_nobody_gets_more_for_being_signed_in(web: Web) -> None:
    anna = await web.join("anna")
    await anna.submit("/posts", source="Nur für mich und meine Leute", audience="followers")
    assert await _get(anna, "/@anna") == []
    assert "set-cookie" not in (await anna.get("/@anna/feed.atom")).headers


async def test_hostile_texts_in_every_feed(web: Web) -> None:
    anna = await _person(web, "anna")
    payloads = [payload.encode(errors="replace").decode() for payload in PAYLOADS]
    async with web.site.database.write() as tx:
        for number, payload in enumerate((*payloads[::4], *HOSTILE[:-2])):
            await publish(tx, anna, f"{payload} #boese {number}", warning=payload[:40] if number % 3 == 0 else "")
    browser = await web.open()
    for ending in ENDINGS:
        assert len(await _get(browser, "/@anna", ending)) == 30
        assert await _get(browser, "/tags/boese", ending)


async def test_who_has_it_gets_nothing_again(web: Web) -> None:
    with clock.at(clock.real_now() - clock.HOUR):
        anna = await _person(web, "anna")
        await _post(web, anna, "Eins")
    browser = await web.open()
    first = await browser.get("/@anna/feed.rss")
    tag, moment = first.headers["etag"], first.headers["last-modified"]
    assert first.headers["cache-control"] == "public, max-age=300"

    async def again(**headers: str) -> httpx.Response:
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        return await browser.get("/@anna/feed.rss", headers=names)

    for headers in ({"if_none_match": f'"x", {tag}'}, {"if_modified_since": moment}, {"if_none_match": "*"}):
        answer = await again(**headers)
        assert (answer.status_code, answer.content) == (304, b""), headers
        assert answer.headers["etag"] == tag
    assert (await again(if_none_match='"x"', if_modified_since=moment)).status_code == 200, "the tag decides"
    assert (await again(if_modified_since="no date")).status_code == 200
    head = await browser.head("/@anna/feed.rss")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)

    await _post(web, anna, "Zwei")
    for headers in ({"if_none_match": tag}, {"if_modified_since": moment}):
        assert (await again(**headers)).status_code == 200


async def test_nobody_and_those_who_left(web: Web) -> None:
    anna, ben = await _person(web, "anna"), await _person(web, "ben")
    said = await _post(web, ben, "Nur hier", local_only=True)
    browser = await web.open()
    for path in ("/@nobody", "/tags/!", "/conversations/1", f"/conversations/{said}", "/groups/nobody"):
        assert (await browser.get(f"{path}/feed.atom")).status_code == 404, path
    assert (await browser.get("/tags/Garten/feed.json")).headers["location"] == "/tags/garten/feed.json"
    assert (await browser.get("/@anna/feed.xml")).status_code == 404
    async with web.site.database.write() as tx:
        await people.erase_account(tx, anna.person)
    gone = await browser.get("/@anna/feed.atom")
    assert (gone.status_code, "What was here is gone for good." in gone.text) == (410, True)


def _told(page: httpx.Response) -> list[dict[str, Any]]:
    """What a page says to search engines."""
    found = re.findall(r'(?s)<script type="application/ld\+json">(.*?)</script>', page.text)
    return [json.loads(one) for one in found]


async def test_public_pages_tell_programs_what_they_are(web: Web) -> None:
    anna, ben = await _person(web, "anna"), await _person(web, "ben")
    hostile = "Ende </script><script>alert(1)</script> & <!-- aus"
    said = await _post(web, anna, hostile)
    await _post(web, ben, "Antwort </script>", reply_to=said)
    local = await _post(web, anna, "Nur hier", local_only=True)
    browser, base = await web.open(), web.site.settings.base_url

    page = await browser.get(f"/conversations/{said}")
    [told] = _told(page)
    assert (told["@type"], told["author"][0]["name"]) == ("DiscussionForumPosting", "Anna Ritter")
    assert told["text"] == hostile
    assert [one["text"] for one in told["comment"]] == ["Antwort </script>"]
    assert f'<meta property="og:url" content="{base}/conversations/{said}">' in page.text
    assert f'type="application/atom+xml" title="Replies (Atom)" href="/conversations/{said}/feed.atom"' in page.text
    [person] = _told(await browser.get("/@anna"))
    assert (person["mainEntity"]["@type"], person["mainEntity"]["url"]) == ("Person", f"{base}/@anna")
    for path in ("/@anna", "/local", "/tags/x"):
        assert f'href="{path}/feed.json"' in (await browser.get(path)).text

    member = await web.join("ines")
    for path in (f"/conversations/{said}", "/@anna", f"/conversations/{local}"):
        shown = await member.get(path)
        assert (shown.status_code, _told(shown), "og:" in shown.text) == (200, [], False), path


async def test_who_objects_to_being_found_is_not_listed(web: Web) -> None:
    anna, ben = await _person(web, "anna"), await _person(web, "ben")
    async with web.site.database.write() as tx:
        await people.set_consent(tx, ben, Consent.BE_FOUND, False)
    by_anna, by_ben = await _post(web, anna, "Eins"), await _post(web, ben, "Zwei")
    quiet = await _post(web, anna, "Leise", audience=AudienceKind.QUIET)
    await _post(web, anna, "Nur hier", local_only=True)
    browser = await web.open()
    page = await browser.get(f"/conversations/{by_ben}")
    assert _told(page) == []
    for path in (f"/conversations/{by_ben}", f"/conversations/{quiet}"):
        assert '<meta name="robots" content="noindex">' in (await browser.get(path)).text
    assert "noindex" not in (await browser.get(f"/conversations/{by_anna}")).text

    base = web.site.settings.base_url
    assert f"Sitemap: {base}/sitemap.xml" in (await browser.get("/robots.txt")).text
    parts = read_sitemap((await browser.get("/sitemap.xml")).content)
    assert parts == [f"{base}/sitemap/{part}" for part in ("places", "people/0", "conversations/0")]
    listed = [path for part in parts for path in read_sitemap((await browser.get(part)).content)]
    assert listed == [f"{base}{path}" for path in ("/about", "/local", "/@anna", f"/conversations/{by_anna}")]


async def test_a_sitemap_has_parts(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "_PART", 2)
    anna = await _person(web, "anna")
    ids = [await _post(web, anna, f"{number}") for number in range(5)]
    browser = await web.open()
    parts = read_sitemap((await browser.get("/sitemap.xml")).content)
    of_talk = [part for part in parts if "/conversations/" in part]
    listed = [path for part in of_talk for path in read_sitemap((await browser.get(part)).content)]
    assert listed == [web.site.absolute(f"/conversations/{id_}") for id_ in ids]
    empty = read_sitemap((await browser.get(f"/sitemap/conversations/{ids[-1]}")).content)
    assert empty == [web.site.absolute(path) for path in ("/about", "/local")]
    assert (await browser.get("/sitemap/people/x")).status_code == 404
