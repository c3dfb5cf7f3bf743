"""Pages for those who look after a place: how conversations are, who waits, who is new; and one's own part."""

import re
from pathlib import Path

from plausch.insights.actions import keep_finding
from plausch.insights.compute import health, loyalty
from plausch.insights.compute.night import Night
from plausch.insights.model import Figures, Health, Measure, Result, Scope, ScopeKind
from plausch.insights.queries.visits import list_visits
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.web.sankey import WIDTH, draw_flows
from tests.harness.community import settle
from tests.web.conftest import Browser, Web
from tests.web.test_people import eventually, text_of

NOON = 1_793_577_600_000


async def say(browser: Browser, text: str, **more: str) -> str:
    """Post something; the id of its conversation."""
    answer = await browser.submit("/posts", text=text, **more)
    assert answer.status_code == 303, answer.text[:300]
    found = re.search(r"/conversations/(\d+)", answer.headers["location"])
    assert found is not None
    return found.group(1)


async def test_who_looks_after_a_place_works_through_what_waits(web: Web) -> None:
    with clock.at(NOON - 3 * clock.DAY):
        anna, ben = await web.join("anna"), await web.join("ben")
        others = [await web.join(f"person{number}") for number in range(4)]
        lonely = await say(ben, "Does anybody know a good baker?")
        for one in (anna, *others):
            post = await say(one, "Good morning")
            await say(ben, "To you too", reply_to=post)
    with clock.at(NOON):
        await settle(web.site.database)
        night = Night(web.site.database, Path("nowhere"), NOON, scopes=(Scope(ScopeKind.SERVER),))
        await health.compute(night)
        await loyalty.compute(night)
        # Sessions of three days ago are those of this browser.
        page = text_of(await anna.get("/insights/health"))
        assert "1 post waits for an answer" in page
        assert "6 people have said something" in page
        assert "83 %" in page, "five of six conversations were answered"
        waiting = await anna.get("/insights/unanswered")
        assert "good baker" in text_of(waiting)
        assert "new here" in text_of(waiting)
        await anna.submit(f"/insights/unanswered/{lonely}", do="taken")
        assert "anna takes care of it" in text_of(await anna.get("/insights/unanswered"))
        assert "0 posts wait for an answer" in text_of(await anna.get("/insights/health"))
        await anna.submit(f"/insights/unanswered/{lonely}", do="unneeded")
        assert "1 post that needs no answer" in text_of(await anna.get("/insights/unanswered"))
        assert (await anna.submit(f"/insights/unanswered/{lonely}", do="nonsense")).status_code == 422
        stages = text_of(await anna.get("/insights/loyalty"))
        assert re.search(r"Participants have posted or replied 6", stages), stages
        for address in ("/insights/health", "/insights/unanswered", "/insights/loyalty"):
            assert (await ben.get(address)).status_code == 403, address
        assert (await ben.submit(f"/insights/unanswered/{lonely}", do="taken")).status_code == 403
        assert "You take part" in text_of(await ben.get("/insights"))
        assert "talked with 5 people" in text_of(await ben.get("/insights"))

        await ben.submit("/groups/new", name="Chess", handle="chess", visibility="closed")
        assert "Not enough to say yet" in text_of(await ben.get("/insights/health?of=chess"))
        assert (await anna.get("/insights/loyalty?of=chess")).status_code == 403


async def test_members_share_greeting(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await settle(web.site.database)
    page = text_of(await ben.get("/insights/greeting"))
    assert "you could be the first" in page
    assert "Newcomers whom nobody has greeted yet" not in page, "who is new is for those who look after the place"
    assert "nobody’s turn" in text_of(await anna.get("/insights/greeting"))
    assert (await ben.submit("/insights/greeting", do="begin")).status_code == 303
    page = text_of(await ben.get("/insights/greeting"))
    assert "It is your turn" in page
    assert "anna @anna" in page
    await web.join("cem")

    async def is_told() -> bool:
        return "cem is new: it is your turn to say hello" in text_of(await ben.get("/notifications"))

    await eventually(is_told)
    assert "ben’s turn" in text_of(await anna.get("/insights/greeting"))
    async with web.site.database.read() as tx:
        cem = (await people.resolve_handles(tx, ["cem"]))["cem"].id
    assert (await ben.submit(f"/insights/greeting/{cem}", group="0")).status_code == 303
    assert "cem" not in text_of(await ben.get("/insights/greeting"))
    await ben.submit("/insights/greeting", do="stop")
    assert "It is your turn" not in text_of(await ben.get("/insights/greeting"))
    # Of those whose turn it was not, nobody says that they were greeted.
    assert (await ben.submit(f"/insights/greeting/{cem}", group="0")).status_code == 404
    assert (await ben.submit("/insights/greeting", do="begin", of="nobody")).status_code == 404


async def test_visits_are_noted_only_of_who_agrees(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    await anna.submit("/groups/new", name="Chess", handle="chess")
    await ben.submit("/settings/privacy", be_found="yes", count_in_insights="yes", keep_visits="yes")
    for browser in (anna, ben):
        for path in ("/", "/groups/chess", "/groups/chess"):
            assert (await browser.get(path)).status_code == 200
    async with web.site.database.read() as tx:
        known = await people.resolve_handles(tx, ["ben", "chess"])
        noted = {(one.person_id, one.scope_id) for one in await list_visits(tx)}
    assert noted == {(known["ben"].id, 0), (known["ben"].id, known["chess"].id)}
    await ben.submit("/settings/privacy", be_found="yes", count_in_insights="yes")

    async def are_forgotten() -> bool:
        async with web.site.database.read() as tx:
            return await list_visits(tx) == []

    await eventually(are_forgotten)


def test_flows_are_drawn_within_their_frame() -> None:
    steps = [[[0, 4, 0], [1, 0, 0], [0, 0, 0]], [[2, 0, 0], [0, 3, 0], [0, 0, 0]]]
    drawn = draw_flows(steps, [5, 3, 1])
    assert [lane.stage for lane in drawn.lanes] == [5, 3], "who never occurs has no lane"
    assert len(drawn.ribbons) == 4
    assert {(one.step, one.stage, one.other) for one in drawn.ribbons} == {(0, 5, 3), (0, 3, 5), (1, 5, 5), (1, 3, 3)}
    for bar in drawn.bars:
        assert 0 <= bar.x <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= drawn.height
    assert draw_flows([[[0]]], [1]).ribbons == []


async def test_a_fresh_server_is_told_when_there_will_be_something_to_say(web: Web) -> None:
    """No empty figure, nothing usual where nothing happens yet: what there is to do instead."""
    anna = await web.join("anna")
    for page in ("people", "communities", "health", "loyalty", "adviser"):
        text = text_of(await anna.get(f"/insights/{page}"))
        assert "Not enough to say yet" in text, page
        assert "when at least five people are behind them" in text, page
        assert "How was this computed?" not in text, page
    waiting = text_of(await anna.get("/insights/unanswered"))
    assert "listed after 1 day, until it is known how soon people usually answer here" in waiting
    assert "Nobody waits" in waiting
    assert "No letter yet" in text_of(await anna.get("/insights/letters"))
    assert "Describe whom this is there for" in text_of(await anna.get("/insights/strategy"))
    assert "Opinion makers" in text_of(await anna.get("/insights"))
    figures = Figures(people=9, due=9, answered=0.5)
    for late, said in ((2 * clock.HOUR, "after 2 hours: by then three of four"), (clock.DAY, "until it is known")):
        found = [Result(0, Health(figures, late_after=late))]
        await keep_finding(web.site.database, 0, Measure.HEALTH, found, method="made up", as_of=clock.now())
        assert said in text_of(await anna.get("/insights/unanswered"))
