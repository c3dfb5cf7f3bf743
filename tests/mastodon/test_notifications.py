"""Notifications as apps read them: alone, in groups, from strangers; markers and push."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from plausch.feeds import actions as feeds
from plausch.feeds import queries as feeds_queries
from plausch.feeds.actions import PUSH
from plausch.feeds.model import Channel, FromWhom, NotificationKind
from plausch.http.site import ADDRESSES
from plausch.net import push
from plausch.net.fetching import GuardedClient
from plausch.people import actions as people
from plausch.people import queries
from plausch.talk import actions as talk
from plausch.talk.listeners import FETCH_PREVIEW
from plausch.talk.model import AudienceKind, PostDraft
from tests.harness.community import stored
from tests.harness.push_service import PushService, push_service
from tests.mastodon.conftest import BASE, OpenTown, Person, Town
from tests.mastodon.shapes import ACCOUNT, GROUP, NOTIFICATION, STATUS, check


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as found:
        yield found


async def say(town: Town, who: Person, text: str, **more: Any) -> int:
    async with town.site.database.write() as tx:
        return await talk.publish_post(tx, who.viewer, PostDraft(source=text, **more), ADDRESSES)


async def settle(town: Town) -> None:
    """Everything that follows from what was done has happened: the application's own worker does it."""
    for _ in range(500):
        jobs = (await stored(town.site.database))["work_jobs"]
        if not [row for row in jobs if row[1].startswith("fact:") or row[1] in (PUSH, FETCH_PREVIEW)]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("there is still work")


def several(name: str, *values: str) -> dict[str, Any]:
    """A list among the parameters."""
    return {f"{name}[]": list(values)}


async def respond(town: Town, post: int, *whos: Person) -> None:
    for who in whos:
        async with town.site.database.write() as tx:
            await talk.like_post(tx, who.viewer, post)


async def test_notifications_are_listed_narrowed_read_and_cleared(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    post = await say(town, anna, "Wer kommt?")
    await respond(town, post, ben, cleo)
    await settle(town)
    reply = await say(town, ben, "Ich @anna", reply_to=post)
    async with town.site.database.write() as tx:
        await people.follow(tx, cleo.viewer, anna.viewer.person)
        await talk.share_post(tx, cleo.viewer, post)
    await settle(town)
    found = await anna.get("/api/v1/notifications")
    check(found, NOTIFICATION)
    assert sorted(one["type"] for one in found) == ["favourite", "favourite", "follow", "mention", "reblog"]
    assert [int(one["id"]) for one in found] == sorted((int(one["id"]) for one in found), reverse=True)
    mention = next(one for one in found if one["type"] == "mention")
    check(mention["status"], STATUS)
    assert (mention["status"]["id"], mention["account"]["acct"]) == (str(reply), "ben")
    likes = await anna.get("/api/v1/notifications", **several("types", "favourite"))
    assert [one["status"]["id"] for one in likes] == [str(post)] * 2
    assert len(await anna.get("/api/v1/notifications", **several("exclude_types", "favourite", "follow"))) == 2
    assert {one["account"]["id"] for one in await anna.get("/api/v1/notifications", account_id=cleo.id)} == {cleo.id}
    # Down and up again.
    answer = await anna.app.get("/api/v1/notifications", params={"limit": 2})
    first = answer.json()
    assert 'rel="next"' in answer.headers["link"]
    rest = await anna.get("/api/v1/notifications", max_id=first[-1]["id"])
    assert [one["id"] for one in first + rest] == [one["id"] for one in found]
    above = await anna.get("/api/v1/notifications", min_id=found[-1]["id"], limit=2)
    assert [one["id"] for one in above] == [one["id"] for one in found[2:4]]
    # Read, then gone.
    assert await anna.get("/api/v1/notifications/unread_count") == {"count": 5}
    marked = await anna.post("/api/v1/markers", notifications={"last_read_id": found[1]["id"]})
    assert (marked["notifications"]["last_read_id"], marked["notifications"]["version"]) == (found[1]["id"], 1)
    assert await anna.get("/api/v1/markers", **several("timeline", "home", "notifications")) == marked
    assert await anna.get("/api/v1/notifications/unread_count") == {"count": 1}
    assert (await anna.get(f"/api/v1/notifications/{mention['id']}"))["status"] == mention["status"]
    await ben.get(f"/api/v1/notifications/{mention['id']}", 404)
    await ben.post(f"/api/v1/notifications/{mention['id']}/dismiss", 404)
    assert await anna.post(f"/api/v1/notifications/{mention['id']}/dismiss") == {}
    await anna.get(f"/api/v1/notifications/{mention['id']}", 404)
    assert await anna.post("/api/v1/notifications/clear") == {}
    assert await anna.get("/api/v1/notifications") == []


async def test_what_belongs_together_is_one_group(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    one, two = await say(town, anna, "Eins"), await say(town, anna, "Zwei")
    await respond(town, one, ben, cleo)
    await respond(town, two, ben)
    await say(town, ben, "@anna hallo")
    await settle(town)
    found = await anna.get("/api/v2/notifications")
    check(found["accounts"], ACCOUNT)
    check(found["statuses"], STATUS)
    check(found["notification_groups"], GROUP)
    likes = next(group for group in found["notification_groups"] if group.get("status_id") == str(one))
    assert (likes["notifications_count"], set(likes["sample_account_ids"])) == (2, {ben.id, cleo.id})
    assert len(found["notification_groups"]) == 3
    assert "status_id" in next(group for group in found["notification_groups"] if group["type"] == "mention")
    key = likes["group_key"]
    alone = await anna.get(f"/api/v2/notifications/{key}")
    assert alone["notification_groups"][0]["notifications_count"] == 2
    assert {account["id"] for account in await anna.get(f"/api/v2/notifications/{key}/accounts")} == {ben.id, cleo.id}
    # Pages of single groups meet all of them; a group that goes on below is counted whole.
    seen: list[Any] = []
    cursor: dict[str, Any] = {}
    for _ in range(4):
        page = (await anna.get("/api/v2/notifications", limit=1, **cursor))["notification_groups"]
        seen += page
        cursor = {"max_id": page[-1]["page_min_id"]} if page else cursor
    assert {group["group_key"] for group in seen} == {group["group_key"] for group in found["notification_groups"]}
    few = await anna.get("/api/v2/notifications", expand_accounts="partial_avatars")
    assert len(few["accounts"]) + len(few["partial_accounts"]) == 2
    apart = await anna.get("/api/v2/notifications", **several("grouped_types", "follow"))
    assert len(apart["notification_groups"]) == 4
    assert await anna.get("/api/v2/notifications/unread_count") == {"count": 3}
    await ben.get(f"/api/v2/notifications/{key}", 404)
    await anna.post(f"/api/v2/notifications/{key}/dismiss")
    await anna.get(f"/api/v2/notifications/{key}", 404)
    for nonsense in ("favourite-x", "ungrouped-", "nothing-1", "follow-9999999999999999", f"ungrouped-{'9' * 40}"):
        await anna.get(f"/api/v2/notifications/{nonsense}", 404)
    last = f"/api/v2/notifications/ungrouped-{(1 << 63) - 1}"
    await anna.get(last, 404)
    await anna.get(f"{last}/accounts", 404)
    await anna.post(f"{last}/dismiss", 404)


async def test_what_is_unread_is_counted_as_it_is_asked_for(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    post = await say(town, anna, "Eins")
    await respond(town, post, ben, cleo)
    for words in ("@anna hallo", "@anna noch etwas"):
        await say(town, ben, words)
    await settle(town)
    groups, alone = "/api/v2/notifications/unread_count", "/api/v1/notifications/unread_count"
    for path, whole in ((groups, 3), (alone, 4)):
        assert await anna.get(path) == {"count": whole}
        # What is no number is as if it were not there.
        for limit, number in ((1, 1), (2, 2), (-5, whole), (0, whole), (5_000, whole), (10**25, whole)):
            assert await anna.get(path, limit=limit) == {"count": number}, (path, limit)
    # The limit is of groups, not of what is in them: both likes are one.
    assert await anna.get(groups, **several("types", "favourite"), limit=2) == {"count": 1}
    assert await anna.get(groups, **several("grouped_types", "follow")) == {"count": 4}
    for path, of_ben in ((groups, 3), (alone, 3)):
        assert await anna.get(path, account_id=ben.id) == {"count": of_ben}
        assert await anna.get(path, account_id=cleo.id) == {"count": 1}


async def test_former_apps_name_what_they_dismiss_in_the_body(town: Town) -> None:
    anna, ben = await town.person("anna"), await town.person("ben")
    await say(town, ben, "@anna hallo")
    await say(town, ben, "@anna noch etwas")
    await settle(town)
    first, second = [one["id"] for one in await anna.get("/api/v1/notifications")]
    assert await anna.ask("POST", "/api/v1/notifications/dismiss", data={"id": first}) == {}
    assert await anna.ask("POST", "/api/v1/notifications/dismiss", params={"id": second}) == {}
    assert await anna.get("/api/v1/notifications") == []
    await anna.post("/api/v1/notifications/dismiss", 404)


async def test_edits_of_what_one_passed_on_and_who_is_new(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    post = await say(town, ben, "Um drei")
    await anna.post(f"/api/v1/statuses/{post}/reblog")
    quote = str(await say(town, cleo, "Kommt", quote=post))
    await settle(town)
    await ben.ask("PUT", f"/api/v1/statuses/{post}", json={"status": "Um vier"})
    await settle(town)
    (told,) = await anna.get("/api/v1/notifications", **several("types", "update"))
    check(told, NOTIFICATION)
    assert (told["status"]["id"], told["account"]["acct"]) == (str(post), "ben")
    assert "vier" in told["status"]["content"]
    (told,) = await cleo.get("/api/v1/notifications", **several("types", "quoted_update"))
    check(told, NOTIFICATION)
    assert (told["status"]["id"], told["account"]["acct"]) == (quote, "ben")
    assert "vier" in told["status"]["quote"]["quoted_status"]["content"]
    grouped = await cleo.get("/api/v2/notifications")
    check(grouped["notification_groups"], GROUP)
    first = grouped["notification_groups"][0]
    assert (first["type"], first["status_id"]) == ("quoted_update", quote)
    async with town.site.database.write() as tx:
        now = await feeds_queries.get_preferences(tx, anna.viewer.person)
        wanted = {(kind, channel) for kind in NotificationKind for channel in Channel if now.wants(kind, channel)}
        wanted.add((NotificationKind.JOINED, Channel.PAGE))
        await feeds.set_notification_preferences(tx, anna.viewer, wanted, FromWhom.EVERYBODY)
    new = [await town.person(name) for name in ("omar", "ines")]
    await settle(town)
    alone = await anna.get("/api/v1/notifications", **several("types", "admin.sign_up"))
    check(alone, NOTIFICATION)
    assert {one["account"]["id"] for one in alone} == {one.id for one in new}
    groups = (await anna.get("/api/v2/notifications", **several("types", "admin.sign_up")))["notification_groups"]
    check(groups, GROUP)
    assert [one["notifications_count"] for one in groups] == [2]
    assert len((await anna.get(f"/api/v2/notifications/{groups[0]['group_key']}"))["accounts"]) == 2


async def test_what_one_may_not_see_is_in_no_notification(town: Town) -> None:
    anna, ben = await town.person("anna"), await town.person("ben")
    async with town.site.database.write() as tx:
        await people.follow(tx, anna.viewer, ben.viewer.person)
    await say(town, ben, "@anna nur für euch", audience=AudienceKind.FOLLOWERS)
    await settle(town)
    (seen,) = await anna.get("/api/v1/notifications")
    async with town.site.database.write() as tx:
        await people.unfollow(tx, anna.viewer, ben.viewer.person)
    assert await anna.get("/api/v1/notifications") == []
    assert (await anna.get("/api/v2/notifications"))["notification_groups"] == []
    await anna.get(f"/api/v1/notifications/{seen['id']}", 404)


async def test_strangers_wait_aside_until_they_are_let_in(town: Town) -> None:
    anna, ben, cleo = [await town.person(name) for name in ("anna", "ben", "cleo")]
    policy = await anna.get("/api/v2/notifications/policy")
    assert (policy["for_not_following"], policy["summary"]["pending_requests_count"]) == ("accept", 0)
    changed = await anna.ask("PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
    assert changed["for_not_following"] == "filter"
    assert (await anna.get("/api/v1/notifications/policy"))["filter_not_following"] is True
    post = await say(town, anna, "Hallo")
    await respond(town, post, ben)
    await say(town, cleo, "@anna kaufe jetzt")
    await settle(town)
    assert await anna.get("/api/v1/notifications") == []
    assert len(await anna.get("/api/v1/notifications", include_filtered="true")) == 2
    waiting = await anna.get("/api/v1/notifications/requests")
    assert [(one["account"]["acct"], one["notifications_count"]) for one in waiting] == [("cleo", "1"), ("ben", "1")]
    check(waiting[0]["last_status"], STATUS)
    assert (await anna.get(f"/api/v1/notifications/requests/{ben.id}"))["account"]["acct"] == "ben"
    assert await anna.post(f"/api/v1/notifications/requests/{ben.id}/accept") == {}
    assert await anna.post("/api/v1/notifications/requests/dismiss", id=[cleo.id]) == {}
    assert await anna.get("/api/v1/notifications/requests") == []
    assert [one["account"]["acct"] for one in await anna.get("/api/v1/notifications")] == ["ben"]
    await say(town, ben, "@anna noch da?")
    await say(town, cleo, "@anna jetzt aber")
    await settle(town)
    assert [one["account"]["acct"] for one in await anna.get("/api/v1/notifications")] == ["ben", "ben"]


async def test_apps_are_pushed_what_they_ask_for(open_town: OpenTown, service: PushService) -> None:
    town = await open_town(GuardedClient(BASE, allow_loopback=True))
    anna, ben = await town.person("anna"), await town.person("ben")
    keys = {"p256dh": push.to_base64(service.public_key), "auth": push.to_base64(service.secret)}
    subscription = {"endpoint": service.endpoint, "keys": keys}
    await anna.get("/api/v1/push/subscription", 404)
    await anna.post("/api/v1/push/subscription", 422, subscription={**subscription, "keys": {"p256dh": "x"}})
    alerts = {"mention": True, "favourite": True, "quoted_update": True}
    made = await anna.post("/api/v1/push/subscription", subscription=subscription, data={"alerts": alerts})
    server = (await anna.get("/api/v2/instance"))["configuration"]["vapid"]["public_key"]
    assert (made["server_key"], made["policy"], made["standard"]) == (server, "all", True)
    assert (made["alerts"]["mention"], made["alerts"]["follow"]) == (True, False)
    assert (made["alerts"]["quoted_update"], made["alerts"]["admin.sign_up"]) == (True, False)
    assert await anna.get("/api/v1/push/subscription") == made
    post = await say(town, anna, "Hallo")
    await respond(town, post, ben)
    await settle(town)
    message = await service.message()
    (liked,) = await anna.get("/api/v1/notifications")
    assert (message["notification_id"], message["notification_type"]) == (int(liked["id"]), "favourite")
    assert anna.app.headers["authorization"] == f"Bearer {message['access_token']}"
    assert (message["preferred_locale"], message["body"]) == ("en", "Hallo")
    assert "Ben" in message["title"]
    assert message["icon"].startswith("http://localhost:8000/")
    assert service.senders == [push.from_base64(server)]
    # What is not for everybody is not said.
    await say(town, ben, "@anna unter uns", audience=AudienceKind.PARTICIPANTS, participants=(anna.viewer.person,))
    await settle(town)
    message = await service.message()
    assert (message["notification_type"], message["body"]) == ("mention", "")
    changed = await anna.ask("PUT", "/api/v1/push/subscription", json={"data": {"alerts": {"follow": True}}})
    assert (changed["alerts"]["follow"], changed["alerts"]["mention"]) == (True, False)
    await say(town, ben, "@anna nochmal")
    await settle(town)
    assert await anna.ask("DELETE", "/api/v1/push/subscription") == {}
    await anna.get("/api/v1/push/subscription", 404)
    assert service.messages.empty()


async def test_a_token_that_was_revoked_gets_nothing_more(open_town: OpenTown, service: PushService) -> None:
    town = await open_town(GuardedClient(BASE, allow_loopback=True))
    anna, ben = await town.person("anna"), await town.person("ben")
    keys = {"p256dh": push.to_base64(service.public_key), "auth": push.to_base64(service.secret)}
    await anna.post(
        "/api/v1/push/subscription",
        subscription={"endpoint": service.endpoint, "keys": keys},
        data={"alerts": {"mention": "1"}, "policy": "followed"},
    )
    await say(town, ben, "@anna hallo")
    await settle(town)
    assert service.messages.empty(), "only of whom she follows"
    async with town.site.database.write() as tx:
        await people.follow(tx, anna.viewer, ben.viewer.person)
        (token,) = await queries.list_tokens(tx, anna.viewer.person)
        await people.revoke_token(tx, anna.viewer, token.id)
    await say(town, ben, "@anna und jetzt?")
    await settle(town)
    assert service.messages.empty()
