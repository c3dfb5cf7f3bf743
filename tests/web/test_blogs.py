"""Blogs and articles through the pages: read, written, shown to some before, changed, and honestly gone."""

import re
from typing import Any

import httpx
from bs4 import BeautifulSoup

from tests.harness.engines import on_postgres_when_all
from tests.web.conftest import Browser, Web
from tests.web.test_composer import an_hour_later
from tests.web.test_pages_of_organisations import FORM, put_on_team
from tests.web.test_talking import connect, picture_bytes

LIVE = {"plausch-part": "1"}
TEXT = "Wie alles **anfing**. #garten\n\n## Der Anfang\n\nEin Zaun.[^1]\n\n## Das Ende\n\nOffen.\n\n[^1]: Aus Holz.\n"


async def write(browser: Browser, title: str = "Ein Beet für alle", text: str = TEXT, **fields: Any) -> str:
    """Where the article is."""
    answer = await browser.submit("/write", title=title, text=text, alt_asked="1", **fields)
    assert answer.status_code == 303, answer.text[-2000:]
    return await at(browser, answer)


async def at(browser: Browser, answer: httpx.Response) -> str:
    leading = await browser.get(answer.headers["location"])
    assert leading.status_code == 303
    return leading.headers["location"]


async def add(browser: Browser, alt: str) -> str:
    """A picture; its id."""
    sent = await browser.post(
        "/pictures?for=article", data={"alt": alt}, files={"file": ("a.png", picture_bytes())}, headers=LIVE
    )
    found = re.search(r'name="picture" value="(\d+)"', sent.text)
    assert found is not None
    assert f"![](picture:{found[1]})" in sent.text
    return found[1]


def soup(answer: httpx.Response) -> BeautifulSoup:
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


@on_postgres_when_all
async def test_an_article_is_read_and_talked_about(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    picture = await add(anna, "Das Beet")
    text = f"{TEXT}\n![](picture:{picture})\n"
    path = await write(anna, text=text, subtitle="Eine Geschichte", picture=picture, cover=picture)
    assert path == "/@anna/blog/ein-beet-fuer-alle"
    visitor = await web.open()
    page = soup(await visitor.get(path))
    assert page.h1 is not None
    assert page.h1.get_text() == "Ein Beet für alle"
    assert [one["href"] for one in page.select(".toc a")] == ["#s-der-anfang", "#s-das-ende"]
    assert page.select_one("#fn-1") is not None
    assert str(page.select_one("link[rel=canonical]")["href"]).endswith(path)  # type: ignore[index]
    (shown,) = page.select(".prose img")
    assert (await visitor.get(str(shown["src"]))).status_code == 200
    conversation = re.search(r"/live/conversations/(\d+)", page.decode())
    assert conversation is not None
    reply = await ben.submit("/posts", text="Wie schön!", reply_to=conversation[1])
    assert (await at(ben, reply)).startswith(f"{path}?at=")
    assert "Wie schön!" in (await visitor.get(path)).text
    for feed in ("/local", "/@anna", "/@anna/blog", "/tags/garten"):
        listed = (await ben.get(feed)).text
        assert path in listed, feed
        assert "Aus Holz" not in listed
    assert (await visitor.get("/@anna/blog/anderes")).status_code == 404
    assert (await visitor.get("/@niemand/blog")).status_code == 404
    assert (await visitor.get("/@ben/blog")).status_code == 200


async def test_the_name_in_the_address_is_chosen(web: Web) -> None:
    anna = await web.join("anna")
    assert 'name="slug"' in (await anna.get("/write")).text
    kept = await anna.submit("/write/draft", title="Ein Beet", text=TEXT, slug="Unser Beet")
    draft = await anna.get(kept.headers["location"])
    assert 'value="Unser Beet"' in draft.text
    assert await write(anna, "Ein Beet", slug="Unser Beet") == "/@anna/blog/unser-beet"
    twice = await anna.submit("/write", title="Noch eins", text=TEXT, slug="unser-beet")
    assert twice.status_code == 422
    assert "Another article of this blog has that address already." in twice.text
    assert 'value="unser-beet"' in twice.text
    post = re.search(r"/posts/(\d+)/edit|/write\?post=(\d+)", (await anna.get("/@anna/blog/unser-beet")).text)
    assert post is not None
    id_ = post[1] or post[2]
    assert 'value="unser-beet"' in (await anna.get(f"/write?post={id_}")).text
    assert await write(anna, "Anders", post=id_) == "/@anna/blog/unser-beet"
    assert await write(anna, "Anders", post=id_, slug="Ganz anders") == "/@anna/blog/ganz-anders"
    visitor = await web.open()
    former = await visitor.get("/@anna/blog/unser-beet?at=1")
    assert (former.status_code, former.headers["location"]) == (301, "/@anna/blog/ganz-anders?at=1")
    assert (await anna.submit("/write", title="Noch eins", text=TEXT, slug="unser-beet")).status_code == 422
    assert (await anna.submit(f"/posts/{id_}/remove")).status_code == 303
    for path in ("/@anna/blog/unser-beet", "/@anna/blog/ganz-anders"):
        assert (await visitor.get(path)).status_code == 410


async def test_what_is_for_some_is_for_them_alone(web: Web) -> None:
    anna, ben, visitor = await web.join("anna"), await web.join("ben"), await web.open()
    await connect(web, "anna", "ben")
    picture = await add(anna, "Wir")
    path = await write(anna, "Unter uns", f"![](picture:{picture})", picture=picture, audience="connections")
    assert soup(await ben.get(path)).select_one("meta[name=robots]") is not None
    assert (await ben.get(f"/pictures/{picture}/large")).status_code == 200
    for address in (path, f"/pictures/{picture}/large"):
        assert (await visitor.get(address)).status_code == 404
    assert "Unter uns" not in (await visitor.get("/@anna/blog")).text


async def test_a_removed_article_is_honestly_gone(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open()
    path = await write(anna)
    edited = soup(await anna.get(path)).select_one("a[href$='/edit']")
    assert edited is not None
    post = str(edited["href"]).split("/")[2]
    desk = await anna.get(str(edited["href"]))
    assert desk.headers["location"] == f"/write?post={post}"
    changed = await anna.submit("/write", post=post, title="Anders", text="Neu geschrieben.", subtitle="Doch")
    assert await at(anna, changed) == path, "an address stays"
    assert "Neu geschrieben" in (await visitor.get(path)).text
    assert "Aus Holz" in (await anna.get(f"/posts/{post}/history")).text
    stranger = await web.join("ben")
    assert (await stranger.get(f"/write?post={post}")).status_code == 403
    assert (await stranger.submit("/write", post=post, title="Meins", text="x")).status_code == 403
    await anna.submit(f"/posts/{post}/remove")
    gone = await visitor.get(path)
    assert gone.status_code == 410
    assert "was removed" in gone.text
    assert "Anders" not in gone.text


async def test_a_draft_is_kept_shown_and_posted(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open()
    kept = await anna.post("/write/draft", data={"title": "Halb", "text": "Fertig wird es"}, headers=LIVE)
    draft = kept.headers["plausch-draft"]
    picture = await add(anna, "Zaun")
    more = {"scheduled": draft, "title": "Halb", "text": f"![](picture:{picture})\n\nFertig", "picture": picture}
    again = await anna.submit("/write/draft", series="Reihe", authors="@niemand", cover=picture, **more)
    assert again.headers["location"] == f"/write?draft={draft}&said=kept"
    page = soup(await anna.get(f"/write?draft={draft}"))
    for name, value in (("title", "Halb"), ("series", "Reihe"), ("authors", "@niemand")):
        assert page.select_one(f"[name={name}]")["value"] == value  # type: ignore[index]
    assert page.select_one(f"[name=cover][value='{picture}']").has_attr("checked")  # type: ignore[union-attr]
    assert "Halb" in (await anna.get("/drafts")).text
    refused = await anna.submit("/write", authors="@niemand", alt_asked="1", **more)
    assert refused.status_code == 422
    assert "Fertig" in refused.text
    await anna.submit(f"/write/{draft}/link")
    link = soup(await anna.get(f"/write?draft={draft}")).select_one("#link a")
    assert link is not None
    shown = await visitor.get(str(link["href"]))
    assert shown.headers["x-robots-tag"] == "noindex"
    (inside,) = soup(shown).select(".prose img")
    assert str(inside["src"]).startswith("/preview/")
    assert (await visitor.get(str(inside["src"]))).status_code == 200
    assert (await visitor.get(f"/pictures/{picture}/large")).status_code == 404
    ben = await web.join("ben")
    for path in ("link", "unlink"):
        assert (await ben.submit(f"/write/{draft}/{path}")).status_code == 404
    await write(anna, **more)
    for address in (str(link["href"]), str(inside["src"])):
        assert (await visitor.get(address)).status_code == 404
    assert "Halb" not in (await anna.get("/drafts")).text


async def test_how_it_will_look_and_when_it_is_due(web: Web) -> None:
    anna = await web.join("anna")
    part = await anna.post("/write/preview", data={"title": "Titel", "text": "## Teil\n\n<script>"}, headers=LIVE)
    assert '<h2 id="s-teil"' in part.text
    assert "<html" not in part.text
    whole = await anna.submit("/write/preview", title="Titel", text="## Teil")
    assert '<h2 id="s-teil"' in whole.text
    assert 'value="Titel"' in whole.text
    sent = await anna.submit("/write/schedule", title="Später", text="Bald.", due=an_hour_later())
    assert sent.headers["location"] == "/drafts?said=scheduled"
    assert "Später" in (await anna.get("/drafts")).text
    missing = await anna.submit("/write", title="", text="Bald.")
    assert (missing.status_code, "Give it a title" in missing.text) == (422, True)
    files = {"picture_1": ("zaun.png", picture_bytes(), "image/png")}
    fields = {"text": "Aus einer Notiz", "grow": "yes"}
    grown = await anna.post("/write/draft", data=fields, files=files, headers={"sec-fetch-site": "same-origin"})
    desk = await anna.get(grown.headers["location"])
    assert "Aus einer Notiz" in desk.text
    assert "/small" in desk.text


async def test_who_is_named_is_asked(web: Web) -> None:
    anna, ben, visitor = await web.join("anna"), await web.join("ben"), await web.open()
    path = await write(anna, authors="@ben", series="Reihe")
    second = await write(anna, "Der zweite Teil", series="Reihe")
    assert "@ben" not in str(soup(await visitor.get(path)).select_one(".byline"))
    page = soup(await ben.get(path))
    agree = page.select_one("form[action$='/agree']")
    assert agree is not None
    await ben.submit(str(agree["action"]))
    assert "/@ben" in str(soup(await visitor.get(path)).select_one(".byline"))
    nav = soup(await visitor.get(path)).select_one("nav.series")
    assert nav is not None
    assert [one["href"] for one in nav.select("[rel]")] == [second]
    blog = await visitor.get("/@anna/blog?series=reihe")
    assert blog.text.index(path) < blog.text.index(second)
    assert (await visitor.get("/@anna/blog?series=keine")).status_code == 404
    assert path in (await visitor.get("/@anna/blog?tag=garten")).text
    await ben.submit(str(agree["action"]).replace("agree", "leave"))
    assert "/@ben" not in str(soup(await visitor.get(path)).select_one(".byline"))
    assert (await ben.submit(str(agree["action"]))).status_code == 404


async def test_an_article_of_a_page_waits_for_the_team(web: Web) -> None:
    await web.join("jonas")
    anna, ben, visitor = await web.join("anna"), await web.join("ben"), await web.open()
    await anna.submit("/pages/new", **FORM)
    await put_on_team(anna, "ben", ben, "author")
    await ben.submit("/act-as", handle="lindenau")
    picture = await add(ben, "Das Rathaus")
    note = {"title": "Neues Dach", "text": f"## Bald\n\n![](picture:{picture})", "picture": picture, "alt_asked": "1"}
    sent = await ben.submit("/write", **note)
    assert sent.status_code == 303
    waiting = sent.headers["location"].partition("?")[0]
    page = soup(await anna.get(waiting))
    assert page.select_one("#s-bald") is not None
    (shown,) = page.select(".prose img")
    assert (await anna.get(str(shown["src"]))).status_code == 200
    assert (await visitor.get(str(shown["src"]))).status_code == 404
    assert (await visitor.get("/@lindenau/blog/neues-dach")).status_code == 404
    assert "Neues Dach" not in (await visitor.get("/@lindenau/blog")).text
    approved = await anna.submit(f"{waiting}/approve", yes="1")
    assert approved.status_code == 303, approved.text[-3000:]
    article = soup(await visitor.get("/@lindenau/blog/neues-dach"))
    assert "ben" in str(article.select_one(".byline"))
    assert (await visitor.get(str(shown["src"]))).status_code == 200
