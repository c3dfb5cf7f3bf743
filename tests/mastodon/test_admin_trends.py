"""What is kept out of the trends with an app: tags, posts, links, and whole hosts."""

from plausch.feeds.jobs import find_trends
from plausch.people.model import Role
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Person, Town
from tests.mastodon.test_blocking_sign_ups import ask, mara_of
from tests.mastodon.test_links import LAKE, linking

_TRENDS, _TAGS = "/api/v1/admin/trends", "/api/v1/admin/tags"


async def trending(town: Town) -> tuple[Person, list[App], list[str]]:
    """Somebody who looks after the place, and what three others talk about."""
    mara = await mara_of(town)
    people = await apps(town, "anna", "ines", "omar")
    posts = await linking(town, *people)
    for one in people:
        await one.say("Wir gehen #baden")
    for one in people[1:]:
        await one.post(f"/statuses/{posts[0]}/favourite")
    await mara.post(f"/api/v1/statuses/{posts[0]}/favourite")
    await find_trends(town.site.database, None)
    return mara, people, posts


async def test_a_link_is_kept_out(town: Town) -> None:
    mara, (anna, *_), _ = await trending(town)
    (link,) = await ask(mara, "GET", f"{_TRENDS}/links")
    assert (link["url"], link["requires_review"]) == (LAKE, False)
    assert len(await anna.get("/trends/links")) == 1
    at = f"{_TRENDS}/links/{link['id']}"
    assert await ask(mara, "POST", f"{at}/reject") == link
    assert await anna.get("/trends/links") == []
    assert await ask(mara, "GET", f"{_TRENDS}/links") == [link], "it can be let in again"
    assert await ask(mara, "POST", f"{at}/approve") == link
    assert len(await anna.get("/trends/links")) == 1
    await ask(mara, "POST", f"{_TRENDS}/links/1/reject", 404)


async def test_a_host_is_kept_out(town: Town) -> None:
    mara, (anna, *_), _ = await trending(town)
    (host,) = await ask(mara, "GET", f"{_TRENDS}/links/publishers")
    assert (host["id"], host["domain"], host["trendable"]) == ("zeitung.example", "zeitung.example", True)
    at = f"{_TRENDS}/links/publishers/Zeitung.example"
    rejected = await ask(mara, "POST", f"{at}/reject")
    assert rejected == {**host, "trendable": False}
    assert await ask(mara, "GET", f"{_TRENDS}/links/publishers") == [rejected]
    assert await anna.get("/trends/links") == []
    assert await ask(mara, "POST", f"{at}/approve") == host
    assert len(await anna.get("/trends/links")) == 1
    await ask(mara, "POST", f"{_TRENDS}/links/publishers/7/reject", 404)


async def test_links_to_a_suspended_server_do_not_trend(town: Town) -> None:
    mara, (anna, *_), _ = await trending(town)
    block = await ask(mara, "POST", "/api/v1/admin/domain_blocks", domain="zeitung.example", severity="silence")
    assert len(await anna.get("/trends/links")) == 1
    at = f"/api/v1/admin/domain_blocks/{block['id']}"
    await ask(mara, "PUT", at, severity="suspend")
    assert await anna.get("/trends/links") == []
    assert await ask(mara, "GET", f"{_TRENDS}/links") == []
    await ask(mara, "DELETE", at)
    assert len(await anna.get("/trends/links")) == 1


async def test_a_post_is_kept_out(town: Town) -> None:
    mara, (anna, *_), posts = await trending(town)
    assert [one["id"] for one in await anna.get("/trends/statuses")] == [posts[0]]
    at = f"{_TRENDS}/statuses/{posts[0]}"
    assert (await ask(mara, "POST", f"{at}/reject"))["id"] == posts[0]
    assert await anna.get("/trends/statuses") == []
    assert [one["id"] for one in await ask(mara, "GET", f"{_TRENDS}/statuses")] == [posts[0]]
    assert [one["id"] for one in await mara.get("/api/v1/trends/statuses")] == [], "also for whoever keeps it out"
    await ask(mara, "POST", f"{at}/approve")
    assert len(await anna.get("/trends/statuses")) == 1
    await ask(mara, "POST", f"{_TRENDS}/statuses/1/reject", 404)


async def test_a_tag_is_kept_out(town: Town) -> None:
    mara, (anna, *_), _ = await trending(town)
    await anna.say("Nur hier #geheim", visibility="private")
    (tag,) = await ask(mara, "GET", f"{_TRENDS}/tags")
    assert (tag["id"], tag["trendable"], tag["usable"], tag["listable"]) == ("baden", True, True, True)
    assert tag["history"][0]["accounts"] == "3"
    assert await ask(mara, "GET", _TAGS) == [tag], "tags of what few may read are no business of anybody"
    hidden = {**tag, "trendable": False}
    for method, path, body in (
        ("POST", f"{_TRENDS}/tags/baden/reject", {}),
        ("PUT", f"{_TAGS}/baden", {"trendable": False, "listable": True}),
    ):
        assert await ask(mara, method, path, **body) == hidden
        assert await anna.get("/trends/tags") == []
        assert await ask(mara, "GET", f"{_TRENDS}/tags") == [hidden]
        assert await ask(mara, "GET", f"{_TAGS}/Baden") == hidden
        assert await ask(mara, "POST", f"{_TRENDS}/tags/baden/approve") == tag
    assert await ask(mara, "PATCH", f"{_TAGS}/baden", display_name="Baden") == tag
    for wrong in ({"usable": False}, {"listable": False, "trendable": False}):
        await ask(mara, "PUT", f"{_TAGS}/baden", 422, **wrong)
    assert await ask(mara, "GET", f"{_TAGS}/baden") == tag
    await ask(mara, "GET", f"{_TAGS}/-", 404)
    await anna.say("Und #abends")
    answer = await mara.app.get(_TAGS, params={"limit": 1})
    assert [one["name"] for one in answer.json()] == ["abends"]
    assert "offset=1" in answer.headers["link"]
    assert await ask(mara, "GET", f"{_TAGS}?limit=1&offset=1") == [tag]


async def test_only_those_judge_who_look_after_the_place(town: Town) -> None:
    scopes = "read write admin:read admin:write"
    await mara_of(town)
    ben = await town.person("ben", scopes)
    narrow = await town.person("cleo", "read write", role=Role.MODERATOR)
    for person in (ben, narrow):
        for kind in ("tags", "statuses", "links", "links/publishers"):
            await ask(person, "GET", f"{_TRENDS}/{kind}", 403)
            for act in ("approve", "reject"):
                await ask(person, "POST", f"{_TRENDS}/{kind}/1/{act}", 403)
        for method, path in (("GET", _TAGS), ("GET", f"{_TAGS}/x"), ("PUT", f"{_TAGS}/x")):
            await ask(person, method, path, 403)
