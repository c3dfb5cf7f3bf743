"""Groups on the pages: founded, joined in every way, read, looked after; and what outsiders meet."""

import re
from pathlib import Path

import pytest

from tests.web.conftest import Browser, Web
from tests.web.test_notifications import told
from tests.web.test_people import eventually

PICTURE = sorted(Path("src/plausch/demo/pictures").glob("*.webp"))[0].read_bytes()
SAME = {"sec-fetch-site": "same-origin"}


async def found(browser: Browser, handle: str = "schach", **fields: str) -> str:
    """Its path."""
    made = await browser.submit("/groups/new", **{"name": "Schachgruppe", "handle": handle, **fields})
    assert made.status_code == 303, made.text
    return str(made.headers["location"]).split("?")[0]


async def number(browser: Browser, path: str) -> str:
    return str(re.findall(r'name="place" value="(\d+)"', (await browser.get(path)).text)[0])


async def say(browser: Browser, path: str, text: str, **fields: str) -> str:
    """What is said in a group; the path of the conversation."""
    sent = await browser.submit("/posts", text=text, place=await number(browser, path), **fields)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"]).split("?")[0]


async def member_id(browser: Browser, path: str, name: str) -> str:
    page = (await browser.get(f"{path}/members")).text
    return str(re.findall(rf'{path}/members/(\d+)">[^<]*<span class="sr">: {name}<', page)[0])


async def test_founding_explains_itself_and_loses_nothing(web: Web) -> None:
    anna = await web.join("anna")
    form = (await anna.get("/groups/new")).text
    assert "As in a club house" in form
    wrong = await anna.submit("/groups/new", name="Schach", handle="groups", about="Wir spielen")
    assert wrong.status_code == 422
    assert "This handle is kept for the server" in wrong.text
    assert "Wir spielen" in wrong.text
    path = await found(anna, topics="Schach Spiele", rules="Kein *Remis*", about="Wir spielen")
    page = (await (await web.open()).get(path)).text
    assert "Schachgruppe" in page
    assert "<em>Remis</em>" in page
    assert "#schach" in page
    assert (await (await web.open()).get("/@schach")).headers["location"] == path
    listed = (await (await web.open()).get("/groups?q=chachg")).text
    assert path in listed
    assert (await anna.get(f"{path}/about")).status_code == 200


async def test_an_open_group_is_joined_and_left(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    path = await found(anna)
    assert "Sign in to join" in (await (await web.open()).get(path)).text
    assert (await ben.submit(f"{path}/join")).headers["location"] == f"{path}?said=joined"
    assert "You are a member now" in (await ben.get(f"{path}?said=joined")).text
    talk = await say(ben, path, "Wer eröffnet?")
    home = (await anna.get("/")).text
    assert "Wer eröffnet?" in home
    assert "In Schachgruppe" in home
    assert "In Schachgruppe" in (await (await web.open()).get(talk)).text
    await ben.submit(f"{path}/leave")
    assert (await ben.get(f"{path}/members")).status_code == 403
    refused = await anna.submit(f"{path}/leave")
    assert refused.status_code == 409


async def test_asking_answering_and_being_told(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    path = await found(anna, visibility="closed", joining="request", question="Seit wann spielst du?")
    talk = await say(anna, path, "Nur für uns")
    assert "Nur für uns" not in (await ben.get(path)).text
    assert (await ben.get(talk)).status_code == 404
    empty = await ben.submit(f"{path}/ask", answer="")
    assert empty.status_code == 422
    assert "Seit wann spielst du?" in empty.text
    await ben.submit(f"{path}/ask", answer="Seit gestern")
    await told(web, anna, "would like to join a group")
    asked = (await anna.get(f"{path}/requests")).text
    assert "Seit gestern" in asked
    actor = re.findall(r'name="actor" value="(\d+)"', asked)[0]
    await anna.submit(f"{path}/requests/accept", actor=actor)
    await told(web, ben, "let you into a group")
    assert "Schachgruppe" in (await ben.get("/notifications")).text
    page = (await ben.get(talk)).text
    assert "Only the 2 members of Schachgruppe." in page
    assert "/share" not in page


async def test_requests_are_listed_in_parts(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plausch.web.views.groups.looking_after.LISTED", 1)
    anna = await web.join("anna")
    path = await found(anna, visibility="closed", joining="request")
    for name in ("ben", "cleo"):
        await (await web.join(name)).submit(f"{path}/ask", answer="")
    first = (await anna.get(f"{path}/requests")).text
    assert ("@ben" in first, "@cleo" in first) == (True, False)
    assert "Requests (2)" in first
    more = re.findall(rf'href="({path}/requests\?skip=\d+)"', first)
    rest = (await anna.get(more[0])).text
    assert ("@ben" in rest, "@cleo" in rest, "?skip=" in rest) == (False, True, False)


async def test_a_link_lets_in_until_it_ends(web: Web) -> None:
    anna, ben, cleo = await web.join("anna"), await web.join("ben"), await web.join("cleo")
    path = await found(anna, visibility="secret")
    assert "schach" not in path
    await anna.submit(f"{path}/links", uses="1", days="7")
    address = re.findall(r"/groups/links/[\w-]+", (await anna.get(f"{path}/invitations")).text)[0]
    assert "Schachgruppe" in (await ben.get(address)).text
    assert (await ben.submit(address)).headers["location"].startswith(path)
    assert (await ben.get(path)).status_code == 200
    assert (await cleo.get(address)).status_code == 404
    assert (await cleo.get(path)).status_code == 404
    assert (await cleo.submit(address)).status_code == 404


async def test_an_invitation_of_a_secret_group_is_answered_where_it_is_shown(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    path = await found(anna, visibility="secret")
    wrong = await anna.submit(f"{path}/invitations", handle="@niemand")
    assert wrong.status_code == 422
    assert "@niemand" in wrong.text
    await anna.submit(f"{path}/invitations", handle="@ben")
    await told(web, ben, "invites you to a group")
    assert (await ben.get(path)).status_code == 404
    page = (await ben.get("/groups")).text
    assert "Schachgruppe" in page
    group = re.findall(r'name="group" value="(\d+)"', page)[0]
    accepted = await ben.submit("/groups/invitations/accept", group=group)
    assert accepted.headers["location"].startswith(path)

    async def forgotten() -> bool:
        return "invites you to a group" not in (await ben.get("/notifications")).text

    await eventually(forgotten)


async def test_roles_bans_and_the_log(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    path = await found(anna)
    await ben.submit(f"{path}/join")
    ben_id = await member_id(anna, path, "ben")
    assert (await ben.get(f"{path}/settings")).status_code == 403
    await anna.submit(f"{path}/members/role", actor=ben_id, role="moderator")
    assert (await ben.get(f"{path}/settings")).status_code == 200
    await told(web, ben, "your role in a group")
    await anna.submit(f"{path}/members/ban", actor=ben_id, days="7", reason="Zankt <b>")
    assert "You are banned from this group until" in (await ben.get(path)).text
    log = (await anna.get(f"{path}/log")).text
    assert "has banned" in log
    assert "Zankt &lt;b&gt;" in log
    await anna.submit(f"{path}/members/unban", actor=ben_id)
    assert (await ben.submit(f"{path}/join")).status_code == 303


async def test_looking_after_posts(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    path = await found(anna)
    await ben.submit(f"{path}/join")
    talk = await say(ben, path, "Los!")
    post = talk.rsplit("/", 1)[1]
    assert "/tend" in (await anna.get(talk)).text
    assert "/tend" not in (await ben.get(talk)).text
    assert (await ben.get(f"/posts/{post}/tend")).status_code == 403
    await anna.submit(f"/posts/{post}/tend/pin")
    assert "Pinned" in (await ben.get(path)).text
    await anna.submit(f"/conversations/{post}/lock")
    assert "This conversation is closed" in (await ben.get(talk)).text
    refused = await anna.submit(f"/posts/{post}/tend/remove", reason=" ")
    assert refused.status_code == 422
    await anna.submit(f"/posts/{post}/tend/remove", reason="Gegen Regel 1")
    await told(web, ben, "removed a post of yours")
    assert "Gegen Regel 1" in (await ben.get("/notifications")).text


async def test_speaking_for_the_group(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    path = await found(anna)
    await ben.submit(f"{path}/join")
    talk = await say(anna, path, "Willkommen", for_group="yes")
    assert "for <a" in (await ben.get(talk)).text or "Schachgruppe</a></h2>" in (await ben.get(talk)).text
    place = await number(ben, path)
    assert (await ben.submit("/posts", text="Ich auch", place=place, for_group="yes")).status_code == 403
    nowhere = await anna.submit("/posts", text="Draußen", for_group="yes")
    assert nowhere.status_code == 403
    assert "Draußen" in nowhere.text
    assert (await anna.submit("/posts", text="Verirrt", place="x")).status_code == 404


async def test_what_is_begun_in_a_group_stays_there(web: Web) -> None:
    """Kept, previewed, refused: it never becomes a post for everybody."""
    anna = await web.join("anna")
    path = await found(anna, visibility="closed", handle="zu")
    place = await number(anna, path)
    await anna.submit("/drafts", text="Halb fertig", place=place)
    kept = (await anna.get("/compose?group=zu")).text
    assert "Halb fertig" in kept
    assert "The one member of Schachgruppe: you." in kept
    shown = (await anna.submit("/compose/preview", text="So", place=place)).text
    assert f'name="place" value="{place}"' in shown
    empty = await anna.submit("/posts", text=" ", place=place)
    assert empty.status_code == 422
    assert f'name="place" value="{place}"' in empty.text
    assert 'name="audience"' not in empty.text


async def test_settings_pictures_and_the_end(web: Web) -> None:
    anna = await web.join("anna")
    path = await found(anna)
    saved = await anna.post(f"{path}/settings/picture", files={"picture": ("p.webp", PICTURE)}, headers=SAME)
    assert saved.status_code == 303
    await anna.post(f"{path}/settings/header", files={"header": ("p.webp", PICTURE)}, headers=SAME)
    assert "header-picture" in (await anna.get(path)).text
    for name in ("picture", "header"):
        described = await anna.submit(f"{path}/settings/{name}/describe", **{f"{name}_alt": f"Brett: {name}"})
        assert described.status_code == 303
        assert f'alt="Brett: {name}"' in (await anna.get(path)).text
    values = {"name": "Neu", "visibility": "public", "joining": "open", "who_posts": "members"}
    wrong = await anna.submit(f"{path}/settings", **values, who_replies="members", slow_mode="7", approve_first="0")
    assert wrong.status_code == 422
    await anna.submit(f"{path}/settings", **values, who_replies="members", slow_mode="0", approve_first="0")
    assert "Neu" in (await anna.get(path)).text
    await anna.submit(f"{path}/settings/close")
    assert "it can only be read" in (await anna.get(path)).text
    assert (await anna.submit(f"{path}/settings/delete", confirm="Falsch")).status_code == 422
    await anna.submit(f"{path}/settings/delete", confirm="neu")
    gone = await anna.get(path)
    assert gone.status_code == 410
    assert "was deleted" in gone.text
