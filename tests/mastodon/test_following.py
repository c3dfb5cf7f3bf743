"""Following somebody in a way of one's own: notified of each post, without what they share, in some languages."""

from plausch.exchange import personal_data
from plausch.feeds import actions as feeds
from plausch.feeds.queries import list_followed_how
from plausch.groups import actions as groups
from plausch.groups import queries as group_queries
from plausch.groups.model import GroupDraft, GroupRole, Joining, Visibility
from plausch.http.site import ADDRESSES
from plausch.people import actions as people
from plausch.people.model import Viewer
from tests.mastodon.apps import App, apps
from tests.mastodon.conftest import Person, Town
from tests.mastodon.test_notifications import settle


async def heard(town: Town, one: App) -> list[tuple[str, str]]:
    """Of what somebody was notified, by type and status; the newest first."""
    await settle(town)
    found = await one.person.get("/api/v1/notifications")
    return [(each["type"], each["status"]["id"]) for each in found if "status" in each]


async def test_shares_of_somebody_are_left_out(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    stands = await anna.post(f"/accounts/{ines.id}/follow", reblogs=False)
    assert (stands["following"], stands["showing_reblogs"], stands["notifying"]) == (True, False, False)
    own, other = await ines.say("Selbst"), await omar.say("Von Omar")
    shared = await ines.post(f"/statuses/{other['id']}/reblog")
    assert await anna.home() == [own["id"]]
    assert (await anna.stands_to(ines))["showing_reblogs"] is False
    # Following again without a word of it leaves it so.
    assert (await anna.post(f"/accounts/{ines.id}/follow", notify=True))["showing_reblogs"] is False
    assert (await anna.post(f"/accounts/{ines.id}/follow", reblogs=True))["showing_reblogs"] is True
    assert await anna.home() == [shared["id"], own["id"]]
    # Whoever is no longer followed is followed plainly the next time.
    await anna.post(f"/accounts/{ines.id}/follow", reblogs=False)
    await anna.post(f"/accounts/{ines.id}/unfollow")
    await settle(town)
    stands = await anna.post(f"/accounts/{ines.id}/follow")
    assert (stands["showing_reblogs"], stands["notifying"], stands["languages"]) == (True, False, None)
    assert await anna.home() == [shared["id"], own["id"]]


async def test_somebody_is_read_in_some_languages(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    stands = await anna.post(f"/accounts/{ines.id}/follow", languages=["de-AT", "nl", "?"])
    assert stands["languages"] == ["de", "nl"]
    await anna.post(f"/accounts/{omar.id}/follow")
    german, unknown = await ines.say("Guten Tag", language="de"), await ines.say("…")
    await ines.say("Good day", language="en")
    other = await omar.say("Hello", language="en")
    assert await anna.home() == [other["id"], unknown["id"], german["id"]]
    assert (await anna.post(f"/accounts/{ines.id}/follow", languages=[]))["languages"] is None
    assert len(await anna.home()) == 4


async def test_whoever_wants_to_hear_of_each_post_does(town: Town) -> None:
    anna, ines, omar = await apps(town, "anna", "ines", "omar")
    assert (await anna.post(f"/accounts/{ines.id}/follow", notify=True))["notifying"] is True
    said = await ines.say("Neues von mir")
    more = await ines.say("Und weiter", in_reply_to_id=said["id"])
    other = await omar.say("Von Omar")
    await ines.say("Ja", in_reply_to_id=other["id"])
    await ines.post(f"/statuses/{other['id']}/reblog")
    assert await heard(town, anna) == [("status", more["id"]), ("status", said["id"])]
    # Not what one may not see, nor after it is switched off, and named it is a mention.
    await ines.say("@omar unter uns", visibility="direct")
    named = await ines.say("Hallo @anna")
    assert (await heard(town, anna))[0] == ("mention", named["id"])
    await anna.post(f"/accounts/{ines.id}/follow", notify=False)
    await ines.say("Leise")
    assert len(await heard(town, anna)) == 3


async def test_a_follower_who_is_removed_is_connected_no_more(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    await ines.post(f"/accounts/{anna.id}/follow")
    async with town.site.database.write() as tx:
        await people.ask_to_connect(tx, ines.viewer, anna.viewer.person, "")
        await people.accept_connection(tx, anna.viewer, ines.viewer.person)
    said = await anna.say("Nur für euch", visibility="private")
    await ines.get(f"/statuses/{said['id']}")
    stands = await anna.post(f"/accounts/{ines.id}/remove_from_followers")
    assert (stands["followed_by"], stands["plausch"]["connected"], stands["following"]) == (False, False, True)
    await ines.get(f"/statuses/{said['id']}", 404)
    await anna.post(f"/accounts/{ines.id}/remove_from_followers")


async def test_who_has_only_asked_to_follow_hears_nothing_yet(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    await ines.ask("PATCH", "/accounts/update_credentials", json={"locked": True})
    stands = await anna.post(f"/accounts/{ines.id}/follow", notify=True)
    assert (stands["requested"], stands["notifying"]) == (True, False)
    await ines.say("Für alle")
    assert await heard(town, anna) == []
    await ines.person.post(f"/api/v1/follow_requests/{anna.id}/authorize")
    said = await ines.say("Für dich auch")
    assert await heard(town, anna) == [("status", said["id"])]
    assert (await anna.stands_to(ines))["notifying"] is True


async def test_people_recommend_whom_they_follow(town: Town) -> None:
    anna, ines, omar, rosa = await apps(town, "anna", "ines", "omar", "rosa")
    await anna.post(f"/accounts/{ines.id}/endorse", 422)
    for one in (ines, omar):
        await anna.post(f"/accounts/{one.id}/follow", reblogs=False)
        stands = await anna.post(f"/accounts/{one.id}/endorse")
        assert (stands["endorsed"], stands["showing_reblogs"]) == (True, False)
    await anna.post(f"/accounts/{omar.id}/pin")
    assert [one["id"] for one in await rosa.get(f"/accounts/{anna.id}/endorsements")] == [omar.id, ines.id]
    assert [one["id"] for one in await anna.get("/endorsements")] == [omar.id, ines.id]
    assert (await rosa.get(f"/accounts/{ines.id}/endorsements")) == []
    # Not to whom one of them is kept from, and nobody any more who is not followed.
    await omar.post(f"/accounts/{rosa.id}/block")
    assert [one["id"] for one in await rosa.get(f"/accounts/{anna.id}/endorsements")] == [ines.id]
    assert (await anna.post(f"/accounts/{ines.id}/unendorse"))["endorsed"] is False
    await anna.post(f"/accounts/{omar.id}/unfollow")
    assert await anna.get("/endorsements") == []
    await settle(town)
    assert (await anna.post(f"/accounts/{omar.id}/follow"))["endorsed"] is False
    await anna.post(f"/accounts/{anna.id}/endorse", 422)


async def test_nobody_learns_how_others_follow_them_and_it_goes_with_who_does(town: Town) -> None:
    anna, ines = await apps(town, "anna", "ines")
    await anna.post(f"/accounts/{ines.id}/follow", reblogs=False, languages=["de"])
    async with town.site.database.slow_read() as tx:
        own = await personal_data.collect(tx, anna.viewer.person)
        others = await personal_data.collect(tx, ines.viewer.person)
    assert own["tables"]["feeds_followed_how"][0]["languages"] == " de "
    assert others["tables"]["feeds_followed_how"] == []
    async with town.site.database.write() as tx:
        await feeds.forget_reader(tx, ines.viewer.person)
        assert await list_followed_how(tx, anna.viewer, [ines.viewer.person]) == {}


async def a_group(town: Town, owner: App, visibility: Visibility, joining: Joining, question: str = "") -> App:
    """A group, as if it had an app of its own: for what others stand to it."""
    links = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
    handle = f"garten_{visibility.value}_{joining.value}" + ("_asks" if question else "")
    draft = GroupDraft(name="Garten", handle=handle, visibility=visibility, joining=joining, question=question)
    async with town.site.database.write() as tx:
        group = await groups.create_group(tx, owner.viewer, draft, links)
    return App(Person(Viewer(group, group), owner.person.app))


async def test_whoever_follows_a_group_joins_it(town: Town) -> None:
    lena, omar = await apps(town, "lena", "omar")
    for visibility in (Visibility.PUBLIC, Visibility.CLOSED):
        group = await a_group(town, lena, visibility, Joining.OPEN)
        stands = await omar.post(f"/accounts/{group.id}/follow", reblogs=False)
        assert (stands["following"], stands["requested"], stands["showing_reblogs"]) == (True, False, False)
        async with town.site.database.read() as tx:
            assert await group_queries.find_role(tx, int(group.id), omar.viewer.person) is GroupRole.MEMBER
    said = await lena.say(f"@{(await lena.get(f'/accounts/{group.id}'))['acct']} Hallo")
    await omar.get(f"/statuses/{said['id']}")
    # Whoever follows it no more is still in it, and may follow it again.
    assert (await omar.post(f"/accounts/{group.id}/unfollow"))["following"] is False
    await omar.get(f"/statuses/{said['id']}")
    assert (await omar.post(f"/accounts/{group.id}/follow"))["following"] is True


async def test_which_groups_one_follows_one_sees_oneself(town: Town) -> None:
    lena, omar, rosa = await apps(town, "lena", "omar", "rosa")
    closed = await a_group(town, lena, Visibility.CLOSED, Joining.OPEN)
    secret = await a_group(town, lena, Visibility.SECRET, Joining.INVITATION)
    async with town.site.database.write() as tx:
        for id_ in (int(closed.id), int(secret.id)):
            await groups.invite_to_group(tx, lena.viewer, id_, omar.viewer.person)
            await groups.accept_invitation(tx, omar.viewer, id_)
    await omar.post(f"/accounts/{rosa.id}/follow")
    own = {one["id"] for one in await omar.get(f"/accounts/{omar.id}/following")}
    assert own == {closed.id, secret.id, rosa.id}
    assert (await omar.get("/accounts/verify_credentials"))["following_count"] == 3
    for other in (lena, rosa):
        assert [one["id"] for one in await other.get(f"/accounts/{omar.id}/following")] == [rosa.id]
    for group in (closed, secret):
        assert await omar.get(f"/accounts/{group.id}/followers", 200) == []
    newest, *_ = sorted(own, key=int, reverse=True)
    assert [one["id"] for one in await omar.get(f"/accounts/{omar.id}/following", limit=1)] == [newest]


async def test_whoever_follows_a_group_that_lets_people_in_asks_it(town: Town) -> None:
    lena, omar, rosa = await apps(town, "lena", "omar", "rosa")
    group = await a_group(town, lena, Visibility.CLOSED, Joining.REQUEST)
    for stands in (await omar.post(f"/accounts/{group.id}/follow"), await omar.stands_to(group)):
        assert (stands["following"], stands["requested"]) == (False, True)
    assert (await rosa.stands_to(group))["requested"] is False
    assert (await omar.post(f"/accounts/{group.id}/follow"))["requested"] is True
    assert (await omar.post(f"/accounts/{group.id}/unfollow"))["requested"] is False
    async with town.site.database.write() as tx:
        assert await group_queries.list_requests(tx, lena.viewer, int(group.id)) == []
    await omar.post(f"/accounts/{group.id}/follow")
    async with town.site.database.write() as tx:
        await groups.decline_joining(tx, lena.viewer, int(group.id), omar.viewer.person)
    # Nobody is told so.
    assert (await omar.stands_to(group))["requested"] is True
    await rosa.post(f"/accounts/{group.id}/follow")
    async with town.site.database.write() as tx:
        await groups.accept_joining(tx, lena.viewer, int(group.id), rosa.viewer.person)
    stands = await rosa.stands_to(group)
    assert (stands["following"], stands["requested"]) == (True, False)
    # What it wants to know is answered on the pages.
    asking = await a_group(town, lena, Visibility.CLOSED, Joining.REQUEST, "Warum?")
    await omar.post(f"/accounts/{asking.id}/follow", 422)


async def test_into_a_group_by_invitation_one_comes_by_invitation(town: Town) -> None:
    lena, omar = await apps(town, "lena", "omar")
    group = await a_group(town, lena, Visibility.CLOSED, Joining.INVITATION)
    await omar.post(f"/accounts/{group.id}/follow", 403)
    assert (await omar.stands_to(group))["following"] is False
    async with town.site.database.write() as tx:
        await groups.invite_to_group(tx, lena.viewer, int(group.id), omar.viewer.person)
    assert (await omar.post(f"/accounts/{group.id}/follow"))["following"] is True
    secret = await a_group(town, lena, Visibility.SECRET, Joining.INVITATION)
    await omar.post(f"/accounts/{secret.id}/follow", 404)
    await omar.post(f"/accounts/{secret.id}/unfollow", 404)
    assert await omar.get(f"/accounts/relationships?id[]={secret.id}") == []
