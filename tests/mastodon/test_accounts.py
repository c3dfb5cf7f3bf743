"""Accounts: one's own, those of others, and how one stands to them."""

from plausch.kernel import clock
from plausch.people import actions as people
from tests.mastodon.apps import apps
from tests.mastodon.conftest import Town
from tests.mastodon.test_statuses import picture


async def test_ones_own_account(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    mine = await anna.get("/accounts/verify_credentials")
    assert (mine["acct"], mine["source"]["note"], mine["role"]["name"]) == ("anna", "", "Owner")
    form = {
        "display_name": "Anna B.",
        "note": "Ich #gieße",
        "locked": "true",
        "bot": "true",
        "discoverable": "false",
        "source[quote_policy]": "followers",
        "fields_attributes[0][name]": "Web",
        "fields_attributes[0][value]": "https://anna.example/",
    }
    files = {"avatar": ("a.png", picture(), "image/png"), "header": ("h.png", picture(), "image/png")}
    changed = await anna.ask("PATCH", "/accounts/update_credentials", data=form, files=files)
    assert (changed["display_name"], changed["locked"], changed["source"]["note"]) == ("Anna B.", True, "Ich #gieße")
    assert changed["bot"]
    assert "/faces/" in changed["avatar"]
    assert "/headers/" in changed["header"]
    shown = await anna.person.app.get(changed["header"].removeprefix("http://localhost:8000"))
    assert shown.headers["cache-control"] == "public, max-age=86400", "whoever has it need not ask again soon"
    assert changed["fields"][0]["value"].startswith('<a href="https://anna.example/"')
    assert changed["source"]["fields"][0]["value"] == "https://anna.example/"
    assert (changed["source"]["quote_policy"], changed["source"]["discoverable"]) == ("followers", False)
    # What is left out stays.
    again = await anna.ask("PATCH", "/accounts/update_credentials", json={"note": ""})
    assert (again["display_name"], again["note"], len(again["fields"])) == ("Anna B.", "", 1)
    await anna.ask("PATCH", "/accounts/update_credentials", 422, json={"display_name": "x" * 500})
    bare = await anna.person.ask("DELETE", "/api/v1/profile/avatar")
    assert bare["avatar"].endswith("/assets/no-face.png")
    assert bare["avatar_description"] == ""
    only = (await town.person("leo", scopes="profile")).app
    assert (await only.get("/api/v1/accounts/verify_credentials")).status_code == 200


async def test_whoever_is_named_with_this_server_is_named_in_a_note(town: Town) -> None:
    anna, _ = await apps(town, "anna", "omar")
    note = "Mit @omar@localhost:8000, @Omar@LOCALHOST und @omar@elsewhere.example"
    changed = await anna.ask("PATCH", "/accounts/update_credentials", json={"note": note})
    assert changed["source"]["note"] == note
    assert changed["note"].count('href="http://localhost:8000/@omar"') == 2
    assert changed["note"].count("href") == 2


async def test_who_agrees_to_be_found_is_said_and_not_taken_back_by_sending_what_was_read(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")

    async def said() -> list[bool]:
        seen = await ines.get(f"/accounts/{anna.id}")
        mine = await anna.get("/accounts/verify_credentials")
        own = (mine["discoverable"], mine["source"]["discoverable"], mine["source"]["indexable"])
        assert own == (seen["discoverable"],) * 3
        return [seen["discoverable"], seen["indexable"], seen["noindex"]]

    assert await said() == [True, True, False]
    mine = await anna.get("/accounts/verify_credentials")
    sent = {name: mine[name] for name in ("display_name", "locked", "bot", "discoverable", "indexable")}
    await anna.ask("PATCH", "/accounts/update_credentials", json=sent)
    assert await said() == [True, True, False]
    # It is one consent, and whoever takes back a part of it takes it back. Others see it at once.
    for change, found in (
        ({"discoverable": False}, False),
        ({"indexable": True}, True),
        ({"discoverable": True, "indexable": False}, False),
        ({"discoverable": True}, True),
    ):
        await anna.ask("PATCH", "/accounts/update_credentials", json=change)
        assert await said() == [found, found, not found]


async def test_a_pair_that_says_nothing_is_left_out(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    pairs = [{"name": "Web", "value": " "}, {"name": "Ort", "value": "Lindenau"}, {"name": "", "value": ""}]
    changed = await anna.ask("PATCH", "/accounts/update_credentials", json={"note": "x", "fields_attributes": pairs})
    assert ([one["name"] for one in changed["fields"]], changed["source"]["note"]) == (["Ort"], "x")
    nameless = {"fields_attributes": [{"name": "", "value": "x"}]}
    await anna.ask("PATCH", "/accounts/update_credentials", 422, json=nameless)


async def test_who_is_not_there_has_said_nothing(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    await omar.say("Noch da")
    async with town.site.database.write() as tx:
        await people.suspend(tx, int(omar.id))
    for id_ in ("1", omar.id, str((1 << 63) - 1)):
        await ines.get(f"/accounts/{id_}", 404)
        await ines.get(f"/accounts/{id_}/statuses", 404)
    assert await ines.get(f"/accounts/{anna.id}/statuses") == []
    await ines.post(f"/accounts/{anna.id}/block")
    assert await ines.get(f"/accounts/{anna.id}/statuses") == []


async def test_many_are_asked_for_at_once(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    asked = "&".join(f"id[]={number}" for number in [*range(1, 200), anna.id])
    (found,) = await ines.get(f"/accounts/relationships?{asked}")
    assert found["id"] == anna.id
    assert [one["id"] for one in await ines.get(f"/accounts?{asked}")] == [anna.id]


async def test_what_is_to_be_seen_in_ones_pictures(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    update = "/accounts/update_credentials"
    nothing = await anna.ask("PATCH", update, json={"avatar_description": "Ich am See"})
    assert nothing["avatar_description"] == "", "without a picture there is nothing to be said of it"
    files = {"avatar": ("a.png", picture(), "image/png"), "header": ("h.png", picture(), "image/png")}
    await anna.ask("PATCH", update, data={"avatar_description": " Ich am See "}, files=files)
    seen = await ines.get(f"/accounts/{anna.id}")
    assert (seen["avatar_description"], seen["header_description"]) == ("Ich am See", "")
    profile = await anna.person.ask("PATCH", "/api/v1/profile", json={"header_description": "Der See"})
    assert (profile["avatar_description"], profile["header_description"]) == ("Ich am See", "Der See")
    seen = await ines.get(f"/accounts/{anna.id}")
    assert (seen["avatar_description"], seen["header_description"]) == ("Ich am See", "Der See")
    wrong = await anna.ask("PATCH", update, 422, json={"avatar_description": "x" * 501})
    assert list(wrong["details"]) == ["avatar_description"]
    limits = (await anna.person.get("/api/v2/instance"))["configuration"]["accounts"]
    assert (limits["max_avatar_description_length"], limits["max_header_description_length"]) == (500, 500)
    # Another picture is not described by the words for the former one.
    await anna.ask("PATCH", update, files={"avatar": files["avatar"]})
    assert (await ines.get(f"/accounts/{anna.id}"))["avatar_description"] == ""
    await anna.person.ask("DELETE", "/api/v1/profile/header")
    assert (await ines.get(f"/accounts/{anna.id}"))["header_description"] == ""


async def test_which_tabs_a_profile_has(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    tabs = ("show_media", "show_media_replies", "show_featured")

    async def seen() -> list[bool]:
        account = await ines.get(f"/accounts/{anna.id}")
        assert [account[name] for name in tabs] == [(await anna.person.get("/api/v1/profile"))[name] for name in tabs]
        return [account[name] for name in tabs]

    assert await seen() == [True, True, True]
    await anna.person.ask("PATCH", "/api/v1/profile", json={"show_media_replies": False})
    assert await seen() == [True, False, True]
    await anna.person.ask("PATCH", "/api/v1/profile", json={"show_media": False, "show_featured": False})
    assert await seen() == [False, False, False]
    await anna.person.ask("PATCH", "/api/v1/profile", json={"show_media": True, "note": "Ich"})
    assert await seen() == [True, False, False]


async def test_finding_people(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    assert (await ines.get("/accounts/lookup", acct="@anna@localhost:8000"))["id"] == anna.id
    await ines.get("/accounts/lookup", 404, acct="anna@elsewhere.example")
    await ines.get("/accounts/lookup", 404, acct="niemand")
    assert [one["acct"] for one in await ines.get("/accounts/search", q="@anna")] == ["anna"]
    await ines.post(f"/accounts/{omar.id}/follow")
    assert [one["acct"] for one in await ines.get("/accounts/search", q="oma", following="true")] == ["omar"]
    found = await ines.get(f"/accounts?id[]={anna.id}&id[]={omar.id}&id[]=1")
    assert [one["id"] for one in found] == [anna.id, omar.id]
    await ines.get("/accounts/1", 404)
    assert await ines.get(f"/accounts/{anna.id}/endorsements") == []
    assert "error" in await ines.post(f"/accounts/{anna.id}/endorse", 422)


async def test_how_people_stand_to_each_other(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    assert (await ines.post(f"/accounts/{anna.id}/follow", reblogs=True, notify=False))["following"]
    await omar.post(f"/accounts/{anna.id}/follow")
    await ines.post(f"/accounts/{omar.id}/follow")
    assert [one["id"] for one in await anna.get(f"/accounts/{anna.id}/followers")] == [omar.id, ines.id]
    assert [one["id"] for one in await anna.get(f"/accounts/{ines.id}/following", limit=1)] == [omar.id]
    (familiar,) = await ines.get(f"/accounts/familiar_followers?id[]={anna.id}")
    assert [one["id"] for one in familiar["accounts"]] == [omar.id]
    assert (await anna.get(f"/accounts/{anna.id}"))["followers_count"] == 2
    assert not (await anna.post(f"/accounts/{omar.id}/remove_from_followers"))["followed_by"]

    noted = await ines.post(f"/accounts/{anna.id}/note", comment="Vom Markt")
    assert noted["note"] == "Vom Markt"
    known = await ines.stands_to(anna)
    assert (known["note"], known["following"], known["plausch"]["connected"]) == ("Vom Markt", True, False)
    assert (await anna.stands_to(ines))["note"] == ""
    assert (await ines.post(f"/accounts/{anna.id}/note", comment=""))["note"] == ""

    await anna.ask("PATCH", "/accounts/update_credentials", json={"locked": True})
    assert (await omar.post(f"/accounts/{anna.id}/follow"))["requested"]
    assert (await anna.stands_to(omar))["requested_by"]
    assert not (await omar.post(f"/accounts/{anna.id}/unfollow"))["requested"]

    blocked = await ines.post(f"/accounts/{anna.id}/block")
    assert (blocked["blocking"], blocked["following"]) == (True, False)
    assert (await ines.get(f"/accounts/{anna.id}"))["acct"] == "anna"
    await anna.get(f"/accounts/{ines.id}", 404)
    assert not (await ines.post(f"/accounts/{anna.id}/unblock"))["blocking"]
    await ines.post(f"/accounts/{ines.id}/follow", 422)
    await ines.post("/accounts/1/follow", 404)


async def test_a_mute_may_end_by_itself(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    muted = await ines.post(f"/accounts/{anna.id}/mute", duration=3600)
    assert (muted["muting"], muted["muting_notifications"]) == (True, True)
    assert muted["muting_expires_at"] is not None
    pair = (ines.viewer.person, anna.viewer.person)
    async with town.site.database.write() as tx:
        await people.end_mute(tx, pair)
    still = await ines.stands_to(anna)
    assert still["muting"]
    with clock.at(clock.now() + 2 * clock.HOUR):
        async with town.site.database.write() as tx:
            await people.end_mute(tx, pair)
    over = await ines.stands_to(anna)
    assert (over["muting"], over["muting_expires_at"]) == (False, None)
    # For good: what was to end the first one ends nothing.
    await ines.post(f"/accounts/{anna.id}/mute", duration=60)
    assert (await ines.post(f"/accounts/{anna.id}/mute"))["muting_expires_at"] is None
    with clock.at(clock.now() + clock.HOUR):
        async with town.site.database.write() as tx:
            await people.end_mute(tx, pair)
    assert (await ines.stands_to(anna))["muting"]
    assert not (await ines.post(f"/accounts/{anna.id}/unmute"))["muting"]
