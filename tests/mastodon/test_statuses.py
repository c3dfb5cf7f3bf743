"""Statuses: said, answered, changed, passed on, quoted, voted in, posted later; never to more people than before."""

import asyncio
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image

from plausch.feeds import actions as feeds
from plausch.feeds.model import FilterAction, FilterDraft
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import PageKind, Role, Theme, Viewer
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.actions.drafts import publish_due_draft
from plausch.talk.actions.pictures import hold_pictures
from plausch.talk.jobs import drop_loose_pictures
from plausch.talk.model import AudienceKind, PostDraft
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Town
from tests.mastodon.test_notifications import settle


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 600), "#aa3322").save(file, "PNG")
    return file.getvalue()


async def test_two_people_talk(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    said = await anna.say("Hallo @ines, *schön* #Linde https://example.org/x", language="de")
    assert (said["visibility"], said["language"], said["replies_count"]) == ("public", "de", 0)
    assert '<a href="http://localhost:8000/@ines" class="u-url mention">@<span>ines</span></a>' in said["content"]
    assert 'class="mention hashtag" rel="tag">#<span>Linde</span></a>' in said["content"]
    assert [one["id"] for one in said["mentions"]] == [ines.id]
    assert [one["name"] for one in said["tags"]] == ["linde"]
    assert said["account"]["statuses_count"] == 1

    answer = await ines.say("@anna Ja", in_reply_to_id=said["id"])
    assert (answer["in_reply_to_id"], answer["in_reply_to_account_id"]) == (said["id"], anna.id)
    again = await anna.say("Gut", in_reply_to_id=answer["id"])
    beside = await ines.say("Noch etwas", in_reply_to_id=said["id"])
    thread = await anna.get(f"/statuses/{said['id']}/context")
    assert [one["id"] for one in thread["descendants"]] == [answer["id"], again["id"], beside["id"]]
    thread = await ines.get(f"/statuses/{again['id']}/context")
    assert [one["id"] for one in thread["ancestors"]] == [said["id"], answer["id"]]
    assert thread["descendants"] == []

    liked = await ines.post(f"/statuses/{said['id']}/favourite")
    assert (liked["favourited"], liked["favourites_count"], liked["replies_count"]) == (True, 1, 2)
    assert [one["id"] for one in await anna.get(f"/statuses/{said['id']}/favourited_by")] == [ines.id]
    assert [one["id"] for one in await ines.get("/favourites")] == [said["id"]]
    assert not (await ines.post(f"/statuses/{said['id']}/unfavourite"))["favourited"]
    assert (await ines.post(f"/statuses/{said['id']}/bookmark"))["bookmarked"]
    assert [one["id"] for one in await ines.get("/bookmarks")] == [said["id"]]
    assert (await anna.post(f"/statuses/{said['id']}/pin"))["pinned"]
    await ines.post(f"/statuses/{said['id']}/pin", 422)
    assert (await anna.post(f"/statuses/{said['id']}/mute"))["muted"]

    gone = await anna.ask("DELETE", f"/statuses/{said['id']}")
    assert gone["text"].startswith("Hallo @ines, *schön*")
    assert "error" in await ines.get(f"/statuses/{said['id']}", 404)
    assert (await ines.get(f"/statuses/{answer['id']}"))["in_reply_to_account_id"] is None
    assert (await anna.get(f"/accounts/{anna.id}"))["statuses_count"] == 1


async def test_what_is_wrong_is_said_in_the_language_of_the_person(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    refused = await anna.say("", 422)
    assert refused["error"] == "Write something, or add a picture."
    async with town.site.database.write() as tx:
        await people.set_preferences(tx, anna.viewer, "de", Theme.SYSTEM, "Europe/Berlin")
    refused = await anna.say("", 422)
    assert refused["error"].startswith("Schreib")


async def test_a_reblog_is_a_status_of_its_own_and_widens_nothing(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    await omar.post(f"/accounts/{ines.id}/follow")
    said = await anna.say("Hört")
    passed = await ines.post(f"/statuses/{said['id']}/reblog", visibility="public")
    assert (passed["account"]["id"], passed["reblog"]["id"], passed["reblog"]["reblogged"]) == (
        ines.id,
        said["id"],
        True,
    )
    assert await omar.home() == [passed["id"]]
    assert (await omar.get(f"/statuses/{passed['id']}"))["reblog"]["reblogs_count"] == 1
    # Whatever is done to it is done to what was passed on.
    assert (await omar.post(f"/statuses/{passed['id']}/favourite"))["id"] == said["id"]
    assert (await ines.post(f"/statuses/{said['id']}/reblog"))["id"] == passed["id"]
    assert not (await ines.post(f"/statuses/{said['id']}/unreblog"))["reblogged"]
    assert await omar.home() == []
    await omar.get(f"/statuses/{passed['id']}", 404)

    # Deleting a reblog takes it back, also of one's own words, which stay.
    own = await anna.post(f"/statuses/{said['id']}/reblog")
    await ines.ask("DELETE", f"/statuses/{own['id']}", 404)
    assert (await anna.ask("DELETE", f"/statuses/{own['id']}"))["reblog"]["id"] == said["id"]
    assert (await anna.get(f"/statuses/{said['id']}"))["reblogs_count"] == 0

    await ines.post(f"/accounts/{anna.id}/follow")
    private = await anna.say("Nur für euch", visibility="private")
    # What is for some people alone its author passes on, and nobody else.
    refused = await ines.post(f"/statuses/{private['id']}/reblog", 403, visibility="public")
    assert refused == {"error": "This action is not allowed"}
    passed = await anna.post(f"/statuses/{private['id']}/reblog", visibility="public")
    assert passed["visibility"] == "private"
    await ines.post(f"/statuses/{passed['id']}/reblog", 403)
    await omar.get(f"/statuses/{passed['id']}", 404)
    assert await omar.home() == []
    async with town.site.database.write() as tx:
        draft = PostDraft(source="Unter uns", audience=AudienceKind.CONNECTIONS)
        await people.ask_to_connect(tx, anna.viewer, ines.viewer.person, "")
        await people.accept_connection(tx, ines.viewer, anna.viewer.person)
        close = await talk.publish_post(tx, anna.viewer, draft, ADDRESSES)
    await ines.post(f"/statuses/{close}/reblog", 403)
    direct = await anna.say("@ines unter uns", visibility="direct")
    assert direct["visibility"] == "direct"
    await ines.post(f"/statuses/{direct['id']}/reblog", 403)
    await omar.get(f"/statuses/{direct['id']}", 404)
    answer = await ines.say("@omar hör zu", in_reply_to_id=direct["id"], visibility="public")
    assert answer["visibility"] == "direct"
    await omar.get(f"/statuses/{answer['id']}", 404)


async def test_what_is_said_in_a_group_stays_there(town: Town) -> None:
    lena, omar, rosa = await apps(town, "lena", "omar", "rosa")
    links = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
    async with town.site.database.write() as tx:
        draft = GroupDraft(name="Garten", handle="garten", visibility=Visibility.CLOSED)
        group = await groups.create_group(tx, lena.viewer, draft, links)
        await groups.join_group(tx, omar.viewer, group)
        await people.follow(tx, rosa.viewer, omar.viewer.person)
        root = await talk.publish_post(tx, lena.viewer, PostDraft(source="Wer gießt?", place=group), ADDRESSES)
    shown = await omar.get(f"/statuses/{root}")
    assert (shown["visibility"], shown["plausch"]["audience"], shown["plausch"]["place_id"]) == (
        "private",
        "group",
        str(group),
    )
    answer = await omar.say("Ich", in_reply_to_id=str(root), visibility="public")
    assert (answer["visibility"], answer["plausch"]["audience"]) == ("private", "group")
    await rosa.get(f"/statuses/{answer['id']}", 404)
    assert await rosa.home() == []
    await omar.post(f"/statuses/{answer['id']}/reblog", 403)
    account = await omar.get(f"/accounts/{group}")
    assert (account["group"], account["acct"]) == (True, "garten")


async def test_audiences_the_api_has_no_words_for(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    async with town.site.database.write() as tx:
        page = await people.create_page(tx, anna.viewer, "verein", "Verein", PageKind.CLUB)
        speaking = type(anna.viewer)(anna.viewer.person, page)
        said = await talk.publish_post(tx, speaking, PostDraft(source="Fest am Samstag", local_only=True), ADDRESSES)
        near = PostDraft(source="Nah", audience=AudienceKind.CONNECTIONS)
        close = await talk.publish_post(tx, anna.viewer, near, ADDRESSES)
    shown = await ines.get(f"/statuses/{said}")
    assert (shown["account"]["acct"], shown["plausch"]["author"], shown["plausch"]["local_only"]) == (
        "verein",
        "Anna",
        True,
    )
    assert shown["visibility"] == "public"
    await (await town.stranger()).get(f"/api/v1/statuses/{said}", 404)
    own = await anna.get(f"/statuses/{close}")
    assert (own["visibility"], own["plausch"]["audience"]) == ("private", "connections")


async def test_quotes_with_consent(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    said = await anna.say("Zitiert mich", quote_approval_policy="public")
    assert said["quote_approval"]["automatic"] == ["public"]
    quoting = await ines.say("Seht", quoted_status_id=said["id"])
    assert (quoting["quote"]["state"], quoting["quote"]["quoted_status"]["id"]) == ("accepted", said["id"])
    further = await anna.say("Und", quoted_status_id=quoting["id"])
    assert further["quote"]["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": said["id"]}
    assert (await anna.get(f"/statuses/{said['id']}"))["quotes_count"] == 1
    assert [one["id"] for one in await anna.get(f"/statuses/{said['id']}/quotes")] == [quoting["id"]]
    await ines.post(f"/statuses/{said['id']}/quotes/{quoting['id']}/revoke", 403)
    other = await anna.say("Etwas anderes")
    await anna.post(f"/statuses/{other['id']}/quotes/{quoting['id']}/revoke", 404)
    await anna.post(f"/statuses/{said['id']}/quotes/{other['id']}/revoke", 404)
    revoked = await anna.post(f"/statuses/{said['id']}/quotes/{quoting['id']}/revoke")
    assert revoked["quote"] == {"state": "revoked", "quoted_status": None}

    changed = await anna.ask(
        "PUT", f"/statuses/{said['id']}/interaction_policy", json={"quote_approval_policy": "nobody"}
    )
    assert (changed["quote_approval"]["automatic"], changed["edited_at"]) == ([], None)
    assert (await ines.get(f"/statuses/{said['id']}"))["quote_approval"]["current_user"] == "denied"
    await ines.say("Doch", 403, quoted_status_id=said["id"])
    await ines.ask("PUT", f"/statuses/{said['id']}/interaction_policy", 403, json={"quote_approval_policy": "public"})


async def test_a_reblog_is_answered_and_quoted_as_what_it_passes_on(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    said = await anna.say("Hört")
    passed = await ines.post(f"/statuses/{said['id']}/reblog")
    assert (await omar.say("Ja", in_reply_to_id=passed["id"]))["in_reply_to_id"] == said["id"]
    quoting = await omar.say("Seht", quoted_status_id=passed["id"])
    assert quoting["quote"]["quoted_status"]["id"] == said["id"]
    await omar.say("Ja", 404, in_reply_to_id="1")
    await omar.say("Ja", 404, in_reply_to_id="x")
    await omar.say("Seht", 404, quoted_status_id="1")


async def test_a_warning_above_nothing_is_what_is_said(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    said = await anna.say("", spoiler_text="Kein Text")
    assert (said["content"], said["spoiler_text"]) == ('<p dir="auto">Kein Text</p>', "")
    changed = await anna.ask("PUT", f"/statuses/{said['id']}", json={"status": " ", "spoiler_text": "Auch nicht"})
    assert (changed["content"], changed["spoiler_text"]) == ('<p dir="auto">Auch nicht</p>', "")
    files = {"file": ("a.png", picture(), "image/png")}
    media = await anna.ask("POST", "/media", files=files)
    covered = await anna.say("", spoiler_text="Bild", media_ids=[media["id"]])
    assert (covered["content"], covered["spoiler_text"]) == ("", "Bild")
    covered = await anna.ask(
        "PUT", f"/statuses/{covered['id']}", json={"status": "", "spoiler_text": "Rot", "media_ids": [media["id"]]}
    )
    assert (covered["content"], covered["spoiler_text"], len(covered["media_attachments"])) == ("", "Rot", 1)
    await anna.say("", 422)
    await anna.say("", 422, spoiler_text="  ")

    quoting = await ines.say("", quoted_status_id=said["id"])
    assert (quoting["content"], quoting["quote"]["quoted_status"]["id"]) == ("", said["id"])
    changed = await ines.ask("PUT", f"/statuses/{quoting['id']}", json={"status": "", "language": "de"})
    assert changed["quote"]["quoted_status"]["id"] == said["id"]
    assert (await ines.say("", quoted_status_id=said["id"], spoiler_text="Seht"))["content"] == '<p dir="auto">Seht</p>'


async def test_why_a_quote_is_not_shown(town: Town) -> None:
    anna, ines, omar, rosa = await apps(town, "anna", "ines", "omar", "rosa")
    said = await anna.say("Zitiert mich", quote_approval_policy="public")
    quoting = await ines.say("Seht", quoted_status_id=said["id"])
    further = await ines.say("Und", quoted_status_id=quoting["id"])

    async def quote(one: App, status: Any = quoting) -> Any:
        return (await one.get(f"/statuses/{status['id']}"))["quote"]

    await omar.post(f"/accounts/{anna.id}/mute")
    assert await quote(omar) == {"state": "muted_account", "quoted_status": None}
    inner = (await quote(omar, further))["quoted_status"]["quote"]
    assert inner == {"state": "muted_account", "quoted_status_id": None}
    await omar.post(f"/accounts/{anna.id}/block")
    assert await quote(omar) == {"state": "blocked_account", "quoted_status": None}
    # Whoever is blocked is not told so.
    await anna.post(f"/accounts/{rosa.id}/block")
    assert await quote(rosa) == {"state": "unauthorized", "quoted_status": None}
    await rosa.post(f"/accounts/{anna.id}/block")
    assert await quote(rosa) == {"state": "unauthorized", "quoted_status": None}

    private = await anna.say("Nur für euch", visibility="private")
    own = await anna.say("Seht", quoted_status_id=private["id"], visibility="private")
    await ines.post(f"/accounts/{anna.id}/follow")
    await anna.ask("DELETE", f"/statuses/{said['id']}")
    assert await quote(ines) == {"state": "deleted", "quoted_status": None}
    assert (await quote(ines, further))["quoted_status"]["quote"] == {"state": "deleted", "quoted_status_id": None}
    for one in (omar, rosa):
        assert (await quote(one))["state"] == "unauthorized"
    await anna.ask("DELETE", f"/statuses/{private['id']}")
    assert (await quote(ines, own))["state"] == "deleted"


async def test_what_answers_something_that_is_gone_answers_nothing(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    said = await anna.say("Wer kommt?")
    answer = await ines.say("Ich", in_reply_to_id=said["id"])
    below = await anna.say("Gut", in_reply_to_id=answer["id"])
    assert (await anna.get(f"/statuses/{answer['id']}"))["in_reply_to_id"] == said["id"]
    await anna.ask("DELETE", f"/statuses/{said['id']}")
    for one in (anna, ines):
        shown = await one.get(f"/statuses/{answer['id']}")
        assert (shown["in_reply_to_id"], shown["in_reply_to_account_id"]) == (None, None)
    assert (await anna.get(f"/statuses/{below['id']}"))["in_reply_to_id"] == answer["id"]


async def test_polls(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    asked = await anna.say("Wann?", poll={"options": ["Sa", "So"], "expires_in": 3600, "hide_totals": True})
    assert [one["votes_count"] for one in asked["poll"]["options"]] == [None, None]
    voted = await ines.post(f"/polls/{asked['poll']['id']}/votes", choices=["1"])
    assert (voted["voted"], voted["own_votes"], voted["voters_count"]) == (True, [1], 1)
    await ines.post(f"/polls/{asked['poll']['id']}/votes", 422, choices=[0])
    assert (await ines.get(f"/polls/{asked['poll']['id']}"))["own_votes"] == [1]
    assert (await anna.get(f"/statuses/{asked['id']}"))["poll"]["voted"] is False
    await anna.say("Wann?", 422, poll={"options": ["Nie"], "expires_in": 3600})


async def test_an_edit_that_says_nothing_of_the_poll_ends_it(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    poll = {"options": ["Sa", "So"], "expires_in": 3600}
    asked = await anna.say("Wann?", poll=poll)
    at = f"/statuses/{asked['id']}"
    await ines.post(f"/polls/{asked['id']}/votes", choices=[1])
    same = await anna.ask("PUT", at, json={"status": "Wann denn?", "poll": poll})
    assert same["poll"]["votes_count"] == 1
    edited = await anna.ask("PUT", at, json={"status": "Nie", "poll": None})
    assert edited["poll"] is None
    assert (await ines.get(at))["poll"] is None
    await ines.get(f"/polls/{asked['id']}", 404)
    await ines.post(f"/polls/{asked['id']}/votes", 404, choices=[0])
    async with town.site.database.read() as read:
        assert await queries.list_voters(read, int(asked["id"])) == []
    await settle(town)
    (found,) = await ines.get(f"/accounts/{anna.id}/statuses")
    assert found["poll"] is None


async def test_pictures(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    files = {"file": ("a.png", picture(), "image/png")}
    media = await anna.ask("POST", "/media", data={"description": "Rot", "focus": "0.5,-0.5"}, files=files)
    assert (media["description"], media["meta"]["focus"]) == ("Rot", {"x": 0.5, "y": -0.5})
    changed = await anna.ask("PUT", f"/media/{media['id']}", json={"description": "Ein rotes Feld", "focus": "0,0"})
    assert (changed["description"], changed["meta"]["focus"]) == ("Ein rotes Feld", {"x": 0, "y": 0})
    await ines.get(f"/media/{media['id']}", 404)
    await ines.say("", 422, media_ids=[media["id"]])
    said = await anna.say("", media_ids=[media["id"]], sensitive=True)
    assert said["sensitive"]
    assert [one["id"] for one in said["media_attachments"]] == [media["id"]]
    assert [one["id"] for one in await ines.get(f"/accounts/{anna.id}/statuses", only_media="true")] == [said["id"]]
    attributes = [{"id": media["id"], "description": "Anders"}]
    edit = {"status": "Neu", "media_ids": [media["id"]], "media_attributes": attributes}
    changed = await anna.ask("PUT", f"/statuses/{said['id']}", json=edit)
    assert changed["media_attachments"][0]["description"] == "Anders"
    await anna.ask("POST", "/media", 422, files={"file": ("a.txt", b"nichts", "text/plain")})
    await anna.ask("POST", "/media", 422, data={"description": "nichts"})


async def test_a_scheduled_poll_is_said_as_it_was_sent(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    poll = {"options": ["Sa", "So"], "expires_in": 3600, "multiple": True, "hide_totals": False}
    waits = await anna.say("Wann?", scheduled_at=due, poll=poll)
    assert waits["params"]["poll"] == poll
    (listed,) = await anna.get("/scheduled_statuses")
    assert listed["params"]["poll"] == waits["params"]["poll"]
    plain = await anna.say("Morgen", scheduled_at=due)
    assert plain["params"]["poll"] is None
    with clock.at(clock.now() + 2 * clock.DAY + clock.MINUTE):
        async with town.site.database.write() as tx:
            made = await publish_due_draft(tx, int(waits["id"]), ADDRESSES)
        said = await anna.get(f"/statuses/{made}")
    assert (said["poll"]["multiple"], [one["title"] for one in said["poll"]["options"]]) == (True, ["Sa", "So"])


async def test_deleted_and_written_anew_with_the_same_pictures(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    stranger = await town.client()

    async def shows(address: str) -> bool:
        return (await stranger.get(address)).status_code == 200

    files = {"file": ("a.png", picture(), "image/png")}
    ids = [(await anna.ask("POST", "/media", files=files))["id"] for _ in range(2)]
    said = await anna.say("Tipfehler", media_ids=ids)
    gone = await anna.ask("DELETE", f"/statuses/{said['id']}")
    assert (gone["text"], [one["id"] for one in gone["media_attachments"]]) == ("Tipfehler", ids)
    # In between they are hers alone.
    assert not await shows(said["media_attachments"][0]["url"])
    assert await shows(gone["media_attachments"][0]["url"])
    await ines.say("Meins", 422, media_ids=ids)
    again = await anna.say("Tippfehler", media_ids=ids[::-1])
    assert [one["id"] for one in again["media_attachments"]] == ids[::-1]
    assert await shows(said["media_attachments"][0]["url"])

    # What is not used again is swept up a day later, with its files.
    await anna.ask("DELETE", f"/statuses/{again['id']}")
    async with town.site.database.write() as tx:
        await drop_loose_pictures(tx, None)
    await anna.get(f"/media/{ids[0]}")
    with clock.at(clock.now() + 25 * clock.HOUR):
        async with town.site.database.write() as tx:
            await drop_loose_pictures(tx, None)
    await anna.get(f"/media/{ids[0]}", 404)
    await settle(town)
    await eventually_no_files(town)

    third = (await anna.ask("POST", "/media", files=files))["id"]
    said = await anna.say("Weg damit", media_ids=[third])
    await anna.ask("DELETE", f"/statuses/{said['id']}", params={"delete_media": "true"})
    await anna.get(f"/media/{third}", 404)
    # What somebody had to look at stays with those who look.
    fourth = (await anna.ask("POST", "/media", files=files))["id"]
    said = await anna.say("Gemeldet", media_ids=[fourth])
    async with town.site.database.write() as tx:
        await hold_pictures(tx, [int(said["id"])])
    await anna.ask("DELETE", f"/statuses/{said['id']}")
    await anna.get(f"/media/{fourth}", 404)
    async with town.site.database.read() as read:
        held = await queries.list_held_pictures(read, Viewer(1, 1, Role.MODERATOR), [int(said["id"])])
    assert [str(one.id) for one in held[int(said["id"])]] == [fourth]


async def eventually_no_files(town: Town) -> None:
    for _ in range(400):
        if not await town.site.media.keys():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("there are still files")


async def test_what_somebody_else_removes_loses_its_pictures_at_once(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    moderator = await town.person("mo", role=Role.MODERATOR)
    media = await anna.ask("POST", "/media", files={"file": ("a.png", picture(), "image/png")})
    said = await anna.say("Anstoß", media_ids=[media["id"]])
    await moderator.ask("DELETE", f"/api/v1/statuses/{said['id']}")
    await anna.get(f"/media/{media['id']}", 404)
    await moderator.get(f"/api/v1/media/{media['id']}", 404)


async def test_an_edit_changes_which_pictures_there_are(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    files = {"file": ("a.png", picture(), "image/png")}
    one, two, three = [(await anna.ask("POST", "/media", files=files))["id"] for _ in range(3)]
    other = (await ines.ask("POST", "/media", files=files))["id"]
    said = await anna.say("Bilder", media_ids=[one, two])
    at = f"/statuses/{said['id']}"

    async def edit(status: int = 200, **body: Any) -> list[str]:
        found = await anna.ask("PUT", at, status, json={"status": "Bilder", **body})
        return [each["id"] for each in found.get("media_attachments", [])]

    assert await edit(media_ids=[three, two]) == [three, two]
    assert [each["id"] for each in (await ines.get(at))["media_attachments"]] == [three, two]
    # Left out is gone, nobody takes what is another's, and nothing is half done.
    assert await edit(422, media_ids=[one]) == []
    assert await edit(422, media_ids=[two, other]) == []
    assert await edit(422, media_ids=[two, two]) == []
    async with town.site.database.read() as tx:
        kept = await queries.list_pictures(tx, [int(said["id"])])
        assert [str(each.id) for each in kept[int(said["id"])]] == [three, two]
        assert await queries.find_picture_file(tx, anna.viewer, int(one), "small") is None
    await anna.ask("PUT", at, 422, json={"status": "", "media_ids": []})
    # What was reported is kept for those who look into it.
    async with town.site.database.write() as tx:
        await hold_pictures(tx, [int(said["id"])])
    # Who says nothing of pictures wants none; a form has no other way to say so.
    assert await edit() == []
    assert [each["id"] for each in await ines.get(f"/accounts/{anna.id}/statuses", only_media="true")] == []
    async with town.site.database.read() as tx:
        held = await queries.list_held_pictures(tx, Viewer(1, 1, Role.MODERATOR), [int(said["id"])])
    assert len(held[int(said["id"])]) == 2


async def test_an_edit_that_changes_nothing_leaves_no_trace(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    media = await anna.ask("POST", "/media", files={"file": ("a.png", picture(), "image/png")})
    said = await anna.say("Hallo @ines #Linde", media_ids=[media["id"]], language="de")
    asked = await anna.say("Wann?", poll={"options": ["Sa", "So"], "expires_in": 3600})
    await settle(town)
    heard = [one["id"] for one in await ines.person.get("/api/v1/notifications")]
    assert len(heard) == 1
    for before, more in (
        (said, {"media_ids": [media["id"]], "language": "de"}),
        (asked, {"poll": {"options": ["Sa", "So"], "expires_in": 7200}}),
    ):
        at = f"/statuses/{before['id']}"
        source = (await anna.get(f"{at}/source"))["text"]
        before = await anna.get(at)
        after = await anna.ask("PUT", at, json={"status": source, **more})
        assert after == before
        assert after["edited_at"] is None
        assert len(await anna.get(f"{at}/history")) == 1
    # Who may quote is no wording.
    quiet = {"status": "Hallo @ines #Linde", "media_ids": [media["id"]], "quote_approval_policy": "nobody"}
    after = await anna.ask("PUT", f"/statuses/{said['id']}", json=quiet)
    assert (after["edited_at"], after["quote_approval"]["automatic"]) == (None, [])
    await settle(town)
    assert [one["id"] for one in await ines.person.get("/api/v1/notifications")] == heard


async def test_the_history_shows_what_there_was(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    files = {"file": ("a.png", picture(), "image/png")}
    one, two = [
        (await anna.ask("POST", "/media", data={"description": words}, files=files))["id"] for words in ("Rot", "Blau")
    ]
    said = await anna.say("Bilder", media_ids=[one], language="de")
    at = f"/statuses/{said['id']}"

    async def edit(**body: Any) -> Any:
        return await anna.ask("PUT", at, json={"status": "Bilder", **body})

    async def history() -> list[list[tuple[str, str]]]:
        found = await ines.get(f"{at}/history")
        moments = [each["created_at"] for each in found]
        assert moments == sorted(set(moments))
        assert moments[0] == said["created_at"]
        return [[(each["id"], each["description"]) for each in was["media_attachments"]] for was in found]

    described = await edit(media_ids=[one], media_attributes=[{"id": one, "description": "Ein rotes Feld"}])
    assert described["edited_at"] is not None
    assert await history() == [[(one, "Rot")], [(one, "Ein rotes Feld")]]
    await edit(media_ids=[two, one])
    was = [[(one, "Rot")], [(one, "Ein rotes Feld")], [(two, "Blau"), (one, "Ein rotes Feld")]]
    assert await history() == was
    await edit(media_ids=[two, one], language="en")
    assert await history() == [*was, was[-1]]
    # What was taken out is gone, also from there.
    await edit(media_ids=[one], language="en")
    assert await history() == [was[0], was[1], was[1], was[1], was[1]]

    asked = await anna.say("Wann?", poll={"options": ["Sa", "So"], "expires_in": 3600})
    at = f"/statuses/{asked['id']}"
    await anna.ask("PUT", at, json={"status": "Wann?", "poll": {"options": ["Mo", "Di"], "expires_in": 3600}})
    await anna.ask("PUT", at, json={"status": "Nie"})
    found = await ines.get(f"{at}/history")
    assert [was["poll"] for was in found] == [
        {"options": [{"title": "Sa"}, {"title": "So"}]},
        {"options": [{"title": "Mo"}, {"title": "Di"}]},
        None,
    ]


async def test_every_wording_is_kept(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    said = await anna.say("Erst so", spoiler_text="Achtung")
    edited = await anna.ask("PUT", f"/statuses/{said['id']}", json={"status": "Dann *so*", "spoiler_text": ""})
    assert (edited["spoiler_text"], edited["edited_at"] is not None) == ("", True)
    history = await ines.get(f"/statuses/{said['id']}/history")
    assert [one["spoiler_text"] for one in history] == ["Achtung", ""]
    assert (await anna.get(f"/statuses/{said['id']}/source"))["text"] == "Dann *so*"
    await ines.get(f"/statuses/{said['id']}/source", 403)
    await ines.ask("PUT", f"/statuses/{said['id']}", 404, json={"status": "Nein"})
    assert await ines.ask("POST", f"/statuses/{said['id']}/translate", 404)
    assert await ines.get(f"/statuses/{said['id']}/card") == {}


async def test_once_and_later(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    headers = {"idempotency-key": "einmal"}
    first, second = [
        await who.ask("POST", "/statuses", json={"status": "Einmal"}, headers=headers) for who in (anna, anna)
    ]
    assert first["id"] == second["id"]
    assert (await ines.ask("POST", "/statuses", json={"status": "Einmal"}, headers=headers))["id"] != first["id"]

    due, later = [(datetime.now(UTC) + timedelta(days=n)).strftime("%Y-%m-%dT%H:%M:%S.000Z") for n in (1, 2)]
    waits = await anna.say("Morgen", scheduled_at=due, visibility="unlisted")
    assert (waits["scheduled_at"], waits["params"]["text"], waits["params"]["visibility"]) == (
        due,
        "Morgen",
        "unlisted",
    )
    assert [one["id"] for one in await anna.get("/scheduled_statuses")] == [waits["id"]]
    await ines.get(f"/scheduled_statuses/{waits['id']}", 404)
    moved = await anna.ask("PUT", f"/scheduled_statuses/{waits['id']}", json={"scheduled_at": later})
    assert moved["scheduled_at"] == later
    await anna.ask("DELETE", f"/scheduled_statuses/{waits['id']}")
    await anna.get(f"/scheduled_statuses/{waits['id']}", 404)
    await anna.say("Gestern", 422, scheduled_at="2020-01-01T00:00:00Z")


async def test_what_a_filter_catches_is_told(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    await ines.post(f"/accounts/{anna.id}/follow")
    async with town.site.database.write() as tx:
        await feeds.add_filter(tx, ines.viewer, FilterDraft(phrase="Spinne"))
        await feeds.add_filter(tx, ines.viewer, FilterDraft(phrase="Schlange", action=FilterAction.HIDE))
    spider, _ = await anna.say("Eine Spinne"), await anna.say("Eine Schlange")
    (shown,) = await ines.get("/timelines/home")
    assert shown["id"] == spider["id"]
    assert shown["filtered"][0]["filter"]["filter_action"] == "warn"
    assert shown["filtered"][0]["keyword_matches"] == ["Spinne"]
    assert (await anna.get("/timelines/home"))[0]["filtered"] == []


async def test_what_cannot_be_is_said_so(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    said = await anna.say("Hallo")
    await anna.say("", 422)
    await anna.say("x", 422, visibility="friends")
    await anna.say("x", 404, in_reply_to_id="1")
    await anna.say("x", 404, in_reply_to_id="nichts")
    await anna.say("x", 422, scheduled_at="bald")
    for path in ("/statuses/1", "/statuses/x", "/statuses/1/context", "/polls/1", f"/polls/{said['id']}"):
        await anna.get(path, 404)
    reader = (await town.person("leo", scopes="read:accounts")).app
    for method, path in (("GET", f"/api/v1/statuses/{said['id']}"), ("POST", "/api/v1/statuses")):
        assert (await reader.request(method, path)).status_code == 403
    stranger = (await town.stranger()).app
    assert (await stranger.post(f"/api/v1/statuses/{said['id']}/favourite")).status_code == 401
    assert (await stranger.get(f"/api/v1/statuses/{said['id']}")).json().keys().isdisjoint({"favourited", "muted"})
