"""Pictures that are not for everybody: apps show them with loaders that send neither cookie nor token.

So their address carries who asks, and opens what that person may see at that moment.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import Role, Viewer
from plausch.people.queries import list_tokens
from plausch.storage.pictures import face_keys, keep_files, prepare_avatar, prepare_picture
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.actions import NewPreview
from plausch.talk.model import PostDraft
from tests.groups.test_groups import LINKS
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import BASE, Town
from tests.mastodon.test_notifications import settle
from tests.mastodon.test_statuses import picture

BOTH = (prepare_avatar, prepare_picture)
FILES = {"file": ("a.png", picture(), "image/png")}


class Loader:
    """What shows pictures: it has neither cookie nor token."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def load(self, address: str, **headers: str) -> Any:
        client = await self._town.client(**headers)
        return await client.get(address)

    async def shows(self, *addresses: str) -> list[bool]:
        found = [await self.load(one) for one in addresses]
        assert all(one.status_code in (200, 404) for one in found)
        return [one.status_code == 200 for one in found]


def addresses(status: dict[str, Any]) -> list[str]:
    return [one[name] for one in status["media_attachments"] for name in ("url", "preview_url")]


async def upload(one: App) -> Any:
    return await one.person.ask("POST", "/api/v2/media", files=FILES)


async def say_with_picture(one: App, text: str = "Nur für euch", **more: Any) -> Any:
    return await one.say(text, media_ids=[(await upload(one))["id"]], **more)


async def test_what_is_just_uploaded_is_shown_to_whoever_uploaded_it(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    loader, uploaded = Loader(town), await upload(anna)
    again = await anna.get(f"/media/{uploaded['id']}")
    assert (again["url"], again["preview_url"]) == (uploaded["url"], uploaded["preview_url"])
    assert await loader.shows(uploaded["url"], uploaded["preview_url"]) == [True, True]
    plain = uploaded["url"].partition("?")[0]
    assert await loader.shows(plain) == [False]
    changed = await anna.ask("PUT", f"/media/{uploaded['id']}", json={"description": "Rot"})
    assert await loader.shows(changed["url"]) == [True]

    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    later = await anna.say("Später", media_ids=[uploaded["id"]], scheduled_at=due)
    assert await loader.shows(*addresses(later)) == [True, True]
    (waiting,) = await anna.get("/scheduled_statuses")
    assert addresses(waiting) == addresses(later)
    await anna.ask("DELETE", f"/scheduled_statuses/{later['id']}")
    assert await loader.shows(*addresses(later)) == [False, False]


async def test_what_is_open_to_all_has_a_plain_address(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    loader = Loader(town)
    for visibility in ("public", "unlisted"):
        said = await say_with_picture(anna, visibility=visibility)
        assert addresses(said) == addresses(await ines.get(f"/statuses/{said['id']}"))
        assert all("?" not in one for one in addresses(said))
        shown = await loader.load(addresses(said)[0])
        assert shown.headers["cache-control"] == "public, max-age=3600"


async def test_each_follower_has_an_address_of_their_own(town: Town) -> None:
    anna, ines, omar, eve = await apps(town, "anna", "ines", "omar", "eve")
    for one in (ines, omar):
        await one.post(f"/accounts/{anna.id}/follow")
    loader, said = Loader(town), await say_with_picture(anna, visibility="private")
    at = f"/statuses/{said['id']}"
    hers, his = [addresses(await one.get(at)) for one in (ines, omar)]
    assert len({*hers, *his, *addresses(said)}) == 6
    assert await loader.shows(*hers, *his, *addresses(said)) == [True] * 6
    # Each time the same, so that it is loaded once; for whoever asks alone.
    assert addresses((await ines.get("/timelines/home"))[0]) == hers
    shown = await loader.load(hers[0], origin="https://elk.example")
    assert (shown.headers["cache-control"], shown.headers["access-control-allow-origin"]) == ("private, no-cache", "*")
    assert "access-control-allow-credentials" not in shown.headers
    unchanged = await loader.load(hers[0], **{"if-none-match": shown.headers["etag"]})
    assert unchanged.status_code == 304
    # It ends with what it is for, and the other's stays.
    await omar.post(f"/accounts/{anna.id}/unfollow")
    assert await loader.shows(*hers, *his) == [True, True, False, False]
    gone = await loader.load(his[0], **{"if-none-match": shown.headers["etag"]})
    assert gone.status_code == 404
    await anna.post(f"/accounts/{ines.id}/block")
    assert await loader.shows(*hers) == [False, False]
    assert await loader.shows(*addresses(said)) == [True, True]
    await anna.ask("DELETE", at, params={"delete_media": "true"})
    assert await loader.shows(*addresses(said)) == [False, False]
    await eve.get(at, 404)


async def test_nobody_makes_an_address_up(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    await ines.post(f"/accounts/{anna.id}/follow")
    one, two = [addresses(await say_with_picture(anna, str(n), visibility="private")) for n in range(2)]
    loader = Loader(town)
    by = one[0].partition("?by=")[2]
    token, until, signature = by.split(".")
    other = two[0].partition("?")[0]
    small = one[1].partition("?")[0]
    at = one[0].partition("?")[0]
    for address in (
        f"{other}?by={by}",
        f"{small}?by={by}",
        f"{at}?by={int(token) + 1}.{until}.{signature}",
        f"{at}?by={token}.{int(until) + 1}.{signature}",
        f"{at}?by={token}.{until}.",
        f"{at}?by={token}.{until}.%C3%A4",
        f"{at}?by=",
        f"{at}?by=a.b.c",
        f"{at}?by=..",
        at,
    ):
        assert await loader.shows(address) == [False], address
    assert await loader.shows(one[0]) == [True]
    # A wrong one takes nothing away.
    public = addresses(await say_with_picture(anna, "Für alle"))[0]
    assert await loader.shows(f"{public}?by=1.2.3") == [True]


async def test_an_address_ends_with_its_time_its_token_and_its_person(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    for one in (ines, omar):
        await one.post(f"/accounts/{anna.id}/follow")
    said, loader = await say_with_picture(anna, visibility="private"), Loader(town)
    hers, his = [addresses(await one.get(f"/statuses/{said['id']}"))[0] for one in (ines, omar)]
    now = clock.now()
    with clock.at(now + 7 * clock.DAY):
        assert await loader.shows(hers) == [True]
    with clock.at(now + 14 * clock.DAY):
        assert await loader.shows(hers) == [False]
        assert addresses(await ines.get(f"/statuses/{said['id']}"))[0] != hers
    async with town.site.database.write() as tx:
        (token,) = await list_tokens(tx, ines.viewer.person)
        await people.revoke_token(tx, ines.viewer, token.id)
    assert await loader.shows(hers, his) == [False, True]
    async with town.site.database.write() as tx:
        await people.suspend(tx, omar.viewer.person)
    assert await loader.shows(his) == [False]


async def test_wherever_a_status_stands_its_pictures_are_shown(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    loader = Loader(town)
    for one, other in ((ines, anna), (anna, ines), (omar, anna)):
        await one.post(f"/accounts/{other.id}/follow")
    said = await say_with_picture(anna, "@ines nur du", visibility="direct")
    await settle(town)
    (talk_,) = await ines.person.get("/api/v1/conversations")
    (told, *_) = [one for one in await ines.person.get("/api/v1/notifications") if one["type"] == "mention"]
    grouped = await ines.person.get("/api/v2/notifications")
    found = await ines.person.get("/api/v2/search", q="nur du", type="statuses")
    context = await ines.get(f"/statuses/{said['id']}/context")
    assert context["ancestors"] == []
    for status in (talk_["last_status"], told["status"], grouped["statuses"][0], found["statuses"][0]):
        assert (status["id"], await loader.shows(*addresses(status))) == (said["id"], [True, True])
    assert await loader.shows(*addresses((await anna.get(f"/statuses/{said['id']}/history"))[0])) == [True, True]
    # Within a quote, and of what is only for this server.
    private = await say_with_picture(anna, "Für die Kette", visibility="private")
    quoting = await anna.say("Siehe", visibility="private", quoted_status_id=private["id"])
    inner = (await ines.get(f"/statuses/{quoting['id']}"))["quote"]["quoted_status"]
    assert await loader.shows(*addresses(inner)) == [True, True]
    assert addresses(inner) != addresses(private)
    local = await say_with_picture(anna, "Bleibt hier", local_only=True)
    assert await loader.shows(*addresses(await omar.get(f"/statuses/{local['id']}"))) == [True, True]
    assert await loader.shows(addresses(local)[0].partition("?")[0]) == [False]
    (again, *_) = [one for one in await omar.get("/timelines/public") if one["id"] == local["id"]]
    assert await loader.shows(*addresses(again)) == [True, True]


async def test_so_are_those_of_what_links_lead_to(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    link = "https://zeitung.example/see"
    said = await anna.say(f"Seht {link}", visibility="private")
    await settle(town)
    kept = await keep_files(town.site.media, await prepare_picture(picture()))
    files = "\n".join(" ".join(one) for one in kept)
    found = NewPreview(queries.link_hash(link), link, clock.now(), title="Der See", width=800, height=600, files=files)
    async with town.site.database.write() as tx:
        await talk.link_preview(tx, int(said["id"]), await talk.store_preview(tx, found))
    loader, shown = Loader(town), (await anna.get(f"/statuses/{said['id']}"))["card"]["image"]
    assert (await anna.person.get(f"/api/v1/statuses/{said['id']}/card"))["image"] == shown
    loaded = await loader.load(shown)
    assert (loaded.status_code, loaded.headers["cache-control"]) == (200, "private, no-cache")
    assert await loader.shows(shown.partition("?")[0]) == [False]


async def a_secret_group(town: Town, owner: App, *members: App) -> int:
    """With both of its pictures."""
    face, header = [await keep_files(town.site.media, await prepare(picture())) for prepare in BOTH]
    async with town.site.database.write() as tx:
        draft = GroupDraft(name="Verein", visibility=Visibility.SECRET)
        group = await groups.create_group(tx, owner.viewer, draft, LINKS)
        for one in members:
            await groups.invite_to_group(tx, owner.viewer, group, one.viewer.person)
            await groups.accept_invitation(tx, one.viewer, group)
        as_group = Viewer(owner.viewer.person, group)
        await people.set_picture(tx, as_group, face_keys(face), "Ein Ball")
        await people.set_header(tx, as_group, face_keys(header), "Ein Tor")
    return group


def faces(account: dict[str, Any]) -> list[str]:
    assert (account["avatar_static"], account["header_static"]) == (account["avatar"], account["header"])
    return [account["avatar"], account["header"]]


async def test_members_see_the_pictures_of_their_secret_group_and_nobody_else_does(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    loader, group = Loader(town), await a_secret_group(town, anna, ines)
    at = f"/accounts/{group}"
    hers, other = [faces(await one.get(at)) for one in (ines, anna)]
    assert await loader.shows(*hers, *other) == [True] * 4
    assert len({*hers, *other}) == 4
    assert faces(await ines.get(at)) == hers, "each time the same, so that it is loaded once"
    shown = await loader.load(hers[0])
    assert (shown.headers["cache-control"], shown.headers["access-control-allow-origin"]) == ("private, no-cache", "*")
    # Whoever is not in it gets no address, and what there is opens nothing without its signature.
    await omar.get(at, 404)
    plain = [one.partition("?")[0] for one in hers]
    assert await loader.shows(*plain) == [False, False]
    passes = [one.partition("by=")[2] for one in hers]
    assert await loader.shows(f"{plain[0]}?by={passes[1]}", f"{plain[1]}?by={passes[0]}") == [False, False]
    for one, there in ((ines, 200), (omar, 404)):
        assert [(await one.person.app.get(address)).status_code for address in plain] == [there, there]
    # His own good pass is for his own face.
    token = passes[0].split(".")[0]
    async with town.site.database.read() as tx:
        (his,) = await list_tokens(tx, omar.viewer.person)
    path = plain[0].removeprefix(BASE)
    assert await loader.shows(town.site.absolute_for(his.id, path)) == [False]
    assert await loader.shows(town.site.absolute_for(int(token), path)) == [True]

    await anna.post(f"/accounts/{ines.id}/block")
    assert await loader.shows(*hers) == [True, True], "she is in it still"
    async with town.site.database.write() as tx:
        await groups.leave_group(tx, ines.viewer, group)
    assert await loader.shows(*hers, *other) == [False, False, True, True]
    gone = await loader.load(hers[0], **{"if-none-match": shown.headers["etag"]})
    assert gone.status_code == 404
    async with town.site.database.write() as tx:
        (mine,) = await list_tokens(tx, anna.viewer.person)
        await people.revoke_token(tx, anna.viewer, mine.id)
    assert await loader.shows(*other) == [False, False]


async def test_wherever_a_secret_group_stands_its_pictures_are_shown(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    loader, group = Loader(town), await a_secret_group(town, anna, ines)
    account = await ines.get(f"/accounts/{group}")
    async with town.site.database.write() as tx:
        said = PostDraft(source="Als Verein", place=group)
        as_group = Viewer(anna.viewer.person, group)
        spoken = await talk.publish_post(tx, as_group, said, ADDRESSES)
        named = PostDraft(source="@ines, du bist dran", place=group)
        turn = await talk.publish_post(tx, as_group, named, ADDRESSES)
    posted = await ines.say(f"@{account['acct']} Hallo")
    await settle(town)
    shared = next(one for one in await anna.get("/timelines/home") if one["reblog"])
    assert (shared["account"]["id"], shared["reblog"]["id"]) == (str(group), posted["id"])
    found = await ines.get("/accounts/search", q=account["acct"])
    (followed,) = await ines.get(f"/accounts/{ines.id}/following")
    said_by = (await ines.get(f"/statuses/{spoken}"))["account"]
    (known,) = await ines.get(f"/accounts?id[]={group}")
    told = next(one for one in await ines.person.ask("GET", "/api/v1/notifications") if one["type"] == "mention")
    assert told["status"]["id"] == str(turn)
    for one in (account, shared["account"], *found, followed, said_by, known, told["account"]):
        assert (one["id"], await loader.shows(*faces(one))) == (str(group), [True, True])


async def test_the_pictures_of_other_groups_are_everybodys(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    group = await a_secret_group(town, anna, ines)
    at, loader = f"/accounts/{group}", Loader(town)
    hers, open_ = faces(await ines.get(at)), GroupDraft(handle="verein", name="Verein", visibility=Visibility.CLOSED)
    async with town.site.database.write() as tx:
        await groups.edit_group(tx, anna.viewer, group, open_, LINKS)
    known = faces(await ines.get(at))
    assert faces(await anna.get(at)) == known
    assert all("by=" not in one for one in known)
    assert await loader.shows(*known, *hers) == [True] * 4


async def test_leaving_a_group_ends_the_addresses_of_what_was_said_in_it(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    async with town.site.database.write() as tx:
        draft = GroupDraft(handle="verein", name="Verein", visibility=Visibility.SECRET)
        group = await groups.create_group(tx, anna.viewer, draft, LINKS)
        await groups.invite_to_group(tx, anna.viewer, group, ines.viewer.person)
        await groups.accept_invitation(tx, ines.viewer, group)
    media = await upload(anna)
    async with town.site.database.write() as tx:
        said = PostDraft(source="Unter uns", place=group, pictures=(int(media["id"]),))
        post = await talk.publish_post(tx, anna.viewer, said, ADDRESSES)
    loader, hers = Loader(town), addresses(await ines.get(f"/statuses/{post}"))
    assert await loader.shows(*hers) == [True, True]
    async with town.site.database.write() as tx:
        await groups.leave_group(tx, ines.viewer, group)
    assert await loader.shows(*hers) == [False, False]


async def test_who_looks_after_the_place_sees_what_was_reported(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    moderator = await town.person("mo", "read write admin:read admin:write", Role.MODERATOR)
    for one in (ines.person, moderator):
        await one.post(f"/api/v1/accounts/{anna.id}/follow")
    said = await say_with_picture(anna, visibility="private")
    report: dict[str, Any] = {"account_id": anna.id, "status_ids": [said["id"]], "comment": "So nicht"}
    await ines.person.post("/api/v1/reports", **report)
    (found,) = await moderator.get("/api/v1/admin/reports")
    (shown,) = found["statuses"]
    loader = Loader(town)
    assert await loader.shows(*addresses(shown)) == [True, True]
    assert addresses(shown) != addresses(said)


async def test_a_program_loads_pictures_with_its_token(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    plain = addresses(await say_with_picture(anna, visibility="private"))[0].partition("?")[0]
    blind = await town.person("ben", "write")
    async with town.site.database.write() as tx:
        await people.follow(tx, blind.viewer, anna.viewer.person)
    loaded = await anna.person.app.get(plain)
    assert (loaded.status_code, loaded.headers["cache-control"]) == (200, "private, no-cache")
    assert "Authorization" in loaded.headers["vary"]
    assert (await blind.app.get(plain)).status_code == 404, "a token that does not read"


async def test_pages_of_any_origin_show_faces(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    files = {"avatar": ("a.png", picture(), "image/png"), "header": ("h.png", picture(), "image/png")}
    await anna.person.ask("PATCH", "/api/v1/accounts/update_credentials", files=files)
    me, loader = await anna.get("/accounts/verify_credentials"), Loader(town)
    for address in (me["avatar"], me["header"]):
        shown = await loader.load(address, origin="https://elk.example")
        assert (shown.status_code, shown.headers["access-control-allow-origin"]) == (200, "*")
        assert "access-control-allow-credentials" not in shown.headers
