"""Other servers, blocked and allowed with an app, and what everybody learns of it."""

import hashlib

import pytest

from plausch.kernel.paging import Page
from plausch.moderation.model import Act
from plausch.moderation.queries import list_log
from plausch.people.model import Role
from tests.mastodon.conftest import Town
from tests.mastodon.test_blocking_sign_ups import ask, mara_of
from tests.mastodon.test_notifications import settle

_BLOCKS, _ALLOWS = "/api/v1/admin/domain_blocks", "/api/v1/admin/domain_allows"
_SHOWN = "/api/v1/instance/domain_blocks"


async def test_a_server_is_blocked_changed_and_unblocked(town: Town) -> None:
    mara = await mara_of(town)
    made = await ask(mara, "POST", _BLOCKS, domain=" Spam.Example/ ", public_comment="Werbung", reject_media=True)
    assert (made["domain"], made["severity"], made["reject_media"], made["obfuscate"]) == (
        *("spam.example", "silence", True, False),
    )
    assert (made["public_comment"], made["private_comment"]) == ("Werbung", None)
    assert made["digest"] == hashlib.sha256(b"spam.example").hexdigest()
    at = f"{_BLOCKS}/{made['id']}"
    changed = await ask(mara, "PUT", at, severity="suspend", private_comment="Frag Ines", reject_media=False)
    assert changed == {**made, "severity": "suspend", "private_comment": "Frag Ines", "reject_media": False}
    assert await ask(mara, "PATCH", at, private_comment="") == {**changed, "private_comment": None}
    assert (await ask(mara, "GET", at))["severity"] == "suspend"
    await ask(mara, "PUT", at, 422, severity="x")
    await ask(mara, "PUT", at, 422, public_comment="x" * 1001)
    for wrong in ({"domain": ""}, {"domain": "spam"}, {"domain": "a.example", "severity": "x"}, {}):
        await ask(mara, "POST", _BLOCKS, 422, **wrong)
    assert await ask(mara, "DELETE", at) == {}
    for method in ("GET", "PUT", "DELETE"):
        await ask(mara, method, at, 404, **({"severity": "noop"} if method == "PUT" else {}))
    await settle(town)
    async with town.site.database.read() as tx:
        log = await list_log(tx, mara.viewer, Page())
    assert sorted((one.act, one.detail) for one in log) == [
        (Act.SERVER_BLOCKED, "silence"),
        *[(Act.SERVER_CHANGED, "suspend")] * 2,
        (Act.SERVER_UNBLOCKED, ""),
    ]
    assert {one.by_id for one in log} == {mara.viewer.person}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_what_is_blocked_already_is_said(town: Town) -> None:
    mara = await mara_of(town)
    made = await ask(mara, "POST", _BLOCKS, domain="spam.example", severity="silence")
    for domain, severity in (("SPAM.example", "suspend"), ("a.b.spam.example", "noop")):
        refused = await ask(mara, "POST", _BLOCKS, 422, domain=domain, severity=severity)
        assert refused["existing_domain_block"] == made
        assert refused["error"] == "You have already imposed stricter limits on spam.example."
    stricter = await ask(mara, "POST", _BLOCKS, domain="b.spam.example", severity="suspend")
    media = await ask(mara, "POST", _BLOCKS, domain="c.spam.example", reject_media=True)
    await ask(mara, "POST", _BLOCKS, 422, domain="x.c.spam.example", reject_reports=True)
    await ask(mara, "POST", _BLOCKS, domain="nospam.example")
    answer = await mara.app.get(_BLOCKS, params={"limit": 2, "max_id": str(int(media["id"]) + 1)})
    assert answer.json() == [media, stricter]
    assert f"max_id={stricter['id']}" in answer.headers["link"]
    assert await ask(mara, "GET", f"{_BLOCKS}?max_id={stricter['id']}") == [made]
    assert await ask(mara, "GET", f"{_BLOCKS}?limit=1&min_id={made['id']}") == [stricter]


async def test_everybody_may_know_whom_this_server_keeps_away(town: Town) -> None:
    mara = await mara_of(town)
    stranger = await town.stranger()
    assert await ask(stranger, "GET", _SHOWN) == []
    await ask(mara, "POST", _BLOCKS, domain="spam.example", severity="suspend", private_comment="Geheim")
    await ask(mara, "POST", _BLOCKS, domain="laut.example", public_comment="Laut")
    await ask(mara, "POST", _BLOCKS, domain="nur-bilder.example", severity="noop", reject_media=True)
    await ask(mara, "POST", _BLOCKS, domain="verborgen.example", severity="suspend", obfuscate=True)
    shown = await ask(stranger, "GET", _SHOWN)
    assert [(one["domain"], one["severity"], one["comment"]) for one in shown] == [
        ("laut.example", "silence", "Laut"),
        ("spam.example", "suspend", None),
        ("verbo****.***mple", "suspend", None),
    ]
    assert shown[2]["digest"] == hashlib.sha256(b"verborgen.example").hexdigest()


async def test_servers_are_allowed(town: Town) -> None:
    mara = await mara_of(town)
    first = await ask(mara, "POST", _ALLOWS, domain="Gut.example")
    assert first["domain"] == "gut.example"
    assert await ask(mara, "POST", _ALLOWS, domain="gut.example") == first
    await ask(mara, "POST", _ALLOWS, 422, domain="")
    second = await ask(mara, "POST", _ALLOWS, domain="besser.example")
    assert await ask(mara, "GET", _ALLOWS) == [second, first]
    assert await ask(mara, "GET", f"{_ALLOWS}/{first['id']}") == first
    assert await ask(mara, "DELETE", f"{_ALLOWS}/{first['id']}") == {}
    for method in ("GET", "DELETE"):
        await ask(mara, method, f"{_ALLOWS}/{first['id']}", 404)
    assert await ask(mara, "GET", _ALLOWS) == [second]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_only_those_decide_who_look_after_the_place(town: Town) -> None:
    scopes = "read write admin:read admin:write"
    anna, ben = await town.person("anna", scopes, role=Role.OWNER), await town.person("ben", scopes)
    narrow = await town.person("cleo", "admin:read:domain_allows", role=Role.MODERATOR)
    made = {path: await ask(anna, "POST", path, domain="spam.example") for path in (_BLOCKS, _ALLOWS)}
    for path, one in made.items():
        await ask(ben, "GET", path, 403)
        await ask(ben, "POST", path, 403, domain="gut.example")
        for method in ("GET", "DELETE"):
            await ask(ben, method, f"{path}/{one['id']}", 403)
    await ask(ben, "PUT", f"{_BLOCKS}/{made[_BLOCKS]['id']}", 403, severity="noop")
    assert await ask(narrow, "GET", _ALLOWS) == [made[_ALLOWS]]
    await ask(narrow, "POST", _ALLOWS, 403, domain="gut.example")
    await ask(narrow, "GET", _BLOCKS, 403)
    # One's own list of servers is another matter.
    await ask(anna, "POST", "/api/v1/domain_blocks", 422, domain="spam.example")
