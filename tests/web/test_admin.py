"""Looking after the community: who may, and that everybody sees what was set."""

import html
import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from plausch.app.background import register_all
from plausch.app.nights import Nights
from plausch.exchange.host import Host
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.language.catalogues import LANGUAGES
from plausch.mail.jobs import Mailroom
from plausch.mail.notices import NoticeWords
from plausch.people import actions as people
from plausch.people.model import Role
from plausch.settings import read_settings
from plausch.storage import column_statement, param
from plausch.web.chores import CHORES, FOLLOW_UPS, name_chore, name_mishap
from plausch.web.notices import describe, name_kind
from plausch.web.views.admin import ROUTES
from plausch.web.views.handbook import read_part
from plausch.web.wants import Wants
from plausch.web.weekly import tell_letter
from plausch.work import queue
from plausch.work.tables import jobs
from tests.web.conftest import PASSWORD, Browser, Web
from tests.web.test_people import person_of, text_of

#: What differs between the engines is tested below the doors; the whole story runs on PostgreSQL with --all.
pytestmark = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])]
)
_GIVE_UP = column_statement(
    sa.update(jobs).where(jobs.c.kind == "nobody.knows").values(failed_at=param("now"), error="LookupError")
)


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
    form = {"name": "Lindenau <Town>", "description_de": "Ein **Ort**.", "contact": "anna@example.org"}
    saved = await anna.submit("/admin/community", language="de", **form)
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


async def test_legal_pages_from_a_form(web: Web) -> None:
    anna, visitor = await web.join("anna", "de"), await web.open("de")
    assert (await visitor.get("/legal/imprint")).status_code == 404
    assert "/legal/" not in (await visitor.get("/local")).text
    refused = await anna.submit("/admin/legal", name="Verein", email="nirgends")
    assert refused.status_code == 422
    await anna.submit("/admin/legal", name="Verein <e. V.>", address="Am Markt 1", email="wir@example.org")
    draft = re.search(r'(?s)name="german"[^>]*>\n(.*?)</textarea>', (await anna.get("/admin/legal/imprint")).text)
    assert draft is not None
    published = await anna.submit("/admin/legal/imprint", german=html.unescape(draft[1]), english="")
    assert published.headers["location"] == "/legal/imprint"
    page = text_of(await visitor.get("/legal/imprint"))
    assert "Angaben nach § 5 DDG Verein <e. V.> Am Markt 1" in page
    assert 'href="/legal/imprint"' in (await visitor.get("/local")).text, "in the footer of each page"
    await anna.submit("/admin/legal/imprint", german="Neu.")
    assert "Neu." in text_of(await visitor.get("/legal/imprint"))
    assert "Am Markt 1" in text_of(await visitor.get("/legal/imprint?version=1"))
    for path in ("/legal/imprint?version=9999999", "/legal/privacy", "/legal/nothing", "/admin/legal/nothing"):
        assert (await anna.get(path)).status_code in (200, 404), path
    assert (await anna.get("/legal/imprint?version=x")).status_code == 404


async def test_announcements_until_they_are_put_away(web: Web) -> None:
    anna, ines = await web.join("anna"), await web.join("ines")
    assert (await anna.submit("/admin/announcements", text=" ")).status_code == 422
    assert (await anna.submit("/admin/announcements", text="x", until="2020-01-01T10:00")).status_code == 422
    assert (await anna.submit("/admin/announcements", text="x", **{"from": "soon"})).status_code == 422
    await anna.submit("/admin/announcements", text="Later.", **{"from": "2099-01-01T10:00"})
    await anna.submit("/admin/announcements", text="We **move** on Sunday.")
    home = (await ines.get("/")).text
    assert "<strong>move</strong>" in home
    assert "Later." not in home
    assert "<strong>move</strong>" not in (await (await web.open()).get("/")).text
    path = re.search(r'action="(/announcements/\d+/dismiss)"', home)
    assert path is not None
    await ines.submit(path[1])
    assert "<strong>move</strong>" not in (await ines.get("/")).text
    assert "<strong>move</strong>" in (await anna.get("/")).text
    ends = re.findall(r'action="(/admin/announcements/\d+/end)"', (await anna.get("/admin/announcements")).text)
    for end in ends:
        await anna.submit(end)
    assert (await anna.submit(ends[0])).status_code == 404
    assert "<strong>move</strong>" not in (await anna.get("/")).text
    assert (await ines.submit("/announcements/1/dismiss")).status_code == 404


async def test_emoji_in_posts(web: Web) -> None:
    anna, ines = await web.join("anna"), await web.join("ines")
    assert await _upload(anna, "/admin/emoji", "picture", shortcode=":Linde:") == 303
    assert await _upload(anna, "/admin/emoji", "picture", shortcode="linde") == 422, "it is taken"
    assert await _upload(anna, "/admin/emoji", "picture", shortcode="no spaces") == 422
    listed = (await ines.get("/emoji.json")).json()
    assert [one["shortcode"] for one in listed] == ["linde"]
    picture = await ines.get(listed[0]["url"])
    assert picture.headers["content-type"] == "image/webp"
    posted = await ines.submit("/posts", text="Under the :linde: at ten")
    shown = f'<img class="emoji" src="{listed[0]["url"]}" alt=":linde:" loading="lazy">'
    assert shown in (await anna.get(posted.headers["location"])).text
    kept = await web.site.media.keys()
    assert (await anna.submit("/admin/emoji/linde/remove")).status_code == 303
    assert len(kept - await web.site.media.keys()) == 1
    assert 'alt=":linde:"' in (await anna.get(posted.headers["location"])).text, "the word stays"
    assert (await ines.get(listed[0]["url"])).status_code == 404


async def test_jobs_that_were_given_up(web: Web) -> None:
    anna = await web.join("anna")
    async with web.site.database.write() as tx:
        for _ in range(2):
            await queue.put(tx, "nobody.knows", None, at=clock.real_now() + clock.DAY)
        await tx.run(_GIVE_UP, now=clock.now())
    page = await anna.get("/admin/jobs")
    assert text_of(page).count("LookupError") == 2
    drop, retry = (re.findall(rf'action="(/admin/jobs/\d+/{word})"', page.text) for word in ("drop", "retry"))
    await anna.submit(drop[0])
    await anna.submit(retry[1])
    async with web.site.database.read() as read:
        assert await queue.count_failed(read) == 0
    assert "Some background work" not in text_of(await anna.get("/admin/health"))


async def test_work_that_fails_again_and_again_is_named_in_words(web: Web) -> None:
    anna = await web.join("anna", "de")
    assert "scheitert immer wieder und" not in text_of(await anna.get("/admin/health"))
    async with web.site.database.write() as tx:
        later = clock.real_now() + clock.DAY
        await queue.put_again(tx, "feeds.gather_mail", 1, at=later, tries=queue.STUBBORN + 1, error="TimeoutError")
    assert "scheitert immer wieder und wird weiter versucht" in text_of(await anna.get("/admin/health"))
    said = text_of(await anna.get("/admin/jobs"))
    assert "Neues für eine E-Mail sammeln feeds.gather_mail" in said
    assert "Mehr als dreimal versucht: Es hat zu lange gedauert. TimeoutError" in said


def _mailroom(web: Web) -> Mailroom:
    return Mailroom(web.site.settings, NoticeWords(describe, name_kind, tell_letter))


async def test_all_work_of_the_server_has_words(web: Web) -> None:
    site = web.site
    host, mailroom = Host(site.settings, site.database, site.media), _mailroom(web)
    registry = register_all(site.media, mailroom=mailroom, host=host, nights=Nights(site.settings))
    assert CHORES.keys() == registry.jobs.keys() | registry.tasks.keys()
    rooms = {name.split(".")[1] for listeners in registry.listeners.values() for name in listeners}
    assert FOLLOW_UPS.keys() == rooms
    assert name_chore("en", "listener:fact:PostPublished/plausch.feeds.listeners.on_it").startswith("Bring feeds")
    assert name_chore("en", "fact:PostPublished") == "Pass on something that happened"
    assert name_chore("en", "no.such") == "Other work"
    assert name_mishap("en", "Strange") == "Something unexpected went wrong. The server's log says more."


async def test_without_a_mail_server_the_way_to_one_is_shown(web: Web) -> None:
    page = await (await web.join("anna")).get("/admin/mails")
    assert f"{web.site.settings.data}/plausch.toml" in page.text
    assert "@ is written as %40, : as %3A" in text_of(page)
    assert 'href="/handbook/owners#e-mails"' in page.text
    for language in LANGUAGES:
        assert 'id="e-mails"' in read_part(language, "owners").html
    [url] = re.findall(r'smtp_url = "([^"]+)"', html.unescape(page.text))
    settings, _ = read_settings(environment={"PLAUSCH_SMTP_URL": url})
    assert settings.sends_mail, "the example is a good one"


async def test_what_waits_is_seen_by_those_who_may_see_to_it(web: Web) -> None:
    anna, mara, ines = [await web.join(name) for name in ("anna", "mara", "ines")]
    await make_moderator(web, "mara")
    for browser in (anna, mara, ines):
        assert "to do" not in text_of(await browser.get("/local")), "nothing waits"
    await anna.submit("/admin/joining", sign_up="approval", members_invite="yes")
    await (await web.open()).submit(
        "/sign-up", handle="olga", email="olga@example.org", password=PASSWORD, reason="Ich spiele Schach."
    )
    async with web.site.database.write() as tx:
        await queue.put_failed(tx, "mail.send_letter", None, "LetterDelayed")
    reported = await ines.submit("/report", person="mara", note="Sie ruft nachts an.")
    assert reported.status_code == 303
    assert "Administration , 3 to do" in text_of(await anna.get("/local"))
    mine = "the machine is the owner's, and nobody counts what is said of oneself"
    assert "Administration , 1 to do" in text_of(await mara.get("/local")), mine
    assert "to do" not in text_of(await ines.get("/local"))
    places = text_of(await anna.get("/admin"))
    assert "Waiting to join 1 to do" in places
    assert "Reports 1 to do" in places
    assert "Background work 1 to do" in places
