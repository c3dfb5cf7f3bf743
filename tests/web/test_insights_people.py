"""Opinion makers and communities of interest through the pages: in sentences, for those whom they concern."""

from plausch.exchange import personal_data
from plausch.insights.actions import keep_finding
from plausch.insights.model import Belonging, Community, Maker, Measure, Meeting, Membership, Result
from plausch.insights.model.communities import Joining, Joinings, Meetings, Tie, Welcoming
from plausch.kernel import clock
from plausch.people import queries as people
from tests.web.conftest import Web
from tests.web.test_people import text_of


async def keep(web: Web, measure: Measure, *found: Result[object], topic: str = "", scope: int = 0) -> None:
    await keep_finding(
        web.site.database,
        scope,
        measure,
        found,  # type: ignore[arg-type]  # structs all of them
        method="a method 7",
        as_of=clock.now(),
        topic=topic,
    )


def maker(**more: object) -> Maker:
    return Maker(**{"voices": 31, "circles": 5, "usual": 12, "begun": 8, "esteem": 2.5} | more)  # type: ignore[arg-type]


async def ids(web: Web, *handles: str) -> list[int]:
    async with web.site.database.read() as tx:
        found = await people.resolve_handles(tx, handles)
    return [found[handle].id for handle in handles]


async def test_opinion_makers_are_told_in_sentences(web: Web) -> None:
    staff, ben = await web.join("anna"), await web.join("ben", name="Ben <b>")
    await web.join("cem", name="Cem")
    await web.join("dora", name="Dora")
    own, other, quiet = await ids(web, "ben", "cem", "dora")
    assert "Not enough to say yet" in text_of(await staff.get("/insights/people"))
    await keep(
        web,
        Measure.MAKERS,
        Result(own, maker(tags=("garten",), bridges=(1, 2), weeks=(0,) * 11 + (3,)), 1),
        Result(other, maker(voices=4), 2),
        Result(quiet, maker(begun=0), 3),
    )
    await keep(web, Measure.MAKERS, Result(own, maker(voices=9), 1), topic="garten")
    community = Community(size=6, labels=("Garten", "<i>Beet"), tags=(), x=0.3, y=0.4, radius=0.2, inside=0.5)
    await keep(web, Measure.COMMUNITIES_USUAL, Result(1, community), Result(2, community, 2))
    page = await staff.get("/insights/people")
    text = text_of(page)
    assert "31 different people have responded within the last half year, from 5 communities of interest" in text
    assert "Of 8 conversations begun, half brought in at least 12 other people." in text
    assert "2.5 times as much attention" in text
    assert "a method 7" in text
    assert "Ben &lt;b&gt;" in page.text
    assert "Cem" not in text, "fewer than five people responded"
    assert "Dora" not in text, "began nothing"
    assert "9 different people" in text_of(await staff.get("/insights/people?topic=Garten"))
    assert (await ben.get("/insights/people")).status_code == 403
    assert "31 different people" in text_of(await ben.get("/insights"))
    await ben.submit("/settings/privacy", be_found="yes")
    assert "Ben" not in text_of(await staff.get("/insights/people")), "from now on, not from the next night on"


async def test_everybody_sees_the_map_and_staff_who_is_where(web: Web) -> None:
    staff, ben = await web.join("anna"), await web.join("ben", name="Ben")
    await web.join("cem", name="Cem")
    dora = await web.join("dora", name="Dora")
    own, other, third = await ids(web, "ben", "cem", "dora")
    garden = Community(5, ("Garten", "Beet", "Zaun"), ("Garten",), 0.3, 0.4, 0.2, 0.7, (Tie(2, 0.2),), 1)
    chess = Community(5, ("Schach",), (), 0.7, 0.6, 0.2, 0.5)
    await keep(web, Measure.COMMUNITIES_USUAL, Result(1, garden), Result(2, chess, 2))
    where = (Belonging(1, 0.7), Belonging(2, 0.3))
    await keep(
        web,
        Measure.MEMBERSHIPS,
        Result(own, Membership((), where, ())),
        Result(other, Membership((), (Belonging(2, 1.0),), ()), 2),
    )
    await keep(web, Measure.MEETINGS, Result(own, Meetings((Meeting(other, (third,)),))))
    await keep(web, Measure.WELCOMING, Result(third, Welcoming(3)))
    page = await ben.get("/insights/communities")
    text = text_of(page)
    assert "Garten, Beet, Zaun" in text
    assert "You are here: 70" in text
    assert "70 % of the talk stays among them. Most of the rest is with: Schach (20 %)" in text.replace("\u00a0", " ")
    assert page.text.count('<circle class="circle') == 2
    assert '<circle class="dot' not in page.text
    assert "Who is in it" not in text
    assert "talks with Dora , as you do" in text
    await ben.submit("/@cem/dismiss", next="/insights/communities")
    text = text_of(await ben.get("/insights/communities"))
    assert "talks with" not in text
    assert "answers people who are new here" in text
    for path in ("/people", "/insights"):
        assert "answers people who are new here" in text_of(await ben.get(path)), path
    await dora.submit("/settings/privacy", be_found="yes", be_suggested="yes")
    text = text_of(await ben.get("/insights/communities"))
    assert "answers people who are new here" not in text, "who objects is suggested by none of this from that moment on"
    looked = await staff.get("/insights/communities")
    assert looked.text.count('<circle class="dot') == 2
    assert "<title>Ben</title>" in looked.text
    for address in ("?grain=fine", "?grain=nonsense", "?of=nobody"):
        assert (await ben.get(f"/insights/communities{address}")).status_code in (200, 404)

    await ben.submit("/groups/new", name="Chess", handle="chess")
    await staff.submit("/groups/new", name="Garden", handle="garden")
    async with web.site.database.read() as tx:
        groups = [await people.find_handle(tx, handle) for handle in ("garden", "chess")]
        copy = (await personal_data.collect(tx, own))["tables"]["insights_results"]
    assert [row["place"] for row in copy] == [1], "where they belong, but not whom they might meet"
    await keep(web, Measure.JOININGS, Result(own, Joinings((Joining(groups[0] or 0, groups[1] or 0),))))
    for path in ("/insights/communities", "/groups"):
        assert "others from Chess are in it, too" in text_of(await ben.get(path)), path
    assert "are in it, too" not in text_of(await (await web.open()).get("/groups"))


async def test_circles_are_told_in_sentences(web: Web) -> None:
    staff, ben = await web.join("anna"), await web.join("ben", language="de")
    (own,) = await ids(web, "ben")
    many = Community(12, ("Garten", "Beet", "Zaun", "Tor", "<b>"), ("Garten",), 0.3, 0.4, 0.2, 1.0, (Tie(2, 0),), 6)
    nameless = Community(5, (), (), 0.7, 0.6, 0.2, 0.25, (Tie(1, 0.5), Tie(3, 0.25)))
    await keep(web, Measure.COMMUNITIES_USUAL, Result(1, many), Result(2, nameless, 2))
    await keep(web, Measure.MEMBERSHIPS, Result(own, Membership((), (Belonging(1, 1.0),), ())))
    page = await staff.get("/insights/communities")
    text = text_of(page).replace("\u00a0", " ")
    assert "2 circles: the larger, the more people." in text
    assert "12 people · 6 of them belong to others, too" in text
    assert "They also say: Tor, <b>" in text
    assert "&lt;b&gt;" in page.text
    assert "100 % of the talk stays among them." in text
    assert (
        "Without a topic of its own 5 people 25 % of the talk stays among them. Most of the rest is with: Garten"
        in text
    )
    assert "You are here" not in text
    german = text_of(await ben.get("/insights")).replace("\u00a0", " ")
    assert "gehörst du zu diesem Interessenkreis: Garten, Beet" in german
    await keep(web, Measure.COMMUNITIES_USUAL, Result(2, nameless))
    text = text_of(await staff.get("/insights/communities")).replace("\u00a0", " ")
    assert "1 circle: the larger, the more people." in text
    assert "Most of the rest" not in text, "those it talks with are not on the map"
    assert "diesem Interessenkreis" not in text_of(await ben.get("/insights"))
