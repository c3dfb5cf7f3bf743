"""What people find, follow, list, filter, and keep away, as apps do it."""

from typing import Any

from plausch.feeds.jobs import find_trends
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.language.formats import exact_iso
from plausch.people import actions as people
from plausch.people.model import Consent, ProfileEdit
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind
from tests.mastodon.conftest import Person, Town
from tests.mastodon.shapes import ACCOUNT, FILTER, LIST, STATUS, TAG, check
from tests.mastodon.test_notifications import say, settle

NOTHING: dict[str, Any] = {"accounts": [], "statuses": [], "hashtags": [], "collections": []}


async def follow(town: Town, who: Person, *whom: Person) -> None:
    for one in whom:
        async with town.site.database.write() as tx:
            await people.follow(tx, who.viewer, one.viewer.person)


async def object_to(town: Town, who: Person, consent: Consent) -> None:
    async with town.site.database.write() as tx:
        await people.set_consent(tx, who.viewer, consent, False)


async def test_lists_are_made_filled_and_read(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    await follow(town, anna, ben, cleo)
    made = await anna.post("/api/v1/lists", title="Nachbarn", exclusive=True)
    check(made, LIST)
    assert (made["title"], made["exclusive"], made["replies_policy"]) == ("Nachbarn", True, "list")
    at = f"/api/v1/lists/{made['id']}"
    assert await anna.get("/api/v1/lists") == [made]
    assert await anna.get(at) == made
    await ben.get(at, 404)
    await anna.post("/api/v1/lists", 422, title=" ")
    assert await anna.post(f"{at}/accounts", account_ids=[ben.id]) == {}
    await ben.post(f"{at}/accounts", 404, account_ids=[cleo.id])
    members = await anna.get(f"{at}/accounts", limit=0)
    check(members, ACCOUNT)
    assert [one["id"] for one in members] == [ben.id]
    assert [one["id"] for one in await anna.get(f"/api/v1/accounts/{ben.id}/lists")] == [made["id"]]
    # Which replies it shows.
    first, of_cleo = await say(town, ben, "Eins"), await say(town, cleo, "Zwei")
    reply = await say(town, ben, "Dazu", reply_to=of_cleo)
    on = await say(town, ben, "Und weiter", reply_to=first)
    for policy, shown in (("followed", {first, reply, on}), ("list", {first, on}), ("none", {first, on})):
        changed = await anna.ask("PUT", at, json={"title": "Nah", "replies_policy": policy})
        assert (changed["replies_policy"], changed["exclusive"]) == (policy, True)
        assert await anna.get(f"/api/v1/accounts/{ben.id}/lists") == [changed]
        found = await anna.get(f"/api/v1/timelines/list/{made['id']}")
        assert {int(one["id"]) for one in found} == shown, policy
        above = await anna.get(f"/api/v1/timelines/list/{made['id']}", min_id=1)
        assert {int(one["id"]) for one in above} == shown, policy
    await anna.ask("PUT", at, 422, json={"title": "Nah", "replies_policy": "some"})
    await anna.ask("DELETE", f"{at}/accounts", json={"account_ids": [ben.id]})
    assert await anna.get(f"{at}/accounts") == []
    assert await anna.ask("DELETE", at) == {}
    await anna.get(at, 404)


async def test_filters_of_several_words_are_kept_and_told_of(town: Town) -> None:
    anna, ben = await town.person("anna"), await town.person("ben")
    words = [{"keyword": "Regen", "whole_word": True}, {"keyword": "Schnee"}]
    made = await anna.post("/api/v2/filters", title="Wetter", context=["home", "thread"], keywords_attributes=words)
    check(made, FILTER)
    assert (made["title"], made["filter_action"], made["context"]) == (
        "Wetter",
        "warn",
        ["home", "public", "thread", "account"],
    )
    assert [(one["keyword"], one["whole_word"]) for one in made["keywords"]] == [("Regen", True), ("Schnee", False)]
    at = f"/api/v2/filters/{made['id']}"
    assert await anna.get("/api/v2/filters") == [made]
    assert await anna.get(at) == made
    await ben.get(at, 404)
    caught = await say(town, ben, "Heute fällt Schneeregen")
    (result,) = (await anna.get(f"/api/v1/statuses/{caught}"))["filtered"]
    assert (result["filter"]["id"], result["filter"]["title"]) == (made["id"], "Wetter")
    assert result["keyword_matches"] == ["Schnee"]
    # As forms, with words changed, added and taken away.
    rain, snow = (one["id"] for one in made["keywords"])
    form = {
        "title": "Himmel",
        "context[]": ["notifications"],
        "filter_action": "hide",
        "expires_in": "3600",
        "keywords_attributes[0][id]": rain,
        "keywords_attributes[0][_destroy]": "true",
        "keywords_attributes[1][id]": snow,
        "keywords_attributes[1][keyword]": "Eis",
        "keywords_attributes[2][keyword]": "Hagel",
    }
    changed = await anna.ask("PUT", at, data=form)
    assert (changed["id"], changed["title"], changed["context"]) == (made["id"], "Himmel", ["notifications"])
    assert changed["expires_at"] is not None
    assert changed["filter_action"] == "hide"
    assert sorted(one["keyword"] for one in changed["keywords"]) == ["Eis", "Hagel"]
    added = await anna.post(f"{at}/keywords", keyword="Nebel")
    assert len(await anna.get(f"{at}/keywords")) == 3
    word = f"/api/v2/filters/keywords/{added['id']}"
    assert (await anna.ask("PUT", word, json={"keyword": "Dunst"}))["keyword"] == "Dunst"
    await ben.get(word, 404)
    assert await anna.ask("DELETE", word) == {}
    await anna.get(word, 404)
    assert await anna.get(f"{at}/statuses") == []
    await anna.post("/api/v2/filters", 422, title="", context=["home"])
    await anna.post("/api/v2/filters", 422, title="Wo", context=["nowhere"], keywords_attributes=words)
    # Apps that know the first version see each word.
    former = await anna.get("/api/v1/filters")
    assert sorted(one["phrase"] for one in former) == ["Eis", "Hagel"]
    assert former[0]["irreversible"] is True
    alone = await anna.post("/api/v1/filters", phrase="Fisch", context=["home"], whole_word=True)
    assert (alone["whole_word"], alone["irreversible"], alone["context"]) == (True, False, ["home", "public"])
    same = await anna.get(f"/api/v2/filters/{alone['id']}")
    assert (same["title"], [one["keyword"] for one in same["keywords"]]) == ("Fisch", ["Fisch"])
    assert await anna.ask("DELETE", f"/api/v1/filters/{alone['id']}") == {}
    assert await anna.ask("DELETE", at) == {}
    assert await anna.get("/api/v2/filters") == []


async def test_a_filter_stays_when_its_last_word_goes(town: Town) -> None:
    anna = await town.person("anna")
    words = [{"keyword": "Regen"}]
    made = await anna.post("/api/v2/filters", title="Wetter", context=["home"], keywords_attributes=words)
    at = f"/api/v2/filters/{made['id']}"
    assert await anna.ask("DELETE", f"/api/v2/filters/keywords/{made['keywords'][0]['id']}") == {}
    assert await anna.get(at) == {**made, "keywords": []}
    added = await anna.post(f"{at}/keywords", keyword="Schnee")
    gone = [{"id": added["id"], "_destroy": True}]
    changed = await anna.ask("PUT", at, json={"title": "Himmel", "keywords_attributes": gone})
    assert changed == {**made, "title": "Himmel", "keywords": []}
    assert await anna.get("/api/v2/filters") == [changed]
    assert await anna.ask("DELETE", at) == {}
    # One that was alone on the pages, too; the first version knows nothing without words.
    alone = await anna.post("/api/v1/filters", phrase="Fisch", context=["home"])
    await anna.ask("DELETE", f"/api/v2/filters/keywords/{alone['id']}")
    left = await anna.get(f"/api/v2/filters/{alone['id']}")
    assert (left["title"], left["keywords"], await anna.get("/api/v1/filters")) == ("Fisch", [], [])


async def test_a_filter_ends_when_it_was_to_end(town: Town) -> None:
    anna = await town.person("anna")

    async def ends(value: Any) -> str | None:
        asked = {"title": "x", "context": ["home"], "expires_in": value}
        found: str | None = (await anna.post("/api/v2/filters", **asked))["expires_at"]
        return found

    assert [await ends(value) for value in ("", None, 0)] == [None] * 3
    now = exact_iso(clock.now())
    over, soon, late = await ends(-1), await ends("3600"), await ends(10**30)
    assert over is not None
    assert soon is not None
    assert late is not None
    assert over <= exact_iso(clock.now()) < soon < late
    assert now <= over
    await anna.post("/api/v2/filters", 422, title="x", context=["home"], expires_in="bald")


async def test_single_statuses_are_filtered(town: Town) -> None:
    anna, ines = await town.person("anna"), await town.person("ines")
    await anna.post(f"/api/v1/accounts/{ines.id}/follow")
    one, two = [str(await say(town, ines, text)) for text in ("Das eine", "Das andere")]
    made = await anna.post("/api/v2/filters", title="Genug davon", context=["home"], filter_action="warn")
    assert (made["keywords"], made["statuses"]) == ([], [])
    at = f"/api/v2/filters/{made['id']}"
    added = await anna.post(f"{at}/statuses", status_id=one)
    assert added["status_id"] == one
    assert await anna.post(f"{at}/statuses", status_id=one) == added
    assert await anna.get(f"{at}/statuses") == [added]
    assert (await anna.get(at))["statuses"] == [added]
    home = {each["id"]: each["filtered"] for each in await anna.get("/api/v1/timelines/home")}
    assert home[two] == []
    assert home[one][0]["filter"]["title"] == "Genug davon"
    assert (home[one][0]["status_matches"], home[one][0]["keyword_matches"]) == ([one], [])
    # Words beside it; the first version knows those alone.
    await anna.post(f"{at}/keywords", keyword="andere", whole_word=True)
    assert [each["phrase"] for each in await anna.get("/api/v1/filters")] == ["andere"]
    await anna.ask("PUT", at, json={"filter_action": "hide"})
    assert await anna.get("/api/v1/timelines/home") == []
    # Nobody else's business, and only of what one may see.
    which = f"/api/v2/filters/statuses/{added['id']}"
    assert await anna.get(which) == added
    await ines.get(which, 404)
    await ines.ask("DELETE", which, 404)
    secret = await say(town, ines, "Unter uns", audience=AudienceKind.FOLLOWERS)
    await (await town.person("omar")).post(f"{at}/statuses", 404, status_id=one)
    await anna.post(f"/api/v1/accounts/{ines.id}/unfollow")
    await anna.post(f"{at}/statuses", 404, status_id=str(secret))
    await anna.post(f"{at}/statuses", 422)
    assert await anna.ask("DELETE", which) == added
    await anna.get(which, 404)
    again = await anna.post(f"{at}/statuses", status_id=two)
    await ines.ask("DELETE", f"/api/v1/statuses/{two}")
    await settle(town)
    await anna.get(f"/api/v2/filters/statuses/{again['id']}", 404)


async def test_tags_are_followed_shown_and_trend(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    dana = await town.person("dana")
    posts = [await say(town, who, "Auf in den #Garten") for who in (anna, ben, cleo)]
    await say(town, ben, "Nochmal #garten", audience=AudienceKind.FOLLOWERS)
    for post, who in ((posts[0], ben), (posts[0], cleo)):
        async with town.site.database.write() as tx:
            await talk.like_post(tx, who.viewer, post)
    await say(town, ben, "Ja", reply_to=posts[0])
    async with town.site.database.write() as tx:
        await talk.like_post(tx, dana.viewer, posts[0])
    await settle(town)
    await find_trends(town.site.database, None)
    stranger = await town.stranger()
    (trend,) = await stranger.get("/api/v1/trends/tags")
    check(trend, TAG)
    assert (trend["name"], len(trend["history"]), "following" in trend) == ("garten", 7, False)
    today = trend["history"][0]
    assert (today["uses"], today["accounts"]) == ("3", "3"), "what is not for all is not counted"
    assert trend["url"] == "http://localhost:8000/tags/garten"
    assert await stranger.get("/api/v1/trends/links") == []
    found = await stranger.get("/api/v1/trends/statuses")
    check(found, STATUS)
    assert [one["id"] for one in found] == [str(posts[0])]
    assert await stranger.get("/api/v1/trends/tags", offset=1) == []
    followed = await anna.post("/api/v1/tags/Garten/follow")
    assert (followed["name"], followed["following"]) == ("garten", True)
    assert [one["name"] for one in await anna.get("/api/v1/followed_tags")] == ["garten"]
    assert (await anna.get("/api/v1/tags/garten"))["following"] is True
    assert (await anna.post("/api/v1/tags/garten/unfollow"))["following"] is False
    assert [one["name"] for one in await ben.get("/api/v1/featured_tags/suggestions")] == ["garten"]
    shown = await ben.post("/api/v1/featured_tags", name="#Garten")
    assert (shown["name"], shown["statuses_count"]) == ("garten", "1"), "what is not for all is not counted"
    assert await stranger.get(f"/api/v1/accounts/{ben.id}/featured_tags") == [shown]
    assert (await ben.get("/api/v1/tags/garten"))["featuring"] is True
    await anna.ask("DELETE", f"/api/v1/featured_tags/{shown['id']}", 404)
    assert await ben.ask("DELETE", f"/api/v1/featured_tags/{shown['id']}") == {}
    assert await ben.get("/api/v1/featured_tags") == []
    await ben.post("/api/v1/featured_tags", 422, name="123")
    await stranger.get("/api/v1/tags/123", 404)


async def test_search_finds_accounts_statuses_and_tags(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    await object_to(town, cleo, Consent.BE_FOUND)
    post = await say(town, ben, "Kirschkuchen für alle #kuchen")
    await say(town, cleo, "Kirschkuchen, sagt wer nicht gefunden werden will")
    secret = await say(town, ben, "Kirschkuchen nur für mich", audience=AudienceKind.CONNECTIONS)
    await settle(town)
    found = await anna.get("/api/v2/search", q="kirschkuchen")
    assert [one["id"] for one in found["statuses"]] == [str(post)]
    check(found["statuses"], STATUS)
    found = await anna.get("/api/v2/search", q="ben")
    check(found["accounts"], ACCOUNT)
    assert [one["acct"] for one in found["accounts"]] == ["ben"]
    for words in ("@ben", "ben@localhost:8000", "http://localhost:8000/@ben"):
        found = await anna.get("/api/v2/search", q=words, resolve="true")
        assert [one["acct"] for one in found["accounts"]] == ["ben"], words
    found = await anna.get("/api/v2/search", q=f"http://localhost:8000/posts/{post}")
    assert [one["id"] for one in found["statuses"]] == [str(post)]
    for hidden in (f"http://localhost:8000/posts/{secret}", "http://localhost:8000/@nobody", "https://a.example/@ben"):
        assert await anna.get("/api/v2/search", q=hidden) == NOTHING
    found = await anna.get("/api/v2/search", q="#kuch", type="hashtags")
    assert ([one["name"] for one in found["hashtags"]], found["accounts"], found["statuses"]) == (["kuchen"], [], [])
    assert (await anna.get("/api/v2/search", q="ben", type="accounts", following="true"))["accounts"] == []
    await follow(town, anna, ben)
    assert len((await anna.get("/api/v2/search", q="ben", type="accounts", following="true"))["accounts"]) == 1
    by = await anna.get("/api/v2/search", q="kirschkuchen", type="statuses", account_id=ben.id)
    assert [one["id"] for one in by["statuses"]] == [str(post)]
    assert (await anna.get("/api/v2/search", q="kirschkuchen", offset=1))["statuses"] == []
    stranger = await town.stranger()
    assert (await stranger.get("/api/v2/search", q="kirschkuchen"))["statuses"] == []
    await stranger.get("/api/v2/search", 401, q="ben", offset=1)
    assert await stranger.get("/api/v2/search", q="") == NOTHING


async def test_an_article_is_found_by_its_address(town: Town) -> None:
    anna, ben = await town.person("anna"), await town.person("ben")
    text = "Eine Linde ist ein Baum. " * 20
    made = await anna.post("/api/plausch/v1/articles", 201, title="Die Linde", text=text, slug="linde")
    status = await ben.get(f"/api/v1/statuses/{made['id']}")
    assert status["url"].endswith("/@anna/blog/linde")
    for address in (status["url"], status["uri"]):
        found = await ben.get("/api/v2/search", q=address, resolve="true")
        assert [one["id"] for one in found["statuses"]] == [made["id"]], address
    await anna.ask("PATCH", f"/api/plausch/v1/articles/{made['id']}", json={"slug": "unsere-linde"})
    found = await ben.get("/api/v2/search", q=status["url"], type="statuses")
    assert [one["id"] for one in found["statuses"]] == [made["id"]]
    assert await ben.get("/api/v2/search", q=status["url"] + "-nicht") == NOTHING


async def test_who_asks_is_answered(town: Town) -> None:
    anna, ben, cleo, dana = [await town.person(name) for name in ("anna", "ben", "cleo", "dana")]
    async with town.site.database.write() as tx:
        edit = ProfileEdit(name="Anna", about="", pronouns="", locked=True)
        await people.edit_profile(tx, anna.viewer, edit, profile_url=ADDRESSES.profile, tag_url=ADDRESSES.tag)
        await people.ask_to_connect(tx, dana.viewer, anna.viewer.person, "Wir kennen uns")
    await follow(town, ben, anna)
    await follow(town, cleo, anna)
    await settle(town)
    asking = await anna.get("/api/v1/follow_requests")
    check(asking, ACCOUNT)
    assert [one["acct"] for one in asking] == ["cleo", "ben", "dana"]
    assert {one["type"] for one in await anna.get("/api/v1/notifications")} == {"follow_request"}
    assert (await anna.post(f"/api/v1/follow_requests/{ben.id}/authorize"))["followed_by"] is True
    stands = await anna.post(f"/api/v1/follow_requests/{dana.id}/authorize")
    assert (stands["following"], stands["followed_by"], stands["plausch"]["connected"]) == (True, True, True)
    assert (await anna.post(f"/api/v1/follow_requests/{cleo.id}/reject"))["followed_by"] is False
    assert await anna.get("/api/v1/follow_requests") == []
    await anna.post(f"/api/v1/follow_requests/{cleo.id}/authorize", 404)


async def test_whom_one_keeps_away(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    await anna.post(f"/api/v1/accounts/{ben.id}/block")
    await anna.post(f"/api/v1/accounts/{cleo.id}/mute", duration=3600)
    blocked, muted = await anna.get("/api/v1/blocks"), await anna.get("/api/v1/mutes")
    check(blocked, ACCOUNT)
    assert ([one["acct"] for one in blocked], [one["acct"] for one in muted]) == (["ben"], ["cleo"])
    assert muted[0]["mute_expires_at"] is not None
    assert await anna.get("/api/v1/domain_blocks") == []
    await anna.post("/api/v1/domain_blocks", 422, domain="a.example")


async def test_whom_one_may_like_to_meet(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    await object_to(town, anna, Consent.BE_FOUND)
    await say(town, ben, "Guten Morgen")
    found = await anna.get("/api/v2/suggestions")
    assert [(one["account"]["acct"], one["source"]) for one in found] == [("cleo", "staff"), ("ben", "staff")]
    check(found[0]["account"], ACCOUNT)
    assert await anna.ask("DELETE", f"/api/v1/suggestions/{cleo.id}") == {}
    assert [one["acct"] for one in await anna.get("/api/v1/suggestions")] == ["ben"]
    stranger = await town.stranger()
    assert [one["acct"] for one in await stranger.get("/api/v1/directory", order="new")] == ["cleo", "ben"]
    assert [one["acct"] for one in await stranger.get("/api/v1/directory")] == ["ben"]
    assert [one["acct"] for one in await stranger.get("/api/v1/directory", order="new", offset=1)] == ["ben"]


async def test_conversations_are_listed_read_and_put_away(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]

    async def write(who: Person, text: str, *whom: Person, **more: Any) -> int:
        named = tuple(one.viewer.person for one in whom)
        return await say(town, who, text, audience=AudienceKind.PARTICIPANTS, participants=named, **more)

    first = await write(ben, "@anna unter uns", anna)
    second = await write(cleo, "@anna @ben zu dritt", anna, ben)
    await settle(town)
    found = await anna.get("/api/v1/conversations")
    assert [(one["id"], one["unread"], one["last_status"]["id"]) for one in found] == [
        (str(second), True, str(second)),
        (str(first), True, str(first)),
    ]
    check([one["last_status"] for one in found], STATUS)
    assert {one["acct"] for one in found[0]["accounts"]} == {"ben", "cleo"}
    assert [one["acct"] for one in found[1]["accounts"]] == ["ben"]
    assert [one["id"] for one in await cleo.get("/api/v1/conversations")] == [str(second)]
    assert [one["id"] for one in await anna.get("/api/v1/conversations", max_id=second)] == [str(first)]
    assert (await anna.post(f"/api/v1/conversations/{first}/read"))["unread"] is False
    assert [one["unread"] for one in await anna.get("/api/v1/conversations")] == [True, False]
    await cleo.post(f"/api/v1/conversations/{first}/read", 404)
    await cleo.ask("DELETE", f"/api/v1/conversations/{first}", 404)
    assert await anna.ask("DELETE", f"/api/v1/conversations/{first}") == {}
    assert [one["id"] for one in await anna.get("/api/v1/conversations")] == [str(second)]
    assert [one["id"] for one in await ben.get("/api/v1/conversations")] == [str(second), str(first)]
    answer = await say(town, ben, "Noch da?", reply_to=first)
    await settle(town)
    again = await anna.get("/api/v1/conversations")
    assert (again[0]["id"], again[0]["last_status"]["id"], again[0]["unread"]) == (str(first), str(answer), True)
    # Whoever has said the last word has read it.
    await say(town, anna, "Ja", reply_to=answer)
    assert (await anna.get("/api/v1/conversations"))[0]["unread"] is False
