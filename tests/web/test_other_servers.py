"""Other servers that are kept away: on the pages of those who look after the place."""

import re

import pytest

from plausch.community import queries
from plausch.community.model import BlockSeverity
from plausch.people import actions
from plausch.people.model import Role
from tests.web.conftest import OpenWeb
from tests.web.test_barring import moderated
from tests.web.test_people import eventually, person_of, text_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
_AT = "/admin/servers"


async def test_a_server_is_blocked_and_let_be(open_web: OpenWeb) -> None:
    web = await open_web()
    mira = await moderated(web)
    for fields in ({"domain": "spam"}, {"domain": ""}):
        refused = await mira.submit(_AT, severity="suspend", public_comment="Werbung", **fields)
        assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
        assert "Werbung" in refused.text, "nothing is lost"
    assert (await mira.submit(_AT, domain="a.example", severity="x")).status_code == 422
    form = {"domain": "Spam.Example", "severity": "suspend", "public_comment": "Werbung", "private_comment": "Frag <b>"}
    assert (await mira.submit(_AT, **form, obfuscate="yes")).headers["location"] == f"{_AT}?done=blocked"
    again = await mira.submit(_AT, domain="mail.spam.example", severity="noop")
    assert (again.status_code, "Dieser Server ist schon gesperrt" in text_of(again)) == (422, True)

    page = await mira.get(_AT)
    for words in ("spam.example", "Ausgeschlossen", "Name nicht ganz genannt", "Werbung"):
        assert words in text_of(page)
    assert "<i>Frag &lt;b&gt;</i>" in page.text
    viewer = await person_of(web, "mira")
    async with web.site.database.read() as tx:
        nearest = await queries.find_nearest_block(tx, "mail.spam.example")
    assert nearest is not None
    assert (nearest.severity, nearest.obfuscate, nearest.reject_media) == (BlockSeverity.SUSPEND, True, False)

    [lift] = re.findall(rf'action="({_AT}/\d+/lift)"', page.text)
    assert (await mira.submit(lift)).headers["location"] == f"{_AT}?done=lifted"
    assert "spam.example" not in text_of(await mira.get(_AT))
    assert (await mira.submit(lift)).status_code == 404

    async def noted() -> bool:
        log = text_of(await mira.get("/admin/log"))
        return "Server gesperrt (Ausgeschlossen)" in log and "Server nicht mehr gesperrt" in log

    await eventually(noted)

    async with web.site.database.write() as tx:
        await actions.set_role(tx, viewer.person, Role.MEMBER)
    assert (await mira.get(_AT)).status_code == 403
    assert (await mira.submit(_AT, **form)).status_code == 403
