"""Looking after the community: who may, and that everybody sees what was set."""

import re
from io import BytesIO

import pytest
from PIL import Image

from plausch.http.routing import Route
from plausch.people import actions as people
from plausch.people.model import Role
from plausch.web.views.admin import ROUTES
from plausch.web.wants import Wants
from tests.web.conftest import Browser, Web
from tests.web.test_people import person_of, text_of


def _picture(size: int = 64) -> bytes:
    file = BytesIO()
    Image.new("RGBA", (size, size), (200, 30, 90, 128)).save(file, "PNG")
    return file.getvalue()


async def _upload(browser: Browser, path: str, field: str, **data: str) -> int:
    sent = await browser.post(
        path, data=data, files={field: ("x.png", _picture(), "image/png")}, headers={"sec-fetch-site": "same-origin"}
    )
    return sent.status_code


async def make_moderator(web: Web, handle: str) -> None:
    person = await person_of(web, handle)
    async with web.site.database.write() as tx:
        await people.set_role(tx, person.person, Role.MODERATOR)


def _call(route: Route) -> tuple[str, str]:
    return route.method, re.sub(r"\{\w+\}", "1", route.path)


async def test_each_page_is_for_those_it_is_meant_for(web: Web) -> None:
    owner, moderator, member = [await web.join(name) for name in ("anna", "mara", "ines")]
    await make_moderator(web, "mara")
    visitor = await web.open()
    assert {route.wants for route in ROUTES} <= {Wants.STAFF, Wants.OWNER}, "nobody else gets in"
    for method, path in map(_call, ROUTES):
        headers = {"sec-fetch-site": "same-origin"}
        assert (await visitor.request(method, path, headers=headers)).status_code == 303, path
        assert (await member.request(method, path, headers=headers)).status_code == 403, path
    for route in ROUTES:
        method, path = _call(route)
        if method == "GET" and "{" not in route.path:
            expected = 200 if route.wants is Wants.STAFF else 403
            assert (await moderator.get(path)).status_code == expected, path
            assert (await owner.get(path)).status_code == 200, path


async def test_name_and_description_are_seen_at_once(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open("de")
    assert 'href="/admin"' in (await anna.get("/")).text
    form = {"name": "Lindenau <Town>", "description_de": "Ein **Ort**.", "contact": "anna@example.org", "language": "de"}
    saved = await anna.submit("/admin/community", **form)
    assert saved.headers["location"] == "/admin/community?saved=1"
    about = await visitor.get("/about")
    assert "Lindenau &lt;Town&gt;" in about.text
    assert "<strong>Ort</strong>" in about.text
    assert "anna@example.org" in about.text
    assert 'href="/admin"' not in about.text
    assert (await visitor.get("/manifest.webmanifest")).json()["name"] == "Lindenau <Town>"
    refused = await anna.submit("/admin/community", name=" ", description_de="kept", language="de")
    assert refused.status_code == 422
    assert "kept" in refused.text


async def test_rules_keep_their_ids_and_move(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open("de")
    await anna.submit("/admin/rules", rule_1_de="Seid nett.", rule_1_en="Be kind.", rule_2_de="Keine Werbung.")
    first, second = web.site.community.rules
    assert text_of(await visitor.get("/about")).count("Keine Werbung.") == 1
    await anna.submit(
        "/admin/rules",
        rule_1_id=str(first.id), rule_1_de="Seid nett.", rule_1_place="1",
        rule_2_id=str(second.id), rule_2_de="Keine Werbung!", rule_2_hint_de="Auch nicht heimlich.", rule_2_place="1",
        rule_3_id="0", rule_3_de="",
    )  # fmt: skip
    assert [(rule.id, rule.text("de")) for rule in web.site.community.rules] == [
        (second.id, "Keine Werbung!"),
        (first.id, "Seid nett."),
    ]
    assert (await anna.submit("/admin/rules", rule_1_de="x" * 201)).status_code == 422
    assert (await anna.submit("/admin/rules", rule_1_de="x", rule_1_place="first")).status_code == 400


async def test_who_may_join(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open()
    assert (await anna.submit("/admin/joining", sign_up="closed")).status_code == 303
    assert 'href="/sign-up"' not in (await visitor.get("/local")).text
    assert (await anna.submit("/admin/joining", sign_up="anyhow")).status_code == 422


async def test_colour_and_logo(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open()
    assert "/theme.css" not in (await visitor.get("/local")).text, "nobody loads what is not set"
    assert (await visitor.get("/theme.css")).status_code == 404
    await anna.submit("/admin/looks/colour", accent="#AA3300")
    page = (await visitor.get("/local")).text
    sheet = await visitor.get("/theme.css?v=aa3300")
    assert 'href="/theme.css?v=aa3300"' in page
    assert "--accent:light-dark(#aa3300," in sheet.text
    assert "immutable" in sheet.headers["cache-control"]
    assert "immutable" not in (await visitor.get("/theme.css?v=000000")).headers["cache-control"]
    assert (await anna.submit("/admin/looks/colour", accent="red;}")).status_code == 422

    assert await _upload(anna, "/admin/looks/logo", "picture") == 303
    logo = re.search(r'rel="icon" href="(/logo/small[^"]*)"', (await visitor.get("/local")).text)
    assert logo is not None
    assert (await visitor.get(logo[1])).headers["content-type"] == "image/webp"
    kept = await web.site.media.keys()
    assert await _upload(anna, "/admin/looks/logo", "picture") == 303
    assert not kept & await web.site.media.keys(), "the former files are gone"
    await anna.submit("/admin/looks/logo/remove")
    assert await web.site.media.keys() == set()
    assert (await visitor.get(logo[1])).status_code == 404
    await anna.submit("/admin/looks/colour", accent="")
    assert "/theme.css" not in (await visitor.get("/local")).text


@pytest.mark.parametrize("size", ["huge", "small"])
async def test_without_a_logo_there_is_none(web: Web, size: str) -> None:
    assert (await (await web.open()).get(f"/logo/{size}")).status_code == 404
