"""The weekly letter on its page and by mail: each thing in it leads to where it is done, and only who may reads it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import plausch
from plausch.feeds.model import Channel, NotificationKind
from plausch.feeds.queries import get_preferences
from plausch.groups.queries import get_group
from plausch.insights import actions
from plausch.insights.model import Measure, Result
from plausch.insights.model.communities import Welcoming
from plausch.insights.model.letters import Section
from plausch.insights.model.weeks import WEEK, monday_of
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import PageKind, Viewer
from tests.harness.community import publish
from tests.harness.mailbox import Mailbox, link_in, open_mailbox, text_of_letter
from tests.web.conftest import OpenWeb, Web
from tests.web.test_people import eventually, person_of, text_of

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.mark.parametrize("section", Section)
@pytest.mark.parametrize("template", ["web/templates/insights/letters.html", "mail/templates/weekly.jinja"])
def test_whatever_a_letter_brings_up_has_its_place_on_the_page_and_in_the_mail(section: Section, template: str) -> None:
    assert f".{section} %}}" in (Path(plausch.__file__).parent / template).read_text("utf-8")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as opened:
        yield opened


@pytest.fixture
async def mailing(open_web: OpenWeb, mailbox: Mailbox) -> Web:
    return await open_web(smtp_url=mailbox.url, name="Lindenau", mail_from="post@lindenau.example")


async def a_week(web: Web) -> None:
    """Mia speaks for a page that Ben asked something, cem's answer welcomed him, and the letters are made."""
    week = monday_of(clock.real_now())
    mia, ben, cem = [await person_of(web, name) for name in ("mia", "ben", "cem")]
    with clock.at(week - clock.DAY):
        async with web.site.database.write() as tx:
            await publish(tx, cem, "Schon lange hier")
    with clock.at(week + clock.HOUR):
        async with web.site.database.write() as tx:
            page = await people.create_page(tx, mia, "stadt", "Stadt", PageKind.TOWN)
            news = await publish(tx, Viewer(mia.person, page), "Wir bauen")
            await publish(tx, ben, "Wann <b>genau</b>?", reply_to=news)
            first = await publish(tx, ben, "Bin neu hier")
            await publish(tx, cem, "Willkommen", reply_to=first)
            await publish(tx, cem, "Und wo?", reply_to=news)
            await publish(tx, cem, "Und warum?", reply_to=news)
            await publish(tx, cem, "Unter uns gesagt", local_only=True)
    with clock.at(week + WEEK + 8 * clock.HOUR):
        await actions.make_letters(web.site.database)


@only_sqlite
async def test_the_letter_leads_to_where_things_are_done(mailing: Web, mailbox: Mailbox) -> None:
    anna = await mailing.join("anna", name="Anna")
    mia = await mailing.join("mia", "de", name="Mia")
    for handle, browser in (("anna", anna), ("mia", mia)):
        await browser.submit(link_in(await mailbox.next_to(f"{handle}@example.org")))
    ben, _ = await mailing.join("ben", name="Ben"), await mailing.join("cem", name="Cem")
    await a_week(mailing)

    letter = await mailbox.next_to("mia@example.org", "Stadt")
    text = text_of_letter(letter)
    assert text.startswith("Hallo Mia,")
    assert "Darauf hat noch niemand geantwortet" in text
    assert "Wann <b>genau</b>?" in text
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    html = letter.get_body(("html",))
    assert html is not None
    assert "Wann &lt;b&gt;genau" in str(html.get_content())
    (answering,) = re.findall(r"Antworten: http://localhost:8000(\S+)", text)
    assert "Und warum?" in text_of(await mia.get(answering)), "the reply form, under the post"
    answering = re.findall(r"Hallo sagen: http://localhost:8000(\S+)", text)[0]
    assert "Wann <b>genau</b>?" in text_of(await mia.get(answering)), "the reply form, under the post"

    owner = text_of_letter(await mailbox.next_to("anna@example.org", "Lindenau"))
    assert "Cem has answered 1 newcomer" in owner
    assert "Unter uns" not in owner, "what stays on this server does not leave it by mail"
    (thanking,) = re.findall(r"Say thank you: http://localhost:8000(\S+)", owner)
    composer = await anna.get(thanking)
    assert "thank you for answering" in composer.text
    assert "@cem" in composer.text

    shown = await mia.get("/insights/letters?of=stadt")
    assert "Wann <b>genau</b>?" in text_of(shown)
    path = re.search(r"http://localhost:8000(/insights/letters/\d+)", text)
    assert path is not None
    assert (await mia.get(path[1])).status_code == 200
    for stranger in (ben, anna):
        assert (await stranger.get(path[1])).status_code == 403
        assert (await stranger.get("/insights/letters?of=stadt")).status_code == 403
    assert (await ben.get("/insights/letters")).status_code == 403
    assert (await (await mailing.open()).get(path[1])).status_code == 303
    notices = await mia.get("/notifications")
    assert "Der Wochenbrief ist da" in text_of(notices)
    opened = re.search(r'/notifications/\d+(?=">Stadt<)', notices.text)
    assert opened is not None
    assert (await mia.get(opened[0])).headers["location"] == path[1]


@only_sqlite
async def test_whoever_wants_no_letter_gets_none(mailing: Web, mailbox: Mailbox) -> None:
    mia = await mailing.join("mia")
    await mia.submit(link_in(await mailbox.next_to("mia@example.org")))
    for handle in ("ben", "cem"):
        await mailing.join(handle)
    await a_week(mailing)
    letter = await mailbox.next_to("mia@example.org", "Stadt")
    stop = letter["list-unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert (await (await mailing.open()).post(stop, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    person = (await person_of(mailing, "mia")).person
    async with mailing.site.database.read() as tx:
        assert not (await get_preferences(tx, person)).wants(NotificationKind.WEEKLY_LETTER, Channel.MAIL)
    settings = await mia.get("/settings/notifications")
    assert 'name="weekly_letter-page"' in settings.text
    assert 'name="weekly_letter-page"' not in (await (await mailing.join("dina")).get("/settings/notifications")).text


@only_sqlite
async def test_a_team_describes_its_target_group_and_sets_goals(web: Web) -> None:
    mia, ben = await web.join("mia"), await web.join("ben")
    await mia.submit("/pages/new", handle="stadt", name="Stadt", kind="town")
    path = "/insights/strategy?of=stadt"
    assert "Describe whom this is there for" in text_of(await mia.get(path))
    wrong = await mia.submit(path, about="Familien <b>", topics="#Rad,  bus", groups="@gibtsnicht")
    assert wrong.status_code == 422
    assert "Only groups that everybody reads" in text_of(wrong)
    assert 'value="#Rad,  bus"' in wrong.text, "nothing is lost"
    saved = await mia.submit(path, about="Familien <b>", topics="#Rad,  bus", names="Rathaus", others="Bahn")
    assert (saved.status_code, saved.headers["location"]) == (303, f"{path}&saved=1")
    page = await mia.get(path)
    assert 'value="#rad #bus"' in page.text
    assert "Familien <b>" in text_of(page)

    goals = "/insights/goals?of=stadt"
    assert (await mia.submit(goals, kind="answered", target="120", weeks="4")).status_code == 422
    assert (await mia.submit(goals, kind="answered", target="80", weeks="4")).status_code == 303
    page = await mia.get(path)
    assert "Posts answered within a day, in per cent: 80." in text_of(page)
    remove = re.search(r"/insights/goals/\d+/remove\?of=stadt", page.text)
    assert remove is not None
    for stranger in (ben, await web.open()):
        for asked in (path, "/insights/awareness?of=stadt"):
            assert (await stranger.get(asked)).status_code in (303, 403)
        assert (await stranger.submit(goals, kind="answered", target="80", weeks="4")).status_code in (303, 403)
        assert (await stranger.submit(remove[0], x="")).headers.get("location", "/sign-in") == "/sign-in"
    assert (await ben.submit(path, topics="#rad")).status_code == 403
    gone = await mia.submit(remove[0], x="")
    assert gone.status_code == 303, text_of(gone)
    assert "No goals yet" in text_of(await mia.get(path))
    log = text_of(await mia.get("/pages/stadt/log"))
    assert "mia has described anew whom it is there for: #rad, #bus" in log

    async def counted() -> bool:
        return "left out on purpose" in text_of(await mia.get("/insights/awareness?of=stadt"))

    await eventually(counted)
    assert (await mia.get("/insights/awareness")).status_code in (403, 404)


@only_sqlite
async def test_tables_are_taken_along_as_files(web: Web) -> None:
    lena, omar = await web.join("lena", name="=SUMME(A1)"), await web.join("omar")
    await lena.submit("/groups/new", name="Chor", handle="chor", visibility="closed", joining="open")
    lenas = await person_of(web, "lena")
    async with web.site.database.read() as tx:
        group = (await get_group(tx, lenas, "chor")).id
    found = [Result(lenas.person, Welcoming(answered=6))]
    await actions.keep_finding(web.site.database, group, Measure.WELCOMING, found, method="test 1", as_of=1)
    async with web.site.database.write() as tx:
        await actions.keep_history(tx, group, Measure.WEEK_BEGUN, [(0, 3.0)], at=4 * clock.DAY)
    page = await lena.get("/insights/export?of=chor")
    assert "Who answers newcomers" in text_of(page)
    assert "/insights/export/history-week_begun.json?of=chor" in page.text
    table = await lena.get("/insights/export/welcoming.csv?of=chor")
    assert table.headers["content-type"].startswith("text/csv")
    assert "chor-welcoming.csv" in table.headers["content-disposition"]
    head, row = table.content.decode("utf-8-sig").splitlines()
    assert head == "place,person,handle,name,answered,circles"
    assert row == f"1,{lenas.person},lena,'=SUMME(A1),6,", "nothing that a spreadsheet runs"
    whole = (await lena.get("/insights/export/welcoming.json?of=chor")).json()
    assert (whole["method"], whole["results"][0]["value"]["answered"]) == ("test 1", 6)
    grown = (await lena.get("/insights/export/history-week_begun.csv?of=chor")).text.splitlines()
    assert grown[1] == "1970-01-05,3.0"
    for name in ("welcoming.csv", "welcoming.json", "history-week_begun.csv"):
        assert (await omar.get(f"/insights/export/{name}?of=chor")).status_code == 403
    assert (await lena.get("/insights/export/loyalty.csv?of=chor")).status_code == 404
    assert (await lena.get("/insights/export/welcoming.xml?of=chor")).status_code == 404
