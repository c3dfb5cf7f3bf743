"""Open pages hear at once what happens, in whichever process, and only what they may see."""

import asyncio
import logging
from contextlib import AsyncExitStack

import pytest

from plausch.kernel.errors import TooMany
from plausch.people import actions as people
from plausch.work.live import Notice, tell
from tests.web.conftest import OpenWeb, Web
from tests.web.streams import listen
from tests.web.test_blogs import soup
from tests.web.test_forum import begin, board_id, make_board
from tests.web.test_talking import connect, post, reply, viewer_of


async def test_a_reply_arrives_in_every_process(open_web: OpenWeb) -> None:
    web, other = await open_web(), await open_web()
    anna, ben = await web.join("anna"), await web.join("ben")
    first = await post(anna, "Anfang")
    path = f"/live/conversations/{first}?after={first}"
    async with listen(web.app, anna, path) as here, listen(other.app, anna, path) as there:
        answer = await reply(ben, first, "Sofort da")
        for stream in (here, there):
            html = await stream.event("reply")
            assert "Sofort da" in html
            assert f'data-parent="{first}"' in html
        await ben.submit(f"/posts/{answer}/edit", text="Verbessert")
        assert "Verbessert" in await here.event("post")
        await ben.submit(f"/posts/{answer}/remove")
        removed = await there.event("post", 2)
        while "Verbessert" in removed:
            removed = await there.event("post", 2)
        assert "This post was removed." in removed


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_in_the_order_of_time_a_reply_comes_at_the_end(web: Web) -> None:
    owner, ben = await web.join("anna"), await web.join("ben")
    topic = await begin(owner, await board_id(owner, await make_board(owner, "Verein")), "Lang")
    root = topic.rpartition("/")[2]
    said = [await reply(ben, root, f"Nummer {number}.") for number in range(50)]
    last = soup(await owner.get(f"{topic}?view=linear&page=2"))
    first = soup(await owner.get(f"{topic}?view=linear&page=1"))
    assert [bool(page.select("[data-tree] > .linear")) for page in (last, first)] == [True, False]
    paths = [str(page.select("[data-live]")[0]["data-live"]) for page in (last, first)]
    assert paths == [f"/live/conversations/{root}?view=linear&after={upto}" for upto in (said[-1], 0)]
    missed = await reply(ben, root, "Meanwhile")
    async with listen(web.app, owner, paths[0]) as stream:
        html = await stream.event("reply")
        assert f'id="p-{missed}"' in html
        assert "replies to anna" in html, "whom it answers does not stand above it"
        await reply(ben, missed, "Sofort da")
        assert "Sofort da" in await stream.event("reply")


async def test_however_long_one_listens_the_answer_was_quick(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    anna = await web.join("anna")
    with caplog.at_level(logging.DEBUG, "plausch"):
        async with listen(web.app, anna, "/live/home?after=1") as stream:
            await stream.begun.wait()
            noted = [record for record in caplog.records if getattr(record, "route", "") == "/live/home"]
            assert len(noted) == 1, "while it still goes on"
    assert [record.route for record in caplog.records if hasattr(record, "route")].count("/live/home") == 1


async def test_open_pages_hear_that_a_conversation_was_closed_and_what_the_answer_is(web: Web) -> None:
    owner, ben, eve = await web.join("anna"), await web.join("ben"), await web.join("eve")
    board = await board_id(owner, await make_board(owner, "Verein"))
    topic = (await begin(ben, board, "Wer fährt?", topic="question")).rpartition("/")[2]
    answer = await reply(eve, topic, "Ich")
    visitor = await web.open()
    async with listen(web.app, visitor, f"/live/conversations/{topic}?after={answer}") as stream:
        await ben.submit(f"/posts/{answer}/accept")
        assert 'id="talk-closed" hidden' in await stream.event("part")
        told = await stream.event("part")
        assert 'id="topic-state"' in told
        assert f'href="#p-{answer}"' in told
        page = (await eve.get(f"/conversations/{topic}")).text
        for part in ('id="talk-closed"', 'id="topic-state"', f'id="answer-{answer}"'):
            assert part in page, "there is something to be exchanged"
        await ben.submit(f"/posts/{answer}/unaccept")
        assert 'id="talk-closed" hidden' in await stream.event("part")
        assert f"#p-{answer}" not in await stream.event("part")
        assert f'id="answer-{answer}" hidden' in await stream.event("part")
        await owner.submit(f"/conversations/{topic}/lock")
        assert "This conversation is closed" in await stream.event("part")
        assert "Closed" in await stream.event("part")
        await owner.submit(f"/conversations/{topic}/unlock")
        assert 'id="talk-closed" hidden' in await stream.event("part")


async def test_home_and_local_hear_of_conversations(web: Web) -> None:
    anna, ben, visitor = await web.join("anna"), await web.join("ben"), await web.open()
    ben_is = await viewer_of(web, "ben")
    async with web.site.database.write() as tx:
        await people.follow(tx, await viewer_of(web, "anna"), ben_is.person)
    hers, everybodys = listen(web.app, anna, "/live/home?after=1"), listen(web.app, visitor, "/live/local?after=1")
    async with hers as home, everybodys as local:
        assert await home.event("notice") == "0", "how it is when the page opens"
        first = await post(ben, "Neuigkeit für @anna")
        assert "Neuigkeit" in await home.event("card")
        assert "Neuigkeit" in await local.event("card")
        assert await home.event("notice") == "1"
        await post(ben, "Still und leise", audience="quiet")
        assert "Still" in await home.event("card")
        await local.silence("card")
        await ben.submit(f"/posts/{first}/share")
        assert "You shared" not in await home.event("card")


async def test_nobody_hears_what_they_may_not_see(web: Web) -> None:
    anna, ben, eve, visitor = await web.join("anna"), await web.join("ben"), await web.join("eve"), await web.open()
    await connect(web, "anna", "ben")
    first = await post(anna, "Für alle")
    path = f"/live/conversations/{first}?after={first}"
    may, may_not, nobody = (listen(web.app, who, path) for who in (ben, eve, visitor))
    async with may as seen, may_not as unseen, nobody as out:
        whisper = await reply(anna, first, "Geheim", audience="connections", local_only="yes")
        assert "Geheim" in await seen.event("reply")
        await anna.submit(f"/posts/{whisper}/edit", text="Geheimer")
        await anna.submit(f"/posts/{whisper}/remove")
        await unseen.silence("reply")
        await out.silence("post")
    assert (await eve.get(f"/posts/{whisper}")).status_code == 404
    secret = await post(anna, "Unter uns", audience="connections")
    async with listen(web.app, visitor, f"/live/conversations/{secret}") as refused:
        assert refused.status == 404


async def test_every_page_hears_how_many_notifications_wait(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    async with listen(web.app, anna, "/live/notices") as stream:
        assert await stream.event("notice") == "0"
        await post(ben, "Hallo @anna")
        assert await stream.event("notice", 5) == "1"
        await anna.submit("/notifications/read", upto="")
        assert await stream.event("notice") == "0", "read in another window"
    visitor = await web.open()
    assert (await visitor.get("/live/notices")).status_code == 303


async def test_what_was_missed_is_sent_first(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    first = await post(anna, "Anfang")
    await reply(ben, first, "Verpasst")
    async with listen(web.app, anna, f"/live/conversations/{first}?after={first}") as stream:
        assert "Verpasst" in await stream.event("reply")


async def test_what_was_caught_up_with_is_not_sent_again_by_its_notice(web: Web) -> None:
    """A page listens before it reads, so that nothing is lost: what comes in between is read, and told too."""
    anna = await web.join("anna")
    first = await post(anna, "Anfang")
    answer = int(await reply(anna, first, "Schon da"))
    visitor, path = await web.open(), f"/live/conversations/{first}?after={first}"
    async with listen(web.app, visitor, "/live/local?after=1") as local, listen(web.app, visitor, path) as open_page:
        assert "Anfang" in await local.event("card")
        assert "Schon da" in await open_page.event("reply")
        async with web.site.database.write() as tx:
            await tell(tx, Notice("local", "posted", int(first)), Notice(f"conversation:{first}", "posted", answer))
        await reply(anna, first, "Neu")
        assert "Neu" in await open_page.event("reply")
        await local.silence("card")


async def test_a_stream_ends_with_the_session(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    first = await post(anna, "Anfang")
    async with listen(web.app, anna, f"/live/conversations/{first}") as stream:
        await anna.submit("/sign-out")
        await reply(ben, first, "Ist da noch wer?")
        await asyncio.wait_for(stream.ended.wait(), 2)
        await stream.silence("reply", 0.1)


@pytest.mark.parametrize("path", ["/live/local"])
async def test_streams_end_when_the_server_stops(open_web: OpenWeb, path: str) -> None:
    web = await open_web()
    visitor = await web.open()
    async with listen(web.app, visitor, path) as stream:
        await asyncio.wait_for(web.app.stop(), 5)
        await asyncio.wait_for(stream.ended.wait(), 2)
        await web.app.start()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_one_network_does_not_take_all_places(open_web: OpenWeb) -> None:
    web = await open_web(rate_limits="on")
    anna, visitor = await web.join("anna"), await web.open()
    async with AsyncExitStack() as streams:
        last = [await streams.enter_async_context(listen(web.app, visitor, "/live/local")) for _ in range(20)][-1]
        assert last.status == 200
        async with listen(web.app, visitor, "/live/local") as refused:
            assert refused.status == 429
        async with listen(web.app, anna, "/live/local") as hers:
            assert hers.status == 200, "at the same network, but signed in"
    async with listen(web.app, visitor, "/live/local") as again:
        assert again.status == 200, "the places are free again"
    assert web.site.live._open.total() == 0
    for number in range(2_000):
        web.site.live.take_place(str(number), 1)
    with pytest.raises(TooMany):
        web.site.live.take_place("one more", 1)
