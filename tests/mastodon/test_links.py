"""Links people talk about, what stands about them on other pages, messages one by one, and one's own profile."""

from plausch.feeds.jobs import find_trends
from plausch.kernel import clock
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.actions import NewPreview
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Town
from tests.mastodon.test_notifications import settle

LAKE = "https://zeitung.example/see"


async def behind(town: Town, link: str, *posts: str) -> None:
    """What a job would find there, had it been allowed to look."""
    await settle(town)
    found = NewPreview(queries.link_hash(link), link, clock.now(), title="Der See", text="Er ist warm", site="Zeitung")
    async with town.site.database.write() as tx:
        preview = await talk.store_preview(tx, found)
        for post in posts:
            await talk.link_preview(tx, int(post), preview)


async def linking(town: Town, *people: App, visibility: str = "public") -> list[str]:
    found = [(await one.say(f"Seht {LAKE}", visibility=visibility))["id"] for one in people]
    await behind(town, LAKE, *found)
    return found


async def test_a_link_trends_that_several_people_post(town: Town) -> None:
    anna, ines, omar, rosa = await apps(town, "anna", "ines", "omar", "rosa")
    told = await linking(town, anna, ines)
    await linking(town, omar, visibility="private")
    await find_trends(town.site.database, None)
    assert await rosa.get("/trends/links") == []

    told += await linking(town, omar)
    await find_trends(town.site.database, None)
    (link,) = await rosa.get("/trends/links")
    assert (link["url"], link["title"], link["provider_name"], link["type"]) == (LAKE, "Der See", "Zeitung", "link")
    assert (link["history"][0]["uses"], link["history"][0]["accounts"], len(link["history"])) == ("3", "3", 7)
    assert await rosa.get("/trends/links", offset=1) == []

    # What was said about it: in public, by people who agree to be found, and not by those one does not want to hear.
    found = await rosa.get("/timelines/link", url=LAKE)
    assert [one["id"] for one in found] == told[::-1]
    assert [one["id"] for one in await rosa.get("/timelines/link", url=LAKE, min_id=told[0], limit=1)] == [told[1]]
    await rosa.post(f"/accounts/{ines.id}/mute")
    assert [one["id"] for one in await rosa.get("/timelines/link", url=LAKE)] == [told[2], told[0]]
    await omar.ask("PATCH", "/accounts/update_credentials", json={"discoverable": False})
    assert [one["id"] for one in await rosa.get("/timelines/link", url=LAKE)] == [told[0]]
    await rosa.get("/timelines/link", 404, url="https://zeitung.example/nie")
    await rosa.get("/timelines/link", 404)


async def test_what_was_said_of_a_link_in_private_leaves_no_trace(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    stranger = App(await town.stranger())
    await behind(town, LAKE, (await anna.say(f"@ines schau {LAKE}", visibility="direct"))["id"])
    for one in (anna, ines, omar, stranger):
        await one.get("/timelines/link", 404, url=LAKE)
    (told,) = await linking(town, anna)
    assert [one["id"] for one in await stranger.get("/timelines/link", url=LAKE)] == [told]
    assert await stranger.get("/timelines/link", url=LAKE, max_id=told) == []


async def test_messages_one_by_one(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    first = await anna.say("@ines unter uns", visibility="direct")
    answer = await ines.say("Ja", in_reply_to_id=first["id"])
    other = await anna.say("@omar und du", visibility="direct")
    await anna.say("Für alle")
    shown = [one["id"] for one in await anna.get("/timelines/direct")]
    assert shown == [other["id"], answer["id"], first["id"]]
    assert [one["id"] for one in await ines.get("/timelines/direct")] == [answer["id"], first["id"]]
    assert [one["id"] for one in await omar.get("/timelines/direct")] == [other["id"]]
    assert [one["id"] for one in await anna.get("/timelines/direct", limit=1, min_id=first["id"])] == [answer["id"]]
    assert [one["id"] for one in await anna.get("/timelines/direct", max_id=answer["id"])] == [first["id"]]


async def test_another_page_shows_what_everybody_may_read(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    stranger = await town.stranger()
    said = await anna.say("Hallo *Welt*")
    found = await stranger.get("/api/oembed", url=said["url"], maxwidth="300")
    assert (found["type"], found["version"], found["author_name"], found["width"]) == ("rich", "1.0", "Anna", 300)
    assert "<em>Welt</em>" in found["html"]
    assert "<script" not in found["html"]
    warned = await anna.say("Das Ende", spoiler_text="Zum <Film>")
    html = (await stranger.get("/api/oembed", url=warned["url"]))["html"]
    assert "Das Ende" not in html
    assert "Zum &lt;Film&gt;" in html
    # As strangers see it, also where somebody asks who sees more.
    private = await anna.say("Unter uns", visibility="private")
    await anna.person.get("/api/oembed", 404, url=private["url"])
    for address in ("https://elsewhere.example/posts/1", f"{said['url']}x", "", said["account"]["url"]):
        await stranger.get("/api/oembed", 404, url=address)
    await stranger.get("/api/oembed", 501, url=said["url"], format="xml")


async def test_nobodys_year_is_summed_up(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    ask = anna.person.get
    assert await ask("/api/v1/annual_reports") == {"annual_reports": [], "accounts": [], "statuses": []}
    assert await ask("/api/v1/annual_reports/2026/state") == {"state": "ineligible"}
    await ask("/api/v1/annual_reports/2026", 404)
    await anna.person.post("/api/v1/annual_reports/2026/generate", 404)


async def test_ones_own_profile_as_it_was_typed(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    change = {"note": "Ich *mag* Seen", "bot": True, "fields_attributes": [{"name": "Ort", "value": "Linde"}]}
    shown = await anna.person.ask("PATCH", "/api/v1/profile", json=change)
    assert (shown["note"], shown["bot"], shown["avatar"]) == ("Ich *mag* Seen", True, None)
    assert shown["fields"] == [{"name": "Ort", "value": "Linde", "verified_at": None}]
    assert await anna.person.get("/api/v1/profile") == shown
