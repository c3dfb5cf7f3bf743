"""An introduction through the pages: said, answered by both, and one that comes to nothing."""

import re

from tests.web.conftest import Browser, Web
from tests.web.test_people import text_of


async def connect(one: Browser, handle: str, other: Browser, asking: str) -> None:
    await one.submit(f"/@{handle}/connect", line="")
    await other.submit(f"/@{asking}/accept", kind="connect")


async def test_an_introduction_from_saying_so_to_knowing_each_other(web: Web) -> None:
    anna, ben, cem = await web.join("anna", name="Anna"), await web.join("ben", name="Ben"), await web.join("cem")
    assert "It takes two different people" in text_of(
        await anna.submit("/introductions", first="@ben", second="ben", line="Chess")
    )
    stranger = await ben.submit("/introductions", first="@anna", second="@cem", line="Both play <b>chess</b>.")
    assert stranger.status_code == 422
    assert "people with whom you are connected" in text_of(stranger)
    assert 'value="@cem"' in stranger.text, "nothing that was typed is lost"
    await connect(anna, "ben", ben, "anna")
    await connect(anna, "cem", cem, "anna")
    assert '<option value="@ben">Ben' in (await anna.get("/introductions?first=@ben")).text
    made = await anna.submit("/introductions", first="@ben", second="@cem", line="Both play <b>chess</b>.")
    assert "Both are asked" in text_of(await anna.get(made.headers["location"]))
    for one in (ben, cem):
        page = await one.get("/introductions")
        assert "Both play &lt;b&gt;chess&lt;/b&gt;." in page.text
        assert "Anna says why you two should meet" in text_of(page)
        path = re.search(r"/introductions/\d+/agree", page.text)
        assert path is not None
        assert (await one.submit(path[0])).headers["location"] == "/introductions?said=agreed"
        assert (await one.submit(path[0])).status_code == 404
    assert "They are connected now" in text_of(await anna.get("/introductions"))
    assert "Cem" in text_of(await ben.get("/@ben/connections")) or "cem" in text_of(await ben.get("/@ben/connections"))
    again = await anna.submit("/introductions", first="@ben", second="@cem", line="Chess")
    assert "connected with each other already" in text_of(again)


async def test_who_is_not_to_be_suggested_any_more_is_not(web: Web) -> None:
    anna, _ = await web.join("anna"), await web.join("ben", name="Ben Birke")
    assert "Ben Birke" in text_of(await anna.get("/people"))
    assert (await anna.submit("/@ben/dismiss", next="/people")).headers["location"] == "/people"
    assert "Ben Birke" not in text_of(await anna.get("/people"))
    assert (await anna.get("/@ben")).status_code == 200
