"""Timelines: page by page in both directions, and what is said where they go on."""

import re
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from plausch.feeds import actions as feeds
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people import actions as people
from plausch.storage import column_statement
from plausch.talk.tables import entries
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Town

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


async def _follow_links(app: App, path: str, which: str) -> list[list[str]]:
    """The ids of page after page, by the Link header."""
    pages: list[list[str]] = []
    at: str | None = f"/api/v1{path}"
    while at is not None:
        answer = await app.person.app.get(at)
        assert answer.status_code == 200
        pages.append([one["id"] for one in answer.json()])
        links = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("link", "")))
        found: dict[str, Any] = {name: urlsplit(url) for url, name in links.items()}
        at = f"{found[which].path}?{found[which].query}" if which in found and pages[-1] else None
    return pages


async def test_home_page_by_page(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    for one in (anna, omar):
        await ines.post(f"/accounts/{one.id}/follow")
    said = [(await who.say(f"Nummer {n}"))["id"] for n, who in enumerate((anna, omar, anna, anna, omar, ines))]
    newest = said[::-1]
    assert await ines.home() == newest
    assert await ines.home(limit=2) == newest[:2]
    assert await ines.home(max_id=said[3]) == newest[3:]
    assert await ines.home(since_id=said[1], limit=2) == newest[:2]
    assert await ines.home(min_id=said[1], limit=2) == [said[3], said[2]]
    assert await ines.home(min_id=said[1], max_id=said[3]) == [said[2]]
    assert await ines.home(since_id=said[5]) == []
    pages = await _follow_links(ines, "/timelines/home?limit=4", "next")
    assert [one for page in pages for one in page] == newest
    pages = await _follow_links(ines, f"/timelines/home?limit=4&max_id={said[1]}", "prev")
    assert [one for page in pages[1:] for one in page[::-1]] == said[1:]


async def test_home_does_not_repeat_itself(town: Town) -> None:
    """What came there within a day does not come again because somebody else has shared it, or a group brings it."""
    anna, ines, omar, mia, cem = await apps(town, "anna", "ines", "omar", "mia", "cem")
    async with town.site.database.write() as tx:
        group = await groups.create_group(tx, mia.viewer, GroupDraft(handle="garten", name="Garten"), LINKS)
    for one in (anna.id, omar.id, mia.id, group):
        await ines.post(f"/accounts/{one}/follow")
    said = await anna.say("Wer kommt?")
    await omar.post(f"/statuses/{said['id']}/reblog")
    assert await ines.home() == [said["id"]], "she has read it with Anna"
    strange = await cem.say("Von weiter her")
    first = await omar.post(f"/statuses/{strange['id']}/reblog")
    await mia.post(f"/statuses/{strange['id']}/reblog")
    await ines.post(f"/statuses/{strange['id']}/reblog")
    assert await ines.home() == [first["id"], said["id"]]
    assert await ines.home(since_id=first["id"]) == []
    planted = await mia.say("@garten Die Linde steht")
    assert await ines.home(limit=1) == [planted["id"]]
    shown = await ines.get(f"/accounts/{group}/statuses")
    assert [one["reblog"]["id"] for one in shown] == [planted["id"]], "the group has it nevertheless"
    # Somebody who reads Mia alone gets it from her.
    await cem.post(f"/accounts/{mia.id}/follow")
    assert len(await cem.home()) == 2
    await ines.post(f"/accounts/{omar.id}/mute")
    assert len(await ines.home()) == 3, "what she no longer sees has not shown it"
    await ines.post(f"/accounts/{omar.id}/unmute")
    async with town.site.database.write() as tx:
        long_ago = sa.update(entries).where(entries.c.id == int(first["id"]))
        await tx.run(column_statement(long_ago.values(id=entries.c.id - first_id_at(2 * clock.DAY))))
    assert len(await ines.home()) == 4, "two days ago is long ago"


async def test_public_and_tags(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    one = await anna.say("#Linde am #Markt")
    two = await anna.say("Nur #Linde")
    quiet = await anna.say("Leise #Linde", visibility="unlisted")
    answer = await ines.say("Antwort #Linde", in_reply_to_id=one["id"])

    async def ids(path: str, **params: Any) -> list[str]:
        return [found["id"] for found in await ines.get(path, **params)]

    assert await ids("/timelines/public") == [two["id"], one["id"]]
    assert await ids("/timelines/public", remote="true") == []
    assert await ids("/timelines/public", only_media="true") == []
    assert await ids("/timelines/tag/Linde") == [answer["id"], two["id"], one["id"]]
    assert await ids("/timelines/tag/linde", **{"all[]": "markt"}) == [one["id"]]
    assert await ids("/timelines/tag/linde", **{"none[]": "Markt"}) == [answer["id"], two["id"]]
    assert await ids("/timelines/tag/markt", **{"any[]": "linde"}) == [answer["id"], two["id"], one["id"]]
    assert await ids("/timelines/tag/niemand") == []
    assert await ids(f"/accounts/{anna.id}/statuses", tagged="markt") == [one["id"]]
    assert await ids(f"/accounts/{anna.id}/statuses") == [quiet["id"], two["id"], one["id"]]
    pages = await _follow_links(ines, "/timelines/tag/linde?limit=1", "next")
    assert [page for page in pages if page] == [[answer["id"]], [two["id"]], [one["id"]]]
    stranger = (await town.stranger()).app
    assert len((await stranger.get("/api/v1/timelines/public")).json()) == 2
    assert (await stranger.get("/api/v1/timelines/home")).status_code == 401


async def test_lists_and_followed_tags(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    await ines.post(f"/accounts/{anna.id}/follow")
    async with town.site.database.write() as tx:
        list_ = await feeds.make_list(tx, ines.viewer, "Nah")
        await feeds.add_to_list(tx, ines.viewer, list_, anna.viewer.person)
        await feeds.follow_tag(tx, ines.viewer, "linde")
        await people.follow(tx, omar.viewer, ines.viewer.person)
    said, tagged = await anna.say("Hallo"), await omar.say("#Linde")
    assert [one["id"] for one in await ines.get(f"/timelines/list/{list_}")] == [said["id"]]
    assert [one["id"] for one in await ines.get(f"/timelines/list/{list_}", min_id="1")] == [said["id"]]
    await omar.get(f"/timelines/list/{list_}", 404)
    assert await ines.home() == [tagged["id"], said["id"]]
    assert [one["title"] for one in (await ines.person.get(f"/api/v1/accounts/{anna.id}/lists"))] == ["Nah"]


async def test_what_is_kept_follows_every_change(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    await ines.post(f"/accounts/{anna.id}/follow")
    said = await anna.say("Hallo")
    first = await ines.get("/timelines/home")
    assert await ines.get("/timelines/home") == first
    await anna.ask("PUT", f"/statuses/{said['id']}", json={"status": "Anders"})
    pairs = {"fields_attributes": [{"name": "Web", "value": "https://a.example/"}], "display_name": "Anna B."}
    await anna.ask("PATCH", "/accounts/update_credentials", json=pairs)
    (changed,) = await ines.get("/timelines/home")
    assert "Anders" in changed["content"]
    assert changed["account"]["display_name"] == "Anna B."
    assert changed["account"]["fields"][0]["name"] == "Web"
    await ines.post(f"/accounts/{anna.id}/block")
    assert await ines.home() == []
