"""Starter packs through the pages: made, asked for, agreed to, joined with one click."""

import re

import anyio

from tests.web.conftest import Browser, Web
from tests.web.test_people import text_of


async def asked_for(browser: Browser) -> str:
    """What a button of the page of packs answers for."""
    found = re.search(r'name="actor" value="(\d+)"', (await browser.get("/packs")).text)
    assert found is not None
    return found[1]


async def test_a_pack_from_making_it_to_joining_it(web: Web) -> None:
    anna, ben = await web.join("anna", name="Anna"), await web.join("ben", name="Ben")
    await ben.submit("/groups/new", name="Chess", handle="chess")
    refused = await anna.submit("/packs/new", name="Begin here", members="@nobody")
    assert refused.status_code == 422
    assert "belongs to nobody who can be in a starter pack" in text_of(refused)
    assert "@nobody" in refused.text
    made = await anna.submit("/packs/new", name="Begin here", about="For all who are new", members="@anna @ben, @chess")
    path = made.headers["location"]
    assert path == "/packs/begin-here"

    with anyio.fail_after(10):
        while "would like to have you in a starter pack" not in text_of(await ben.get("/notifications")):  # noqa: ASYNC110 - work in the application
            await anyio.sleep(0.02)
    cem = await web.join("cem")
    before = text_of(await cem.get(path))
    assert "Anna" in before
    assert "Ben" not in before
    page = text_of(await ben.get("/packs"))
    assert "May it show you?" in page
    assert "May it show Chess?" in page
    for _ in range(2):
        await ben.submit(f"{path}/agree", actor=await asked_for(ben))
    assert "You are asked" not in text_of(await ben.get("/packs"))

    assert "Begin here" not in text_of(await cem.get("/welcome"))
    assert (await cem.submit(f"{path}/feature", featured="on")).status_code == 403
    assert (await anna.submit(f"{path}/feature", featured="on")).headers["location"] == path
    assert "Begin here" in text_of(await cem.get("/welcome"))
    joined = await cem.submit(f"{path}/join")
    assert joined.status_code == 303
    assert "You follow 2 more, are in 1 more groups, and have asked 0." in text_of(
        await cem.get(joined.headers["location"])
    )
    again = await cem.submit(f"{path}/join")
    assert "You know everybody in it already." in text_of(await cem.get(again.headers["location"]))
    assert "Chess" in text_of(await cem.get("/groups"))

    assert (await ben.submit(f"{path}/edit", name="Mine", members="@ben")).status_code == 403
    changed = await anna.submit(f"{path}/edit", name="Begin well", members="@anna")
    assert changed.headers["location"] == path
    assert "Ben" not in text_of(await cem.get(path))
    await anna.submit(f"{path}/delete")
    assert (await cem.get(path)).status_code == 404
    assert "The starter pack is gone." in text_of(await anna.get("/packs?said=gone"))


async def test_nobody_without_an_account_sees_packs(web: Web) -> None:
    await (await web.join("anna")).submit("/packs/new", name="Begin", members="@anna")
    visitor = await web.open()
    for path in ("/packs", "/packs/begin", "/packs/new"):
        assert (await visitor.get(path)).headers["location"].startswith("/sign-in")
