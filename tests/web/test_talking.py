"""Talking through the pages: writing, replying, second thoughts, responding, and who gets to see it."""

import re
from io import BytesIO

import httpx
import pytest
from PIL import Image

from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.model import Viewer
from plausch.talk import actions as talk
from plausch.talk.model import PollDraft, PostDraft, PostEdit
from tests.corpus.xss import PAYLOADS
from tests.harness.engines import on_postgres_when_all
from tests.web.conftest import Browser, OpenWeb, Web

ID = re.compile(r"\?at=(\d+)#p-\d+$")


def picture_bytes(side: int = 40) -> bytes:
    file = BytesIO()
    Image.new("RGB", (side, side // 2), "#0e6b5e").save(file, "PNG")
    return file.getvalue()


async def post(browser: Browser, text: str, **fields: str) -> str:
    """Post by the form; the new post's id."""
    answer = await browser.submit("/posts", text=text, **fields)
    assert answer.status_code == 303, answer.text
    found = ID.search(answer.headers["location"])
    assert found is not None
    return found[1]


async def reply(browser: Browser, to: str, text: str, **fields: str) -> str:
    return await post(browser, text, reply_to=to, **fields)


async def upload(browser: Browser) -> httpx.Response:
    """Upload a picture as the script of the page does."""
    file = {"file": ("a.png", picture_bytes())}
    return await browser.post("/pictures", data={"alt": "x"}, files=file, headers={"plausch-part": "1"})


async def viewer_of(web: Web, handle: str) -> Viewer:
    async with web.site.database.read() as tx:
        found = await people_queries.find_handle(tx, handle)
    assert found is not None
    return Viewer(found, found)


async def connect(web: Web, one: str, other: str) -> None:
    first, second = await viewer_of(web, one), await viewer_of(web, other)
    async with web.site.database.write() as tx:
        await people.ask_to_connect(tx, first, second.person, "")
        await people.accept_connection(tx, second, first.person)


async def test_post_reply_edit_history_and_removal(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    first = await post(anna, "Wer kommt *heute*? #Schach")
    seen = await ben.get(f"/posts/{first}", follow_redirects=True)
    assert "<em>heute</em>" in seen.text
    answer = await reply(ben, first, "Ich nicht.")
    page = await anna.get(f"/conversations/{first}")
    assert "Ich nicht." in page.text
    assert f'id="p-{answer}"' in page.text

    assert "Ich nicht." in (await ben.get(f"/posts/{answer}/edit")).text
    assert (await ben.submit(f"/posts/{answer}/edit", text="Ich doch!", language="de")).status_code == 303
    assert "Ich doch!" in (await anna.get(f"/conversations/{first}")).text
    assert "Ich nicht." in (await anna.get(f"/posts/{answer}/history")).text
    assert (await anna.submit(f"/posts/{answer}/edit", text="not mine")).status_code == 403

    assert "Ich doch!" in (await ben.get(f"/posts/{answer}/remove")).text
    assert (await (await web.join("eve")).submit(f"/posts/{answer}/remove")).status_code == 403
    gone = await ben.submit(f"/posts/{answer}/remove")
    assert gone.headers["location"] == f"/conversations/{first}"
    page = await anna.get(f"/conversations/{first}")
    assert "Ich doch!" not in page.text
    assert "This post was removed." in page.text
    assert (await anna.get(f"/posts/{answer}/history")).status_code == 404


async def test_feeds_show_what_was_posted(web: Web) -> None:
    anna = await web.join("anna")
    visitor = await web.open()
    await post(anna, "Der Markt ist offen #Marktplatz")
    for path, who in [("/", anna), ("/", visitor), ("/local", visitor), ("/tags/marktplatz", visitor)]:
        assert "Der Markt ist offen" in (await who.get(path)).text, path
    assert (await visitor.get("/tags/MarktPlatz")).headers["location"] == "/tags/marktplatz"
    assert (await visitor.get("/tags/12")).status_code == 404
    assert (await visitor.get("/bookmarks")).status_code == 303


async def test_responding_leads_back_and_shows_who(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben", name="Ben Ohm")
    first = await post(anna, "Schön hier")
    for word in ("like", "share", "bookmark"):
        back = await ben.post(f"/posts/{first}/{word}", headers={"referer": f"{ben.base_url}/local?before=9"})
        assert back.headers["location"] == f"/local?before=9#p-{first}"
    for what in ("likes", "shares"):
        assert "Ben Ohm" in (await anna.get(f"/posts/{first}/{what}")).text
    assert "Schön hier" in (await ben.get("/bookmarks")).text
    bar = await ben.post(f"/posts/{first}/unlike", headers={"plausch-part": "1"})
    assert bar.status_code == 200
    assert bar.text.lstrip().startswith("<form")
    assert "<html" not in bar.text
    assert "Ben Ohm" not in (await anna.get(f"/posts/{first}/likes")).text
    for evil in ("https://evil.example/x", f"{ben.base_url}//evil.example/", "nonsense"):
        back = await ben.post(f"/posts/{first}/unshare", headers={"referer": evil})
        assert back.headers["location"].startswith(f"/conversations/{first}"), evil
    visitor = await web.open()
    assert (await visitor.submit(f"/posts/{first}/like")).headers["location"] == "/sign-in"


async def test_audiences_hold(web: Web) -> None:
    anna, ben, eve, visitor = await web.join("anna"), await web.join("ben"), await web.join("eve"), await web.open()
    await connect(web, "anna", "ben")
    mine = await post(anna, "nur Kontakte", audience="connections")
    here = await post(anna, "nur hier", local_only="yes")
    named = await post(anna, "nur Ben", audience="participants", participants="@ben")
    cases = [(mine, [ben], [eve, visitor]), (here, [ben, eve], [visitor]), (named, [ben], [eve, visitor])]
    for id_, may, may_not in cases:
        for who in may:
            assert (await who.get(f"/conversations/{id_}")).status_code == 200
        for who in may_not:
            assert (await who.get(f"/conversations/{id_}")).status_code == 404
            assert (await who.get(f"/posts/{id_}")).status_code == 404
    assert (await ben.submit(f"/posts/{named}/share")).status_code == 403
    assert (await eve.submit("/posts", text="x", reply_to=mine)).status_code == 404
    # A wider wish is brought down to what the conversation allows.
    wider = await reply(ben, mine, "weit hinaus", audience="public")
    assert (await eve.get(f"/posts/{wider}")).status_code == 404


async def test_a_reply_may_be_for_fewer(web: Web) -> None:
    anna, ben, eve = await web.join("anna"), await web.join("ben"), await web.join("eve")
    first = await post(anna, "Alle herhören")
    whisper = await reply(ben, first, "nur für dich", audience="participants", participants="anna")
    assert "nur für dich" in (await anna.get(f"/conversations/{first}")).text
    assert "nur für dich" not in (await eve.get(f"/conversations/{first}")).text
    assert (await eve.get(f"/posts/{whisper}")).status_code == 404


async def test_who_may_reply(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    closed = await post(anna, "Nur zur Kenntnis", who_replies="nobody")
    page = await ben.get(f"/conversations/{closed}")
    assert "Nobody else may reply here." in page.text
    assert 'name="text"' not in page.text
    refused = await ben.submit("/posts", text="doch", reply_to=closed)
    assert refused.status_code == 403
    assert "doch" in refused.text
    assert await reply(anna, closed, "Nachtrag")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Write something, or add a picture."),
        ({"text": "a" * 20_001}, "This is too long."),
        ({"warning": "w" * 201}, "This is too long."),
        ({"audience": "participants", "participants": ""}, "Name at least one person for whom it is."),
        ({"participants": "@nobody_at_all"}, "One of these handles belongs to nobody here."),
        ({"audience": "friends"}, "Choose one of what is offered."),
        ({"who_replies": "friends"}, "Choose one of what is offered."),
        ({"language": "xx"}, "Choose one of what is offered."),
        ({"picture": "17", "alt_17": "Ein Brunnen"}, "One of the pictures is not there any more."),
    ],
)
async def test_errors_keep_what_was_written(web: Web, fields: dict[str, str], sentence: str) -> None:
    anna = await web.join("anna")
    sent = {"text": "Ein langer Gedanke", "warning": "Vorsicht!", "participants": "@anna", "local_only": "yes"} | fields
    answer = await anna.submit("/posts", **sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    for name in ("text", "warning", "participants"):
        assert sent[name] in answer.text
    assert re.search(r'name="local_only"[^>]* checked', answer.text)
    assert "Ein langer Gedanke" not in (await anna.get("/")).text


async def test_pictures_are_kept_through_errors_and_shown_to_those_who_may(web: Web) -> None:
    anna, ben, visitor = await web.join("anna"), await web.join("ben"), await web.open()
    file = ("../../etc/passwd.png", picture_bytes(), "text/html")
    files = {"picture_2": file}
    sent = {"text": "x" * 20_001, "alt_2": "Ein Rechteck"}
    failed = await anna.post("/posts", data=sent, files=files)
    assert failed.status_code == 422
    id_ = re.search(r'name="picture" value="(\d+)"', failed.text)
    assert id_ is not None
    assert 'value="Ein Rechteck"' in failed.text
    url = f"/pictures/{id_[1]}/small"
    assert (await anna.get(url)).status_code == 200
    assert (await ben.get(url)).status_code == 404
    stolen = await ben.submit("/posts", text="meins", picture=id_[1])
    assert stolen.status_code == 422

    await connect(web, "anna", "ben")
    posted = await post(anna, "", audience="connections", picture=id_[1], **{f"alt_{id_[1]}": "Ein grünes Rechteck"})
    assert 'alt="Ein grünes Rechteck"' in (await ben.get(f"/conversations/{posted}")).text
    seen = await ben.get(url)
    assert seen.headers["content-type"] == "image/webp"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert seen.headers["cache-control"] == "private, no-cache"
    assert (await ben.get(url, headers={"if-none-match": seen.headers["etag"]})).status_code == 304
    for unseen in (url, f"/pictures/{id_[1]}/original", "/pictures/x/small"):
        assert (await visitor.get(unseen)).status_code == 404
    etag = {"if-none-match": seen.headers["etag"]}
    assert (await visitor.get(url, headers=etag)).status_code == 404
    await anna.submit(f"/posts/{posted}/remove")
    assert (await ben.get(url)).status_code == 404


async def test_a_public_picture_may_be_kept_by_caches(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open()
    preview = await upload(anna)
    id_ = re.search(r'name="picture" value="(\d+)"', preview.text)
    assert id_ is not None
    posted = await post(anna, "Seht her", picture=id_[1], **{f"alt_{id_[1]}": "Ein Brunnen"})
    url = f"/pictures/{id_[1]}/large"
    seen = await visitor.get(url)
    assert seen.headers["cache-control"] == "public, max-age=3600"
    tag = {"if-none-match": seen.headers["etag"]}
    assert (await visitor.get(url, headers=tag)).status_code == 304
    await anna.submit(f"/posts/{posted}/remove")
    assert (await visitor.get(url, headers=tag)).status_code == 404, "what is removed leaves the caches"


async def test_former_versions_show_the_pictures_and_the_poll_there_were(web: Web) -> None:
    anna = await web.join("anna")
    found = re.search(r'name="picture" value="(\d+)"', (await upload(anna)).text)
    assert found is not None
    posted = await post(anna, "Seht her", picture=found[1], **{f"alt_{found[1]}": "Ein Brunnen"})
    viewer = await viewer_of(web, "anna")
    change = PostEdit(source="Seht her", language="de", alts={int(found[1]): "Der Brunnen am Markt"})
    async with web.site.database.write() as tx:
        await talk.edit_post(tx, viewer, int(posted), change, ADDRESSES)
    page = (await anna.get(f"/posts/{posted}/history")).text
    assert page.index('alt="Der Brunnen am Markt"') < page.index('alt="Ein Brunnen"')

    draft = PostDraft(source="Wann?", poll=PollDraft(options=("Samstag", "Sonntag"), lasts=clock.HOUR))
    async with web.site.database.write() as tx:
        asked = await talk.publish_post(tx, viewer, draft, ADDRESSES)
        await talk.edit_post(tx, viewer, asked, PostEdit(source="Nie", without_poll=True), ADDRESSES)
    page = (await anna.get(f"/posts/{asked}/history")).text
    assert '<li dir="auto">Sonntag</li>' in page


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 40, b"\x89PNG\r\n\x1a\n" + b"x" * (17 << 20)],
    ids=len,
)
async def test_what_is_no_picture_is_refused(web: Web, content: bytes) -> None:
    anna = await web.join("anna")
    answer = await anna.post("/pictures", files={"file": ("a.png", content)})
    assert answer.status_code == 422
    both = await anna.post("/posts", data={"text": "dazu ein Bild"}, files={"picture_1": ("a.png", content)})
    assert both.status_code == 422
    assert "dazu ein Bild" in both.text
    assert await web.site.media.keys() == set()


async def test_reading_marks_read_and_still_shows_what_was_new(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    first = await post(anna, "Anfang")
    await reply(ben, first, "Erstens")
    fresh = '<article class="post small new"'
    for ahead in ({"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}):
        await anna.get(f"/conversations/{first}", headers=ahead)
    assert fresh in (await anna.get(f"/conversations/{first}")).text
    assert fresh not in (await anna.get(f"/conversations/{first}")).text
    await reply(ben, first, "Zweitens")
    assert (await anna.get(f"/conversations/{first}")).text.count(fresh) == 1
    assert fresh not in (await ben.get(f"/conversations/{first}")).text


async def test_a_script_gets_the_reply_alone(web: Web) -> None:
    anna = await web.join("anna")
    first = await post(anna, "Anfang")
    part = await anna.post("/posts", data={"text": "Antwort", "reply_to": first}, headers={"plausch-part": "1"})
    assert part.status_code == 201
    assert part.text.lstrip().startswith(f'<li class="branch" data-parent="{first}"')
    form = await anna.get(f"/compose?reply_to={first}", headers={"plausch-part": "1"})
    assert "<html" not in form.text
    assert f'name="reply_to" value="{first}"' in form.text


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["every-fourth", "all"])
@on_postgres_when_all
async def test_hostile_text_in_every_field(web: Web, step: int) -> None:
    anna = await web.join("anna")
    first = await post(anna, "Feld für Angriffe")
    preview = await upload(anna)
    picture = re.findall(r'name="picture" value="(\d+)"', preview.text)[0]
    for payload in PAYLOADS[::step]:
        if "\0" in payload or (not payload.isascii() and "\ud800" <= max(payload) <= "\udfff"):
            continue  # no browser can send them
        await anna.submit("/posts", text=payload, warning=payload[:200], reply_to=first)
        # Browser looks every page over that it gets.
        await anna.submit(
            "/posts", text=payload, warning=payload, participants=payload, audience=payload, language=payload,
            who_replies=payload, picture=picture, **{f"alt_{picture}": payload},
        )  # fmt: skip
    for path in (f"/conversations/{first}", "/", "/local"):
        assert (await anna.get(path)).status_code == 200
    last = await post(anna, "Bild", picture=picture, **{f"alt_{picture}": PAYLOADS[0]})
    alt = {f"alt_{picture}": PAYLOADS[3]}
    await anna.submit(f"/posts/{last}/edit", text=PAYLOADS[1], warning=PAYLOADS[2][:200], picture=picture, **alt)
    for page in ("edit", "history", "remove", "likes"):
        assert (await anna.get(f"/posts/{last}/{page}")).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=" + b"a" * (10 << 20), "application/x-www-form-urlencoded"),
        (b"text=%00", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "text/plain"),
        (b'{"text": ' + b"[" * 100_000, "application/json"),
        (b"--x\r\nnot a part", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n", "multipart/form-data"),
        (b"&".join(b"f%d=1" % n for n in range(2_000)), "application/x-www-form-urlencoded"),
    ],
)
async def test_bodies_that_are_no_form_are_refused(web: Web, body: bytes, kind: str) -> None:
    anna = await web.join("anna")
    first = await post(anna, "Anfang")
    for path in ("/posts", f"/posts/{first}/edit", "/pictures"):
        answer = await anna.post(path, content=body, headers={"content-type": kind})
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
    assert len((await anna.get("/")).text.split("data-post ")) == 2


async def test_wrong_utf8_is_no_error(web: Web) -> None:
    anna = await web.join("anna")
    answer = await anna.post(
        "/posts", content=b"text=a%ff%fe%ed%a0%80", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code in (303, 400, 422)
    for path in ("/posts/x", "/posts/99999999999999999999", "/conversations/-1", "/live/conversations/7"):
        assert (await anna.get(path)).status_code == 404


async def test_deep_and_long_conversations_are_shown(web: Web) -> None:
    anna = await web.join("anna")
    first = last = await post(anna, ">" * 4_000 + " tief")
    for number in range(120):
        last = await reply(anna, last, f"Ebene {number}")
    page = await anna.get(f"/conversations/{first}?at={last}")
    assert page.status_code == 200
    assert page.text.count("<article") == 121
    assert f'id="p-{last}"' in page.text


async def test_another_site_cannot_post(web: Web) -> None:
    anna = await web.join("anna")
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert (await anna.post("/posts", data={"text": "x"}, headers=headers)).status_code == 403


async def test_posting_is_limited_and_the_text_is_kept(open_web: OpenWeb) -> None:
    web = await open_web(rate_limits="on")
    anna = await web.join("anna")
    answers: list[httpx.Response] = [await anna.submit("/posts", text=f"Nummer {n}") for n in range(61)]
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    assert "Nummer 60" in answers[-1].text


async def test_an_empty_home_says_so_once(web: Web) -> None:
    page = (await (await web.join("anna")).get("/")).text
    assert "It is quiet here still" in page
    assert "You are up to date." not in page
