"""The forum through the pages: boards, topics, what is new in them, and who looks after them."""

import re
from datetime import UTC, datetime

from bs4 import BeautifulSoup

from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.talk import actions
from tests.web.conftest import Browser, Web


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


async def make_board(owner: Browser, name: str, **more: str) -> str:
    made = await owner.submit("/boards", name=name, **more)
    assert made.status_code == 303
    page = await owner.get(made.headers["location"])
    found = [link["href"] for link in BeautifulSoup(page.text, "html.parser").find_all("a") if link.get_text() == name]
    return str(found[0])


async def board_id(owner: Browser, path: str) -> str:
    found = re.search(r"/boards/(\d+)/edit", (await owner.get(path)).text)
    assert found is not None
    return found[1]


async def begin(browser: Browser, board: str, title: str, text: str = "Was meint ihr?", **more: str) -> str:
    """A topic in the board of the community with this id; the path of its conversation."""
    sent = await browser.submit("/posts", board=board, title=title, text=text, **more)
    assert sent.status_code == 303, words(sent.text)
    return str(sent.headers["location"]).partition("?")[0]


async def reply(browser: Browser, topic: str, text: str) -> str:
    sent = await browser.submit("/posts", reply_to=topic.rpartition("/")[2], text=text)
    assert sent.status_code == 303
    found = re.search(r"at=(\d+)", sent.headers["location"])
    assert found is not None
    return found[1]


async def test_a_board_and_its_topics(web: Web) -> None:
    owner = await web.join("anna")
    ben = await web.join("ben")
    visitor = await web.open()
    assert "No boards yet" in words((await visitor.get("/forum")).text)
    path = await make_board(owner, "Verein", about="Alles rund um den Verein")
    assert path == "/forum/verein"
    board = await board_id(owner, path)
    assert (await ben.get("/boards/new")).status_code == 403
    assert (await ben.get(f"/boards/{board}/edit")).status_code == 403
    assert (await ben.submit("/boards", name="Meins")).status_code == 403
    form = await ben.get(f"/compose?board={board}")
    assert 'name="title"' in form.text
    assert "Announcement" not in form.text
    bad = await ben.submit("/posts", board=board, title="", text="Ein langer Text", topic="question")
    assert bad.status_code == 422
    assert "Ein langer Text" in bad.text
    assert re.search(r'value="question" selected', bad.text)
    topic = await begin(ben, board, "Wer fährt mit?", "Nach #Graz, am Samstag", topic="question")
    listed = await visitor.get(path)
    shown = words(listed.text)
    assert "Wer fährt mit? Question begun by ben #graz" in shown
    assert "0 replies" in shown
    assert 'rel="canonical" href="http://localhost:8000/forum/verein"' in listed.text
    assert "noindex" not in listed.text
    page = await visitor.get(topic)
    assert "<h1" in page.text
    assert "Wer fährt mit?</h1>" in page.text
    assert "<title>Wer fährt mit?" in page.text
    assert 'href="/forum/verein"' in page.text
    answer = await reply(owner, topic, "Ich")
    assert (await owner.submit(f"/posts/{answer}/accept")).status_code == 303
    assert "Answered" in words((await visitor.get(path)).text)
    marked = await visitor.get(topic)
    assert f'href="#p-{answer}"' in marked.text
    assert "/accept" not in marked.text
    assert (await ben.submit(f"/posts/{answer}/unaccept")).status_code == 303
    assert (await owner.submit(f"{topic}/lock")).status_code == 303
    assert (await ben.submit(f"{topic}/lock")).status_code == 403
    closed = await ben.get(topic)
    assert 'name="text"' not in closed.text
    assert (await ben.submit("/posts", reply_to=topic.rpartition("/")[2], text="Doch")).status_code == 403
    assert (await owner.submit(f"{topic}/unlock")).status_code == 303
    assert (await owner.submit(f"{topic}/pin")).status_code == 303
    assert "Pinned" in words((await visitor.get(path)).text)


async def test_title_kind_and_tags_of_a_topic(web: Web) -> None:
    owner, ben, eve = await web.join("anna"), await web.join("ben"), await web.join("eve")
    path = await make_board(owner, "Verein")
    board = await board_id(owner, path)
    wrong = await ben.submit("/posts", board=board, title="Fahrt", text="Wer kommt?", tags="Ausflug 17")
    assert wrong.status_code == 422
    assert 'value="Ausflug 17"' in wrong.text
    topic = await begin(ben, board, "Fahrt", "Wer kommt? #Graz", tags="Ausflug, #Bahn")
    shown = words((await eve.get(path)).text)
    assert "#ausflug #bahn #graz" in shown
    assert "Fahrt" in words((await eve.get("/tags/bahn")).text)
    for page in (topic, f"{topic}/topic"):
        assert f"{topic}/topic" not in (await eve.get(page)).text
    assert (await eve.get(f"{topic}/topic")).status_code == 403
    assert (await eve.submit(f"{topic}/topic", title="Meins")).status_code == 403
    form = await ben.get(f"{topic}/topic")
    assert 'value="ausflug bahn"' in form.text
    assert "Announcement" not in form.text
    assert f'href="{topic}/topic"' in (await ben.get(topic)).text
    bad = await ben.submit(f"{topic}/topic", title="", topic="question", tags="bahn")
    assert bad.status_code == 422
    assert re.search(r'value="question" selected', bad.text)
    assert (await ben.submit(f"{topic}/topic", title="Fahrt", topic="nonsense")).status_code == 422
    assert (await ben.submit(f"{topic}/topic", title="Ausfahrt", topic="question", tags="bahn")).status_code == 303
    assert f'href="{topic}/topic"' in (await owner.get(topic)).text
    renamed = {"title": "Ausfahrt im Mai", "topic": "announcement", "tags": "bahn"}
    assert (await owner.submit(f"{topic}/topic", **renamed)).status_code == 303
    assert "Ausfahrt im Mai Announcement begun by ben #bahn #graz" in words((await eve.get(path)).text)
    assert 'name="topic"' not in (await ben.get(f"{topic}/topic")).text, "what is announced, others decide"
    post = topic.rpartition("/")[2]
    former = words((await eve.get(f"/posts/{post}/history")).text)
    assert "Ausfahrt" in former.replace("Ausfahrt im Mai", "")
    assert 'value="bahn"' in (await ben.get(f"/posts/{post}/edit")).text
    await ben.submit(f"/posts/{post}/edit", title="Ausfahrt im Mai", text="Wer kommt?", tags="zug")
    assert "#zug" in (await eve.get(topic)).text
    assert "#bahn" not in (await eve.get(topic)).text


async def test_of_a_topic_whose_beginning_is_not_shown_nothing_is_told(web: Web) -> None:
    owner, ben, eve = await web.join("anna"), await web.join("ben"), await web.join("eve")
    path = await make_board(owner, "Verein")
    topic = await begin(ben, await board_id(owner, path), "Fahrt", "Wer kommt?", tags="ausflug")
    assert (await owner.submit("/posts", reply_to=topic.rpartition("/")[2], text="Ich nicht.")).status_code == 303
    assert (await ben.submit("/@eve/block")).status_code == 303
    for page in (topic, path):
        shown = await eve.get(page)
        assert shown.status_code == 200
        assert "Fahrt" not in shown.text
        assert "ausflug" not in shown.text
        assert "ausflug" in (await owner.get(page)).text


async def test_what_is_new_and_read(web: Web) -> None:
    owner = await web.join("anna")
    ben = await web.join("ben")
    path = await make_board(owner, "Verein")
    board = await board_id(owner, path)
    topic = await begin(owner, board, "Neues Dach")
    assert "1 with news" in words((await ben.get("/forum")).text)
    await ben.get(topic)
    assert "with news" not in words((await ben.get("/forum")).text)
    said = await reply(owner, topic, "Es regnet schon")
    assert "1 reply 1 new" in words((await ben.get(path)).text)
    leads = await ben.get(f"{topic}/unread")
    assert leads.headers["location"] == f"{topic}?at={said}#p-{said}"
    assert (await ben.submit(f"{path}/read")).status_code == 303
    assert "1 new" not in words((await ben.get(path)).text)
    for order in ("newest", "unanswered", "voices", "nonsense"):
        assert (await ben.get(f"{path}?order={order}&after=x.y")).status_code == 200


async def test_boards_are_put_in_order_and_removed(web: Web) -> None:
    owner = await web.join("anna")
    first = await make_board(owner, "Eins")
    second = await make_board(owner, "Zwei")
    one, two = await board_id(owner, first), await board_id(owner, second)
    await owner.submit(f"/boards/{two}/move", steps="up")
    shown = words((await owner.get("/forum")).text)
    assert shown.index("Zwei") < shown.index("Eins")
    fields = {"name": "Erstens", "about": "", "who_posts": "members", "who_replies": "members"}
    assert (await owner.submit(f"/boards/{one}/edit", parent=one, **fields)).status_code == 422
    assert (await owner.submit(f"/boards/{one}/edit", parent=two, **fields)).headers["location"] == first
    assert "Erstens" in words((await owner.get(second)).text)
    assert (await owner.submit(f"/boards/{two}/remove")).status_code == 409
    assert (await owner.submit(f"/boards/{one}/remove")).status_code == 303
    assert (await owner.get(first)).status_code == 404
    await owner.submit(f"/boards/{two}/close")
    assert "no new one is begun" in words((await owner.get(second)).text)
    assert (await owner.submit("/boards", name="")).status_code == 422
    for path in ("/forum/nirgends", "/boards/17/edit", "/boards/x/edit", "/groups/niemand/forum", "/compose?board=17"):
        assert (await owner.get(path)).status_code == 404


async def test_a_board_is_watched_or_muted(web: Web) -> None:
    owner = await web.join("anna")
    ben = await web.join("ben")
    path = await make_board(owner, "Verein")
    board = await board_id(owner, path)
    assert (await ben.submit(f"/boards/{board}/watch", level="mute")).status_code == 303
    assert "left out of your home" in words((await ben.get(path)).text)
    assert (await ben.submit(f"/boards/{board}/watch", level="")).status_code == 303
    assert (await ben.submit(f"/boards/{board}/watch", level="loud")).status_code == 422


async def test_a_note_becomes_a_topic(web: Web) -> None:
    owner = await web.join("anna")
    ben = await web.join("ben")
    ines = await web.join("ines")
    path = await make_board(owner, "Verein")
    board = await board_id(owner, path)
    note = str((await ben.submit("/posts", text="Wer hilft beim Fest?")).headers["location"]).partition("?")[0]
    await reply(ines, note, "Ich")
    assert f'href="{note}/promote"' in (await ben.get(note)).text
    assert "promote" not in (await ines.get(note)).text
    assert (await ines.get(f"{note}/promote")).status_code == 403
    assert "Verein" in (await ben.get(f"{note}/promote")).text
    assert (await ben.submit(f"{note}/promote", title="", board=board, topic="discussion")).status_code == 422
    done = await ben.submit(f"{note}/promote", title="Das Fest", board=board, topic="discussion")
    assert done.headers["location"] == note
    assert "Das Fest" in words((await ines.get(path)).text)
    assert "Das Fest</h1>" in (await ines.get(note)).text
    edited = await ben.get(f"/posts/{note.rpartition('/')[2]}/edit")
    assert 'value="Das Fest"' in edited.text
    assert (await ben.get(f"{note}/promote")).status_code == 404


async def test_a_topic_is_moved(web: Web) -> None:
    owner = await web.join("anna")
    first = await make_board(owner, "Eins")
    second = await make_board(owner, "Zwei")
    topic = await begin(owner, await board_id(owner, first), "Wandert")
    assert (await owner.submit(f"{topic}/move", board=await board_id(owner, second))).status_code == 303
    assert "Wandert" in words((await owner.get(second)).text)
    assert "Wandert" not in words((await owner.get(first)).text)
    assert (await owner.submit(f"{topic}/move", board="17")).status_code == 404


async def test_a_topic_in_the_order_of_time(web: Web) -> None:
    owner = await web.join("anna")
    ben = await web.join("ben")
    path = await make_board(owner, "Verein")
    topic = await begin(owner, await board_id(owner, path), "Lang")
    said = [await reply(owner, topic, f"Nummer {number}.") for number in range(60)]
    first = await ben.get(f"{topic}?view=linear")
    assert "Nummer 48." in first.text
    assert "Nummer 49." not in first.text
    assert "Page 1 of 2" in words(first.text)
    assert (await ben.get(f"{topic}/unread")).headers["location"] == f"{topic}?at={said[49]}#p-{said[49]}"
    remembered = await ben.get(f"{topic}?at={said[49]}")
    assert "Page 2 of 2" in words(remembered.text)
    assert (await ben.get(f"{topic}/unread")).headers["location"] == topic, "all is read"
    assert "data-tree" in (await ben.get(f"{topic}?view=tree")).text
    assert "data-tree" in (await ben.get(topic)).text
    late = await web.join("ines")
    await late.get(f"{topic}?view=linear&page=2")
    assert "Page 1 of 2" in words((await late.get(topic)).text)
    assert (await late.get(f"{topic}?page=99")).status_code == 200


async def test_a_topic_is_kept_and_sent_later(web: Web) -> None:
    owner = await web.join("anna")
    path = await make_board(owner, "Verein")
    board = await board_id(owner, path)
    begun = {"board": board, "title": "Später mehr", "text": "Noch nicht fertig", "topic": "question"}
    assert (await owner.submit("/drafts", **begun)).status_code == 303
    assert "Später mehr" in words((await owner.get("/drafts")).text)
    again = await owner.get(f"/compose?board={board}")
    assert 'value="Später mehr"' in again.text
    assert "Noch nicht fertig" in again.text
    assert 'value="question" selected' in again.text
    assert "Später mehr" not in (await owner.get("/compose")).text, "each place has a draft of its own"
    due = clock.now() + clock.DAY
    moment = datetime.fromtimestamp(due / 1000, UTC).isoformat()[:16]
    assert (await owner.submit("/drafts/schedule", due=moment, **begun)).status_code == 303
    assert "Später mehr" not in words((await owner.get(path)).text)
    (draft,) = re.findall(r"/compose\?draft=(\d+)", (await owner.get("/drafts")).text)
    with clock.at(due + clock.MINUTE):
        async with web.site.database.write() as tx:
            assert await actions.publish_due_draft(tx, int(draft), ADDRESSES) is not None
    assert "Später mehr Question" in words((await owner.get(path)).text)
