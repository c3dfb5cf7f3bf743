"""Keeping out whoever signs up by the hundred: on the pages, at every door, and in each process."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from plausch.people import actions, queries
from plausch.people.model import NetworkBar, Role, Severity, Standing
from plausch.storage import Database
from tests.harness.community import stored, tables_with
from tests.web.conftest import PASSWORD, Browser, OpenWeb, Web
from tests.web.test_people import eventually, person_of, text_of

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
_AT = "/admin/barred"


async def moderated(web: Web) -> Browser:
    """Mira, who looks after Jonas's place."""
    await web.join("jonas")
    mira = await web.join("mira", "de")
    async with web.site.database.write() as tx:
        await actions.set_role(tx, (await person_of(web, "mira")).person, Role.MODERATOR)
    return mira


async def come(web: Web, handle: str, email: str = "", address: str = "192.0.2.1", **fields: str) -> httpx.Response:
    browser = await web.open("de", address)
    form = {"handle": handle, "email": email or f"{handle}@example.org", "password": PASSWORD, **fields}
    return await browser.submit("/sign-up", **form)


@only_sqlite
async def test_addresses_are_kept_out_and_let_in_again(open_web: OpenWeb) -> None:
    web = await open_web()
    mira = await moderated(web)
    for fields in ({"domain": "spam"}, {"domain": ""}):
        refused = await mira.submit(f"{_AT}/domains", **fields)
        assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
    assert (await mira.submit(f"{_AT}/domains", domain="Spam.Example")).headers["location"] == f"{_AT}?done=barred"
    assert (await mira.submit(f"{_AT}/domains", domain="spam.example")).status_code == 422
    await mira.submit(f"{_AT}/addresses", email="Otto.K+x@example.org")
    page = await mira.get(_AT)
    assert "spam.example" in text_of(page)
    assert "otto" not in page.text.lower()

    for email in ("x@mail.spam.example", "ottok@example.org"):
        answer = await come(web, "otto", email)
        assert answer.status_code == 422
        assert "Diese Adresse kann hier nicht verwendet werden." in text_of(answer)
        assert f'value="{email}"' in answer.text, "nothing is lost"
    changed = await mira.submit("/settings/account/email", email="mira@spam.example", email_password=PASSWORD)
    assert (changed.status_code, "Diese Adresse kann hier" in text_of(changed)) == (422, True)

    assert (await mira.submit(f"{_AT}/addresses/lift", email="ottok@example.org")).status_code == 303
    [lift] = re.findall(rf'action="({_AT}/domains/\d+/lift)"', page.text)
    assert (await mira.submit(lift)).headers["location"] == f"{_AT}?done=lifted"
    assert (await mira.submit(lift)).status_code == 404
    assert (await come(web, "otto", "otto.k@example.org")).status_code == 303
    assert (await come(web, "pia", "pia@spam.example")).status_code == 303

    async def noted() -> bool:
        return "Wieder hereingelassen (E-Mail-Domain)" in text_of(await mira.get("/admin/log"))

    await eventually(noted)
    said = text_of(await mira.get("/admin/log"))
    assert "Nicht hereingelassen (E-Mail-Adresse)" in said
    assert "spam.example" not in said


@only_sqlite
async def test_networks_wait_or_are_refused(open_web: OpenWeb) -> None:
    web = await open_web()
    mira = await moderated(web)
    own = await mira.submit(f"{_AT}/networks", network="192.0.2.0/24", severity="no_access", comment="Bots", days="7")
    assert own.status_code == 422
    assert "Du bist selbst in diesem Netz" in text_of(own)
    assert 'value="Bots"' in own.text
    for severity, network in (("waits", "198.51.100.0/24"), ("no_sign_up", "2001:db8::/32")):
        bar = {"network": network, "severity": severity, "comment": "Bots", "days": "7"}
        assert (await mira.submit(f"{_AT}/networks", **bar)).status_code == 303
    for wrong in ({"severity": "x"}, {"days": "8"}, {"days": "x"}, {"network": "x"}):
        bar = {"network": "203.0.113.7", "severity": "waits", "days": "7", **wrong}
        assert (await mira.submit(f"{_AT}/networks", **bar)).status_code == 422, wrong

    waiting = await web.open("de", "198.51.100.7")
    assert "Warum möchtest du dazukommen?" in text_of(await waiting.get("/sign-up"))
    assert (await come(web, "otto", address="198.51.100.7")).headers["location"] == "/sign-up/waiting"
    async with web.site.database.read() as tx:
        account = await queries.find_account(tx, "otto")
        assert account is not None
        assert account.standing is Standing.WAITING
    refused = await come(web, "ruth", address="2001:db8::1")
    assert refused.status_code == 403
    assert "Von dort, wo du gerade bist, lassen sich keine Konten anlegen." in text_of(refused)
    there = await web.open("de", "2001:db8::1")
    assert (await there.get("/sign-up")).status_code == 403
    assert (await there.get("/about")).status_code == 200
    assert (await there.submit("/sign-in", login="jonas", password=PASSWORD)).status_code == 303
    assert (await come(web, "ruth")).headers["location"] == "/welcome"
    assert tables_with(await stored(web.site.database), "198.51.100.7") == set(), "from where is not kept"


@only_sqlite
async def test_no_access_is_refused_at_every_door_without_the_database(
    open_web: OpenWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = await open_web()
    mira = await moderated(web)
    out, inside = await web.open("de", "::ffff:203.0.113.7"), await web.open("de", "203.0.113.8")
    assert (await out.get("/about")).status_code == 200
    bar = {"network": "203.0.113.7", "severity": "no_access", "days": "0"}
    assert (await mira.submit(f"{_AT}/networks", **bar)).status_code == 303

    asked, database = 0, type(web.site.database)
    read, me = database.read, asyncio.current_task()

    def counted(self: Database, *args: Any) -> Any:
        nonlocal asked
        asked += asyncio.current_task() is me  # the background works on
        return read(self, *args)

    monkeypatch.setattr(database, "read", counted)
    for path in ("/", "/about", "/sign-in", "/@jonas", "/nothing/like/this", "/assets/plausch.css"):
        answer = await out.get(path)
        assert answer.status_code == 403, path
        assert "Von hier aus nicht" in answer.text
        assert "jonas" not in answer.text
    answer = await out.get("/api/plausch/v1/instance")
    assert (answer.status_code, answer.json()) == (403, {"error": "shut_out"})
    assert (await out.submit("/sign-in", login="jonas", password=PASSWORD)).status_code == 403
    assert asked == 0
    assert (await out.get("/health")).status_code == 200
    assert (await inside.get("/about")).status_code == 200
    assert asked > 0

    [lift] = re.findall(rf'action="({_AT}/networks/\d+/lift)"', (await mira.get(_AT)).text)
    await mira.submit(lift)
    assert (await out.get("/about")).status_code == 200


async def test_every_process_hears_of_it(open_web: OpenWeb) -> None:
    """What another process bars holds here as well."""
    web = await open_web()
    mira, out = await moderated(web), await web.open("en", "203.0.113.7")
    viewer = await person_of(web, "mira")
    async with web.site.database.write() as tx:
        bar = NetworkBar("203.0.113.0/24", Severity.NO_ACCESS)
        await actions.bar_network(tx, viewer, bar, "192.0.2.1")

    async def shut_out() -> bool:
        return (await out.get("/about")).status_code == 403

    await eventually(shut_out)
    assert (await mira.get(_AT)).status_code == 200


@only_sqlite
async def test_only_those_who_look_after_the_place(open_web: OpenWeb) -> None:
    web = await open_web()
    mira = await moderated(web)
    anna = await web.join("anna")
    assert (await anna.get(_AT)).status_code == 403
    assert (await anna.submit(f"{_AT}/domains", domain="spam.example")).status_code == 403
    assert (await mira.get(_AT)).status_code == 200


@only_sqlite
async def test_password_managers_find_where_to_change_the_password(open_web: OpenWeb) -> None:
    web = await open_web()
    jonas = await web.join("jonas")
    answer = await jonas.get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["location"]) == (302, "/settings/account#password")
    assert 'id="password"' in (await jonas.get("/settings/account")).text
