"""Reading in peace: after an absence, at the next unread post, and searches one keeps."""

import re

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.tables import sessions
from plausch.storage import column_statement, param
from plausch.work import queue
from tests.harness.engines import on_postgres_when_all
from tests.web.conftest import Browser, Web
from tests.web.test_people import eventually, person_of, text_of
from tests.web.test_talking import connect, post, reply

_AGE = column_statement(
    sa.update(sessions).where(sessions.c.person_id == param("person")).values(seen_at=param("when"))
)


async def stay_away(web: Web, handle: str, days: int) -> None:
    """As if nobody had looked for so many days."""
    person = (await person_of(web, handle)).person
    async with web.site.database.write() as tx:
        await tx.run(_AGE, person=person, when=clock.now() - days * clock.DAY)


async def test_whoever_comes_back_is_offered_what_they_missed(web: Web) -> None:
    anna, ben, eve = [await web.join(name, name=name.title()) for name in ("anna", "ben", "eve")]
    await connect(web, "anna", "ben")
    mine = await post(anna, "Wer kommt zum Fest?")
    await stay_away(web, "anna", 2)
    assert "Good that you are back" not in text_of(await anna.get("/"))
    await stay_away(web, "anna", 5)
    await reply(eve, mine, "Ich komme zum Fest")
    await post(ben, "Bericht aus dem Garten")
    talked = await post(eve, "Worüber alle reden")
    for number in range(3):
        await reply(ben if number else eve, talked, f"Meinung {number}")
    await post(eve, "Nur für meine Kontakte", audience="connections")

    await anna.get("/local")  # whichever page comes first
    home = await anna.get("/")
    assert "Good that you are back" in text_of(home)
    (offer,) = set(re.findall(r'href="(/catch-up\?since=\d+)"', home.text))

    async def told() -> bool:
        async with web.site.database.read() as tx:
            if any(load.due for load in await queue.list_loads(tx)):
                return False
        return "For you" in text_of(await anna.get(offer))

    await eventually(told)
    page = await anna.get(offer)
    parts = re.split(
        r"<h2>(For you|Where you take part|From your connections|What was talked about most)</h2>", page.text
    )
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert "Ich komme zum Fest" in found["For you"]
    assert "Bericht aus dem Garten" in found["From your connections"]
    assert page.text.count(f'id="c{talked}"') == page.text.count(f'id="c{mine}"') == 1, "each is there once"
    assert "Nur für meine Kontakte" not in page.text
    assert "1 new post in" not in text_of(page)
    assert "1 for you" in found["For you"]
    assert "by Eve" in found["For you"]
    since = offer.partition("=")[2]
    done = await anna.submit("/catch-up", since=since)
    assert done.headers["location"] == "/"
    shown = text_of(await anna.get("/"))
    assert "Good that you are back" not in shown
    assert "1 new" not in shown, "all of it is read"
    assert "notification new" not in (await anna.get("/notifications")).text


async def test_it_goes_by_conversation_and_what_asks_for_an_answer_comes_first(web: Web) -> None:
    anna, ben, eve = [await web.join(name, name=name.title()) for name in ("anna", "ben", "eve")]
    mine, other = await post(anna, "Mein Beet"), await post(anna, "Mein Rad")
    begun = await post(ben, "Bens Frage")
    await reply(anna, begun, "Ich rede mit")
    await stay_away(web, "anna", 5)
    asks = await reply(eve, mine, "Was wächst da?")
    await reply(ben, mine, "Und wann?")
    for text in ("Schön", "Sehr schön", "Wirklich schön: https://example.org/?a"):
        await reply(ben, other, text)
    await reply(eve, begun, "Ich auch, ohne Anna zu meinen?")

    async def told() -> bool:
        return "3 for you" in text_of(await anna.get("/catch-up"))

    await eventually(told)
    page = await anna.get("/catch-up")
    text = text_of(page)
    assert "6 new posts in 3 conversations." in text
    assert text.index("Ben asks you something · 2 for you · 2 new posts, by Ben, Eve") < text.index("3 for you")
    assert text.count("asks you something") == 1
    assert f'href="/conversations/{mine}?at={asks}#p-{asks}"' in page.text
    assert text.index("3 for you") < text.index("Where you take part") < text.index("Ich auch, ohne Anna")
    await anna.get(f"/conversations/{mine}")
    text = text_of(await anna.get("/catch-up"))
    assert "asks you something" not in text, "what was seen is missed no more"
    assert "4 new posts in 2 conversations." in text
    await anna.submit(f"/conversations/{begun}/mute", x="")
    assert "Where you take part" not in text_of(await anna.get("/catch-up"))
    await anna.get(f"/conversations/{other}")
    assert "You are up to date" in text_of(await anna.get("/catch-up"))


@on_postgres_when_all
async def test_not_now_is_an_answer_and_another_browser_is_no_absence(web: Web) -> None:
    anna = await web.join("anna")
    await stay_away(web, "anna", 9)
    assert "Good that you are back" in text_of(await anna.get("/"))
    assert (await anna.submit("/catch-up", x="")).status_code == 303
    assert "Good that you are back" not in text_of(await anna.get("/"))
    assert "You are up to date" in text_of(await anna.get("/catch-up"))
    for since in ("0", "x", "99999999999999999999", "9" * 18):
        assert (await anna.get(f"/catch-up?since={since}")).status_code == 200
        assert (await anna.submit("/catch-up", since=since)).status_code == 303
    ben = await web.join("ben")
    await stay_away(web, "ben", 9)
    async with web.site.database.write() as tx:
        await people.start_session(tx, (await person_of(web, "ben")).person, "Phone")
    assert "Good that you are back" not in text_of(await ben.get("/"))


async def where(browser: Browser, after: str = "") -> str:
    return (await browser.get(f"/unread{after}")).headers["location"]


async def test_the_next_unread_post_is_one_step_away(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    first, second = [await post(anna, text) for text in ("Eins", "Zwei")]
    assert await where(anna) == "/?read=1"
    assert "You have read everything." in text_of(await anna.get("/?read=1"))
    answer = await reply(ben, first, "Neu in eins")
    await reply(ben, first, "Noch eins in eins")
    other = await reply(ben, second, "Neu in zwei")
    await anna.get(f"/conversations/{first}")
    await anna.get(f"/conversations/{second}")
    assert await where(anna) == "/?read=1"
    later = await reply(ben, answer, "Später in eins")
    await reply(ben, later, "Und danach")
    last = await reply(ben, other, "Später in zwei")
    assert await where(anna) == f"/conversations/{second}?at={last}#p-{last}"
    assert await where(anna, f"?after={second}") == f"/conversations/{first}?at={later}#p-{later}"
    await ben.submit(f"/posts/{last}/remove", x="")
    assert await where(anna) == f"/conversations/{first}?at={later}#p-{later}"


@on_postgres_when_all
async def test_searching_by_operators_and_keeping_a_search(web: Web) -> None:
    anna, ben = await web.join("anna", "de", be_found="yes"), await web.join("ben", be_found="yes")
    await post(anna, "Kuchen im Garten")
    await post(ben, "Kuchen am See")

    async def indexed() -> bool:
        found = text_of(await anna.get("/search?q=kuchen"))
        return "Garten" in found and "See" in found

    await eventually(indexed)
    assert "Genauer suchen" in text_of(await anna.get("/search"))
    found = text_of(await anna.get("/search?q=kuchen+von:ben"))
    assert "Kuchen am See" in found
    assert "Garten" not in found
    assert (await anna.get('/search?q="am+see"&by=relevance')).text.count('class="card"') == 1
    kept = await anna.submit("/searches", q="kuchen von:ben")
    assert kept.headers["location"] == "/search?q=kuchen%20von%3Aben"
    page = await anna.get(kept.headers["location"])
    assert 'href="/search?q=kuchen%20von%3Aben&by=relevance"' in page.text
    (remove,) = re.findall(r"/searches/\d+/remove", page.text)
    assert "Diese Suche aufheben" not in page.text
    assert "kuchen von:ben" not in text_of(await ben.get("/search"))
    await ben.submit(remove, next="/search")
    assert "kuchen von:ben" in text_of(await anna.get("/search"))
    gone = await anna.submit(remove, next="/search?q=kuchen")
    assert gone.headers["location"] == "/search?q=kuchen"
    assert "kuchen von:ben" not in text_of(await anna.get("/search"))
    assert (await anna.submit("/searches", q='"')).status_code == 422
