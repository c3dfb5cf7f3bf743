"""Figures of the server for the apps of those who look after it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import Consent, Role
from tests.mastodon.apps import apps
from tests.mastodon.conftest import Person, Town
from tests.mastodon.test_blocking_sign_ups import ask

_MEASURES, _DIMENSIONS = "/api/v1/admin/measures", "/api/v1/admin/dimensions"


async def owner_of(town: Town) -> Person:
    return await town.person("mara", "read write admin:read admin:write", role=Role.OWNER)


async def measure(person: Person, *keys: str, **more: Any) -> dict[str, Any]:
    return {one["key"]: one for one in await ask(person, "POST", _MEASURES, keys=list(keys), **more)}


async def dimension(person: Person, key: str, **more: Any) -> dict[str, str]:
    """How much of what."""
    (found,) = await ask(person, "POST", _DIMENSIONS, keys=[key], **more)
    assert found["key"] == key
    return {one["human_key"]: one["value"] for one in found["data"]}


async def test_replies_likes_and_shares_are_counted_by_day(town: Town) -> None:
    mara = await owner_of(town)
    anna, ben = await apps(town, "anna", "ben")
    with clock.at(clock.real_now() - 3 * clock.DAY):
        old = await anna.say("Guten Morgen")
        await ben.post(f"/statuses/{old['id']}/favourite")
    await ben.say("Morgen", in_reply_to_id=old["id"])
    await ben.post(f"/statuses/{old['id']}/reblog")
    # Of what few may read nobody learns that there is anything.
    hidden = await anna.say("Nur für Ben: @ben", visibility="direct")
    await ben.post(f"/statuses/{hidden['id']}/favourite")
    await ben.say("Ja", in_reply_to_id=hidden["id"])
    counted = (await measure(mara, "interactions"))["interactions"]
    assert (counted["total"], counted["previous_total"]) == ("3", "0")
    assert [day["value"] for day in counted["data"]] == [*["0"] * 26, "1", "0", "0", "2"]
    today = clock.now() // clock.DAY
    day = {"start_at": _day(today), "end_at": _day(today)}
    assert (await measure(mara, "interactions", **day))["interactions"]["total"] == "2"
    before = await measure(mara, "interactions", start_at=_day(today - 2), end_at=_day(today))
    assert (before["interactions"]["total"], before["interactions"]["previous_total"]) == ("2", "1")


def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 86_400, UTC).date().isoformat()


async def test_a_tag_is_counted_of_those_who_agree(town: Town) -> None:
    mara = await owner_of(town)
    anna, ben, cleo = await apps(town, "anna", "ben", "cleo")
    async with town.site.database.write() as tx:
        await people.set_consent(tx, cleo.viewer, Consent.COUNT_IN_INSIGHTS, False)
    for one, language in ((anna, "de"), (anna, "en"), (ben, "de"), (cleo, "fr")):
        await one.say("Wir gehen #baden", language=language)
    await anna.say("Nur wir #baden", visibility="private", language="de")
    keys = ("tag_accounts", "tag_uses", "tag_servers")
    of = {key: {"id": "Baden"} for key in (*keys, "tag_languages")}
    counted = await measure(mara, *keys, **of)
    assert {key: one["total"] for key, one in counted.items()} == {
        "tag_accounts": "2",
        "tag_uses": "3",
        "tag_servers": "1",
    }
    assert {key: (len(one["data"]), one["data"][-1]["value"]) for key, one in counted.items()} == {
        "tag_accounts": (30, "2"),
        "tag_uses": (30, "3"),
        "tag_servers": (30, "1"),
    }
    assert await dimension(mara, "tag_languages", **of) == {"German": "2", "English": "1"}
    assert await dimension(mara, "tag_servers", tag_servers={"id": "baden"}) == {"localhost:8000": "3"}
    unused = await measure(mara, *keys, **{key: {"id": "niemand"} for key in keys})
    assert {one["total"] for one in unused.values()} == {"0"}
    assert await dimension(mara, "tag_languages", tag_languages={"id": "niemand"}) == {}
    await ask(mara, "POST", _MEASURES, 404, keys=["tag_uses"], tag_uses={"id": "-"})
    for path, key in ((_MEASURES, "tag_uses"), (_DIMENSIONS, "tag_languages")):
        refused = await ask(mara, "POST", path, 400, keys=[key])
        assert refused["error"] == f"param is missing or the value is empty: {key}"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_nothing_is_here_of_other_servers_and_times(town: Town) -> None:
    mara = await owner_of(town)
    kinds = ("accounts", "media_attachments", "reports", "statuses", "follows", "followers")
    keys = [f"instance_{kind}" for kind in kinds]
    # As forms have it, too.
    form = {"keys[]": keys, "end_at": "2026-01-31", "start_at": "2026-01-30"}
    found = await mara.ask("POST", _MEASURES, data=form | {f"{key}[domain]": "anders.example" for key in keys})
    assert [(one["key"], one["total"], [day["value"] for day in one["data"]]) for one in found] == [
        (key, "0", ["0", "0"]) for key in keys
    ]
    assert [one["date"] for one in found[0]["data"]] == ["2026-01-30T00:00:00Z", "2026-01-31T00:00:00Z"]
    assert {one["key"]: (one["unit"], one["human_value"]) for one in found if one["unit"]} == {
        "instance_media_attachments": ("bytes", "0 B")
    }
    await ask(mara, "POST", _MEASURES, 400, keys=["instance_accounts"])
    (active,) = (await measure(mara, "active_users")).values()
    assert (active["total"], active["data"], "previous_total" in active) == ("1", [], False)
    long_ago = await measure(mara, "new_users", "interactions", start_at="0001-01-01", end_at="1970-01-02")
    assert {(one["total"], len(one["data"])) for one in long_ago.values()} == {("0", 2)}
    tag = await measure(mara, "tag_uses", end_at="1970-01-01", tag_uses={"id": "baden"})
    assert (tag["tag_uses"]["total"], len(tag["tag_uses"]["data"])) == ("0", 30)
    for key in ("instance_accounts", "instance_languages"):
        assert await dimension(mara, key, **{key: {"domain": "anders.example"}}) == {}
        await ask(mara, "POST", _DIMENSIONS, 400, keys=[key])


async def test_what_the_server_consists_of(town: Town) -> None:
    mara = await owner_of(town)
    (anna,) = await apps(town, "anna")
    await anna.say("Guten Morgen")
    await anna.say("Nur wir", visibility="private")
    assert await dimension(mara, "languages") == {"English": "2"}
    assert await dimension(mara, "sources") == {}
    assert await dimension(mara, "servers") == {"localhost:8000": "1"}
    assert await dimension(mara, "servers", end_at="2020-01-01") == {}
    engine = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[town.site.database.engine]
    versions = await dimension(mara, "software_versions")
    assert set(versions) == {"Plausch", "Python", engine}
    assert versions[engine][0].isdigit()
    (space,) = await ask(mara, "POST", _DIMENSIONS, keys=["space_usage"])
    assert [(one["key"], one["human_key"], one["unit"]) for one in space["data"]] == [
        ("database", engine, "bytes"),
        ("media", "Media", "bytes"),
    ]
    assert int(space["data"][0]["value"]) > 100_000
    assert await ask(mara, "POST", _DIMENSIONS, keys=["unknown"]) == []
    assert len((await ask(mara, "POST", _DIMENSIONS, keys=["software_versions"], limit=2))[0]["data"]) == 2
    omar = await town.person("omar", "admin:read", role=Role.MODERATOR)
    assert await dimension(omar, "space_usage") == {}, "how much room there is, is for owners, as on the pages"
    ben = await town.person("ben", "admin:read")
    for path in (_MEASURES, _DIMENSIONS):
        await ask(ben, "POST", path, 403, keys=["languages", "new_users"])
