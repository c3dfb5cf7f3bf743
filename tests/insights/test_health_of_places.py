"""Conversation health and loyalty of places: what is counted where, of whom, and what is done about it."""

from pathlib import Path

import pytest

from plausch.feeds import queries as feeds
from plausch.feeds.model import NotificationKind
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.insights import actions, queries
from plausch.insights.compute import health, loyalty
from plausch.insights.compute.night import Night
from plausch.insights.model import CareKind, Health, Loyalties, Loyalty, Measure, Move, Scope, ScopeKind, Stage
from plausch.insights.model.health import TURN
from plausch.insights.model.loyalty import FEW
from plausch.insights.queries.visits import list_visits
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import Consent, Role, Viewer
from plausch.storage import Database
from plausch.talk import actions as talk
from tests.harness.community import join, join_all, publish, settle, stored

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
SERVER = Scope(ScopeKind.SERVER)
NOON = 1_793_577_600_000
HANDLES = ("anna", "ben", "cem", "dora", "emil", "fritz")


def as_staff(viewer: Viewer) -> Viewer:
    return Viewer(viewer.person, viewer.person, Role.MODERATOR)


async def compute(database: Database, now: int, *scopes: Scope) -> None:
    night = Night(database, Path("nowhere"), now, scopes=(SERVER, *scopes))
    await health.compute(night)
    await loyalty.compute(night)


async def health_of(database: Database, viewer: Viewer, scope: Scope = SERVER) -> Health:
    async with database.read() as tx:
        found = await queries.find_result(tx, viewer, scope, Measure.HEALTH, Health, 0)
    assert found is not None
    return found.results[0].value


async def set_consent(database: Database, viewer: Viewer, consent: Consent, granted: bool) -> None:
    async with database.write() as tx:
        await people.set_consent(tx, viewer, consent, granted)
    await settle(database)


async def make_group(database: Database, owner: Viewer, *members: Viewer, visibility: Visibility) -> Scope:
    async with database.write() as tx:
        group = await groups.create_group(
            tx,
            owner,
            GroupDraft(name="Chess", handle="" if visibility is Visibility.SECRET else "chess", visibility=visibility),
            LINKS,
        )
        for one in members:
            await groups.invite_to_group(tx, owner, group, one.person)
            await groups.accept_invitation(tx, one, group)
    return Scope(ScopeKind.GROUP, group)


async def test_figures_are_of_what_was_said_there(database: Database) -> None:
    with clock.at(NOON - 20 * clock.DAY):
        people_ = await join_all(database, *HANDLES)
        anna, ben = people_[:2]
        club = await make_group(database, anna, *people_[1:], visibility=Visibility.CLOSED)
    for number, one in enumerate(people_):
        with clock.at(NOON - (10 - number) * clock.DAY):
            async with database.write() as tx:
                post = await publish(tx, one, "Wer weiß das?")
                inside = await publish(tx, one, "Nur unter uns", place=club.id)
        with clock.at(NOON - (10 - number) * clock.DAY + 2 * clock.HOUR):
            async with database.write() as tx:
                # One's own reply is no answer.
                await publish(tx, one, "Niemand?", reply_to=post)
                if one is not anna:
                    await publish(tx, anna, "Ich.", reply_to=post)
                await publish(tx, ben if one is not ben else anna, "Hier auch", reply_to=inside)
    await settle(database)
    with clock.at(NOON):
        await compute(database, NOON, club)
        found = (await health_of(database, as_staff(ben))).now
        assert (found.people, found.begun, found.due) == (6, 6, 6)
        assert found.answered == pytest.approx(5 / 6)
        assert found.first_answer == 2 * clock.HOUR
        assert found.newcomers == 6
        assert found.greeted == pytest.approx(5 / 6)
        in_club = (await health_of(database, anna, club)).now
        assert (in_club.begun, in_club.answered) == (6, 1.0), "a closed group has its own and gives nothing away"
        for stranger in (ben, as_staff(people_[2])):
            with pytest.raises(NotAllowed):
                await health_of(database, stranger, club)

        # Whoever does not want to count neither asks nor answers.
        await set_consent(database, anna, Consent.COUNT_IN_INSIGHTS, False)
        await compute(database, NOON, club)
        found = (await health_of(database, as_staff(ben))).now
        assert (found.people, found.begun, found.due) == (5, 5, 0), "what she answered first is not told of"
        await set_consent(database, ben, Consent.COUNT_IN_INSIGHTS, False)
        await compute(database, NOON, club)
        found = (await health_of(database, as_staff(ben))).now
        assert (found.people, found.begun, found.answered, found.reciprocity) == (4, 0, None, None), "too few to say"
        async with database.read() as tx:
            stages = await queries.find_result(tx, as_staff(ben), SERVER, Measure.LOYALTIES, Loyalties, 0)
            assert stages is not None
            assert stages.results[0].value == Loyalties(people=4)
            assert await queries.find_result(tx, anna, SERVER, Measure.LOYALTY, Loyalty, anna.person) is None
            cem = people_[2]
            own = await queries.find_result(tx, cem, SERVER, Measure.LOYALTY, Loyalty, cem.person)
            assert own is not None
            assert own.results[0].value.stage == Stage.PARTICIPANT
            with pytest.raises(NotAllowed):
                await queries.find_result(tx, cem, SERVER, Measure.LOYALTY, Loyalty, people_[3].person)


async def test_what_nobody_has_answered_is_worked_through(database: Database) -> None:
    with clock.at(NOON - 10 * clock.DAY):
        anna, ben, cem = await join_all(database, "anna", "ben", "cem")
        club = await make_group(database, anna, ben, visibility=Visibility.CLOSED)
        staff = as_staff(cem)
        async with database.write() as tx:
            lonely = await publish(tx, ben, "Hört mich jemand?")
            await publish(tx, ben, "Ich warte.", reply_to=lonely)
            answered = await publish(tx, ben, "Und jetzt?")
            await publish(tx, anna, "Ja.", reply_to=answered)
            secret = await publish(tx, ben, "Nur im Verein", place=club.id)

    async def listed(viewer: Viewer, scope: Scope) -> list[tuple[int, CareKind | None]]:
        async with database.read() as tx:
            found = await queries.list_unanswered(tx, viewer, scope, clock.DAY)
        return [(one.post.id, one.care.kind if one.care else None) for one in found]

    with clock.at(NOON - 9 * clock.DAY - clock.MINUTE):
        assert await listed(staff, SERVER) == [], "nobody is late yet"
    with clock.at(NOON):
        assert await listed(staff, SERVER) == [(lonely, None)]
        assert await listed(anna, club) == [(secret, None)]
        for stranger, scope in ((ben, SERVER), (ben, club), (staff, club)):
            with pytest.raises(NotAllowed):
                await listed(stranger, scope)
            with pytest.raises(NotAllowed):
                async with database.write() as tx:
                    await actions.care_for(tx, stranger, scope, lonely, CareKind.TAKEN)
        for post in (secret, answered):
            with pytest.raises(NotFound):
                async with database.write() as tx:
                    await actions.care_for(tx, staff, SERVER, post, CareKind.TAKEN)
        for kind in (CareKind.TAKEN, CareKind.UNNEEDED, None):
            async with database.write() as tx:
                await actions.care_for(tx, staff, SERVER, lonely, kind)
            assert await listed(staff, SERVER) == [(lonely, kind)]
        await set_consent(database, ben, Consent.COUNT_IN_INSIGHTS, False)
        assert await listed(staff, SERVER) == []
        await set_consent(database, ben, Consent.COUNT_IN_INSIGHTS, True)
        async with database.write() as tx:
            await actions.care_for(tx, staff, SERVER, lonely, CareKind.TAKEN)
            await talk.remove_post(tx, ben, lonely)
        await settle(database)
    assert (await stored(database))["insights_cares"] == []


async def told(database: Database, viewer: Viewer) -> list[int]:
    """Whom it is the viewer's turn to greet, by the notifications."""
    async with database.read() as tx:
        found = await feeds.list_notifications(tx, viewer, Page())
    return [one.actor_id for one in found if one.kind is NotificationKind.GREETING_DUE]


async def turns(database: Database, viewer: Viewer) -> list[int]:
    async with database.read() as tx:
        return [one.person_id for one in await queries.list_own_greetings(tx, viewer.person, 0)]


async def arrive(database: Database, *handles: str) -> list[Viewer]:
    found = []
    for handle in handles:
        async with database.write() as tx:
            found.append(await join(tx, handle))
        await settle(database)
    return found


async def test_greeting_goes_round(database: Database) -> None:
    with clock.at(NOON):
        anna, ben, cem = await join_all(database, "anna", "ben", "cem")
        await settle(database)
        await people_block(database, cem, "dora")
    with clock.at(NOON + clock.DAY):
        async with database.write() as tx:
            for one in (anna, ben, cem):
                await actions.volunteer(tx, one, SERVER)
        # Those who came before were given away already: each to somebody else than themselves.
        first = [await turns(database, one) for one in (anna, ben, cem)]
        assert sorted(person for found in first for person in found) == sorted(one.person for one in (anna, ben, cem))
        assert all(one.person not in found for one, found in zip((anna, ben, cem), first, strict=True))
        for one, found in zip((anna, ben, cem), first, strict=True):
            for newcomer in found:
                async with database.write() as tx:
                    await actions.mark_greeted(tx, one, 0, newcomer)
        assert [await told(database, one) for one in (anna, ben, cem)] == [[], [], []]
    with clock.at(NOON + 2 * clock.DAY):
        newcomers = await arrive(database, "emil", "fritz", "gerda")
        theirs = {one.person: await turns(database, one) for one in (anna, ben, cem)}
        assert sorted(len(found) for found in theirs.values()) == [1, 1, 1], "each has a turn"
        assert await told(database, anna) == theirs[anna.person]
        mine = next(one for one in newcomers if one.person in theirs[anna.person])
        async with database.write() as tx:
            hello = await publish(tx, mine, "Hallo!")
            # Somebody may also be answered by whoever just comes by: that is no greeting.
            await publish(tx, newcomers[0] if mine is not newcomers[0] else newcomers[1], "Tag", reply_to=hello)
        await settle(database)
        assert await turns(database, anna) == [mine.person]
        async with database.write() as tx:
            await publish(tx, anna, "Willkommen!", reply_to=hello)
        await settle(database)
        assert await turns(database, anna) == []
        assert await told(database, anna) == []
        with pytest.raises(NotFound):
            async with database.write() as tx:
                await actions.mark_greeted(tx, mine, 0, newcomers[0].person)
    waits = theirs[ben.person][0]
    with clock.at(NOON + 2 * clock.DAY + TURN + clock.HOUR):
        async with database.write() as tx:
            await actions.pass_on(tx, clock.now())
        assert waits not in await turns(database, ben)
        heirs = [one for one in (anna, cem) if waits in await turns(database, one)]
        assert len(heirs) == 1
        async with database.write() as tx:
            await actions.stop_volunteering(tx, heirs[0], SERVER)
        assert waits not in await turns(database, heirs[0]), "whoever stops hands on what they had"
        assert [one for one in (anna, ben, cem) if waits in await turns(database, one)]
        async with database.write() as tx:
            for one in (anna, ben, cem):
                await people.erase_account(tx, one.person)
        await settle(database)
    rows = await stored(database)
    assert rows["insights_volunteers"] == []
    assert not any(one.person in row for row in rows["insights_greetings"] for one in (anna, ben, cem))


async def people_block(database: Database, viewer: Viewer, handle: str) -> None:
    """Somebody comes whom the viewer avoids: it is never the viewer's turn to greet them."""
    (other,) = await arrive(database, handle)
    async with database.write() as tx:
        await people.block(tx, viewer, other.person)
        await actions.volunteer(tx, viewer, SERVER)
    assert other.person not in await turns(database, viewer)
    async with database.write() as tx:
        await actions.mark_greeted(tx, viewer, 0, other.person)
        await actions.stop_volunteering(tx, viewer, SERVER)


async def test_groups_greet_their_own(database: Database) -> None:
    with clock.at(NOON):
        anna, ben, cem, dora = await join_all(database, "anna", "ben", "cem", "dora")
        club = await make_group(database, anna, ben, visibility=Visibility.SECRET)
        await settle(database)
        with pytest.raises(NotFound):
            async with database.write() as tx:
                await actions.volunteer(tx, cem, club)
        async with database.write() as tx:
            await actions.volunteer(tx, ben, club)
            await groups.invite_to_group(tx, anna, club.id, dora.person)
            await groups.accept_invitation(tx, dora, club.id)
        await settle(database)
        assert await turns(database, ben) == [dora.person]
        async with database.write() as tx:
            await groups.leave_group(tx, ben, club.id)
        await settle(database)
        assert await turns(database, ben) == []
        async with database.write() as tx:
            await groups.leave_group(tx, dora, club.id)
        await settle(database)
    assert [
        row for row in (await stored(database))["insights_greetings"] if club.id in row and dora.person in row
    ] == []


async def test_visits_are_kept_of_those_who_agree_a_row_a_week(database: Database) -> None:
    with clock.at(NOON):
        anna, ben = await join_all(database, "anna", "ben")
        await set_consent(database, anna, Consent.KEEP_VISITS, True)
        for _ in range(2):
            async with database.write() as tx:
                await actions.note_visits(tx, anna.person, {0, 7})
                await actions.note_visits(tx, ben.person, {0})
        async with database.read() as tx:
            assert [(one.person_id, one.scope_id) for one in await list_visits(tx)] == [
                (anna.person, 0),
                (anna.person, 7),
            ]
    with clock.at(NOON + 8 * clock.DAY):
        async with database.write() as tx:
            await actions.note_visits(tx, anna.person, {0})
        assert len((await stored(database))["insights_visits"]) == 3
    with clock.at(NOON + 27 * 7 * clock.DAY):
        async with database.write() as tx:
            await actions.drop_old_visits(tx, clock.now())
        assert len((await stored(database))["insights_visits"]) == 1
        await set_consent(database, anna, Consent.KEEP_VISITS, False)
    assert (await stored(database))["insights_visits"] == []


async def test_what_moved_people_on_tells_of_no_few(database: Database) -> None:
    """Of six who were answered all came again, of six who were not two did: that is a number of few people."""
    with clock.at(NOON - 200 * clock.DAY):
        (host,) = await join_all(database, "host")
    with clock.at(NOON - 70 * clock.DAY):
        came = await join_all(database, *(f"came{number}" for number in range(12)))
        async with database.write() as tx:
            first = [await publish(tx, one, "Guten Tag") for one in came]
            for post in first[:6]:
                await publish(tx, host, "Willkommen", reply_to=post)
    with clock.at(NOON - 35 * clock.DAY):
        async with database.write() as tx:
            for one in came[:8]:
                await publish(tx, one, "Wieder da")
    await settle(database)

    async def compute_moves() -> Loyalties:
        await compute(database, NOON)
        async with database.read() as tx:
            found = await queries.find_result(tx, as_staff(host), SERVER, Measure.LOYALTIES, Loyalties, 0)
        assert found is not None
        return found.results[0].value

    found = await compute_moves()
    assert found.moves == (Move("answered", 6, 6, 6, FEW),)
    (cohort,) = found.cohorts
    assert (cohort.people, cohort.active[0]) == (12, 1.0)
    assert FEW in cohort.active, "eight of twelve: four are left"
    with clock.at(NOON - 69 * clock.DAY):
        (silent,) = await join_all(database, "silent")
        async with database.write() as tx:
            await talk.like_post(tx, silent, first[0])
    await settle(database)
    assert (await compute_moves()).moves == (), "who is in neither number is one alone"


async def test_an_answer_by_a_program_is_none(database: Database) -> None:
    with clock.at(NOON - 20 * clock.DAY):
        everybody = await join_all(database, *HANDLES)
        (weather,) = await join_all(database, "weather")
        async with database.write() as tx:
            await people.set_automated(tx, weather, True)
            await people.set_consent(tx, weather, Consent.COUNT_IN_INSIGHTS, True)
    for number, one in enumerate(everybody):
        with clock.at(NOON - 10 * clock.DAY + number * clock.HOUR):
            async with database.write() as tx:
                asked = await publish(tx, one, "Will it rain?")
        with clock.at(NOON - 10 * clock.DAY + number * clock.HOUR + 1):
            async with database.write() as tx:
                await publish(tx, weather, "No", reply_to=asked)
    with clock.at(NOON - 9 * clock.DAY):
        async with database.write() as tx:
            await publish(tx, everybody[0], "It did", reply_to=asked)
    await settle(database)
    with clock.at(NOON):
        await compute(database, NOON)
        now = (await health_of(database, as_staff(everybody[0]))).now
        assert (now.people, now.begun) == (6, 6)
        assert now.greeted == pytest.approx(1 / 6)
        async with database.read() as tx:
            waiting = await queries.list_unanswered(tx, as_staff(everybody[0]), SERVER, clock.DAY)
        assert len(waiting) == 5
