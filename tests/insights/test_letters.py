"""The weekly letter: what is in it, who gets it, and that it brings nothing that its reader may not see."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import FeedKind, NotificationKind
from plausch.feeds.queries import Scored
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, GroupRole, Visibility
from plausch.http.site import ADDRESSES
from plausch.insights import actions, queries
from plausch.insights.model import Measure, Scope, ScopeKind
from plausch.insights.model.awareness import Awareness
from plausch.insights.model.goals import GoalKind
from plausch.insights.model.letters import LISTED, Section, ShownLetter, letter_due, list_lively, list_thanks
from plausch.insights.model.weeks import WEEK, measure_week, monday_of, span_of
from plausch.kernel import clock, ids
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import Consent, PageKind, Role, TeamRole, Viewer
from plausch.storage import Database
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind
from plausch.talk.model.said import Said
from tests.harness.community import join, join_all, publish, settle, stored, tables_with

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
SERVER = Scope(ScopeKind.SERVER)
MONDAY = 1_793_577_600_000
#: A week later its letters are made.
MORNING = MONDAY + WEEK + 8 * clock.HOUR


async def read(database: Database, viewer: Viewer, scope: Scope = SERVER) -> ShownLetter:
    async with database.read() as tx:
        (letter,) = await queries.list_letters(tx, viewer, scope, 5)
        return await queries.get_letter(tx, viewer, letter.id)


def brought_up(letter: ShownLetter, section: Section) -> list[tuple[int, int]]:
    return [(one.item.person_id, one.item.post_id) for one in letter.items[section]]


async def make(database: Database, at: int = MORNING) -> None:
    with clock.at(at):
        await settle(database)
        await actions.make_letters(database)


def as_staff(viewer: Viewer) -> Viewer:
    return Viewer(viewer.person, viewer.person, Role.MODERATOR)


async def test_a_week_is_told_to_whoever_looks_after_the_place(database: Database) -> None:
    # Whoever comes first owns the place.
    with clock.at(MONDAY - 30 * clock.DAY):
        anna, ben, cem = await join_all(database, "anna", "ben", "cem")
        async with database.write() as tx:
            for old in (anna, ben, cem):
                await publish(tx, old, "Hallo zusammen")
    with clock.at(MONDAY + clock.HOUR):
        async with database.write() as tx:
            dina = await join(tx, "dina")
            silent = await join(tx, "edda")
            first = await publish(tx, dina, "Bin neu hier")
            unanswered = await publish(tx, ben, "Wer kennt einen Schreiner?")
            answer = await publish(tx, cem, "Willkommen!", reply_to=first)
            await publish(tx, anna, "Schön", reply_to=answer)
            bridge = [await publish(tx, cem, f"Brücke {number}") for number in range(2)]
    with clock.at(MORNING):
        async with database.write() as tx:
            found = [Scored(bridge[1], 2.0, 3), Scored(first, 1.0, 2)]
            await feeds_actions.put_scores(tx, FeedKind.BRIDGING, found, MORNING + clock.DAY)
    await make(database)
    letter = await read(database, as_staff(anna))
    assert brought_up(letter, Section.UNANSWERED) == [
        (cem.person, bridge[1]),
        (cem.person, bridge[0]),
        (ben.person, unanswered),
    ]
    (bridging,) = letter.items[Section.BRIDGING]
    assert (bridging.item.post_id, bridging.item.number) == (bridge[1], 3), "the other one is lively already"
    assert brought_up(letter, Section.NEWCOMERS) == [(silent.person, 0)], "dina has had an answer"
    assert brought_up(letter, Section.THANKS) == [(cem.person, answer)]
    assert brought_up(letter, Section.LIVELY) == [(0, first)], "by how it began"
    assert [one.item.number for one in letter.items[Section.LIVELY]] == [3]
    figures = letter.letter.figures
    assert (figures.begun, figures.replies, figures.people, figures.newcomers, figures.greeted) == (4, 2, 4, 1, 1)
    assert (figures.shown_people, figures.answered_percent, figures.answer_minutes) == (None, None, None), "too few"
    assert letter.letter.week == MONDAY == monday_of(MONDAY + 6 * clock.DAY)

    async with database.read() as tx:
        told = await feeds.list_notifications(tx, anna, Page())
        assert [one.kind for one in told if one.kind is NotificationKind.WEEKLY_LETTER] == ["weekly_letter"]
        assert not [one for one in await feeds.list_notifications(tx, cem, Page()) if one.kind == "weekly_letter"]
    for stranger in (cem, dina):
        async with database.read() as tx:
            assert await queries.find_letter_of(tx, stranger, letter.letter.id) is None
    await make(database, MORNING + clock.DAY)
    async with database.read() as tx:
        assert len(await queries.list_letters(tx, as_staff(anna), SERVER, 5)) == 1, "once a week"


async def test_what_is_gone_or_hidden_is_not_in_it(database: Database) -> None:
    """Posts removed, accounts erased, people who block the reader, and people who do not want to count."""
    with clock.at(MONDAY + clock.HOUR):
        anna, ben, cem, dina, emil, *two = await join_all(
            database, "anna", "ben", "cem", "dina", "emil", "fritz", "greta"
        )
        asking = (ben, cem, dina, *two)
        async with database.write() as tx:
            await people.set_role(tx, anna.person, Role.OWNER)
            posts = [await publish(tx, one, f"Frage von {number}?") for number, one in enumerate(asking)]
            await publish(tx, emil, "Nur unter uns", audience=AudienceKind.CONNECTIONS)
            await people.set_consent(tx, emil, Consent.COUNT_IN_INSIGHTS, granted=False)
            posts += [await publish(tx, emil, f"Antwort {number}", reply_to=posts[0]) for number in range(6)]
    await make(database)
    reader = as_staff(anna)
    letter = await read(database, reader)
    assert [post for _, post in brought_up(letter, Section.NEWCOMERS)] == posts[1:5], "once, and nobody who objected"
    assert not letter.items[Section.UNANSWERED]
    assert not letter.items[Section.THANKS], "who does not count is not thanked either"
    assert (letter.letter.figures.people, letter.letter.figures.replies) == (5, 0)
    with clock.at(MORNING + clock.HOUR):
        async with database.write() as tx:
            await talk.remove_post(tx, cem, posts[1])
            await people.block(tx, dina, anna.person)
        await settle(database)
        async with database.write() as tx:
            await people.set_consent(tx, two[0], Consent.COUNT_IN_INSIGHTS, granted=False)
    left = [post for _, post in brought_up(await read(database, reader), Section.NEWCOMERS)]
    assert left == posts[4:5], "also who objected only now, before anything else has heard of it"
    rows = await stored(database)
    assert not [row for row in rows["insights_letter_items"] if posts[1] in row]


async def test_a_closed_group_is_told_to_its_own_alone(database: Database) -> None:
    with clock.at(MONDAY + clock.HOUR):
        lena, omar, rosa, staff = await join_all(database, "lena", "omar", "rosa", "stefan")
        async with database.write() as tx:
            await people.set_role(tx, staff.person, Role.OWNER)
            draft = GroupDraft(name="Chor", handle="chor", visibility=Visibility.CLOSED)
            group = await groups.create_group(tx, lena, draft, LINKS)
            await groups.invite_to_group(tx, lena, group, omar.person)
            await groups.accept_invitation(tx, omar, group)
            await groups.set_group_role(tx, lena, group, omar.person, GroupRole.MODERATOR)
            inside = await publish(tx, lena, "Wer singt Tenor?", place=group)
            outside = await publish(tx, rosa, "Wer singt Bass?")
    await make(database)
    scope = Scope(ScopeKind.GROUP, group)
    assert [post for _, post in brought_up(await read(database, omar, scope), Section.NEWCOMERS)] == [inside]
    server = await read(database, as_staff(staff))
    assert {post for _, post in brought_up(server, Section.NEWCOMERS)} == {outside, 0}
    assert server.letter.figures.begun == 1, "nor is it counted"
    id_ = (await read(database, omar, scope)).letter.id
    for stranger in (rosa, as_staff(staff)):
        async with database.read() as tx:
            assert await queries.find_letter_of(tx, stranger, id_) is None
    with clock.at(MORNING + clock.HOUR):
        async with database.write() as tx:
            await groups.set_group_role(tx, lena, group, omar.person, GroupRole.MEMBER)
        async with database.read() as tx:
            assert await queries.find_letter_of(tx, omar, id_) is None, "a former moderator reads none"
            assert await queries.list_letter_readers(tx, id_) == [lena.person]
        async with database.write() as tx:
            await groups.delete_group(tx, lena, group)
        await settle(database)
    rows = await stored(database)
    assert not tables_with({name: found for name, found in rows.items() if name.startswith("insights_")}, str(group))


async def test_of_a_secret_group_not_even_its_letter_is_known(database: Database) -> None:
    with clock.at(MONDAY + clock.HOUR):
        lena, rosa = await join_all(database, "lena", "rosa")
        async with database.write() as tx:
            group = await groups.create_group(tx, lena, GroupDraft(name="Wache", visibility=Visibility.SECRET), LINKS)
            await publish(tx, lena, "Wer wacht?", place=group)
    await make(database)
    id_ = (await read(database, lena, Scope(ScopeKind.GROUP, group))).letter.id
    for unknown in (id_, 1):
        async with database.read() as tx:
            with pytest.raises(NotFound, match="letter_not_found"):
                await queries.get_letter(tx, rosa, unknown)


async def test_a_page_hears_what_its_team_has_not_answered(database: Database) -> None:
    with clock.at(MONDAY + clock.HOUR):
        mia, noah, oda = await join_all(database, "mia", "noah", "oda")
        async with database.write() as tx:
            page = await people.create_page(tx, mia, "stadt", "Stadt", PageKind.TOWN)
            await people.invite_to_team(tx, mia, page, "noah", TeamRole.EDITOR)
            await people.accept_team(tx, noah, page)
            speaking = Viewer(mia.person, page)
            news = await publish(tx, speaking, "Wir bauen")
            await publish(tx, oda, "Wann?", reply_to=news)
            also = await publish(tx, oda, "Und wo?", reply_to=news)
            await publish(tx, speaking, "Am Ring", reply_to=also)
            named = await publish(tx, oda, "@stadt schläft")
    await make(database)
    scope = Scope(ScopeKind.PAGE, page)
    assert [post for _, post in brought_up(await read(database, noah, scope), Section.UNANSWERED)] == [named]
    async with database.write() as tx:
        await people.leave_team(tx, noah, page)
        with pytest.raises(NotAllowed):
            await queries.list_letters(tx, noah, scope, 5)


async def test_of_a_week_without_anything_nobody_hears(database: Database) -> None:
    with clock.at(MONDAY - 90 * clock.DAY):
        (anna,) = await join_all(database, "anna")
        async with database.write() as tx:
            await people.set_role(tx, anna.person, Role.OWNER)
    await make(database)
    async with database.read() as tx:
        assert await queries.list_letters(tx, as_staff(anna), SERVER, 5) == []
        assert await feeds.list_notifications(tx, anna, Page()) == []


async def test_goals_are_followed_week_by_week(database: Database) -> None:
    with clock.at(MONDAY + clock.HOUR):
        many = await join_all(database, "anna", "ben", "cem", "dina", "emil", "frida")
        async with database.write() as tx:
            await people.set_role(tx, many[0].person, Role.OWNER)
            await actions.set_goal(tx, as_staff(many[0]), SERVER, GoalKind.ANSWERED, 50, 4)
            await actions.set_goal(tx, as_staff(many[0]), SERVER, GoalKind.NEWCOMERS, 20, 4)
            asked = [await publish(tx, one, "Frage?") for one in many]
    with clock.at(MONDAY + 2 * clock.HOUR):
        async with database.write() as tx:
            for post in asked[1:5]:
                await publish(tx, many[0], "Antwort", reply_to=post)
    await make(database)
    letter = await read(database, as_staff(many[0]))
    assert letter.letter.figures.answered_percent == 67
    (answered, progress), (_, newcomers) = letter.goals
    assert (answered.kind, progress.latest, progress.met) == (GoalKind.ANSWERED, 67.0, 1)
    assert (newcomers.latest, newcomers.met) == (6.0, 0)
    async with database.write() as tx:
        await actions.drop_goal(tx, as_staff(many[0]), SERVER, answered.id)
        with pytest.raises(NotAllowed):
            await actions.set_goal(tx, many[1], SERVER, GoalKind.ANSWERED, 50, 4)
        assert len(await queries.list_goals(tx, as_staff(many[0]), SERVER)) == 1


_POSTS = st.lists(
    st.tuples(
        st.integers(0, 9 * 24 - 1), st.integers(1, 6), st.one_of(st.none(), st.integers(0, 30)), st.integers(0, 3)
    ),
    max_size=40,
)


@given(_POSTS, st.sets(st.integers(1, 6)), st.sets(st.integers(1, 6)))
def test_a_week_counted_one_by_one(
    drawn: list[tuple[int, int, int | None, int]], earlier: set[int], left_out: set[int]
) -> None:
    said: list[Said] = []
    for number, (hour, who, parent, likes) in enumerate(sorted(drawn, key=lambda one: one[0])):
        up = said[parent] if parent is not None and parent < number else None
        at = MONDAY - clock.DAY + hour * clock.HOUR
        said.append(
            Said(
                id=ids.first_id_at(at) + number,
                conversation_id=up.conversation_id if up else number + 1,
                parent_id=up.id if up else 0,
                actor_id=who,
                author_id=who,
                at=at,
                likes=likes,
                counts=who not in left_out,
                parent_author_id=up.author_id if up else 0,
            )
        )
    week = measure_week(said, earlier, span_of(MONDAY))
    counted = [one for one in said if one.counts and MONDAY <= one.at < MONDAY + WEEK]
    assert week.begun + week.replies == len(counted)
    assert week.people == len({one.author_id for one in counted})
    assert week.newcomers == len({one.author_id for one in counted} - earlier)
    assert 0 <= week.answered <= week.due
    assert 0 <= week.greeted <= week.newcomers
    assert week.answer_minutes is None or 0 <= week.answer_minutes <= 24 * 60
    thanked = list(list_thanks(said, {one.author_id for one in counted} - earlier, MONDAY))
    assert len(thanked) <= LISTED
    assert not {one.person_id for one in thanked} & left_out
    assert all(one.number >= 3 for one in list_lively(said, MONDAY))


@given(
    st.integers(min_value=0, max_value=4_102_444_800_000),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu"]),
)
def test_every_moment_is_in_one_week_which_begins_on_monday_here(moment: int, place: str) -> None:
    week = monday_of(moment, place)
    since, until = span_of(week, place)
    assert since <= moment < until == span_of(week + WEEK, place).since
    here = datetime.fromtimestamp(since / 1000, ZoneInfo(place))
    assert (here.weekday(), f"{here:%H:%M}") == (0, "00:00")
    assert f"{datetime.fromtimestamp(week / 1000, UTC):%Y-%m-%d %H:%M}" == f"{here:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_weeks_are_those_of_most_people_here(database: Database) -> None:
    """What is said on Monday before one o'clock in Berlin is said on Sunday in UTC."""
    with clock.at(MONDAY - 30 * clock.DAY):
        async with database.write() as tx:
            anna, ben = [await join(tx, handle, time_zone="Europe/Berlin") for handle in ("anna", "ben")]
            await join(tx, "cem", time_zone="Asia/Tokyo")
    for moment in (MONDAY - clock.HOUR // 2, MONDAY + WEEK - clock.HOUR // 2):
        with clock.at(moment):
            async with database.write() as tx:
                await publish(tx, ben, "Guten Morgen?")
    early = MONDAY + WEEK + 3 * clock.HOUR - 1
    await make(database, early)
    async with database.read() as tx:
        assert not await queries.list_letters(tx, as_staff(anna), SERVER, 5), "before four o'clock there"
    await make(database, early + 1)
    letter = await read(database, as_staff(anna))
    assert (letter.letter.week, letter.letter.figures.begun) == (MONDAY, 1)
    async with database.write() as tx:
        scope = Scope(ScopeKind.PAGE, await people.create_page(tx, anna, "stadt", "Stadt", PageKind.TOWN))
    with clock.at(MONDAY + WEEK - clock.HOUR // 2):
        async with database.write() as tx:
            await publish(tx, ben, "Die @stadt baut")
        await settle(database)
        await actions.measure_targets(database, [scope], clock.now())
    async with database.read() as tx:
        spoken = await queries.list_results(tx, anna, scope, Measure.AWARENESS, Awareness)
    assert spoken is not None
    assert spoken.results[0].value.weeks[-1] == (MONDAY + WEEK, 1)


def test_letters_are_spread_over_monday_morning() -> None:
    hours = {(letter_due(scope, MONDAY) - MONDAY - WEEK) // clock.HOUR for scope in range(0, 10_000, 7)}
    assert hours == {4, 5, 6}
