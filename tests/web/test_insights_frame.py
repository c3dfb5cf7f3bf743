"""The frame of the insights: who may look at whose, in words, and what charts say beside their drawing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.web import charts
from tests.web.conftest import Web
from tests.web.test_people import text_of


async def test_everybody_has_insights_of_their_own_and_of_what_they_look_after(web: Web) -> None:
    owner, ben = await web.join("anna"), await web.join("ben")
    visitor = await web.open()
    assert (await visitor.get("/insights")).headers["location"].startswith("/sign-in")
    assert "Opinion makers" in text_of(await owner.get("/insights"))
    plain = text_of(await ben.get("/insights"))
    assert "Communities of interest" in plain
    assert "Opinion makers" not in plain

    await ben.submit("/groups/new", name="Chess", handle="chess", visibility="closed")
    assert "Chess" in text_of(await ben.get("/insights"))
    assert "Opinion makers" in text_of(await ben.get("/insights?of=chess"))
    assert 'href="/insights?of=chess"' in (await ben.get("/groups/chess")).text
    refused = await owner.get("/insights?of=chess")
    assert refused.status_code == 403
    assert "for those who look after the place" in text_of(refused)
    await ben.submit("/groups/new", name="Surprise", visibility="secret")
    secret = (await ben.get("/groups")).text.split("/groups/g")[1].split('"')[0]
    assert (await ben.get(f"/insights?of=g{secret}")).status_code == 200
    for missing in (f"g{secret}", "nobody", "ben", "%ff%00"):
        assert (await owner.get(f"/insights?of={missing}")).status_code == 404, missing
    assert (await owner.get("/insights?board=none")).status_code == 404


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_drawings_stay_within_their_frame(values: list[float]) -> None:
    drawn = charts.line([(day, value) for day, value in enumerate(values)])
    numbers = [float(part) for part in drawn.path[1:].replace("L", " ").split()]
    assert all(0 <= x <= 100 for x in numbers[::2])
    assert all(0 <= y <= 40 for y in numbers[1::2])
    assert all(0 <= bar.length <= 100.001 for bar in charts.bars(values))
    parts = charts.shares(values)
    ends = [part.start + part.length for part in parts]
    assert [part.start for part in parts[1:]] == pytest.approx(ends[:-1])
    assert ends[-1] == pytest.approx(100 if sum(values) else 0)
