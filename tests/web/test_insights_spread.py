"""How a post spread, through the pages: the tree, the list beside it, who may look, who has no name."""

import re

import httpx

from plausch.people import actions as people
from plausch.people.model import Consent, PageKind, Role, TeamRole, Viewer
from tests.web.conftest import Browser, Web
from tests.web.test_people import person_of, text_of
from tests.web.test_reading import say


def dots_in(page: httpx.Response) -> dict[str, str]:
    """How everybody in the picture is drawn."""
    dots = re.findall(r'(?s)<g class="([^"]*)" data-turn="(\d+)".*?</g>', page.text)
    assert [int(turn) for _, turn in dots] == list(range(len(dots))), "in the order of time"
    return {turn: kinds.strip() for kinds, turn in dots}


async def share_from(browser: Browser, path: str, talk: str) -> None:
    """Press Share below a card of a page."""
    page = await browser.get(path)
    button = re.search(rf'formaction="(/posts/{talk}/share\?via=\d+)"', page.text)
    assert button is not None
    await browser.submit(button[1], x="")


async def test_a_tree_grows_from_hand_to_hand(web: Web) -> None:
    names = ("pia", "anna", "ines", "jonas", "karl")
    pia, anna, ines, jonas, karl = [await web.join(name, name=name.title()) for name in names]
    talk = await say(pia, "The lime tree <b>still</b> stands")
    empty = text_of(await pia.get(f"/posts/{talk}/spread"))
    assert "Nobody has shared this yet." in empty
    assert "How it spread" in text_of(await pia.get(f"/conversations/{talk}"))
    await anna.submit("/@pia/follow", x="")
    await ines.submit("/@anna/follow", x="")
    await jonas.submit("/@ines/follow", x="")
    await share_from(anna, "/", talk)
    await share_from(ines, "/", talk)
    await jonas.submit(f"/posts/{talk}/share?via=77", x="")
    await karl.submit(f"/posts/{talk}/share", x="")
    await karl.submit(f"/posts/{talk}/like", x="")
    page = await pia.get(f"/posts/{talk}/spread")
    shown = text_of(page)
    assert dots_in(page) == {"0": "first", "1": "", "2": "", "3": "inferred", "4": "inferred"}
    assert "4 people shared it, over 3 generations." in shown
    assert "Reach 4 people Everybody who did something about it, each counted once. 1 liked it, 4 shared it." in shown
    assert "Generation 1 2 people Anna after 1 minute Karl likely · after 1 minute" in shown
    assert "Generation 2 1 person Ines from Anna · after 1 minute" in shown
    assert "Generation 3 1 person Jonas from Ines (likely) · after 1 minute" in shown
    # They stand in one chain of five.
    assert "From hand to hand 2.0" in shown
    assert "Servers 1 Only here." in shown
    assert "Possible audience 3" in shown
    assert "In the end" not in shown
    table = (await pia.get(f"/posts/{talk}/spread.csv")).text.splitlines()
    assert [line.split(",")[:5] for line in table[1:3]] == [
        ["0", "", "False", "0", "pia"],
        ["1", "0", "False", "1", "anna"],
    ]
    whole = (await pia.get(f"/posts/{talk}/spread.json")).json()
    assert [row["from"] for row in whole["tree"]] == [None, 0, 1, 2, 0]
    assert whole["figures"]["virality"] == 2
    assert whole["reach"] == {"people": 4, "new": None, "like": 1, "share": 4}
    insights = text_of(await pia.get("/insights"))
    assert "Your posts that spread" in insights
    assert "The lime tree <b>still</b> stands 4 people shared it" in insights
    assert "Your posts that spread" not in text_of(await anna.get("/insights"))


async def test_whose_it_is_not_does_not_look(web: Web) -> None:
    pia, anna, boss, ines = [await web.join(name, name=name.title()) for name in ("pia", "anna", "boss", "ines")]
    async with web.site.database.write() as tx:
        await people.set_role(tx, (await person_of(web, "boss")).person, Role.MODERATOR)
    talk = await say(pia, "For everybody")
    closed = (await pia.submit("/posts", text="For connections", audience="connections")).headers["location"]
    hidden = closed.split("/")[2].split("?")[0]
    await anna.submit(f"/posts/{talk}/share", x="")
    await ines.submit(f"/posts/{talk}/share", x="")
    refused = await anna.get(f"/posts/{talk}/spread")
    assert refused.status_code == 403
    assert "How it spread" not in text_of(await anna.get(f"/conversations/{talk}"))
    assert (await anna.get(f"/posts/{hidden}/spread")).status_code == 404
    assert (await boss.get(f"/posts/{hidden}/spread")).status_code == 404
    assert (await anna.get("/posts/77/spread")).status_code == 404
    visitor = await web.open()
    assert "/sign-in" in (await visitor.get(f"/posts/{talk}/spread")).headers["location"]
    assert "cannot be shared" not in text_of(await pia.get(f"/posts/{hidden}/spread"))
    assert (await boss.get(f"/posts/{talk}/spread")).status_code == 200
    viewer, other = await person_of(web, "ines"), await person_of(web, "anna")
    async with web.site.database.write() as tx:
        await people.set_consent(tx, viewer, Consent.COUNT_IN_INSIGHTS, False)
    shown = text_of(await pia.get(f"/posts/{talk}/spread"))
    assert "Ines" not in shown
    assert "Anna likely · after 1 minute somebody likely The tree as a file" in shown
    assert "Reach 1 person" in shown
    table = (await pia.get(f"/posts/{talk}/spread.csv")).text
    assert "ines" not in table.lower()
    assert table.splitlines()[3] == "2,0,True,1,,,"
    for form in ("csv", "json"):
        assert (await anna.get(f"/posts/{talk}/spread.{form}")).status_code == 403
        assert (await boss.get(f"/posts/{hidden}/spread.{form}")).status_code == 404
    async with web.site.database.write() as tx:
        await people.block(tx, other, (await person_of(web, "pia")).person)
        await people.set_consent(tx, await person_of(web, "pia"), Consent.COUNT_IN_INSIGHTS, False)
    shown = text_of(await pia.get(f"/posts/{talk}/spread"))
    assert "Anna" not in shown
    assert "2 people shared it" in shown
    assert (await boss.get(f"/posts/{talk}/spread")).status_code == 403


async def test_the_team_of_a_page_looks_at_its_posts(web: Web) -> None:
    anna, ines = [await web.join(name) for name in ("anna", "ines")]
    one, other = [await person_of(web, name) for name in ("anna", "ines")]
    async with web.site.database.write() as tx:
        await people.set_role(tx, one.person, Role.OWNER)
        owner = Viewer(one.person, one.person, Role.OWNER)
        page = await people.create_page(tx, owner, "club", "Club", PageKind.CLUB)
        await people.invite_to_team(tx, owner, page, "ines", TeamRole.EDITOR)
    await anna.submit("/act-as", handle="club")
    talk = await say(anna, "We meet on Friday")
    await anna.submit("/act-as", handle="")
    assert (await anna.get(f"/posts/{talk}/spread")).status_code == 200
    assert (await ines.get(f"/posts/{talk}/spread")).status_code == 403, "who is only asked is not on the team"
    async with web.site.database.write() as tx:
        await people.accept_team(tx, other, page)
    assert (await ines.get(f"/posts/{talk}/spread")).status_code == 200
