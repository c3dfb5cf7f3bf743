"""Feeds somebody can choose: what is in them, in which order and why, and what people put together themselves."""

from collections.abc import Sequence

import pytest

from plausch.exchange import personal_data
from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.jobs import find_scores
from plausch.feeds.model import (
    Feed,
    FeedKind,
    FilterAction,
    FilterDraft,
    RecipeDraft,
    RecipeKind,
    RecipeOrder,
)
from plausch.feeds.queries import Scored
from plausch.feeds.tables import recipe_actors, recipes, scores
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import TOP, Page
from plausch.people import actions as people
from plausch.people import jobs as people_jobs
from plausch.people.model import GRACE, VISITOR, Consent, Viewer
from plausch.storage import Database
from plausch.talk import actions as talk
from plausch.talk import queries as talk_queries
from plausch.talk.model import AudienceKind, PollDraft
from tests.harness.community import connect, join_all, publish, settle, stored


async def read(database: Database, viewer: Viewer, kind: FeedKind, page: Page | None = None) -> Feed:
    async with database.read() as tx:
        return await feeds.chosen_feed(tx, viewer, kind, page or Page(), await feeds.get_reader(tx, viewer))


async def read_own(database: Database, viewer: Viewer, recipe: int, page: Page | None = None) -> Feed:
    async with database.read() as tx:
        return await feeds.recipe_feed(tx, viewer, recipe, page or Page(), await feeds.get_reader(tx, viewer))


def said(feed: Feed) -> list[tuple[int, str, int, str]]:
    return [(card.conversation.id, card.reason.kind.value, card.reason.others, card.reason.tag) for card in feed.cards]


def shown(feed: Feed) -> list[int]:
    return [card.conversation.id for card in feed.cards]


async def let_be_found(database: Database, *who: Viewer) -> None:
    async with database.write() as tx:
        for one in who:
            await people.set_consent(tx, one, Consent.BE_FOUND, granted=True)


async def test_where_many_talk_stands_above_where_few_do(database: Database) -> None:
    anna, ben, eve, uli, kim = await join_all(database, "anna", "ben", "eve", "uli", "kim")
    await let_be_found(database, anna, ben, eve, uli)
    async with database.write() as tx:
        much = await publish(tx, ben, "Worüber alle reden")
        await publish(tx, ben, "Worüber niemand redet")
        liked = await publish(tx, eve, "Was jemand mag")
        for one in (anna, eve, uli):
            await publish(tx, one, "Ich auch", reply_to=much)
        await talk.like_post(tx, uli, liked)
        await publish(tx, eve, "Ich antworte mir selbst", reply_to=liked)
        hers = await publish(tx, eve, "Für meine Kontakte", audience=AudienceKind.CONNECTIONS)
        await publish(tx, eve, "Mehr dazu", reply_to=hers)
    assert shown(await read(database, kim, FeedKind.LIVELY)) == [], "nothing is at home, and nobody has counted"
    await find_scores(database, None)
    found = await read(database, kim, FeedKind.LIVELY)
    assert said(found) == [(much, "talked", 4, ""), (liked, "praised", 1, "")]
    page = await read(database, kim, FeedKind.LIVELY, Page(limit=1))
    assert shown(page) == [much]
    assert page.next_before is not None
    further = await read(database, kim, FeedKind.LIVELY, Page(before=page.next_before, limit=1))
    assert (shown(further), further.next_before) == ([liked], None)
    async with database.write() as tx:
        await feeds_actions.mute_conversation(tx, kim, much)
        await feeds_actions.add_filter(tx, uli, FilterDraft(phrase="alle", action=FilterAction.HIDE))
        await people.block(tx, eve, kim.person)
        await people.mute(tx, uli, eve.person)
    assert shown(await read(database, kim, FeedKind.LIVELY)) == []
    assert shown(await read(database, uli, FeedKind.LIVELY)) == []
    async with database.write() as tx:
        await talk.remove_post(tx, ben, much)
    await settle(database)
    assert {row[1] for row in (await stored(database))[scores.name]}.isdisjoint({much})


async def test_whoever_will_not_be_counted_or_found_is_put_before_nobody(database: Database) -> None:
    anna, ben, eve, uli = await join_all(database, "anna", "ben", "eve", "uli")
    await let_be_found(database, ben, eve)
    async with database.write() as tx:
        await people.set_consent(tx, eve, Consent.COUNT_IN_INSIGHTS, granted=False)
        await people.set_consent(tx, uli, Consent.BE_FOUND, granted=False)
        for one in (ben, eve, uli):
            await publish(tx, anna, "Schön", reply_to=await publish(tx, one, "Guten Morgen"))
    await find_scores(database, None)
    assert [one for _, one, *_ in said(await read(database, VISITOR, FeedKind.LIVELY))] == ["talked"]
    async with database.write() as tx:
        await people.set_consent(tx, ben, Consent.COUNT_IN_INSIGHTS, granted=False)
    assert said(await read(database, VISITOR, FeedKind.LIVELY)) == [], "at once, not only when it is counted again"


async def test_what_only_a_program_has_answered_waits_and_what_it_says_does_not(database: Database) -> None:
    anna, ben, weather = await join_all(database, "anna", "ben", "weather")
    await let_be_found(database, anna, ben, weather)
    now = clock.now()
    with clock.at(now - 3 * clock.DAY):
        async with database.write() as tx:
            await people.set_automated(tx, weather, True)
            await people.set_consent(tx, weather, Consent.COUNT_IN_INSIGHTS, True)
            asked, answered, removed = [await publish(tx, ben, f"Regnet es {day}? #wetter") for day in ("1", "2", "3")]
            for post in (asked, answered):
                await publish(tx, weather, "Nein", reply_to=post)
            await publish(tx, anna, "Doch", reply_to=answered)
            gone = await publish(tx, anna, "Vielleicht", reply_to=removed)
            await talk.remove_post(tx, anna, gone)
            await publish(tx, weather, "12 Grad. Wird es wärmer?")
            draft = RecipeDraft(name="Offen", tags="wetter", order=RecipeOrder.WAITING)
            recipe = await feeds_actions.make_recipe(tx, anna, draft)
    await find_scores(database, None)
    waiting = [removed, asked]
    assert shown(await read(database, anna, FeedKind.WAITING)) == waiting
    assert shown(await read_own(database, anna, recipe)) == waiting
    async with database.read() as tx:
        asked_of_newcomers = await talk_queries.list_unanswered(tx, anna, 10)
    assert {asked, removed} <= set(asked_of_newcomers)
    assert answered not in asked_of_newcomers
    async with database.write() as tx:
        await publish(tx, anna, "Ja", reply_to=asked)
    assert shown(await read(database, anna, FeedKind.WAITING)) == [removed], "at once"


async def test_what_waits_longer_than_usual_is_found_and_what_one_cares_for_first(database: Database) -> None:
    anna, ben, eve = await join_all(database, "anna", "ben", "eve")
    await let_be_found(database, anna, ben, eve)
    now = clock.now()
    with clock.at(now - 3 * clock.DAY):
        async with database.write() as tx:
            await feeds_actions.follow_tag(tx, anna, "schach")
            plain = await publish(tx, ben, "Ein Satz")
            asks = await publish(tx, eve, "Weiß jemand Rat?")
            chess = await publish(tx, ben, "Wer spielt #schach")
            await publish(tx, anna, "Was ich selbst frage?")
            answered = await publish(tx, ben, "Schon beantwortet?")
            later = await publish(tx, eve, "Wird noch beantwortet?")
            await publish(tx, ben, "Nur für Kontakte?", audience=AudienceKind.CONNECTIONS)
    with clock.at(now - 2 * clock.DAY):
        async with database.write() as tx:
            await publish(tx, eve, "Ja", reply_to=answered)
            await publish(tx, eve, "Ich meine", reply_to=asks)
    async with database.write() as tx:
        await publish(tx, ben, "Eben erst?")
    await find_scores(database, None)
    found = await read(database, anna, FeedKind.WAITING)
    assert said(found) == [
        (chess, "waiting", 72, "schach"),
        (later, "waiting", 72, ""),
        (asks, "waiting", 72, ""),
        (plain, "waiting", 72, ""),
    ]
    async with database.write() as tx:
        await publish(tx, anna, "Ich!", reply_to=chess)
    assert chess not in shown(await read(database, anna, FeedKind.WAITING)), "answered since"


async def test_those_who_seldom_speak_are_heard(database: Database) -> None:
    anna, uli, ben, eve = await join_all(database, "anna", "uli", "ben", "eve")
    async with database.write() as tx:
        for one in (uli, ben):
            await people.follow(tx, anna, one.person)
        rare = await publish(tx, uli, "Nach langer Zeit")
        for number in range(4):
            await publish(tx, ben, f"Schon wieder {number}")
        await publish(tx, eve, "Die kennt Anna nicht")
    found = await read(database, anna, FeedKind.QUIET)
    assert [(card.conversation.id, card.reason.kind.value, card.reason.actor_id) for card in found.cards] == [
        (rare, "quiet", uli.person)
    ]
    async with database.write() as tx:
        await people.mute(tx, anna, uli.person)
    assert shown(await read(database, anna, FeedKind.QUIET)) == []


async def test_scores_are_handed_down_and_end(database: Database) -> None:
    anna, ben, eve = await join_all(database, "anna", "ben", "eve")
    async with database.write() as tx:
        one, other = [await publish(tx, who, "Brücken") for who in (ben, eve)]
        closed = await publish(tx, eve, "Nur für Kontakte", audience=AudienceKind.CONNECTIONS)
        given = [Scored(one, 2.0, 2), Scored(other, 5.0, 3), Scored(closed, 9.0, 4), Scored(1, 9.0, 4)]
        await feeds_actions.put_scores(tx, FeedKind.BRIDGING, given, clock.now() + clock.HOUR)
    found = await read(database, anna, FeedKind.BRIDGING)
    assert said(found) == [(other, "bridged", 3, ""), (one, "bridged", 2, "")]
    with clock.at(clock.now() + 2 * clock.HOUR):
        assert shown(await read(database, anna, FeedKind.BRIDGING)) == []


async def test_what_began_before_others_is_not_offered_for_one_reply(database: Database) -> None:
    """How many talk there is nothing for whoever was named in one reply only."""
    anna, ben, eve = await join_all(database, "anna", "ben", "eve")
    async with database.write() as tx:
        for one in (anna, ben):
            await connect(tx, eve, one)
        closed = await publish(tx, eve, "Nur für Kontakte", audience=AudienceKind.CONNECTIONS)
        await publish(tx, ben, "Ich auch", reply_to=closed)
        named = {"audience": AudienceKind.PARTICIPANTS, "participants": (anna.person,)}
        answer = await publish(tx, ben, "Für Anna allein", reply_to=closed, **named)
        await people.disconnect(tx, anna, eve.person)
        for kind in FeedKind:
            await feeds_actions.put_scores(tx, kind, [Scored(closed, 1.0, 2)], clock.now() + clock.HOUR)
    async with database.read() as tx:
        assert (await talk_queries.find_post(tx, anna, answer)) is not None
    for kind in (FeedKind.LIVELY, FeedKind.BRIDGING, FeedKind.WAITING):
        assert shown(await read(database, anna, kind)) == []
    assert shown(await read(database, ben, FeedKind.LIVELY)) == [closed]


async def test_a_feed_of_ones_own(database: Database) -> None:
    anna, ben, eve = await join_all(database, "anna", "ben", "eve")
    async with database.write() as tx:
        tagged = await publish(tx, eve, "Eröffnung #schach")
        bens = await publish(tx, ben, "Aus dem Garten")
        poll = await publish(tx, ben, "Abstimmen", poll=PollDraft(options=("Ja", "Nein")))
        await publish(tx, eve, "Etwas anderes")
        await publish(tx, eve, "Kontakte #schach", audience=AudienceKind.CONNECTIONS)
        draft = RecipeDraft(name=" Schach und Ben ", tags="#Schach", actors=(ben.person,))
        recipe = await feeds_actions.make_recipe(tx, anna, draft)
    assert said(await read_own(database, anna, recipe)) == [
        (poll, "posted", 0, ""),
        (bens, "posted", 0, ""),
        (tagged, "tagged", 0, "schach"),
    ]
    first = await read_own(database, anna, recipe, Page(limit=2))
    assert first.next_before is not None
    assert shown(await read_own(database, anna, recipe, Page(before=first.next_before, limit=2))) == [tagged]
    async with database.write() as tx:
        await publish(tx, anna, "Schön", reply_to=tagged)
        lively = RecipeDraft(name="Lebhaft", tags="schach", actors=(ben.person,), order=RecipeOrder.LIVELY)
        await feeds_actions.change_recipe(tx, anna, recipe, lively)
    assert shown(await read_own(database, anna, recipe))[0] == tagged
    async with database.write() as tx:
        open_ = RecipeDraft(name="Offen", tags="schach", actors=(ben.person,), order=RecipeOrder.WAITING)
        await feeds_actions.change_recipe(tx, anna, recipe, open_)
    assert shown(await read_own(database, anna, recipe)) == [poll, bens]
    async with database.write() as tx:
        polls = RecipeDraft(name="Fragen", actors=(ben.person,), kinds=(RecipeKind.POLL,))
        await feeds_actions.change_recipe(tx, anna, recipe, polls)
    assert shown(await read_own(database, anna, recipe)) == [poll]
    async with database.write() as tx:
        await people.follow(tx, anna, eve.person)
        home = RecipeDraft(name="Daheim", kinds=(RecipeKind.NOTE,))
        await feeds_actions.change_recipe(tx, anna, recipe, home)
    assert bens not in shown(await read_own(database, anna, recipe)), "without anything in it, it is made of home"
    assert tagged in shown(await read_own(database, anna, recipe))


async def test_home_remembers_what_was_chosen_until_it_is_gone(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")

    async def chosen() -> tuple[object, Sequence[str]]:
        async with database.read() as tx:
            reader = await feeds.get_reader(tx, anna)
        return reader.chosen, [one.name for one in reader.own_feeds]

    assert await chosen() == (FeedKind.LATEST, [])
    async with database.write() as tx:
        recipe = await feeds_actions.make_recipe(tx, anna, RecipeDraft(name="Mein"))
        await feeds_actions.choose_feed(tx, anna, recipe)
        with pytest.raises(NotFound):
            await feeds_actions.choose_feed(tx, ben, recipe)
        with pytest.raises(NotFound):
            await feeds_actions.change_recipe(tx, ben, recipe, RecipeDraft(name="Deins"))
        with pytest.raises(NotFound):
            await feeds_actions.remove_recipe(tx, ben, recipe)
        with pytest.raises(NotAllowed):
            await feeds_actions.choose_feed(tx, VISITOR, FeedKind.QUIET)
        with pytest.raises(Invalid):
            await feeds_actions.make_recipe(tx, anna, RecipeDraft(name=" "))
    assert await chosen() == (recipe, ["Mein"])
    with pytest.raises(NotFound):
        await read_own(database, ben, recipe, Page(before=TOP))
    async with database.write() as tx:
        await feeds_actions.change_recipe(tx, anna, recipe, RecipeDraft(name="Anders"))
    assert await chosen() == (recipe, ["Anders"])
    async with database.write() as tx:
        await feeds_actions.remove_recipe(tx, anna, recipe)
    assert await chosen() == (FeedKind.LATEST, [])
    async with database.write() as tx:
        await feeds_actions.choose_feed(tx, anna, FeedKind.QUIET)
        for number in range(20):
            await feeds_actions.make_recipe(tx, anna, RecipeDraft(name=f"Nummer {number}"))
        with pytest.raises(Conflict):
            await feeds_actions.make_recipe(tx, anna, RecipeDraft(name="Einer zu viel"))
    assert (await chosen())[0] is FeedKind.QUIET


async def test_nobody_learns_in_whose_feed_they_are(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        recipe = await feeds_actions.make_recipe(tx, anna, RecipeDraft(name="Ben lesen", actors=(ben.person,)))
    async with database.read() as tx:
        assert str(recipe) not in str(await personal_data.collect(tx, ben.person))
        copy = await personal_data.collect(tx, anna.person)
    assert "Ben lesen" in str(copy)
    assert str(ben.person) in str(copy)


async def test_whoever_goes_is_in_no_recipe(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        await feeds_actions.make_recipe(tx, anna, RecipeDraft(name="Ben", actors=(ben.person,)))
        await feeds_actions.make_recipe(tx, ben, RecipeDraft(name="Anna", actors=(anna.person,)))
        await people.leave(tx, ben)
    with clock.at(clock.now() + GRACE + clock.HOUR):
        async with database.write() as tx:
            await people_jobs.end_accounts(tx, None)
        await settle(database)
    rows = await stored(database)
    assert [row[2] for row in rows[recipes.name]] == ["Ben"]
    assert rows[recipe_actors.name] == []
