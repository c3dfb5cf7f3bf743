"""How people shape what they read: what connections like, followed tags, what is muted and filtered, lists, trends."""

import pytest

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.jobs import find_trends
from plausch.feeds.model import Feed, FilterAction, FilterDraft, FilterPlace, ReasonKind, is_trending
from plausch.feeds.tables import filters, followed_tags, list_members, lists, muted_conversations, readers
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import TOP, Page
from plausch.people import actions as people
from plausch.people import jobs as people_jobs
from plausch.people.model import GRACE, Consent, Role, Viewer
from plausch.storage import Database, Read
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind
from tests.harness.community import connect, join_all, publish, settle, stored


async def home(database: Database, viewer: Viewer, limit: int = 20) -> list[tuple[int, str]]:
    """The conversations of somebody's home with their reasons."""
    async with database.read() as read:
        feed = await feeds.home_feed(read, viewer, Page(limit=limit))
    return reasons(feed)


def reasons(feed: Feed) -> list[tuple[int, str]]:
    return [(card.conversation.id, card.reason.kind.value) for card in feed.cards]


async def all_pages(read: Read, viewer: Viewer, limit: int) -> list[int]:
    found: list[int] = []
    before: int | None = TOP
    while before is not None:
        feed = await feeds.home_feed(read, viewer, Page(before=before, limit=limit))
        found += [card.conversation.id for card in feed.cards]
        before = feed.next_before
    return found


async def test_what_connections_like_comes_home(database: Database) -> None:
    anna, ines, jonas, mehmet = await join_all(database, "anna", "ines", "jonas", "mehmet")
    async with database.write() as tx:
        await connect(tx, anna, ines)
        await connect(tx, anna, jonas)
        liked = await publish(tx, mehmet, "Wer kennt einen guten Bäcker?")
        answer = await publish(tx, mehmet, "Ich meine: mit Sauerteig", reply_to=liked)
        await publish(tx, mehmet, "Das mag niemand")
        quiet = await publish(tx, mehmet, "Leise", audience=AudienceKind.QUIET)
        own = await publish(tx, anna, "Von Anna selbst")
        for post in (answer, quiet, own):
            await talk.like_post(tx, ines, post)
    assert sorted(await home(database, anna)) == [(liked, "liked"), (own, "posted")]
    with clock.at(clock.now() + clock.MINUTE):
        async with database.write() as tx:
            newer = await publish(tx, ines, "Später")
    with clock.at(clock.now() + clock.HOUR):
        async with database.write() as tx:
            await talk.like_post(tx, jonas, answer)
            await talk.like_post(tx, jonas, newer)
    async with database.read() as read:
        feed = await feeds.home_feed(read, anna, Page())
    assert reasons(feed)[0] == (newer, "posted"), "a second like moves nothing"
    card = next(card for card in feed.cards if card.conversation.id == liked)
    assert (card.reason.actor_id, card.reason.others) == (jonas.person, 1)
    assert card.root is not None
    assert [post.id for post in card.replies] == [answer]


@pytest.mark.parametrize(
    "undo",
    ["unlike", "remove", "consent", "mute liker", "mute author", "part", "follow", "block", "mute talk", "suspend"],
)
async def test_what_takes_a_like_back_takes_it_from_home(database: Database, undo: str) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    async with database.write() as tx:
        await connect(tx, anna, ines)
        liked = await publish(tx, mehmet, "Hier entlang")
        await talk.like_post(tx, ines, liked)
    assert await home(database, anna) == [(liked, "liked")]
    async with database.write() as tx:
        match undo:
            case "unlike":
                await talk.unlike_post(tx, ines, liked)
            case "remove":
                await talk.remove_post(tx, mehmet, liked)
            case "consent":
                await people.set_consent(tx, ines, Consent.SHOW_LIKES, False)
            case "mute liker":
                await people.mute(tx, anna, ines.person)
            case "mute author":
                await people.mute(tx, anna, mehmet.person)
            case "part":
                await people.disconnect(tx, anna, ines.person)
            case "follow":
                await people.follow(tx, anna, mehmet.person)
            case "block":
                await people.block(tx, mehmet, anna.person)
            case "mute talk":
                await feeds_actions.mute_conversation(tx, anna, liked)
            case _:
                await people.suspend(tx, ines.person)
    assert await home(database, anna) == ([(liked, "posted")] if undo == "follow" else [])


async def test_page_after_page_each_liked_conversation_stands_once(database: Database) -> None:
    anna, ines, jonas, mehmet = await join_all(database, "anna", "ines", "jonas", "mehmet")
    now = clock.now() - clock.HOUR
    async with database.write() as tx:
        await connect(tx, anna, ines)
        await connect(tx, anna, jonas)
        found: list[int] = []
        for number in range(6):
            with clock.at(now + number * clock.MINUTE):
                found.append(await publish(tx, mehmet, f"Frage {number}"))
                found += [await publish(tx, ines, f"Von Ines {number}.{more}") for more in range(4)]
            with clock.at(now + number * clock.MINUTE + clock.SECOND):
                await talk.like_post(tx, ines, found[-5])
        for one in found[::5]:
            await talk.like_post(tx, jonas, one)
    async with database.read() as read:
        shown = await all_pages(read, anna, 5)
    assert sorted(shown) == sorted(set(shown))
    assert {one for one in found if found.index(one) % 5} <= set(shown) <= set(found)
    assert len(set(shown) & set(found[::5])) >= 3, "there is a place for one on a page, more at the end"


async def test_tags_bring_public_posts_home(database: Database) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    async with database.write() as tx:
        await feeds_actions.follow_tag(tx, anna, "#Garten")
        await feeds_actions.follow_tag(tx, anna, "garten")
        first = await publish(tx, mehmet, "Die Tomaten sind reif #garten")
        await publish(tx, mehmet, "Leise #garten", audience=AudienceKind.QUIET)
        await publish(tx, mehmet, "Anderes #schach")
        second = await publish(tx, ines, "Ohne")
        reply = await publish(tx, mehmet, "Mit #Garten", reply_to=second)
        with pytest.raises(Invalid, match="tag_form"):
            await feeds_actions.follow_tag(tx, anna, "#123")
    async with database.read() as read:
        feed = await feeds.home_feed(read, anna, Page())
        assert await feeds.list_followed_tags(read, anna) == ["garten"]
        parts, _ = await feeds.home_parts(read, anna, Page())
        assert await all_pages(read, anna, 1) == [second, first]
    assert reasons(feed) == [(second, "tagged"), (first, "tagged")]
    assert feed.cards[0].reason.tag == "garten"
    assert [one.post_id for one in parts] == [reply, first], "programs get them too"
    async with database.write() as tx:
        await people.follow(tx, anna, mehmet.person)
    kinds = {kind for _, kind in await home(database, anna)}
    assert ReasonKind.TAGGED.value not in kinds, "whom one follows is reason enough"
    async with database.write() as tx:
        await people.unfollow(tx, anna, mehmet.person)
        await feeds_actions.unfollow_tag(tx, anna, "Garten")
    assert await home(database, anna) == []
    assert (await stored(database))[readers.name] == [(anna.person, 0, "", "[]")]


async def test_a_reply_under_another_tag_hides_nothing_on_later_pages(database: Database) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    async with database.write() as tx:
        await people.follow(tx, anna, ines.person)
        await feeds_actions.follow_tag(tx, anna, "garten")
        below = await publish(tx, ines, "Offene Partie #schach")
        above = await publish(tx, ines, "Tomaten #garten")
        await publish(tx, mehmet, "Gern #schach", reply_to=below)
    async with database.read() as read:
        assert await all_pages(read, anna, 1) == [above, below]


async def test_a_muted_conversation_is_silent(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await people.follow(tx, anna, ines.person)
        root = await publish(tx, anna, "Frage")
        hidden = await publish(tx, ines, "Nur für Ines", audience=AudienceKind.CONNECTIONS)
        await feeds_actions.mute_conversation(tx, anna, root)
        await publish(tx, ines, "@anna Antwort", reply_to=root)
        await talk.like_post(tx, ines, root)
        with pytest.raises(NotFound):
            await feeds_actions.mute_conversation(tx, anna, hidden)
    await settle(database)
    assert await home(database, anna) == []
    async with database.read() as read:
        assert await feeds.count_unread(read, anna) == 0
        assert [card.conversation.id for card in (await feeds.muted_feed(read, anna, Page())).cards] == [root]
        assert (await feeds.muted_feed(read, ines, Page())).cards == ()
        parts, _ = await feeds.home_parts(read, anna, Page())
        assert parts == []
    async with database.write() as tx:
        await feeds_actions.unmute_conversation(tx, anna, root)
    assert [one for one, _ in await home(database, anna)] == [root]


async def test_words_are_filtered_for_a_while(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await people.follow(tx, anna, ines.person)
        await feeds_actions.add_filter(tx, anna, FilterDraft(phrase="Fuß  ball", action=FilterAction.HIDE))
        tea = FilterDraft(phrase="tee", ends_at=clock.now() + clock.DAY)
        id_ = await feeds_actions.add_filter(tx, anna, tea)
        within = FilterDraft(
            phrase="bahn", whole_word=False, places=(FilterPlace.NOTIFICATIONS,), action=FilterAction.HIDE
        )
        await feeds_actions.add_filter(tx, anna, within)
        await publish(tx, ines, "Heute FUß\nBall im Fernsehen")
        folded = await publish(tx, ines, "Ein *Tee* am Morgen")
        whole = await publish(tx, ines, "Teekanne und Straßenbahn @anna")
        own = await publish(tx, anna, "Fuß ball und Tee")
        with pytest.raises(Invalid):
            await feeds_actions.add_filter(tx, anna, FilterDraft(phrase=" "))
        with pytest.raises(NotFound):
            await feeds_actions.change_filter(tx, ines, id_, tea)
    await settle(database)
    async with database.read() as read:
        feed = await feeds.home_feed(read, anna, Page())
        assert await feeds.count_unread(read, anna) == 0, "it speaks of a tramway"
    assert [card.conversation.id for card in feed.cards] == [own, whole, folded]
    assert feed.folded == {folded: "tee"}
    with clock.at(clock.now() + 2 * clock.DAY):
        async with database.read() as read:
            assert (await feeds.home_feed(read, anna, Page())).folded == {}
            assert len(await feeds.list_filters(read, anna)) == 3, "what is over can be renewed"


async def test_lists_are_read_apart(database: Database) -> None:
    anna, ines, mehmet, jonas = await join_all(database, "anna", "ines", "mehmet", "jonas")
    async with database.write() as tx:
        for one in (ines, mehmet):
            await people.follow(tx, anna, one.person)
        chess = await feeds_actions.make_list(tx, anna, " Schach ")
        await feeds_actions.add_to_list(tx, anna, chess, ines.person)
        posts = [await publish(tx, ines, f"Zug {number}") for number in range(3)]
        other = await publish(tx, mehmet, "Etwas anderes")
        reply = await publish(tx, ines, "Dazu", reply_to=other)
        for act in (
            feeds_actions.add_to_list(tx, anna, chess, jonas.person),
            feeds_actions.add_to_list(tx, ines, chess, mehmet.person),
            feeds_actions.change_list(tx, ines, chess, "Meine", out_of_home=False),
            feeds_actions.remove_list(tx, ines, chess),
            feeds_actions.make_list(tx, anna, " "),
        ):
            with pytest.raises(DomainError):
                await act
    async with database.read() as read:
        feed = await feeds.list_feed(read, anna, chess, Page(limit=2))
        rest = await feeds.list_feed(read, anna, chess, Page(limit=2, before=feed.next_before or 0))
        assert (await feeds.get_list(read, anna, chess)).members == 1
        with pytest.raises(NotFound):
            await feeds.list_feed(read, ines, chess, Page())
    assert [card.conversation.id for card in (*feed.cards, *rest.cards)] == [other, *posts[::-1]]
    assert [post.id for post in feed.cards[0].replies] == [reply]
    async with database.write() as tx:
        await feeds_actions.change_list(tx, anna, chess, "Schach", out_of_home=True)
    assert await home(database, anna) == [(other, "posted")]
    async with database.write() as tx:
        await people.unfollow(tx, anna, ines.person)
    await settle(database)
    async with database.read() as read:
        assert await feeds.list_list_members(read, anna, chess) == []
    async with database.write() as tx:
        await feeds_actions.remove_list(tx, anna, chess)
    rows = await stored(database)
    assert rows[lists.name] == rows[list_members.name] == []


async def test_trends_are_what_more_people_speak_of_than_usual(database: Database) -> None:
    names = ("anna", "ines", "mehmet", "jonas", "pia")
    anna, ines, mehmet, jonas, pia = everybody = await join_all(database, *names)
    now = clock.now()
    for days in range(3, 16, 2):
        with clock.at(now - days * clock.DAY):
            async with database.write() as tx:
                for one in everybody[:3]:
                    await publish(tx, one, "Wie immer #wetter")
    async with database.write() as tx:
        await people.set_consent(tx, pia, Consent.COUNT_IN_INSIGHTS, False)
        for one in (anna, ines, mehmet):
            await publish(tx, one, "#sommerfest #wetter")
            await publish(tx, one, "#geheim", audience=AudienceKind.FOLLOWERS)
        for one in (anna, anna, ines, pia):
            await publish(tx, one, "#zuwenig")
        talked = await publish(tx, jonas, "Was sagt ihr?")
        for one in (anna, ines, mehmet):
            await talk.like_post(tx, one, talked)
            await publish(tx, one, "Ja", reply_to=talked)
        alone = await publish(tx, jonas, "Mit mir selbst")
        for _ in range(4):
            await publish(tx, jonas, "Ja", reply_to=alone)
    await find_trends(database, None)
    async with database.read() as read:
        assert [(one.tag, one.people) for one in await feeds.list_trending_tags(read, anna, 9)] == [("sommerfest", 3)]
        assert await feeds.list_trending_posts(read, anna, 9) == [talked]
    async with database.write() as tx:
        with pytest.raises(NotAllowed):
            await feeds_actions.hide_tag(tx, ines, "sommerfest")
        await feeds_actions.hide_tag(tx, Viewer(anna.person, anna.person, Role.OWNER), "#Sommerfest")
        await talk.remove_post(tx, jonas, talked)
    await settle(database)
    async with database.read() as read:
        assert await feeds.list_trending_tags(read, anna, 9) == []
        assert await feeds.list_trending_posts(read, anna, 9) == []


def test_what_is_usual_does_not_trend() -> None:
    assert is_trending(3, 0.5)
    assert not is_trending(2, 0)
    assert not is_trending(5, 2.1)


async def test_what_somebody_set_goes_with_the_account(database: Database) -> None:
    gerda, anna, ines = await join_all(database, "gerda", "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
        theirs = await feeds_actions.make_list(tx, ines, "Freunde")
        await feeds_actions.add_to_list(tx, ines, theirs, anna.person)
        mine = await feeds_actions.make_list(tx, anna, "Geheime Liste", out_of_home=True)
        await feeds_actions.add_to_list(tx, anna, mine, ines.person)
        await feeds_actions.follow_tag(tx, anna, "geheimtag")
        await feeds_actions.add_filter(tx, anna, FilterDraft(phrase="Geheimwort"))
        await feeds_actions.mute_conversation(tx, anna, await publish(tx, ines, "Hallo"))
        await people.leave(tx, anna)
    with clock.at(clock.real_now() + GRACE):
        async with database.write() as tx:
            await people_jobs.end_accounts(tx, None)
    await settle(database)
    rows = await stored(database)
    for one in (readers, followed_tags, filters, muted_conversations, list_members):
        assert rows[one.name] == [] or (one is readers and rows[one.name] == [(ines.person, 0, "", "[]")]), one.name
    assert [row[0] for row in rows[lists.name]] == [theirs]
    async with database.write() as tx:
        with pytest.raises(Conflict):
            await feeds_actions.add_to_list(tx, ines, theirs, gerda.person)
