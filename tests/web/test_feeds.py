"""Feeds to choose at home, and those that people put together themselves."""

import re

from plausch.feeds.jobs import find_scores
from tests.web.conftest import Browser, Web
from tests.web.test_people import text_of
from tests.web.test_talking import post, reply


async def chosen(browser: Browser) -> str:
    """The feed that is marked at home."""
    page = (await browser.get("/")).text
    (found,) = re.findall(r'aria-current="true"[^>]*>([^<]*)</button>', page)
    return str(found)


async def test_home_keeps_to_the_feed_that_was_chosen(web: Web) -> None:
    anna, ben, eve = [await web.join(name, name=name.title(), be_found="yes") for name in ("anna", "ben", "eve")]
    much = await post(ben, "Worüber alle reden")
    await reply(eve, much, "Ich auch")
    waits = await post(eve, "Weiß jemand Rat?")
    await find_scores(web.site.database, None)
    assert await chosen(anna) == "The latest"
    assert "Worüber alle reden" not in text_of(await anna.get("/"))
    assert (await anna.submit("/feeds/choose", feed="lively")).headers["location"] == "/"
    assert await chosen(anna) == "Lively"
    home = text_of(await anna.get("/"))
    assert "Worüber alle reden" in home
    assert "2 people talk here" in home
    assert "Weiß jemand Rat?" not in home, "nobody talks there"
    latest = text_of(await anna.get("/?feed=latest"))
    assert "Worüber alle reden" not in latest
    assert await chosen(anna) == "Lively", "looking at another is no choice"
    for feed, words in (("bridging", "No bridges yet"), ("quiet", "Nobody quiet has spoken")):
        await anna.submit("/feeds/choose", feed=feed)
        assert words in text_of(await anna.get("/"))
    assert f"c{waits}" not in (await anna.get("/?feed=waiting")).text, "it waits for some moments only"
    assert "Everything is answered" in text_of(await anna.get("/?feed=waiting"))
    for wrong in ("loud", "", "123"):
        assert (await anna.submit("/feeds/choose", feed=wrong)).status_code == 404
    assert (await anna.get("/?feed=123")).status_code == 404
    assert (await anna.get("/?feed=lively&before=3")).status_code == 200


async def test_a_feed_is_put_together_changed_and_deleted(web: Web) -> None:
    anna, ben, eve = [await web.join(name, name=name.title()) for name in ("anna", "ben", "eve")]
    await post(eve, "Eröffnung #schach")
    await post(ben, "Aus dem Garten")
    assert "No feed of your own yet" in text_of(await anna.get("/feeds"))
    wrong = await anna.submit("/feeds", name="Mein Tee", tags="#schach", people="@niemand", kind="note", order="lively")
    assert wrong.status_code == 422
    assert "There is nobody of this name here" in text_of(wrong)
    for kept in ('value="Mein Tee"', 'value="#schach"', "@niemand", 'value="note" checked', 'value="lively" checked'):
        assert kept in wrong.text, kept
    assert (await anna.submit("/feeds", name="", tags="4 5")).status_code == 422
    made = await anna.submit("/feeds", name="Mein Tee", tags="schach", people="@ben", order="latest")
    assert made.headers["location"] == "/"
    assert await chosen(anna) == "Mein Tee"
    home = text_of(await anna.get("/"))
    assert "Eröffnung" in home
    assert "Aus dem Garten" in home
    (edit,) = set(re.findall(r'href="(/feeds/\d+)"', (await anna.get("/")).text))
    form = await anna.get(edit)
    assert "@ben" in form.text
    assert 'value="#schach"' in form.text
    assert (await ben.get(edit)).status_code == 404
    assert (await ben.submit(edit, name="Meins")).status_code == 404
    assert (await ben.submit(f"{edit}/remove", x="")).status_code == 404
    saved = await anna.submit(edit, name="Nur Artikel", tags="schach", kind="article", order="waiting")
    assert saved.headers["location"] == f"{edit}?saved=1"
    assert "Nothing here yet" in text_of(await anna.get("/"))
    assert await chosen(anna) == "Nur Artikel"
    assert (await anna.submit(f"{edit}/remove", x="")).headers["location"] == "/feeds"
    assert await chosen(anna) == "The latest"
    assert (await anna.get(edit)).status_code == 404
