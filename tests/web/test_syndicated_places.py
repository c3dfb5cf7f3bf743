"""Groups, boards, blogs and pages of organisations, read elsewhere."""

from typing import Any

import pytest

from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupDraft, Joining, Visibility
from plausch.http.site import ADDRESSES
from plausch.people import actions as people
from plausch.people import queries as persons
from plausch.people.model import PageKind, Role, Viewer
from plausch.talk import actions as talk
from plausch.talk.model import ArticleDraft, Attached, Form
from tests.harness.community import join, publish
from tests.harness.syndication import ENDINGS, read_feed, read_sitemap
from tests.web.conftest import Browser, Web

_LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


async def _get(browser: Browser, path: str, ending: str = "atom") -> list[dict[str, Any]]:
    answer = await browser.get(f"{path}/feed.{ending}")
    assert answer.status_code == 200, answer.text
    return read_feed(ending, answer.content)


async def _status(browser: Browser, path: str) -> int:
    return (await browser.get(f"{path}/feed.rss")).status_code


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_public_group_and_its_boards(web: Web, ending: str) -> None:
    async with web.site.database.write() as tx:
        anna = await join(tx, "anna")
        group = await groups.create_group(tx, anna, GroupDraft(name="Schachgruppe", handle="schach"), _LINKS)
        board = await groups.make_board(tx, anna, group, BoardDraft(name="Eröffnungen"))
        said = await publish(tx, anna, "Wer spielt am Freitag?", place=group)
        topic = await publish(
            tx, anna, "Was meint ihr?", place=group, board=board, form=Form.TOPIC, title="Sizilianisch & <Co>"
        )
    browser, base = await web.open(), web.site.settings.base_url
    assert (await browser.get(f"/@schach/feed.{ending}")).headers["location"] == f"/groups/schach/feed.{ending}"
    found = await _get(browser, "/groups/schach", ending)
    assert [one["id"] for one in found] == [f"{base}/posts/{topic}", f"{base}/posts/{said}"]
    [shown] = await _get(browser, "/groups/schach/forum/eroeffnungen", ending)
    assert (shown["id"], shown["title"]) == (f"{base}/posts/{topic}", "Sizilianisch & <Co>")
    page = (await browser.get("/groups/schach")).text
    assert f'href="/groups/schach/feed.{ending}"' in page
    assert f'"url":"{base}/groups/schach"' in page
    places = read_sitemap((await browser.get("/sitemap/places")).content)
    assert places[2:] == [f"{base}/groups/schach", f"{base}/groups/schach/forum/eroeffnungen"]
    assert await _status(browser, "/groups/schach/forum/nichts") == 404
    assert await _status(browser, "/groups/anna") == 404


@pytest.mark.parametrize("visibility", [Visibility.CLOSED, Visibility.SECRET])
async def test_other_groups_have_no_feed_for_anybody(web: Web, visibility: Visibility) -> None:
    draft = GroupDraft(name="Vorstand", handle="vorstand", visibility=visibility, joining=Joining.INVITATION)
    ines = await web.join("ines")
    async with web.site.database.write() as tx:
        anna = await join(tx, "anna")
        group = await groups.create_group(tx, anna, draft, _LINKS)
        await groups.make_board(tx, anna, group, BoardDraft(name="Kasse"))
        said = await publish(tx, anna, "Geheim", place=group)
        handle = (await persons.get_actor(tx, group)).handle
    browser = await web.open()
    for one in (browser, ines):
        board = f"/groups/{handle}/forum/kasse"
        for path in (f"/groups/{handle}", f"/@{handle}/blog", board, f"/conversations/{said}"):
            assert await _status(one, path) == 404, path
        answer = await one.get(f"/@{handle}/feed.rss", follow_redirects=True)
        assert answer.status_code == 404
    assert await _get(browser, "/@anna") == []
    listed = [(await browser.get(f"/sitemap/{part}")).text for part in ("places", "people/0", "conversations/0")]
    assert not any(word in text for text in listed for word in (str(said), handle, "kasse"))
    async with web.site.database.write() as tx:
        await groups.delete_group(tx, anna, group)
    gone = 404 if visibility is Visibility.SECRET else 410
    assert await _status(browser, f"/groups/{handle}") == gone, "of a secret one nobody learns that it was there"


async def test_boards_of_the_community(web: Web) -> None:
    async with web.site.database.write() as tx:
        person = (await join(tx, "anna")).person
        anna = Viewer(person, person, Role.OWNER)
        board = await groups.make_board(tx, anna, 0, BoardDraft(name="Allgemeines", about="Was sonst nirgends passt"))
        topic = await publish(tx, anna, "Hallo", board=board, form=Form.TOPIC, title="Wer ist neu?")
        await publish(tx, anna, "Nicht für alle", board=board, form=Form.TOPIC, title="Intern", local_only=True)
    browser = await web.open()
    answer = await browser.get("/forum/allgemeines/feed.atom")
    assert [one["id"] for one in read_feed("atom", answer.content)] == [web.site.absolute(f"/posts/{topic}")]
    assert "Was sonst nirgends passt" in answer.text
    assert 'href="/forum/allgemeines/feed.json"' in (await browser.get("/forum/allgemeines")).text
    assert web.site.absolute("/forum/allgemeines") in read_sitemap((await browser.get("/sitemap/places")).content)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_blog_is_read_whole(web: Web, ending: str) -> None:
    text = "Der Anfang.\n\n" + "Mehr davon. " * 200 + "\n\n## Das Ende\n\nGanz zum Schluss. #garten"
    async with web.site.database.write() as tx:
        anna = await join(tx, "anna")
        await publish(tx, anna, "Kein Artikel")
        post = await talk.publish_article(
            tx, anna, ArticleDraft(title="Ein Beet", source=text, language="de"), ADDRESSES
        )
        await publish(tx, anna, "Danke", reply_to=post)
    browser, base = await web.open(), web.site.settings.base_url
    [article] = await _get(browser, "/@anna/blog", ending)
    assert (article["id"], article["title"]) == (f"{base}/posts/{post}", "Ein Beet")
    assert article["url"] == f"{base}/@anna/blog/ein-beet"
    assert "Ganz zum Schluss" in article["html"]
    page = (await browser.get("/@anna/blog/ein-beet")).text
    assert '"@type":"BlogPosting"' in page
    assert f'href="/conversations/{post}/feed.{ending}"' in page
    assert f'href="/@anna/blog/feed.{ending}"' in (await browser.get("/@anna/blog")).text
    assert len(await _get(browser, f"/conversations/{post}", ending)) == 1
    listed = (await browser.get("/sitemap/conversations/0")).text
    assert f"<loc>{base}/@anna/blog/ein-beet</loc>" in listed


async def test_who_wrote_for_a_page(web: Web) -> None:
    async with web.site.database.write() as tx:
        anna = await join(tx, "mehmet", name="Mehmet Aydın")
        page = await people.create_page(tx, anna, "lindenau", "Stadt Lindenau", PageKind.TOWN)
        await publish(tx, Viewer(anna.person, page), "Das Freibad öffnet.", labels=Attached.SPONSORED)
    browser = await web.open()
    assert "<em>Sponsored</em>" in (await _get(browser, "/@lindenau"))[0]["html"]
    assert "<name>Mehmet Aydın for Stadt Lindenau</name>" in (await browser.get("/@lindenau/feed.atom")).text
    assert f"<loc>{web.site.absolute('/@lindenau')}</loc>" in (await browser.get("/sitemap/people/0")).text
