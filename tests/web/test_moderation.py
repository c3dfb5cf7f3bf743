"""Reporting, deciding, appealing: the whole way through the pages, and who gets to which of them."""

import re

import pytest

from plausch.people import actions as people
from plausch.people.model import Role
from tests.harness.mailbox import link_in, open_mailbox
from tests.web.conftest import PASSWORD, Browser, OpenWeb, Web
from tests.web.test_pages_of_organisations import FORM, id_in, leads
from tests.web.test_people import eventually, person_of, text_of
from tests.web.test_talking import upload

#: What differs between the engines is tested below the doors; the whole story runs on PostgreSQL with --all.
pytestmark = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])]
)


async def post_of(browser: Browser, text: str) -> str:
    """The id of a new post."""
    said = await browser.submit("/posts", text=text)
    found = re.search(r"p-(\d+)", said.headers["location"]) or re.search(r"/(\d+)", said.headers["location"])
    assert found, said.headers["location"]
    return found[1]


async def make(web: Web, handle: str, role: Role) -> str:
    person = await person_of(web, handle)
    async with web.site.database.write() as tx:
        await people.set_role(tx, person.person, role)
    return str(person.person)


async def add_rule(anna: Browser) -> None:
    await anna.submit("/admin/rules", rule_1_de="Rede <freundlich>.", rule_1_en="Be <kind>.", rule_1_id="4711")


async def first_link(browser: Browser, page: str, pattern: str) -> str:
    """The first address on a page that looks like this."""
    found = re.search(f'href="({pattern})"', (await browser.get(page)).text)
    assert found, page
    return found[1]


async def test_from_a_report_to_an_appeal_and_back(web: Web) -> None:
    anna, ulf, ines = [await web.join(name) for name in ("anna", "ulf", "ines")]
    await add_rule(anna)
    post = await post_of(ulf, "Pappnasen & <Co>")
    assert f"/report?post={post}" in (await ines.get(f"/conversations/{post}")).text
    assert "/report?person=ulf" in (await ines.get("/@ulf")).text
    form = await ines.get(f"/report?post={post}")
    assert "Be &lt;kind&gt;." in form.text
    empty = await ines.submit("/report", post=post, note=" ")
    assert empty.status_code == 422
    sent = await ines.submit("/report", post=post, rule="4711", note="Das <geht> nicht", also="mute")
    assert sent.headers["location"] == "/reports?done=1"
    again = await ines.submit("/report", post=post, rule="4711", note="Noch einmal")
    assert again.status_code == 422
    assert "Noch einmal" in again.text
    assert "Waits to be looked at." in text_of(await ines.get("/reports"))
    assert "Show again in my feeds" in text_of(await ines.get("/@ulf")), "she has muted him by the way"

    report = await first_link(anna, "/admin/reports", r"/admin/reports/\d+")
    shown = await anna.get(report)
    assert "Das &lt;geht&gt; nicht" in shown.text
    assert "Pappnasen" in shown.text
    assert (await anna.submit(report, kind="post_removed", post=post)).status_code == 422
    for kind in ("", "restored", "everything"):
        assert (await anna.submit(report, kind=kind, message="x")).status_code == 422
    done = await anna.submit(report, kind="post_removed", rule="4711", message="Nicht <so>.", post=post)
    assert done.headers["location"] == "/admin/reports?done=1"
    assert (await anna.submit(report, kind="dismissed")).status_code == 422, "once"
    assert "Pappnasen" not in (await ulf.get(f"/conversations/{post}")).text

    async def is_told() -> bool:
        return "The moderators have decided" in (await ulf.get("/notifications")).text

    await eventually(is_told)
    assert "Looked at: the post was removed." in text_of(await ines.get("/reports"))
    notice = await first_link(ulf, "/notifications", r"/notifications/\d+")
    decision = (await ulf.get(notice)).headers["location"]
    page = await ulf.get(decision)
    assert "Nicht &lt;so&gt;." in page.text
    assert "Be &lt;kind&gt;." in page.text
    assert "ines" not in page.text.lower(), "nobody learns who reported"
    for other in (ines, await web.open()):
        assert (await other.get(decision)).status_code == 404
        assert (await other.submit(decision, text="x")).status_code == 404
    assert (await ulf.submit(decision, text=" ")).status_code == 422
    assert (await ulf.submit(decision, text="Ein Zitat!")).status_code == 303
    assert (await ulf.submit(decision, text="Ein Zitat!")).status_code == 422
    appeal = await first_link(anna, "/admin/reports?show=appeals", r"/admin/appeals/\d+")
    assert (await anna.submit(appeal, outcome="refuse", answer="")).status_code == 422
    assert (await anna.submit(appeal, outcome="grant", answer="Stimmt.")).status_code == 303
    assert "Stimmt." in (await ulf.get(decision)).text
    assert "Pappnasen" in (await ulf.get("/drafts")).text
    log = text_of(await anna.get("/admin/log"))
    assert "Appeal granted" in log
    assert "post_removed" not in log, "in words"
    assert "Post removed" in log
    assert "Pappnasen" not in log
    assert "Nothing yet" in text_of(await anna.get("/admin/log?person=nobody&act=warned"))


async def test_a_page_is_reported_suspended_and_objects(web: Web) -> None:
    """As a person is; what is decided about it, its team hears and answers, and none of it decides."""
    anna, mara, mehmet, ben, ulf = [await web.join(name) for name in ("anna", "mara", "mehmet", "ben", "ulf")]
    await make(web, "mara", Role.MODERATOR)
    leads(await mehmet.submit("/pages/new", **FORM))
    for member, role in (("mara", "editor"), ("ben", "author")):
        leads(await mehmet.submit("/pages/lindenau/team", handle=member, role=role))
    for browser in (mara, ben):
        leads(await browser.submit("/pages/lindenau/join", yes="1"))
    assert (await mehmet.submit("/report", person="lindenau", note="Wir")).status_code == 422, "oneself"
    assert "/report?person=lindenau" in (await ulf.get("/@lindenau")).text
    leads(await ulf.submit("/report", person="lindenau", note="Das ist nicht die Stadt"))
    report = await first_link(anna, "/admin/reports", r"/admin/reports/\d+")
    assert report not in (await mara.get("/admin/reports")).text
    assert (await mara.get(report)).status_code == 404, "she speaks for the page"
    member = await first_link(anna, report, r"/admin/people/\d+")
    assert "Stadt Lindenau" in (await anna.get(member)).text
    assert "You speak for this page." in (await mara.get(member)).text
    leads(await anna.submit(f"{member}/notes", text="Nachgefragt"))
    assert "Nachgefragt" not in (await mara.get(member)).text
    assert (await mara.submit(member, kind="warned", message="x")).status_code == 403
    leads(await mehmet.submit("/act-as", handle="lindenau"))
    said = leads(await mehmet.submit("/posts", text="Im Namen der Stadt"))
    leads(await anna.submit(member, kind="limited", message="Erst einmal."))
    assert (await ulf.get("/@lindenau")).status_code == 200
    leads(await anna.submit(report, kind="suspended", message="Weist euch aus."))
    assert (await ulf.get("/@lindenau")).status_code == 404
    assert "Im Namen der Stadt" not in (await ulf.get(said)).text
    assert (await mehmet.submit("/act-as", handle="lindenau")).status_code == 404

    told: set[str] = set()

    async def is_told() -> bool:
        notices = (await mehmet.get("/notifications")).text
        for one in re.findall(r'href="(/notifications/\d+)"', notices):
            path = (await mehmet.get(one)).headers["location"]
            if "The page is suspended" in text_of(await mehmet.get(path)):
                told.add(path)
        return bool(told)

    await eventually(is_told)
    (decision,) = told
    assert "Weist euch aus." in text_of(await mehmet.get(decision))
    assert (await ulf.get(decision)).status_code == 404
    assert (await ben.submit(decision, text="Doch")).status_code == 403, "an author asks an editor"
    leads(await mehmet.submit(decision, text="Hier ist der Ausweis."))
    appeal = await first_link(anna, "/admin/reports?show=appeals", r"/admin/appeals/\d+")
    assert appeal not in (await mara.get("/admin/reports?show=appeals")).text
    leads(await anna.submit(appeal, outcome="grant", answer="Danke."))
    assert (await ulf.get("/@lindenau")).status_code == 200
    assert "limited" in text_of(await anna.get(member)), "as before"
    leads(await anna.submit(member, kind="restored"))
    leads(await mehmet.submit("/act-as", handle="lindenau"))

    post = id_in(said)
    leads(await anna.submit(f"/admin/posts/{post}", kind="post_removed", message="Nein.", post=post))

    async def removal() -> str:
        notices = re.findall(r'href="(/notifications/\d+)"', (await mehmet.get("/notifications?for=mehmet")).text)
        for path in {(await mehmet.get(one)).headers["location"] for one in notices}:
            if "A post of the page was removed" in text_of(await mehmet.get(path)):
                return path
        return ""

    async def is_removed() -> bool:
        return bool(await removal())

    await eventually(is_removed)
    leads(await mehmet.submit(await removal(), text="Doch."))
    appeal = await first_link(anna, "/admin/reports?show=appeals", r"/admin/appeals/\d+")
    leads(await anna.submit(appeal, outcome="grant", answer="Na gut."))
    assert "Im Namen der Stadt" in (await mehmet.get("/drafts")).text, "whoever wrote it has it back, for the page"


async def test_who_is_suspended_reads_why_and_objects(open_web: OpenWeb) -> None:
    async with open_mailbox() as mailbox:
        web = await open_web(smtp_url=mailbox.url)
        anna = await web.join("anna")
        ulf = await web.join("ulf", "de")
        person = str((await person_of(web, "ulf")).person)
        done = await anna.submit(f"/admin/people/{person}", kind="suspended", message="Genug jetzt.")
        assert done.headers["location"] == f"/admin/people/{person}?done=1"
        assert (await ulf.get("/settings")).status_code == 303, "signed out"
        letter = await mailbox.next_to("ulf@example.org", "Entscheidung")
        assert "Genug" not in str(letter), "letters go through many hands"
        stranger = await web.open("de")
        link = link_in(letter)
        assert "Genug jetzt." in (await stranger.get(link)).text
        assert (await stranger.get(link[:-4])).status_code == 404
        signing_in = await stranger.submit("/sign-in", login="ulf", password=PASSWORD)
        assert signing_in.headers["location"] == link, "to this page, and nowhere else"
        assert "set-cookie" not in signing_in.headers
        assert (await stranger.submit(link, text="Das war mein Bruder.")).headers["location"] == link
        appeal = await first_link(anna, "/admin/reports?show=appeals", r"/admin/appeals/\d+")
        await anna.submit(appeal, outcome="grant", answer="Na gut.")
        assert "Na gut." in (await stranger.get(link)).text
        await mailbox.next_to("ulf@example.org", "Entscheidung")
        assert (await stranger.submit("/sign-in", login="ulf", password=PASSWORD)).headers["location"] == "/"


async def test_members_are_looked_after(web: Web) -> None:
    anna, mara, ulf = [await web.join(name) for name in ("anna", "mara", "ulf")]
    await make(web, "mara", Role.MODERATOR)
    owner, member = [str((await person_of(web, name)).person) for name in ("anna", "ulf")]
    assert f"/admin/people/{member}" in (await mara.get("/admin/people?q=ULF")).text
    assert f"/admin/people/{member}" not in (await mara.get("/admin/people?q=ulf&role=owner")).text
    assert (await mara.get("/admin/people?q=%00")).status_code == 400
    assert "/role" not in (await mara.get(f"/admin/people/{member}")).text
    assert (await mara.submit(f"/admin/people/{member}/role", role="owner")).status_code == 403
    assert (await mara.submit(f"/admin/people/{owner}", kind="suspended", message="x")).status_code == 403
    assert "Only owners decide about moderators and owners." in text_of(await mara.get(f"/admin/people/{owner}"))
    assert "This is you." in text_of(await anna.get(f"/admin/people/{owner}"))
    assert (await anna.submit(f"/admin/people/{owner}/role", role="member")).status_code == 422, "the last one"
    assert (await anna.submit(f"/admin/people/{owner}", kind="warned", message="x")).status_code == 403
    assert (await anna.submit(f"/admin/people/{member}/role", role="moderator")).status_code == 303
    assert (await ulf.get("/admin/reports")).status_code == 200
    assert (await anna.submit(f"/admin/people/{member}/notes", text="War <laut>")).status_code == 303
    page = await mara.get(f"/admin/people/{member}")
    assert "War &lt;laut&gt;" in page.text
    assert "War" not in text_of(await ulf.get(f"/admin/people/{member}")), "nobody reads notes about themself"
    note = re.search(r"/admin/notes/\d+/remove", page.text)
    assert note
    assert (await ulf.submit(note[0])).status_code == 404
    assert (await mara.submit(note[0])).status_code == 303
    assert (await mara.submit(f"/admin/people/{member}", kind="limited", message="Ruhig.")).status_code == 403
    assert (await anna.submit(f"/admin/people/{member}/role", role="member")).status_code == 303
    assert (await mara.submit(f"/admin/people/{member}", kind="limited", message="Ruhig.")).status_code == 303
    assert "limited" in text_of(await mara.get("/admin/people?standing=limited"))
    assert (await mara.submit(f"/admin/people/{member}", kind="restored")).status_code == 303
    assert (await mara.submit(f"/admin/people/{member}", kind="restored")).status_code == 422


async def test_removing_what_others_wrote_is_a_decision(web: Web) -> None:
    anna, ulf, ines = [await web.join(name) for name in ("anna", "ulf", "ines")]
    post, hidden = await post_of(ulf, "Hallo"), await post_of(anna, "Hallo")
    assert (await ines.get(f"/posts/{post}/remove")).status_code == 403
    assert (await ines.submit(f"/posts/{post}/remove")).status_code == 403
    for response in (await anna.get(f"/posts/{post}/remove"), await anna.submit(f"/posts/{post}/remove")):
        assert response.headers["location"] == f"/admin/posts/{post}"
    assert (await anna.get(f"/admin/posts/{hidden}")).status_code == 403, "one's own is for others to judge"
    assert (await anna.submit(f"/admin/posts/{post}", kind="post_removed")).status_code == 422, "they have to know why"
    done = await anna.submit(f"/admin/posts/{post}", kind="post_removed", message="Doppelt.", post=post)
    assert done.status_code == 303
    assert (await ines.get(f"/conversations/{post}")).status_code == 410, "it was there, and says so"
    assert "Hallo" not in (await ines.get(f"/conversations/{post}")).text


async def test_what_was_reported_is_looked_at_though_it_was_changed(web: Web) -> None:
    anna, ulf, ines = [await web.join(name) for name in ("anna", "ulf", "ines")]
    post = await post_of(ulf, "Pappnasen & <Co>")
    await ines.submit("/report", post=post, note="Das geht nicht")
    report = await first_link(anna, "/admin/reports", r"/admin/reports/\d+")
    assert "When it was reported, it said" not in (await anna.get(report)).text
    await ulf.submit(f"/posts/{post}/edit", text="Liebe Leute")
    changed = await anna.get(report)
    for words in ("Liebe Leute", "When it was reported, it said", "Pappnasen &amp; &lt;Co&gt;", "Former versions"):
        assert words in changed.text
    await ulf.submit(f"/posts/{post}/remove")
    assert "Pappnasen &amp; &lt;Co&gt;" in (await anna.get(report)).text


async def test_pictures_of_what_is_gone_are_for_those_who_decide(web: Web) -> None:
    anna, ulf, ines = [await web.join(name) for name in ("anna", "ulf", "ines")]
    posts, pictures = [], []
    for _ in range(2):
        picture = re.search(r'name="picture" value="(\d+)"', (await upload(ulf)).text)
        assert picture
        said = await ulf.submit("/posts", text="Seht", picture=picture[1], **{f"alt_{picture[1]}": "Eine Nase"})
        posts.append(re.findall(r"\d+", said.headers["location"])[-1])
        pictures.append(f"/pictures/{picture[1]}/small")
    await ines.submit("/report", post=posts[0], note="Das geht nicht")
    report = await first_link(anna, "/admin/reports", r"/admin/reports/\d+")
    await ulf.submit(f"/posts/{posts[0]}/remove")
    await anna.submit(f"/admin/posts/{posts[1]}", kind="post_removed", message="Doppelt.", post=posts[1])

    async def is_told() -> bool:
        return "The moderators have decided" in (await ulf.get("/notifications")).text

    await eventually(is_told)
    decision = await first_link(ulf, "/notifications", r"/notifications/\d+")
    await ulf.submit((await ulf.get(decision)).headers["location"], text="Das war mein Bild.")
    appeal = await first_link(anna, "/admin/reports?show=appeals", r"/admin/appeals/\d+")
    for page, path in zip((report, appeal), pictures, strict=True):
        shown = (await anna.get(page)).text
        assert f'src="{path}" alt="Eine Nase"' in shown
        assert (await anna.get(path)).status_code == 200
        assert (await ines.get(path)).status_code == (await ulf.get(path)).status_code == 404
    assert "Seht" in (await anna.get(appeal)).text
    await anna.submit(appeal, outcome="grant", answer="Stimmt.")
    assert pictures[1] in (await ulf.get("/drafts")).text


async def test_addresses_are_shown_to_owners_only(web: Web) -> None:
    anna, mara = await web.join("anna"), await web.join("mara")
    await web.join("ulf")
    await make(web, "mara", Role.MODERATOR)
    ulf = (await person_of(web, "ulf")).person
    for page in ("/admin/people", f"/admin/people/{ulf}"):
        assert "ulf@" in (await anna.get(page)).text
        shown = await mara.get(page)
        assert shown.status_code == 200
        assert "ulf@" not in shown.text


async def test_what_one_cannot_see_is_not_reported(web: Web) -> None:
    await web.join("anna")
    ulf, ines = await web.join("ulf"), await web.join("ines")
    said = await ulf.submit("/posts", text="Unter uns", audience="connections")
    hidden = re.search(r"\d+", said.headers["location"])
    assert hidden
    for query in (f"post={hidden[0]}", "post=x", "person=nobody", "", "person=%20"):
        assert (await ines.get(f"/report?{query}")).status_code == 404, query
    assert (await ines.submit("/report", post=hidden[0], note="x")).status_code == 404
    assert (await ines.submit("/report", person="ines", note="x")).status_code == 422
    assert (await (await web.open()).get("/report?person=ulf")).status_code == 303
    await ulf.submit("/@ines/block")
    assert (await ines.submit("/report", person="ulf", note="blockt mich", also="mute")).status_code == 303


async def test_the_switches_of_those_who_look_after_it(web: Web) -> None:
    anna, ines = await web.join("anna"), await web.join("ines")
    assert "reported-page" in (await anna.get("/settings/notifications")).text
    assert "reported-page" not in (await ines.get("/settings/notifications")).text
    await ines.submit("/settings/notifications", from_whom="everybody")
    await make(web, "ines", Role.MODERATOR)
    page = (await ines.get("/settings/notifications")).text
    assert re.search(r'name="reported-page"[^>]*checked', page), "what she was not asked about is as it is for all"
