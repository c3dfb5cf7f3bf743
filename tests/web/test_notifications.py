"""Notifications through the web: parts of them, marks, what one wishes, push, and links that stop mails."""

import base64
import re
from email.message import EmailMessage

import httpx
import pytest

from plausch.feeds import actions, queries
from plausch.feeds.model import Channel, NotificationKind
from plausch.http.site import stop_path
from plausch.people import queries as people
from tests.harness.engines import on_postgres_when_all
from tests.harness.mailbox import link_in, open_mailbox, text_of_letter
from tests.harness.push_service import PushService
from tests.web.conftest import Browser, OpenWeb, Web
from tests.web.test_people import eventually, person_of, text_of
from tests.web.test_talking import post, reply


async def told(web: Web, browser: Browser, words: str, path: str = "/notifications") -> None:
    """Wait for the background work."""

    async def is_there() -> bool:
        return words in text_of(await browser.get(path, headers={"purpose": "prefetch"}))

    await eventually(is_there)


def ids_in(page: httpx.Response) -> list[str]:
    return re.findall(r'id="n(\d+)"', page.text)


async def test_looked_at_in_parts_and_marked(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben", name="Ben")
    first = await post(anna, "Wer kommt?")
    answer = await reply(ben, first, "Ich komme")
    await ben.submit(f"/posts/{first}/like", x="")
    await ben.submit("/@anna/follow", x="")
    await told(web, anna, "Ben replied to you")
    await told(web, anna, "Ben follows you now")
    await told(web, anna, "Ben likes your post")
    for part, words in (("talk", "replied"), ("responses", "likes"), ("people", "follows")):
        shown = text_of(await anna.get(f"/notifications?show={part}", headers={"purpose": "prefetch"}))
        assert [word for word in ("replied", "likes", "follows") if f"Ben {word}" in shown] == [words]
    await anna.get("/notifications")
    page = await anna.get("/notifications")
    assert page.text.count('notification new"') == 1, "what was said stays unread until it is opened"
    (talked,) = ids_in(await anna.get("/notifications?show=talk"))
    opened = await anna.get(f"/notifications/{talked}")
    assert opened.headers["location"] == f"/conversations/{first}?at={answer}#p-{answer}"
    assert 'notification new"' not in (await anna.get("/notifications")).text
    assert (await ben.get(f"/notifications/{talked}")).status_code == 404
    assert (await ben.submit(f"/notifications/{talked}/read", x="")).status_code == 404
    assert (await anna.get("/notifications/x")).status_code == 404
    await reply(ben, first, "Noch etwas")
    await told(web, anna, "Noch etwas")
    marked = await anna.submit("/notifications/read?show=talk", upto="")
    assert marked.headers["location"] == "/notifications?show=talk"
    assert 'notification new"' not in (await anna.get("/notifications")).text


@on_postgres_when_all
async def test_edits_of_what_one_passed_on_are_told_in_words(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben", name="Ben")
    first = await post(ben, "Um drei")
    second = await post(ben, "Bei uns")
    await anna.submit(f"/posts/{first}/share", x="")
    await post(anna, "Kommt alle", quoted=second)
    await ben.submit(f"/posts/{first}/edit", text="Um vier")
    await ben.submit(f"/posts/{second}/edit", text="Bei euch")
    await told(web, anna, "Ben has edited a post that you have shared")
    await told(web, anna, "Ben has edited a post that you have quoted")
    assert "People who are new here" in text_of(await anna.get("/settings/notifications"))
    assert "People who are new here" not in text_of(await ben.get("/settings/notifications"))
    await anna.submit("/settings/notifications", **{"joined-page": "yes", "from_whom": "everybody"})
    await web.join("omar", name="Omar")
    await told(web, anna, "Omar is new here")
    await web.join("ines", name="Ines")
    await told(web, anna, "Ines and Omar are new here")


async def test_wishes_are_kept_and_hold(web: Web) -> None:
    anna, ben = await web.join("anna", "de"), await web.join("ben", name="Ben")
    page = await anna.get("/settings/notifications")
    on = set(re.findall(r'name="([a-z_]+-[a-z]+)" value="yes"[^>]* checked', page.text))
    assert {"liked-page", "addressed-mail", "replied-push", "connection_requested-mail"} <= on
    assert not {"liked-push", "replied-mail"} & on
    wanted = dict.fromkeys(on - {"liked-page"}, "yes")
    saved = await anna.submit("/settings/notifications", from_whom="known", **wanted)
    assert saved.headers["location"] == "/settings/notifications?saved=1"
    page = await anna.get("/settings/notifications?saved=1")
    assert set(re.findall(r'name="([a-z_]+-[a-z]+)" value="yes"[^>]* checked', page.text)) == set(wanted)
    assert (await anna.submit("/settings/notifications", from_whom="nobody")).status_code == 422
    first = await post(anna, "Wer kommt?")
    await ben.submit(f"/posts/{first}/like", x="")
    await reply(ben, first, "Ich komme")
    await told(web, anna, "Ben hat dir geantwortet", "/notifications?show=aside")
    assert "Ben" not in text_of(await anna.get("/notifications"))
    assert "mag deinen Beitrag" not in text_of(await anna.get("/notifications?show=aside"))


def keys_of(service: PushService) -> dict[str, str]:
    return {
        name: base64.urlsafe_b64encode(value).rstrip(b"=").decode()
        for name, value in (("p256dh", service.public_key), ("auth", service.secret))
    }


@on_postgres_when_all
async def test_a_browser_takes_push_messages_until_it_is_switched_off(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    (key,) = re.findall(r'data-key="([\w-]+)"', (await anna.get("/settings/notifications")).text)
    assert key in (await ben.get("/settings/notifications")).text, "the server has one"
    service = PushService()
    good = {"endpoint": "https://push.example.net/1", **keys_of(service)}
    for broken in ({"endpoint": "ftp://x"}, {"p256dh": "ä"}, {"p256dh": "AAAA"}, {"auth": ""}):
        assert (await anna.submit("/push", **{**good, **broken})).status_code == 422
    assert (await anna.submit("/push", **good)).status_code == 303
    assert "Firefox, Linux (this one)" in text_of(await anna.get("/settings/notifications"))
    viewer = await person_of(web, "anna")
    async with web.site.database.read() as tx:
        (one,) = await queries.list_push_subscriptions(tx, viewer.person)
        (session,) = await people.list_sessions(tx, viewer.person, 0)
    assert one.session_id == session.id
    await ben.submit(f"/push/{one.id}/remove", x="")
    assert "(this one)" in text_of(await anna.get("/settings/notifications"))
    await anna.submit(f"/push/{one.id}/remove", x="")
    assert "(this one)" not in text_of(await anna.get("/settings/notifications"))


@on_postgres_when_all
async def test_a_link_in_a_mail_stops_mails_without_signing_in(web: Web) -> None:
    await web.join("anna")
    viewer = await person_of(web, "anna")
    async with web.site.database.write() as tx:
        paths = [stop_path(await actions.make_stop_token(tx, viewer.person, kind)) for kind in (KIND, None)]

    async def wanted() -> set[NotificationKind]:
        async with web.site.database.read() as tx:
            found = await queries.get_preferences(tx, viewer.person)
        return {kind for kind in NotificationKind if found.wants(kind, Channel.MAIL)}

    before = await wanted()
    visitor = await web.open()
    page = await visitor.get(paths[0])
    assert "Do you want no more mails of this kind: Posts only for me and a few others?" in text_of(page)
    assert await wanted() == before, "programs that open every link stop nothing"
    # As mail programs do it (RFC 8058).
    stopped = await visitor.post(paths[0], data={"List-Unsubscribe": "One-Click"})
    assert "You get no more mails of this kind" in text_of(stopped)
    assert await wanted() == before - {KIND}
    await visitor.submit(paths[1], x="")
    assert await wanted() == set()
    for path in (paths[0] + "0", "/stop/x", f"/stop/{viewer.person}.all.00"):
        assert (await visitor.get(path)).status_code == 404
        assert (await visitor.submit(path, x="")).status_code == 404


KIND = NotificationKind.ADDRESSED


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_mail_gathers_what_is_unread_and_can_be_stopped(open_web: OpenWeb) -> None:
    async with open_mailbox() as mailbox:
        web = await open_web(smtp_url=mailbox.url, name="Lindenau", mail_from="post@lindenau.example")
        anna, ben = await web.join("anna", "de", name="Anna"), await web.join("ben", name="Ben <b>")
        for browser, name in ((anna, "anna"), (ben, "ben")):
            await browser.submit(link_in(await mailbox.next_to(f"{name}@example.org")), x="")
        viewer = await person_of(web, "anna")
        posts = [await post(ben, "geheimwort", audience="participants", participants="anna") for _ in range(2)]
        await ben.submit("/@anna/connect", line="")
        await told(web, anna, "Ben <b> möchte sich mit dir vernetzen", "/notifications?show=people")

        async def gather() -> EmailMessage:
            """As if a quarter of an hour had passed."""
            async with web.site.database.write() as tx:
                await actions.gather_mail(tx, viewer.person)
            return await mailbox.next_to("anna@example.org")

        letter = await gather()
        assert letter["subject"] == "3 Dinge für dich bei Lindenau"
        text = text_of_letter(letter)
        assert text.count("Ben <b> hat dir geschrieben\nhttp://localhost:8000/notifications/") == 2
        assert "geheimwort" not in letter.as_string()
        assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        assert "Keine E-Mails dieser Art mehr: Anfragen, sich zu vernetzen" in text
        await anna.get(f"/conversations/{posts[0]}")
        await post(ben, "noch eins", audience="participants", participants="anna")
        await told(web, anna, "noch eins")
        letter = await gather()
        assert letter["subject"] == "Ben <b> hat dir geschrieben", "what was mailed before is not mailed again"
        (link,) = re.findall(r"<http://localhost:8000(/stop/\S+)>", letter["list-unsubscribe"])
        await (await web.open()).post(link, data={"List-Unsubscribe": "One-Click"})
        await post(ben, "und noch eins", audience="participants", participants="anna")
        await told(web, anna, "und noch eins")
        async with web.site.database.write() as tx:
            assert await queries.list_waiting(tx, viewer.person) == []


@on_postgres_when_all
async def test_the_service_worker_keeps_the_shell_and_no_page(open_web: OpenWeb) -> None:
    web = await open_web()
    visitor = await web.open()
    worker = await visitor.get("/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "worker-src 'self'" in worker.headers["content-security-policy"]
    (shell,) = re.findall(r"const shell = (\[.*?\]);", worker.text)
    kept = re.findall(r'"([^"]+)"', shell)
    assert all(path.startswith("/assets/") and "?v=" in path for path in kept)
    for path in (*kept, "/offline", "/manifest.webmanifest"):
        assert (await visitor.get(path)).status_code == 200, path
    offline = (await visitor.get("/offline")).text
    assert "Keine Verbindung" in offline
    assert "No connection" in offline
