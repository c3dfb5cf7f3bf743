"""Whoever objects or goes is nowhere in what was found out: at once where it is read, and soon in every table."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from plausch.exchange import personal_data
from plausch.feeds.queries import list_notifications
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.insights import actions, nightly, queries
from plausch.insights.actions import letters
from plausch.insights.model import Community, Maker, Measure, Meeting, Result, Scope, ScopeKind
from plausch.insights.model.communities import Joining, Joinings, Meetings, Welcoming
from plausch.insights.model.health import NEW_FOR, TURN, Figures, Health
from plausch.insights.model.letters import Item
from plausch.insights.model.loyalty import Loyalties
from plausch.insights.model.strategy import Description, Target
from plausch.insights.queries.exporting import export_finding, list_own
from plausch.insights.queries.letters import gather_items
from plausch.insights.tables import results
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import Consent, Role, Viewer
from plausch.storage import Database
from plausch.talk import actions as talk
from tests.harness.community import join, join_all, publish, settle, stored

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
SERVER = Scope(ScopeKind.SERVER)
HANDLES = ("anna", "ben", "cem", "dora", "emil", "fritz", "greta", "hanna")
_MONDAY = 1_793_577_600_000
MAKER = Maker(voices=31, circles=5, usual=12, begun=8, esteem=2.5)


def as_staff(viewer: Viewer) -> Viewer:
    return Viewer(viewer.person, viewer.person, Role.MODERATOR)


async def keep(database: Database, measure: Measure, *found: Result[msgspec.Struct], scope: int = 0) -> None:
    await actions.keep_finding(database, scope, measure, found, method="a method 7", as_of=clock.now())


async def object_(database: Database, viewer: Viewer) -> None:
    async with database.write() as tx:
        await people.set_consent(tx, viewer, Consent.COUNT_IN_INSIGHTS, granted=False)


async def _tables_that_name(database: Database, person: int) -> dict[str, list[object]]:
    """Rows of insights and of scored feeds with somebody's id in any cell, also within JSON."""
    named = re.compile(rf"(?<!\d){person}(?!\d)")
    rows = await stored(database)
    found = {
        name: [row for row in rows[name] if any(named.search(str(cell)) for cell in row)]
        for name in rows
        if name.startswith("insights_") or name == "feeds_scores"
    }
    return {name: list(of) for name, of in found.items() if of}


async def _talk(database: Database, crowd: Sequence[Viewer], said: str = "Wer hilft im #garten?", **where: int) -> None:
    """Everybody answers and likes everybody."""
    async with database.write() as tx:
        for one in crowd:
            post = await publish(tx, one, said, **where)
            for other in crowd:
                if other is not one:
                    await publish(tx, other, "Ich", reply_to=post)
                    await talk.like_post(tx, other, post)
    await settle(database)


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("how", ["erased", "objecting"])
async def test_nothing_is_left_of_who_goes_and_nothing_comes_back(database: Database, tmp_path: Path, how: str) -> None:
    anna, *crowd = await join_all(database, *HANDLES)
    gone = crowd[-1].person
    async with database.write() as tx:
        await actions.volunteer(tx, crowd[-1], SERVER)
        await join(tx, "newcomer")
    await _talk(database, [anna, *crowd])
    await nightly.run(database, tmp_path, lambda name, seconds: None)
    meetings = [
        Result(anna.person, Meetings((Meeting(gone, (crowd[0].person,)), Meeting(crowd[1].person, (gone,))))),
        Result(crowd[0].person, Meetings((Meeting(crowd[2].person, (gone, anna.person)),)), 2),
    ]
    await keep(database, Measure.MEETINGS, *meetings)
    assert {"insights_results", "insights_interactions", "insights_edges"} <= (
        await _tables_that_name(database, gone)
    ).keys()
    async with database.read() as tx:
        copy = (await personal_data.collect(tx, gone))["tables"]
    for table in ("interactions", "edges", "results", "volunteers", "greetings"):
        assert copy[f"insights_{table}"], table
    async with database.write() as tx:
        if how == "erased":
            await people.erase_account(tx, gone)
        else:
            await people.set_consent(tx, crowd[-1], Consent.COUNT_IN_INSIGHTS, granted=False)
    await settle(database)
    left = await _tables_that_name(database, gone)
    if how == "objecting":
        left.pop("insights_volunteers", None)  # who greets does so on their own account
        left.pop("insights_greetings", None)
    assert left == {}
    async with database.read() as tx:
        (one,) = await queries.list_meetings(tx, crowd[0])
    assert one == Meeting(crowd[2].person, (anna.person,)), "the others stay"
    # What a night found that began before that.
    await keep(database, Measure.MAKERS, Result(gone, MAKER), Result(anna.person, MAKER, 2))
    await keep(database, Measure.MEETINGS, *meetings, Result(gone, Meetings(()), 3))
    left = await _tables_that_name(database, gone)
    assert "insights_results" not in left


async def test_who_objects_is_in_no_file_from_that_moment_on(database: Database) -> None:
    anna, ben, cem, dora, _ = await join_all(database, "anna", "ben", "cem", "dora", "emil")
    await keep(database, Measure.MAKERS, Result(ben.person, MAKER), Result(cem.person, MAKER, 2))
    await keep(database, Measure.WELCOMING, Result(ben.person, Welcoming(3)))
    meetings = Meetings((Meeting(ben.person, (cem.person, dora.person)), Meeting(cem.person, (ben.person,))))
    await keep(database, Measure.MEETINGS, Result(anna.person, meetings))
    await object_(database, ben)
    async with database.read() as tx:
        makers = await export_finding(tx, as_staff(anna), SERVER, Measure.MAKERS)
        welcoming = await export_finding(tx, as_staff(anna), SERVER, Measure.WELCOMING)
        own = dict(await list_own(tx, anna))
    assert [one.subject for one in makers.finding.results] == [cem.person]
    assert welcoming.finding.results == []
    assert Measure.MEETINGS not in own, "nobody is left with whom both talk"


async def test_what_one_may_know_of_others_is_the_same_for_programs(database: Database) -> None:
    """Whom one might meet comes with who avoids one, or does not want to be suggested, only to who computes it."""
    anna, ben, cem, dora, emil = await join_all(database, "anna", "ben", "cem", "dora", "emil")
    async with database.write() as tx:
        draft = GroupDraft(name="Chor", handle="chor", visibility=Visibility.PUBLIC)
        public = await groups.create_group(tx, ben, draft, LINKS)
        secret = await groups.create_group(tx, ben, GroupDraft(name="Rat", visibility=Visibility.SECRET), LINKS)
        await people.block(tx, ben, anna.person)
        await people.set_consent(tx, cem, Consent.BE_SUGGESTED, granted=False)
    shared = (emil.person,)
    await keep(
        database,
        Measure.MEETINGS,
        Result(
            anna.person,
            Meetings(
                (
                    Meeting(ben.person, shared),
                    Meeting(cem.person, shared),
                    Meeting(dora.person, (ben.person, emil.person)),
                )
            ),
        ),
    )
    joinings = Joinings((Joining(secret, public), Joining(public, secret)))
    await keep(database, Measure.JOININGS, Result(anna.person, joinings))
    async with database.read() as tx:
        own = dict(await list_own(tx, anna))
    assert own[Measure.MEETINGS].results[0].value == Meetings((Meeting(dora.person, shared),))
    assert Measure.JOININGS not in own, "of groups that she may not know of nothing is told"


async def test_few_people_are_told_to_no_program_either(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    staff = as_staff(anna)
    await keep(database, Measure.HEALTH, Result(0, Health(Figures(people=3))))
    await keep(database, Measure.LOYALTIES, Result(0, Loyalties(people=3)))
    community = Community(5, ("Garten",), (), 0, 0, 1, 1.0, (), 2)
    await keep(database, Measure.COMMUNITIES_USUAL, Result(1, community))
    async with database.read() as tx:
        for measure in (Measure.HEALTH, Measure.LOYALTIES):
            assert (await export_finding(tx, staff, SERVER, measure)).finding.results == [], measure


async def test_a_group_that_closes_is_nobodys_target_any_more(database: Database) -> None:
    anna, *crowd = await join_all(database, "anna", *(f"member{number}" for number in range(14)))
    draft = GroupDraft(name="Chor", handle="chor", visibility=Visibility.PUBLIC)
    async with database.write() as tx:
        group = await groups.create_group(tx, crowd[0], draft, LINKS)
        for one in crowd[1:]:
            await groups.join_group(tx, one, group)
        await actions.describe_target(tx, as_staff(anna), SERVER, Description(groups=(group,)))
        await actions.describe_target(tx, crowd[0], Scope(ScopeKind.GROUP, group), Description(groups=(group,)))

    async def found(viewer: Viewer, scope: Scope) -> int | None:
        await settle(database)
        await actions.measure_target(database, scope)
        async with database.read() as tx:
            finding = await queries.find_result(tx, viewer, scope, Measure.TARGET, Target, 0)
        assert finding is not None
        return finding.results[0].value.people

    own = Scope(ScopeKind.GROUP, group)
    before = await found(as_staff(anna), SERVER)
    assert before == await found(crowd[0], own) in (5, 10), "of fourteen"
    async with database.write() as tx:
        closed = msgspec.structs.replace(draft, visibility=Visibility.CLOSED)
        await groups.edit_group(tx, crowd[0], group, closed, LINKS)
    assert await found(as_staff(anna), SERVER) is None
    assert await found(crowd[0], own) == before


async def test_a_newcomer_who_objects_is_nobodys_task(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    async with database.write() as tx:
        for one in (anna, ben):
            await actions.volunteer(tx, one, SERVER)
        new = await join(tx, "newcomer")
    await settle(database)

    async def told(viewer: Viewer) -> list[str]:
        async with database.read() as tx:
            found = await list_notifications(tx, viewer, Page())
        return [one.kind for one in found if one.kind == "greeting_due" and one.actor_id == new.person]

    assert await told(anna) + await told(ben) == ["greeting_due"]
    await object_(database, new)
    await settle(database)
    assert await told(anna) + await told(ben) == [], "also whose turn it was hears no more of it"
    with clock.at(clock.now() + TURN + clock.HOUR):
        async with database.write() as tx:
            await actions.pass_on(tx, clock.now())
            for one in (anna, ben):
                own = await queries.list_own_greetings(tx, one.person, clock.now() - NEW_FOR)
                assert new.person not in {greeting.person_id for greeting in own}
    assert await told(anna) + await told(ben) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_night_takes_nothing_out_of_a_closed_group(database: Database, tmp_path: Path) -> None:
    """Not of one that was secret all the time, and no more of one that was public when it was said."""
    crowd = await join_all(database, *HANDLES)
    inside = {}
    async with database.write() as tx:
        for visibility in (Visibility.SECRET, Visibility.PUBLIC):
            handle = "" if visibility is Visibility.SECRET else "verein"
            draft = GroupDraft(name="Die Verschwiegenen", handle=handle, visibility=visibility)
            inside[visibility] = await groups.create_group(tx, crowd[0], draft, LINKS)
            for one in crowd[1:]:
                await groups.invite_to_group(tx, crowd[0], inside[visibility], one.person)
                await groups.accept_invitation(tx, one, inside[visibility])
    await _talk(database, crowd)
    for group in inside.values():
        await _talk(database, crowd[:7], "Die Verschwiegenen treffen sich im #verschwiegen", place=group)

    async def told() -> dict[int, str]:
        """By scope all that is kept of it."""
        rows = await stored(database)
        scopes = {row[0]: row[1] for row in rows["insights_findings"]}
        found = dict.fromkeys(scopes.values(), "")
        for row in rows["insights_findings"]:
            found[row[1]] += f" {row[2]}"
        for finding, subject, _, value in rows["insights_results"]:
            found[scopes[finding]] += f" {subject} {value}"
        return found

    await nightly.run(database, tmp_path, lambda name, seconds: None)
    secret, closing = inside[Visibility.SECRET], inside[Visibility.PUBLIC]
    before = await told()
    assert "verschwiegen" in before[0].lower(), "in public, everybody may know of it"
    assert "verschwiegen" in before[secret].lower(), "who is in it may"
    async with database.write() as tx:
        draft = GroupDraft(name="Die Verschwiegenen", handle="verein", visibility=Visibility.CLOSED)
        await groups.edit_group(tx, crowd[0], closing, draft, LINKS)
    await settle(database)
    await nightly.run(database, tmp_path, lambda name, seconds: None)
    after = await told()
    assert "verschwiegen" in after[closing].lower()
    assert "verschwiegen" not in after[0].lower()
    rows = await stored(database)
    talks = {row[0] for row in rows["talk_posts"] if "erschwiegen" in str(row)}
    assert talks
    assert talks.isdisjoint(int(number) for number in re.findall(r"\d{15,}", after[0]))
    assert talks.isdisjoint(cell for row in rows["feeds_scores"] for cell in row)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_nothing_personal_is_logged(
    database: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    crowd = await join_all(database, *(f"{handle}_quokka" for handle in HANDLES))
    await _talk(database, crowd)

    async def fail(night: object) -> None:
        raise ValueError("anna_quokka")

    monkeypatch.setattr(nightly, "COMPUTATIONS", {"makers": fail} | dict(nightly.COMPUTATIONS) | {"health": fail})
    with pytest.raises(nightly.ComputationFailed) as failed:
        await nightly.run(database, tmp_path, lambda name, seconds: None)
    nightly._say(failed.value.name, failed.value.__cause__)
    with clock.at(clock.now() + 8 * clock.DAY):
        await actions.make_letters(database)
        await settle(database)
    out = capfd.readouterr()
    assert out.out == "health ValueError\n"
    for said in (caplog.text, out.out, out.err):
        for personal in ("quokka", "garten", *(str(one.person) for one in crowd)):
            assert personal not in said


async def test_who_goes_while_a_letter_is_made_is_not_in_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(_MONDAY + clock.HOUR):
        anna, ben, cem = await join_all(database, "anna", "ben", "cem")
        async with database.write() as tx:
            for one in (anna, ben, cem):
                await publish(tx, one, "Wer kennt einen Schreiner?")

    async def gather_slowly(*given: Any) -> list[Item]:
        found = await gather_items(*given)
        async with database.write() as tx:
            await people.erase_account(tx, cem.person)
        await settle(database)
        return found

    monkeypatch.setattr(letters, "gather_items", gather_slowly)
    with clock.at(_MONDAY + 7 * clock.DAY + 8 * clock.HOUR):
        await settle(database)
        await actions.make_letters(database)
    rows = await stored(database)
    assert {row[3] for row in rows["insights_letter_items"]} == {anna.person, ben.person}
    assert await _tables_that_name(database, cem.person) == {}


async def test_what_a_night_that_died_has_left_goes(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    await keep(database, Measure.MAKERS, Result(anna.person, MAKER))
    now = clock.real_now()
    async with database.write() as tx:
        for at in (now - 2 * clock.DAY, now):
            finding = first_id_at(at)
            await tx.insert(results, finding_id=finding, subject_id=anna.person, place=1, value="{}")
        await actions.drop_unfinished(tx, now - clock.DAY)
    left = {row[0] for row in (await stored(database))["insights_results"]}
    assert first_id_at(now) in left, "that may be one that is still being written"
    assert first_id_at(now - 2 * clock.DAY) not in left
    assert len(left) == 2


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_what_is_said_of_a_place_that_got_quiet_ends(database: Database, tmp_path: Path) -> None:
    anna, *crowd = await join_all(database, *HANDLES)
    await _talk(database, [anna, *crowd])
    later = clock.now() + 200 * clock.DAY
    for measure in (Measure.HEALTH, Measure.LOYALTY, Measure.LOYALTIES, Measure.MAKERS, Measure.MEMBERSHIPS):
        await keep(database, measure, Result(0, MAKER), scope=4711)
    with clock.at(later):
        await nightly.run(database, tmp_path, lambda name, seconds: None)
        rows = await stored(database)
    assert not [row for row in rows["insights_findings"] if 4711 in row]
