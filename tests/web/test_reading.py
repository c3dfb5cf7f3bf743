"""Shaping what one reads, through the pages: lists, filters, muted conversations, tags, likes, trends, directory."""

import re

from plausch.feeds.jobs import find_trends
from plausch.people import actions as people
from plausch.people.model import Consent, Role
from tests.web.conftest import Browser, OpenWeb, Web
from tests.web.test_people import eventually, person_of, text_of


async def say(browser: Browser, text: str, **more: str) -> str:
    """Post something; the id of its conversation."""
    answer = await browser.submit("/posts", text=text, audience="public", **more)
    found = re.match(r"/conversations/(\d+)", answer.headers["location"])
    assert found is not None
    return found[1]


async def befriend(web: Web, *handles: str) -> None:
    one, other = [await person_of(web, handle) for handle in handles]
    async with web.site.database.write() as tx:
        await people.ask_to_connect(tx, one, other.person, "")
        await people.accept_connection(tx, other, one.person)


async def test_likes_of_connections_and_what_one_likes_oneself(web: Web) -> None:
    anna, ines, mehmet = [await web.join(name, name=name.title()) for name in ("anna", "ines", "mehmet")]
    await befriend(web, "anna", "ines")
    talk = await say(mehmet, "Where is a good bakery?")
    await ines.submit(f"/posts/{talk}/like", x="")
    assert "Ines likes this M Mehmet" in text_of(await anna.get("/"))
    assert "Where is a good bakery?" in text_of(await ines.get("/likes"))
    assert "Nothing yet" in text_of(await anna.get("/likes"))
    privacy = await ines.get("/settings/privacy")
    assert re.search(r'name="show_likes"[^>]* checked', privacy.text)
    await ines.submit("/settings/privacy", be_found="yes", be_suggested="yes", count_in_insights="yes")
    assert "Ines likes this" not in text_of(await anna.get("/"))


async def test_a_list_from_the_first_name_to_the_end(web: Web) -> None:
    anna, ines, _ = [await web.join(name) for name in ("anna", "ines", "jonas")]
    await anna.submit("/@ines/follow", x="")
    assert (await anna.submit("/lists", name="")).status_code == 422
    made = await anna.submit("/lists", name="Chess <club>", out_of_home="")
    edit = made.headers["location"]
    path = edit.removesuffix("/edit")
    refused = await anna.submit(f"{path}/members", handle="@jonas")
    assert refused.status_code == 422
    assert "Lists are for people you follow." in text_of(refused)
    assert (await anna.submit(f"{path}/members", handle="@Ines ")).status_code == 303
    await say(ines, "Who plays on Friday?")
    assert "Who plays on Friday?" in text_of(await anna.get(path))
    assert "Chess <club> 1 person" in text_of(await anna.get("/lists"))
    assert (await ines.get(path)).status_code == 404
    await anna.submit(edit, name="Chess", out_of_home="yes")
    assert "Who plays on Friday?" not in text_of(await anna.get("/"))

    choices = await anna.get("/@ines/lists")
    assert re.search(r'name="list"[^>]* checked', choices.text)
    await anna.submit("/@ines/lists", x="")
    assert "Nobody is on this list yet" in text_of(await anna.get(path))
    await anna.submit("/@ines/lists", list=path.removeprefix("/lists/"))
    assert "Not followed yet" in text_of(await anna.get("/@jonas/lists"))
    assert (await anna.submit("/@jonas/lists", list=path.removeprefix("/lists/"))).status_code == 409
    person = str((await person_of(web, "ines")).person)
    await anna.submit(f"{path}/members/remove", actor=person)
    assert (await anna.submit(f"{path}/remove", x="")).headers["location"] == "/lists"
    assert (await anna.get(path)).status_code == 404


async def test_filters_and_muted_conversations(web: Web) -> None:
    anna, ines = await web.join("anna"), await web.join("ines", "de")
    await anna.submit("/@ines/follow", x="")
    talk = await say(ines, "Alles über Fußball")
    await say(ines, "Noch einmal Fußball", reply_to=talk)
    wrong = await anna.submit("/settings/reading/filters", phrase=" ", deed="fold", ends="week")
    assert wrong.status_code == 422
    fields = {"whole_word": "yes", "deed": "fold", "ends": "week", "in_home": "yes", "in_conversations": "yes"}
    fields["in_notifications"] = "yes"
    assert (await anna.submit("/settings/reading/filters", phrase="fußball", **fields)).status_code == 303
    home = text_of(await anna.get("/"))
    assert "Filtered: fußball Show I ines" in home
    conversation = text_of(await anna.get(f"/conversations/{talk}"))
    assert conversation.count("Filtered: fußball") == 1, "how it began was asked for"
    await ines.submit("/posts", text="@anna Noch mehr Fußball", audience="public")

    async def told() -> bool:
        return "Filtered: fußball" in text_of(await anna.get("/notifications"))

    await eventually(told)
    page = await anna.get("/settings/reading")
    assert "fußball is folded · until" in text_of(page)
    found = re.search(r"/settings/reading/filters/\d+", page.text)
    assert found is not None
    assert (await ines.get(found[0])).status_code == 404
    assert "As it is:" in text_of(await anna.get(found[0]))
    await anna.submit(found[0], phrase="fußball", **(fields | {"deed": "hide", "ends": "keep"}))
    assert "Fußball" not in text_of(await anna.get("/"))
    await anna.submit(f"{found[0]}/remove", x="")
    assert "Alles über Fußball" in text_of(await anna.get("/"))

    muted = await anna.submit(f"/conversations/{talk}/mute", x="")
    assert muted.headers["location"] == f"/conversations/{talk}"
    assert "You have muted it" in text_of(await anna.get(f"/conversations/{talk}"))
    assert "Alles über" not in text_of(await anna.get("/"))
    assert "Alles über Fußball" in text_of(await anna.get("/muted"))
    await anna.submit(f"/conversations/{talk}/unmute", x="")
    assert "Nothing muted" in text_of(await anna.get("/muted"))
    assert "Nichts stummgeschaltet" in text_of(await ines.get("/muted"))


async def test_tags_are_followed_and_trend(open_web: OpenWeb) -> None:
    web = await open_web()
    names = ("anna", "ines", "mehmet", "jonas")
    anna, *others = [await web.join(name, be_found="yes") for name in names]
    for one in others:
        await say(one, "Ready for the #Summerfest")
    await anna.submit("/tags/summerfest/follow", x="")
    assert "#summerfest J jonas" in text_of(await anna.get("/"))
    assert "Unfollow" in text_of(await anna.get("/tags/summerfest"))
    assert "#summerfest" in text_of(await anna.get("/settings/reading"))
    await find_trends(web.site.database, None)
    visitor = await web.open()
    for path in ("/local", "/search"):
        assert "Talked about #summerfest 3 people" in text_of(await visitor.get(path))
    assert "Keep it out of the trends" not in text_of(await others[0].get("/tags/summerfest"))
    assert (await others[0].submit("/tags/summerfest/hide", x="")).status_code == 403
    async with web.site.database.write() as tx:
        await people.set_role(tx, (await person_of(web, "anna")).person, Role.OWNER)
    await anna.submit("/tags/summerfest/hide", x="")
    assert "Talked about" not in text_of(await visitor.get("/local"))
    assert "kept out of the trends" in text_of(await anna.get("/tags/summerfest"))
    await anna.submit("/tags/summerfest/show", x="")
    assert "Talked about" in text_of(await visitor.get("/local"))
    assert (await anna.submit("/settings/reading/tags", tag="12")).status_code == 422
    await anna.submit("/tags/summerfest/unfollow", next="/settings/reading")
    assert "#summerfest" not in text_of(await anna.get("/settings/reading"))


async def test_the_directory(web: Web) -> None:
    names = ("anna", "ines", "mehmet", "jonas")
    anna, ines, mehmet, jonas = [await web.join(name, be_found="yes") for name in names]
    await say(ines, "Who tends the #garden?")
    await say(mehmet, "I do")
    viewer = await person_of(web, "jonas")
    async with web.site.database.write() as tx:
        await people.set_consent(tx, viewer, Consent.BE_FOUND, False)
    await say(jonas, "So do I #garden")
    shown = text_of(await anna.get("/people/all"))
    assert shown.index("@mehmet") < shown.index("@ines") < shown.rindex("@anna")
    assert "@jonas" not in shown
    active = text_of(await anna.get("/people/all?by=active"))
    assert active.index("@mehmet") < active.index("@ines")
    assert "@jonas" not in active
    topic = text_of(await anna.get("/people/all?tag=%23Garden"))
    assert "@ines" in topic
    assert "@mehmet" not in topic
    assert "Nobody there" in text_of(await anna.get("/people/all?tag=nothing"))
