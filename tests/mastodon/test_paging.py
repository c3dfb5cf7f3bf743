"""Lists go on in both directions, by the addresses in `Link`, and nothing is left out or comes twice."""

import re
from typing import Any

from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Town
from tests.mastodon.test_notifications import settle

_LINK = re.compile(r'<([^>]*)>; rel="(\w+)"')
_HANDLES = ("berta", "carl", "dora", "emil", "fritz")


async def pages(one: App, address: str, way: str) -> list[list[str]]:
    """Page after page in one direction, as apps go; at the end there is nothing more."""
    found: list[list[str]] = []
    for _ in range(10):
        answer = await one.person.app.get(address)
        assert answer.status_code == 200, answer.text
        ids = [each["id"] for each in answer.json()]
        links = {name: link for link, name in _LINK.findall(answer.headers.get("link", ""))}
        if not ids:
            return found
        found.append(ids)
        if way not in links:
            return found
        address = links[way]
    raise AssertionError("it never ends")


async def check_both_ways(one: App, path: str, whole: list[str]) -> None:
    """`whole` is what there is, in the order in which it is shown."""
    glue = "&" if "?" in path else "?"
    at = f"/api/v1{path}{glue}limit=2"
    down = await pages(one, at, "next")
    assert down == [whole[:2], whole[2:4], whole[4:]], path
    # The last page, as one gets there, and up again: what is nearest comes first.
    answer = await one.person.app.get(at)
    while 'rel="next"' in answer.headers.get("link", "") and answer.json()[-1]["id"] != whole[-1]:
        links = {name: link for link, name in _LINK.findall(answer.headers["link"])}
        answer = await one.person.app.get(links["next"])
    assert [each["id"] for each in answer.json()] == whole[4:]
    prev = next(link for link, name in _LINK.findall(answer.headers["link"]) if name == "prev")
    assert await pages(one, prev, "prev") == [whole[2:4], whole[:2]], path


async def test_accounts_are_paged_both_ways(town: Town) -> None:
    anna, *others = await apps(town, "anna", *_HANDLES)
    newest_first = [one.id for one in others][::-1]
    for one in others:
        await one.post(f"/accounts/{anna.id}/follow")
        await anna.post(f"/accounts/{one.id}/follow")
    list_ = await anna.person.post("/api/v1/lists", title="Alle")
    await anna.person.post(f"/api/v1/lists/{list_['id']}/accounts", account_ids=newest_first)
    for path in (
        f"/accounts/{anna.id}/followers",
        f"/accounts/{anna.id}/following",
        f"/lists/{list_['id']}/accounts",
    ):
        await check_both_ways(anna, path, newest_first)
    for one in others:
        await anna.post(f"/accounts/{one.id}/mute")
    await check_both_ways(anna, "/mutes", newest_first)
    for one in others:
        await anna.post(f"/accounts/{one.id}/block")
    await check_both_ways(anna, "/blocks", newest_first)


async def test_who_responded_is_paged_both_ways(town: Town) -> None:
    anna, *others = await apps(town, "anna", *_HANDLES)
    said = await anna.say("Hallo")
    at, order = f"/statuses/{said['id']}", [others[place] for place in (2, 0, 4, 1, 3)]
    for one in order:
        await one.post(f"{at}/favourite")
        await one.post(f"{at}/reblog")
    latest_first = [one.id for one in order][::-1]
    await check_both_ways(anna, f"{at}/favourited_by", latest_first)
    await check_both_ways(anna, f"{at}/reblogged_by", latest_first)
    # Whom one has blocked is not among them.
    await anna.post(f"/accounts/{latest_first[1]}/block")
    found = await anna.get(f"{at}/favourited_by")
    assert [one["id"] for one in found] == [latest_first[0], *latest_first[2:]]


async def test_found_statuses_are_paged_both_ways(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    said = [(await anna.say(f"Der Markt {number} ist schön"))["id"] for number in range(5)][::-1]
    await settle(town)

    async def found(words: str = "Markt", **more: Any) -> list[str]:
        answer = await anna.person.get("/api/v2/search", q=words, type="statuses", limit=2, **more)
        return [one["id"] for one in answer["statuses"]]

    for words in ("Markt", '"ist schön"'):
        assert await found(words, max_id=said[1]) == said[2:4]
        assert await found(words, min_id=said[4]) == said[2:4]
        assert await found(words, min_id=said[2]) == said[:2]
        assert await found(words, since_id=said[4]) == said[:2]
