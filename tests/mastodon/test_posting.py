"""What comes with a status that an app posts: which app it was, and the group it is said in."""

import pytest

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.language.formats import exact_iso
from plausch.people import actions as people
from plausch.people.model import SHOWN_CODE, AppForm
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.model import PostDraft
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Person, Town
from tests.mastodon.test_notifications import settle

SCOPES = "read write"


async def registered(town: Town, one: App, name: str, website: str = "") -> App:
    """The same person with an app that has registered."""
    form = AppForm(name=name, redirect_uris=(SHOWN_CODE,), scopes=SCOPES, website=website)
    async with town.site.database.write() as tx:
        app, _ = await people.register_app(tx, form)
        code = await people.grant_code(tx, one.viewer, app, SCOPES, SHOWN_CODE)
        token = await people.redeem_code(tx, app, code, SHOWN_CODE)
    assert token is not None
    return App(Person(one.viewer, await town.client(token.secret)))


async def test_a_status_says_with_which_app_it_was_written(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    tusky = await registered(town, anna, "Tusky", "https://tusky.example")
    said = await tusky.say("Unterwegs")
    assert said["application"] == {"name": "Tusky", "website": "https://tusky.example"}
    # Kept parts say it, too, and what is rendered anew after an edit.
    assert (await ines.get(f"/statuses/{said['id']}"))["application"]["name"] == "Tusky"
    await anna.ask("PUT", f"/statuses/{said['id']}", json={"status": "Zu Hause"})
    assert (await ines.get(f"/statuses/{said['id']}"))["application"]["name"] == "Tusky"

    await anna.ask("DELETE", f"/statuses/{said['id']}")
    async with town.site.database.read() as tx:
        assert (await queries.list_whence(tx, [int(said["id"])]))[int(said["id"])].program == ""

    toot = await registered(town, anna, "toot")
    assert (await toot.say("Kurz"))["application"] == {"name": "toot", "website": None}
    # A token of the command line belongs to no app, and pages are none.
    assert (await anna.say("Von Hand"))["application"] is None
    async with town.site.database.write() as tx:
        page = await talk.publish_post(tx, anna.viewer, PostDraft(source="Im Netz"), ADDRESSES)
    assert (await ines.get(f"/statuses/{page}"))["application"] is None


async def a_group(town: Town, owner: App, visibility: Visibility, *members: App, approve_first: int = 0) -> int:
    links = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
    draft = GroupDraft(
        name="Garten", handle=f"garten_{visibility.value}", visibility=visibility, approve_first=approve_first
    )
    async with town.site.database.write() as tx:
        group = await groups.create_group(tx, owner.viewer, draft, links)
        for one in members:
            await groups.invite_to_group(tx, owner.viewer, group, one.viewer.person)
            await groups.accept_invitation(tx, one.viewer, group)
    return group


async def test_a_status_that_names_a_closed_group_is_said_in_it(town: Town) -> None:
    lena, omar, rosa = await apps(town, "lena", "omar", "rosa")
    await rosa.post(f"/accounts/{omar.id}/follow")
    group = await a_group(town, lena, Visibility.CLOSED, omar)
    for visibility in ("public", "unlisted", "private"):
        said = await omar.say("Wer gießt, @garten_closed?", visibility=visibility)
        assert (said["visibility"], said["plausch"]["audience"]) == ("private", "group")
        assert said["plausch"]["place_id"] == str(group)
        await rosa.get(f"/statuses/{said['id']}", 404)
    assert await rosa.home() == []
    assert said["id"] in [one["reblog"]["id"] for one in await lena.get(f"/accounts/{group}/statuses")]
    # Who is no member only mentions it, and a reply stays where it is, whatever it names.
    outside = await rosa.say("Was macht @garten_closed?")
    assert (outside["visibility"], outside["plausch"]["place_id"]) == ("public", None)
    reply = await omar.say("@garten_closed viel", in_reply_to_id=outside["id"])
    assert (reply["visibility"], reply["plausch"]["place_id"]) == ("public", None)


async def test_nothing_is_said_to_more_people_because_it_names_a_group(town: Town) -> None:
    lena, omar = await apps(town, "lena", "omar")
    group = await a_group(town, lena, Visibility.PUBLIC, omar)
    said = await omar.say("@garten_public Fest am Samstag")
    assert (said["visibility"], said["plausch"]["place_id"]) == ("public", str(group))
    for visibility in ("unlisted", "private"):
        said = await omar.say("@garten_public leise", visibility=visibility)
        assert (said["visibility"], said["plausch"]["place_id"]) == (visibility, None)


async def test_what_a_group_lets_through_first_waits_as_it_was_sent(town: Town) -> None:
    lena, omar = await apps(town, "lena", "omar")
    tusky = await registered(town, omar, "Tusky")
    group = await a_group(town, lena, Visibility.CLOSED, omar, approve_first=1)
    waits = await tusky.say("@garten_closed Darf ich?")
    assert waits["params"]["text"] == "@garten_closed Darf ich?"
    async with town.site.database.write() as tx:
        post = await talk.approve_post(tx, lena.viewer, int(waits["id"]), ADDRESSES)
    shown = await lena.get(f"/statuses/{post}")
    assert (shown["plausch"]["place_id"], shown["application"]["name"]) == (str(group), "Tusky")


#: How a group may be named; the last ones no Markdown understands as a mention.
SPELLINGS = (
    "Leise, @{0}!",
    "@{0}",
    "@{1}",
    "@{0}: kommt ihr?",
    "(@{0})",
    "@{0}…",
    "@{0}@localhost:8000 hört her",
    "@{1}@LOCALHOST",
    "**@{0}**",
    "*@{0}@localhost*,",
    "_@{0}_",
    "> @{0} sagt",
    "- @{0}",
    "`@{0}`",
    "    @{0}",
    "\\@{0}",
    "[@{0}](https://example.org)",
    "@{0}\u200b",
    "Umlaute? äöü\n@{0}\nja",
    "*" * 7000 + " @{0}",
)


@pytest.mark.parametrize("visibility", [Visibility.SECRET, Visibility.CLOSED])
async def test_however_a_group_is_named_what_its_member_says_stays_in_it(town: Town, visibility: Visibility) -> None:
    lena, omar, rosa = await apps(town, "lena", "omar", "rosa")
    stranger = App(await town.stranger())
    await rosa.post(f"/accounts/{omar.id}/follow")
    group = await a_group(town, lena, visibility, omar)
    acct = (await omar.get(f"/accounts/{group}"))["acct"]
    for spelling in SPELLINGS:
        text = spelling.format(acct, acct.upper())
        for wished in ("public", "private") if spelling == SPELLINGS[0] else ("public",):
            said = await omar.say(text, visibility=wished)
            told = (said["visibility"], said["plausch"]["audience"], said["plausch"]["place_id"])
            assert told == ("private", "group", str(group)), text[-40:]
            for other in (rosa, stranger):
                await other.get(f"/statuses/{said['id']}", 404)
        assert (await lena.get(f"/statuses/{said['id']}"))["id"] == said["id"]
    assert (await rosa.home(), await stranger.get("/timelines/public")) == ([], [])
    kept = exact_iso(clock.now() + clock.DAY)
    scheduled = await omar.say(f"@{acct}@localhost:8000 morgen", scheduled_at=kept)
    async with town.site.database.read() as tx:
        assert (await queries.get_draft(tx, omar.viewer, int(scheduled["id"]))).place_id == group


async def test_a_mention_of_a_secret_group_is_one_within_it_alone(town: Town) -> None:
    lena, omar, rosa = await apps(town, "lena", "omar", "rosa")
    group = await a_group(town, lena, Visibility.SECRET, omar)
    acct = (await omar.get(f"/accounts/{group}"))["acct"]
    assert f"/@{acct}" in (await omar.say(f"@{acct} hier"))["content"]
    # Elsewhere they are words, whoever says them: nothing tells that there is such a group.
    open_ = await rosa.say("Was macht ihr?")
    before = await omar.say("Ja")
    said = [
        await omar.say(f"@{acct} gießen", in_reply_to_id=open_["id"]),
        await omar.ask("PUT", f"/statuses/{before['id']}", json={"status": f"Nein @{acct}"}),
        await rosa.say(f"Was macht @{acct}?"),
        await rosa.say("Was macht @nobody?"),
    ]
    for one in said:
        assert (one["visibility"], one["mentions"], one["plausch"]["place_id"]) == ("public", [], None)
        assert "href" not in one["content"]
    assert said[2]["content"] == said[3]["content"].replace("nobody", acct)
    for who, there in ((omar, True), (rosa, False)):
        found = await who.get("/accounts/search", q=f"@{acct}")
        assert [one["id"] for one in found] == [str(group)] * there
        await who.get("/accounts/lookup", 200 if there else 404, acct=acct)


async def test_of_several_groups_it_is_said_where_fewer_read_it(town: Town) -> None:
    lena, omar = await apps(town, "lena", "omar")
    await a_group(town, lena, Visibility.PUBLIC, omar)
    secret = await a_group(town, lena, Visibility.SECRET, omar)
    acct = (await omar.get(f"/accounts/{secret}"))["acct"]
    said = await omar.say(f"@garten_public und @{acct}")
    assert (said["visibility"], said["plausch"]["place_id"]) == ("private", str(secret))


async def test_whoever_is_named_with_this_server_is_named(town: Town) -> None:
    anna, omar, rosa = await apps(town, "anna", "omar", "rosa")
    said = await anna.say("@omar@localhost:8000 und @Rosa@LOCALHOST und @omar und @anna@elsewhere.example")
    assert {one["id"] for one in said["mentions"]} == {omar.id, rosa.id}
    assert said["content"].count('href="http://localhost:8000/@omar"') == 2
    direct = await anna.say("@omar@localhost:8000 nur du", visibility="direct")
    await omar.get(f"/statuses/{direct['id']}")
    await rosa.get(f"/statuses/{direct['id']}", 404)
    kept = exact_iso(clock.now() + clock.DAY)
    await anna.say("@omar@localhost:8000 später", visibility="direct", scheduled_at=kept)
    # The same of what is written on the pages.
    async with town.site.database.write() as tx:
        draft = PostDraft(source="Hallo @omar@localhost:8000")
        post = await talk.publish_post(tx, anna.viewer, draft, town.site.addresses)
        assert await queries.list_mentioned(tx, post) == [int(omar.id)]


async def test_a_direct_status_that_names_a_secret_group_is_for_the_others_it_names(town: Town) -> None:
    lena, omar, rosa = await apps(town, "lena", "omar", "rosa")
    group = await a_group(town, lena, Visibility.SECRET, omar)
    acct = (await omar.get(f"/accounts/{group}"))["acct"]
    kept = exact_iso(clock.now() + clock.DAY)
    # The same of whoever is in it and of whoever is not, also with the name of this server behind it.
    for one in (omar, rosa):
        for name in (acct, f"{acct}@localhost:8000", "nobody"):
            note = await one.say(f"@{name} gießen", visibility="direct")
            told = await one.say(f"@{name} @lena gießen", visibility="direct")
            later = await one.say(f"@{name} @lena später", visibility="direct", scheduled_at=kept)
            assert (note["visibility"], note["mentions"], note["plausch"]["place_id"]) == ("direct", [], None)
            assert (told["visibility"], [who["id"] for who in told["mentions"]]) == ("direct", [lena.id])
            assert (note["content"].count("href"), told["content"].count("href")) == (0, 1)
            assert (await lena.get(f"/statuses/{told['id']}"))["id"] == told["id"]
            for other in (lena, omar, rosa):
                await other.get(f"/statuses/{note['id']}", 200 if other is one else 404)
            async with town.site.database.read() as tx:
                assert await queries.list_participants(tx, int(note["id"])) == [one.viewer.person]
                assert (await queries.get_draft(tx, one.viewer, int(later["id"]))).participants == "lena"


async def test_a_direct_status_that_names_nobody_is_a_note_to_oneself(town: Town) -> None:
    anna, omar = await apps(town, "anna", "omar")
    await omar.post(f"/accounts/{anna.id}/follow")
    note = await anna.say("Milch kaufen", visibility="direct")
    assert (note["visibility"], note["mentions"]) == ("direct", [])
    more = await anna.say("Und Brot", in_reply_to_id=note["id"])
    assert more["visibility"] == "direct"
    for one in (note, more):
        await omar.get(f"/statuses/{one['id']}", 404)
    await settle(town)
    assert await omar.home() == []
    assert [one["type"] for one in await anna.person.get("/api/v1/notifications")] == ["follow"]
    (talk_,) = await anna.person.get("/api/v1/conversations")
    assert ([one["id"] for one in talk_["accounts"]], talk_["last_status"]["id"]) == ([anna.id], more["id"])
    assert talk_["unread"] is False
    assert await omar.person.get("/api/v1/conversations") == []
    # A reply of one's own to oneself, for nobody else.
    said = await anna.say("Für alle")
    aside = await anna.say("Nur für mich", in_reply_to_id=said["id"], visibility="direct")
    await omar.get(f"/statuses/{aside['id']}", 404)
    assert (await omar.get(f"/statuses/{said['id']}/context"))["descendants"] == []
    assert (await omar.get(f"/statuses/{said['id']}"))["replies_count"] == 0
    due = await anna.say("Später", visibility="direct", scheduled_at=exact_iso(clock.now() + clock.DAY))
    assert due["params"]["visibility"] == "direct"
    # Whoever answers somebody directly answers them, and what is said in a group stays in it.
    direct = await omar.say("Danke", in_reply_to_id=said["id"], visibility="direct")
    assert (await anna.get(f"/statuses/{direct['id']}"))["id"] == direct["id"]
