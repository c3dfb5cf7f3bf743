"""Starter packs in apps, as collections: made, filled, read, refused; nobody is shown who has not agreed."""

from typing import Any

import jsonschema

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.people import actions as people
from tests.groups.test_groups import LINKS
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import BASE, OpenTown, Town
from tests.mastodon.schemas import ASKED_BY_PACK, check_answer
from tests.mastodon.test_notifications import settle, several

_OWN = "/api/plausch/v1"


async def made(who: App, *whom: App, name: str = "Für den Anfang", **more: Any) -> Any:
    found = await who.post("/collections", name=name, account_ids=[one.id for one in whom], **more)
    return found["collection"]


async def agree(who: App, collection: Any, account: str = "") -> None:
    """On the pages, or in an app of Plausch's own: there is no word for it in this API."""
    at = collection["url"].removeprefix(BASE)
    await who.person.ask("POST", f"{_OWN}{at}/agree", 204, json={"actor": account or who.id})


async def group_of(town: Town, who: App, handle: str, visibility: Visibility = Visibility.PUBLIC) -> str:
    async with town.site.database.write() as tx:
        draft = GroupDraft(handle=handle, name=handle.title(), visibility=visibility)
        return str(await groups.create_group(tx, who.viewer, draft, LINKS))


def states(collection: Any) -> dict[str, str]:
    assert collection["item_count"] == len(collection["items"])
    assert all(one["id"] == one["account_id"] for one in collection["items"])
    return {one["account_id"]: one["state"] for one in collection["items"]}


async def seen(who: App, id_: str) -> dict[str, str]:
    found = await who.get(f"/collections/{id_}")
    # The accounts are those of whoever made it and of all in it.
    ids = {found["collection"]["account_id"], *states(found["collection"])}
    assert {one["id"] for one in found["accounts"]} == ids
    return states(found["collection"])


async def test_one_is_made_and_shown_once_people_agree(town: Town) -> None:
    anna, ben, cem = await apps(town, "anna", "ben", "cem")
    visitor = App(await town.stranger())
    pack = await made(anna, anna, ben, cem, description="Wer <hier> was weiß")
    id_ = pack["id"]
    assert states(pack) == {anna.id: "accepted", ben.id: "pending", cem.id: "pending"}
    assert (pack["url"], pack["account_id"]) == (f"{BASE}/packs/fuer-den-anfang", anna.id)
    assert (pack["description"], pack["discoverable"], pack["local"]) == ("Wer <hier> was weiß", True, True)
    # Those who are asked see themselves, all others only who has agreed.
    assert await seen(anna, id_) == states(pack)
    assert await seen(ben, id_) == {anna.id: "accepted", ben.id: "pending"}
    assert await seen(visitor, id_) == {anna.id: "accepted"}
    await agree(ben, pack)
    assert await seen(visitor, id_) == {anna.id: "accepted", ben.id: "accepted"}
    # Who declines is gone for themselves; who made it is not told.
    await cem.post(f"/collections/{id_}/items/{cem.id}/revoke")
    assert await seen(cem, id_) == await seen(visitor, id_)
    assert await seen(anna, id_) == {anna.id: "accepted", ben.id: "accepted", cem.id: "pending"}
    again = await anna.post(f"/collections/{id_}/items", account_id=cem.id)
    assert again["collection_item"]["state"] == "pending"
    # Who agreed may take it back.
    await ben.post(f"/collections/{id_}/items/{ben.id}/revoke")
    assert await seen(visitor, id_) == {anna.id: "accepted"}
    assert await seen(ben, id_) == {anna.id: "accepted"}
    # For others nobody does.
    await ben.post(f"/collections/{id_}/items/{anna.id}/revoke", 404)
    await ben.post(f"/collections/{id_}/items/{cem.id}/revoke", 404)


async def test_it_is_changed_by_whoever_made_it_alone(town: Town) -> None:
    anna, ben = await apps(town, "anna", "ben")
    pack = await made(anna, ben)
    at = f"/collections/{pack['id']}"
    # Empty for all who are not asked: it is not there.
    (cem,) = await apps(town, "cem")
    await cem.get(at, 404)
    await anna.post(f"{at}/items", account_id=anna.id)
    for method, path, body in (
        ("PATCH", at, {"name": "Meins"}),
        ("DELETE", at, {}),
        ("POST", f"{at}/items", {"account_id": cem.id}),
        ("DELETE", f"{at}/items/{anna.id}", {}),
    ):
        await cem.ask(method, path, 403, json=body)
    changed = (await anna.ask("PATCH", at, json={"description": "Neu"}))["collection"]
    assert (changed["name"], changed["description"], changed["url"]) == (pack["name"], "Neu", pack["url"])
    assert states(changed) == {anna.id: "accepted", ben.id: "pending"}
    assert changed["updated_at"] > pack["updated_at"]
    assert (await anna.ask("PATCH", at, json={"name": " Anders "}))["collection"]["name"] == "Anders"
    await anna.ask("DELETE", f"{at}/items/{ben.id}")
    assert await seen(anna, pack["id"]) == {anna.id: "accepted"}
    await anna.ask("DELETE", f"{at}/items/{ben.id}", 404)
    await anna.ask("DELETE", at)
    await anna.get(at, 404)
    await anna.ask("DELETE", at, 404)
    # The same from a form.
    formed = await anna.ask("POST", "/collections", data={"name": "Formular", "account_ids[]": [anna.id]})
    assert states(formed["collection"]) == {anna.id: "accepted"}
    assert states(await made(anna, name="Leer")) == {}


async def test_what_cannot_be_is_refused(town: Town) -> None:
    anna, ben = await apps(town, "anna", "ben")
    secret = await group_of(town, anna, "geheim", Visibility.SECRET)
    pack = await made(anna)
    items = f"/collections/{pack['id']}/items"
    for wanted in ({}, {"name": " "}, {"name": "x" * 81}, {"name": "x", "description": "x" * 501}):
        await anna.post("/collections", 422, **wanted)
    for name, value in (("discoverable", False), ("sensitive", True)):
        await anna.ask("POST", "/collections", 422, json={"name": "x", name: value})
        await anna.ask("PATCH", f"/collections/{pack['id']}", 422, json={name: value})
    wrong = (await anna.post("/collections", 422, name="x", description="x" * 501))["error"]
    assert wrong["error"] == "Validation failed: Description is too long"
    assert wrong["details"]["description"][0]["error"] == "ERR_TOO_LONG"
    # All or nothing.
    await anna.post("/collections", 422, name="x", account_ids=[anna.id, "4"])
    await anna.post("/collections", 422, name="x", account_ids=[anna.id, *map(str, range(1, 51))])
    assert len((await anna.get(f"/accounts/{anna.id}/collections"))["collections"]) == 1
    assert "account_id" in (await anna.post(items, 422))["error"]
    assert (await anna.post(items, 422, account_id="x"))["details"]["account_id"]
    assert (await anna.post(items, 422, account_id="4"))["details"]["account_id"]
    assert (await anna.post(items, 422, account_id=secret))["details"]["account_id"]
    async with town.site.database.write() as tx:
        await people.block(tx, ben.viewer, anna.viewer.person)
    await anna.post(items, 422, account_id=ben.id)
    await ben.get(f"/collections/{pack['id']}", 404)
    for path in ("/collections/x", f"/collections/{ben.id}", f"/accounts/{pack['id']}/collections"):
        await anna.get(path, 404)


async def test_those_of_an_account_and_those_it_is_in(town: Town) -> None:
    anna, ben, cem = await apps(town, "anna", "ben", "cem")
    visitor = App(await town.stranger())
    first, second = await made(anna, anna, ben), await made(anna, cem, name="Zweites")
    own, within = f"/accounts/{anna.id}/collections", f"/accounts/{ben.id}/in_collections"

    async def ids(who: App, path: str, **params: Any) -> list[str]:
        found = (await who.get(path, **params))["collections"]
        # As each alone.
        assert found == [(await who.get(f"/collections/{one['id']}"))["collection"] for one in found]
        return [one["id"] for one in found]

    assert await ids(anna, own) == [second["id"], first["id"]]
    assert await ids(cem, own) == [second["id"], first["id"]]
    assert await ids(visitor, own) == [first["id"]]
    assert await ids(anna, own, limit=1, offset=1) == [first["id"]]
    page = await anna.person.app.get(f"/api/v1{own}", params={"limit": 1})
    assert f'{own}?limit=1&offset=1>; rel="next"' in page.headers["link"]
    # What asks Ben is for him alone, and gone once he has declined.
    assert (await ids(ben, within), await ids(anna, within), await ids(visitor, within)) == ([first["id"]], [], [])
    await agree(ben, first)
    assert await ids(visitor, within) == [first["id"]]
    await ben.post(f"/collections/{first['id']}/items/{ben.id}/revoke")
    assert (await ids(ben, within), await ids(visitor, within)) == ([], [])
    # Who blocks whoever made one is in that one no more, and in others still.
    third = await made(cem, cem, ben, name="Drittes")
    for one in (first, third):
        await agree(ben, one)
    assert await ids(visitor, within) == [third["id"], first["id"]]
    async with town.site.database.write() as tx:
        await people.block(tx, ben.viewer, anna.viewer.person)
    assert await ids(visitor, within) == [third["id"]]
    await ben.get(own, 404)
    assert await ids(cem, own) == [second["id"], first["id"]]
    # An address leads to the one that is there, for those who may see it.
    for who, wanted in ((cem, [(await cem.get(f"/collections/{first['id']}"))["collection"]]), (ben, [])):
        assert (await who.person.get("/api/v2/search", q=first["url"], resolve="true"))["collections"] == wanted
    assert (await cem.person.get("/api/v2/search", q=first["url"], type="accounts"))["collections"] == []


async def test_groups_are_in_them_when_their_owners_agree(town: Town) -> None:
    anna, ben = await apps(town, "anna", "ben")
    chess, choir = await group_of(town, ben, "schach"), await group_of(town, anna, "chor")
    pack = await made(anna)
    for group, state in ((chess, "pending"), (choir, "accepted")):
        item = await anna.post(f"/collections/{pack['id']}/items", account_id=group)
        assert item["collection_item"]["state"] == state
    assert await seen(ben, pack["id"]) == {choir: "accepted", chess: "pending"}
    found = await ben.get(f"/collections/{pack['id']}")
    assert {one["id"]: one["group"] for one in found["accounts"]} == {anna.id: False, choir: True, chess: True}
    assert [one["id"] for one in (await ben.get(f"/accounts/{chess}/in_collections"))["collections"]] == [pack["id"]]
    await agree(ben, pack, chess)
    await ben.post(f"/collections/{pack['id']}/items/{chess}/revoke")
    assert await seen(ben, pack["id"]) == {choir: "accepted"}


async def test_apps_hear_that_somebody_would_like_to_have_them_in_one(town: Town) -> None:
    anna, ben = await apps(town, "anna", "ben")
    pack = await made(anna, anna, ben)
    await settle(town)

    async def told(**params: Any) -> Any:
        (found,) = await ben.person.get("/api/v1/notifications", **params)
        jsonschema.validate(found, ASKED_BY_PACK, cls=jsonschema.Draft202012Validator)
        return found

    one = await told()
    assert (one["type"], one["account"]["id"]) == ("added_to_collection", anna.id)
    assert states(one["collection"]) == {anna.id: "accepted", ben.id: "pending"}
    assert "fallback" not in one
    assert "fallback" not in await told(**several("supported_types", "added_to_collection"))
    other = several("supported_types", "mention")
    fallback = (await told(**other))["fallback"]
    assert (fallback["title"], fallback["details"]) == ("Anna would like to have you in a starter pack", pack["name"])
    assert await ben.person.get(f"/api/v1/notifications/{one['id']}") == one
    assert (await ben.person.get(f"/api/v1/notifications/{one['id']}", **other))["fallback"] == fallback
    grouped = await ben.person.get("/api/v2/notifications", **other)
    (group,) = grouped["notification_groups"]
    assert (group["type"], group["collection"], group["fallback"]) == (one["type"], one["collection"], fallback)
    assert await ben.person.get("/api/v1/notifications", **several("exclude_types", "added_to_collection")) == []
    # Whoever has answered is asked no more.
    await ben.post(f"/collections/{pack['id']}/items/{ben.id}/revoke")
    await settle(town)
    assert await ben.person.get("/api/v1/notifications") == []


async def test_whoever_is_in_one_hears_that_it_was_changed(town: Town) -> None:
    anna, ben, cleo = await apps(town, "anna", "ben", "cleo")
    pack = await made(anna, anna, ben, cleo)
    await agree(ben, pack)

    async def told(who: App, **params: Any) -> Any:
        await settle(town)
        wanted = several("types", "collection_update")
        found = await who.person.get("/api/v1/notifications", **wanted, **params)
        for one in found:
            jsonschema.validate(one, ASKED_BY_PACK, cls=jsonschema.Draft202012Validator)
        titles = [one.get("fallback", {}).get("title") for one in found]
        names = [(one["account"]["id"], one["collection"]["name"]) for one in found]
        return [(*name, title) for name, title in zip(names, titles, strict=True)]

    await anna.ask("PATCH", f"/collections/{pack['id']}", json={"name": pack["name"]})
    assert await told(ben) == [], "it is called the same"
    await anna.ask("PATCH", f"/collections/{pack['id']}", json={"name": "Neu hier"})
    assert await told(ben) == [(anna.id, "Neu hier", None)]
    title = "Anna has changed a starter pack that shows you, or a group of yours"
    assert await told(ben, **several("supported_types", "mention")) == [(anna.id, "Neu hier", title)]
    assert (await told(anna), await told(cleo)) == ([], []), "who made it knows, and who was only asked is not in it"
    await ben.post(f"/collections/{pack['id']}/items/{ben.id}/revoke")
    assert await told(ben) == []


async def test_who_can_be_in_one_stands_in_the_account(town: Town) -> None:
    anna, ben = await apps(town, "anna", "ben")
    page = await anna.person.ask(
        "POST", f"{_OWN}/pages", 201, json={"handle": "baecker", "name": "Bäckerei", "kind": "firm"}
    )

    async def approval(who: App, account: str) -> tuple[list[str], str]:
        found = (await who.get(f"/accounts/{account}"))["feature_approval"]
        assert found["automatic"] == []
        return found["manual"], found["current_user"]

    visitor = App(await town.stranger())
    assert await approval(anna, ben.id) == (["public"], "manual")
    assert await approval(anna, anna.id) == (["public"], "automatic")
    assert await approval(visitor, ben.id) == (["public"], "denied")
    assert await approval(anna, page["id"]) == ([], "denied")
    pack = await made(anna)
    await anna.post(f"/collections/{pack['id']}/items", 422, account_id=page["id"])
    mine = await anna.get("/accounts/verify_credentials")
    assert (mine["role"]["collection_limit"], mine["feature_approval"]["current_user"]) == (20, "automatic")


async def test_tokens_need_their_scopes_and_there_is_a_limit(open_town: OpenTown) -> None:
    town = await open_town(rate_limits="on")
    reader = App(await town.person("anna", "read:collections"))
    writer = App(await town.person("ben", "write:collections"))
    other = App(await town.person("cem", "read:lists write:lists"))
    await reader.post("/collections", 403, name="x")
    pack = (await writer.post("/collections", name="x", account_ids=[writer.id]))["collection"]
    await reader.get(f"/collections/{pack['id']}")
    await writer.get(f"/collections/{pack['id']}", 403)
    for path in (f"/accounts/{writer.id}/collections", f"/accounts/{writer.id}/in_collections"):
        await reader.get(path)
        await other.get(path, 403)
    await other.post("/collections", 403, name="x")
    visitor = App(await town.stranger())
    await visitor.post("/collections", 401, name="x")
    metadata = await visitor.person.get("/.well-known/oauth-authorization-server")
    assert {"read:collections", "write:collections"} <= set(metadata["scopes_supported"])
    for _ in range(4):
        await writer.post("/collections", name="x")
    answer = await writer.person.app.post("/api/v1/collections", json={"name": "x"})
    assert answer.status_code == 429
    assert check_answer("POST", "/api/v1/collections", 429, answer.json())
