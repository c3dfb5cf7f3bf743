"""Pictures that take longer than an app should wait: it asks again, and cannot post them before."""

import asyncio

import pytest

from plausch.clientapi.mastodon import uploads
from plausch.storage.media import new_key
from plausch.talk import actions as talk
from plausch.talk.jobs import make_picture_fit
from plausch.work import queue
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Town
from tests.mastodon.test_notifications import settle
from tests.mastodon.test_statuses import picture

FILES = {"file": ("a.png", picture(), "image/png")}


async def wait_for(one: App, id_: str) -> None:
    """As apps do it."""
    for _ in range(400):
        answer = await one.person.app.get(f"/api/v1/media/{id_}")
        if answer.status_code != 206:
            assert answer.status_code == 200, answer.text
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it is never ready")


async def test_what_is_ready_at_once_needs_no_second_question(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    assert (await anna.person.ask("POST", "/api/v2/media", files=FILES))["url"]


async def test_what_takes_longer_is_asked_for_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ines = await apps(town, "anna", "ines")
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    data = {"description": "Rot", "focus": "0.5,-0.5"}
    waits = await anna.person.ask("POST", "/api/v2/media", 202, files=FILES, data=data)
    assert (waits["url"], waits["preview_url"], waits["description"]) == (None, None, "Rot")
    await ines.get(f"/media/{waits['id']}", 404)
    await wait_for(anna, waits["id"])
    found = await anna.get(f"/media/{waits['id']}")
    assert (found["meta"]["original"]["width"], found["meta"]["focus"]) == (800, {"x": 0.5, "y": -0.5})
    said = await anna.say("Da ist es", media_ids=[waits["id"]])
    assert [one["id"] for one in said["media_attachments"]] == [waits["id"]]
    # What cannot be a picture is refused at once, however little patience there is.
    await anna.person.ask("POST", "/api/v2/media", 422, files={"file": ("a.txt", b"nichts", "text/plain")})


async def test_nothing_is_posted_before_it_is_ready(town: Town) -> None:
    (anna,) = await apps(town, "anna")
    keys = [new_key(), new_key()]
    await town.site.media.put(keys[0], picture())
    await town.site.media.put(keys[1], b"\x89PNG\r\n\x1a\nbroken")
    async with town.site.database.write() as tx:
        good, bad = [await talk.add_raw_picture(tx, anna.viewer, key, "") for key in keys]
        for one in (good, bad):
            await queue.take_back(tx, talk.PREPARE_PICTURE, one)
    await anna.person.get(f"/api/v1/media/{good}", 206)
    refused = await anna.say("Zu früh", 422, media_ids=[str(good)])
    assert "finished processing" in refused["error"]
    assert (await anna.person.app.get(f"/pictures/{good}/large")).status_code == 404

    for _ in range(2):  # a job may be done twice
        for one in (good, bad):
            await make_picture_fit(town.site.database, one, media=town.site.media)
    await settle(town)
    await anna.get(f"/media/{good}")
    await anna.get(f"/media/{bad}", 422)
    await anna.say("Kaputt", 422, media_ids=[str(bad)])
    await anna.say("Jetzt", media_ids=[str(good)])
    # What was sent is not kept: there are more than pixels in it.
    for _ in range(400):
        if len(await town.site.media.keys()) == 2:
            break
        await asyncio.sleep(0.02)
    kept = await town.site.media.keys()
    assert len(kept) == 2
    assert not kept & set(keys)
