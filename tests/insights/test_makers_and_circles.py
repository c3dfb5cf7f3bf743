"""Opinion makers, communities and whom to meet, from what people say to what others are shown of it."""

from pathlib import Path

import pytest

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Joining, Visibility
from plausch.http.site import ADDRESSES
from plausch.insights import nightly, queries
from plausch.insights.model import Community, Grain, Maker, Measure, Scope, ScopeKind
from plausch.kernel.errors import NotAllowed
from plausch.people import actions as people
from plausch.people.model import Consent, Role, Viewer
from plausch.storage import Database
from plausch.web.meeting import groups_to_join, people_to_meet
from tests.harness.community import join_all, publish, settle

SERVER = Scope(ScopeKind.SERVER)
#: By topic, those who talk about it; who begins is heard by all the others.
CIRCLES = {"Garten": "ada ben cem dora emil", "Schach": "finn gina hugo ida jan"}
LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


async def town(database: Database) -> dict[str, Viewer]:
    """Two circles; ada and finn begin conversations, and ben and gina answer in both."""
    names = " ".join(CIRCLES.values()).split()
    known = dict(zip([*names, "kim"], await join_all(database, *names, "kim"), strict=True))
    async with database.write() as tx:
        for tag, circle in CIRCLES.items():
            first, *others = circle.split()
            for number in range(2):
                root = await publish(tx, known[first], f"Frage {number} zum Thema #{tag}: was macht die {tag}freude?")
                for name in others:
                    await publish(
                        tx, known[name], f"Schöne {tag}freude am Bahnhof, drei Zentimeter, #{tag}!", reply_to=root
                    )
        root = await publish(tx, known["finn"], "Noch eine Partie #Schach?")
        await publish(tx, known["ben"], "Gern!", reply_to=root)
        root = await publish(tx, known["ada"], "Wer gießt im #Garten?")
        await publish(tx, known["gina"], "Ich!", reply_to=root)
    return known


async def night(database: Database, folder: Path) -> None:
    await settle(database)
    await nightly.run(database, folder, lambda name, seconds: None)


def staff(viewer: Viewer) -> Viewer:
    return Viewer(viewer.person, viewer.person, Role.MODERATOR)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_who_is_heard_where_people_belong_and_whom_to_meet(database: Database, tmp_path: Path) -> None:
    known = await town(database)
    await night(database, tmp_path)
    async with database.read() as tx:
        makers = await queries.list_results(tx, staff(known["kim"]), SERVER, Measure.MAKERS, Maker)
        assert makers is not None
        assert {one.subject for one in makers.results[:2]} == {known["ada"].person, known["finn"].person}
        finn = next(one.value for one in makers.results if one.subject == known["finn"].person)
        assert (finn.voices, finn.circles, finn.begun, finn.usual, finn.tags) == (5, 2, 3, 4, ("schach",))
        with pytest.raises(NotAllowed):
            await queries.list_results(tx, known["ada"], SERVER, Measure.MAKERS, Maker)
        with pytest.raises(NotAllowed):
            await queries.find_result(tx, known["ada"], SERVER, Measure.MAKERS, Maker, known["finn"].person)
        assert await queries.find_result(tx, known["ada"], SERVER, Measure.MAKERS, Maker, known["ada"].person)

        found = await queries.list_communities(tx, known["kim"], SERVER)
        assert found is not None
        assert {one.value.labels[0] for one in found.results} == {"Garten", "Schach"}
        said = {word.lower() for one in found.results for word in one.value.labels}
        assert not said & {"bahnhof", "zentimeter"}, "what all say, or measure, tells nobody apart"
        assert sorted(one.value.size for one in found.results) == [6, 6], "ben and gina belong to both"
        with pytest.raises(NotAllowed):
            await queries.list_memberships(tx, known["kim"], SERVER)
        own = await queries.find_own_membership(tx, known["ben"], SERVER)
        assert own is not None
        assert len(own.usual) == 2
        meet = await people_to_meet(tx, known["gina"], 3)
        assert meet[0].actor.id == known["ben"].person
        assert {one.handle for one in meet[0].common} == {"ada", "finn"}

    async with database.write() as tx:
        await people.set_consent(tx, known["ada"], Consent.COUNT_IN_INSIGHTS, False)
        await people.set_consent(tx, known["ben"], Consent.BE_SUGGESTED, False)
    async with database.read() as tx:
        meet = await people_to_meet(tx, known["gina"], 20)
        assert known["ben"].person not in {one.actor.id for one in meet}
        meet = await people_to_meet(tx, known["ben"], 20)
        assert "ada" not in {common.handle for one in meet for common in one.common}, "at once, not the next night"
    async with database.write() as tx:
        await people.set_consent(tx, known["ada"], Consent.COUNT_IN_INSIGHTS, True)

    before = {one.subject for one in found.results}
    await night(database, tmp_path)
    async with database.read() as tx:
        again = await queries.list_communities(tx, known["kim"], SERVER)
        assert again is not None
        assert {one.subject for one in again.results} == before, "they keep their numbers"


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_who_objects_is_in_no_figure_and_closed_groups_stay_closed(database: Database, tmp_path: Path) -> None:
    known = await town(database)
    async with database.write() as tx:
        draft = GroupDraft(name="Rat", handle="rat", visibility=Visibility.CLOSED, joining=Joining.OPEN)
        group = await groups.create_group(tx, known["kim"], draft, LINKS)
        for name in ["ada", "ben", "finn", "gina", "hugo"]:
            await groups.join_group(tx, known[name], group)
        root = await publish(tx, known["kim"], "Die Geheimsache #Geheim", place=group)
        for name in ["ada", "ben", "finn", "gina", "hugo"]:
            await publish(tx, known[name], "Eine Geheimsache! #Geheim", reply_to=root)
        await people.set_consent(tx, known["dora"], Consent.COUNT_IN_INSIGHTS, False)
    await night(database, tmp_path)
    inside, outside = Scope(ScopeKind.GROUP, group), known["emil"]
    dora, kim = known["dora"].person, known["kim"].person
    async with database.read() as tx:
        for grain in Grain:
            found = await queries.list_communities(tx, outside, SERVER, grain)
            said = [word for one in found.results for word in one.value.labels] if found is not None else []
            assert not {"Geheim", "Geheimsache"} & set(said)
        makers = await queries.list_results(tx, staff(outside), SERVER, Measure.MAKERS, Maker)
        members = await queries.list_memberships(tx, staff(outside), SERVER)
        assert makers is not None
        assert members is not None
        assert not {dora, kim} & {one.subject for one in (*makers.results, *members.results)}
        assert next(one.value.voices for one in makers.results if one.subject == known["ada"].person) == 4
        shown = await queries.list_communities(tx, known["ada"], inside)
        assert shown is not None
        assert "Geheim" in {word for one in shown.results for word in one.value.labels}
        for viewer in (outside, staff(outside)):
            with pytest.raises(NotAllowed):
                await queries.list_communities(tx, viewer, inside)
        assert await groups_to_join(tx, outside, 5) == [], "closed groups are not told by who is in them"
        rows = await queries.list_results(tx, staff(outside), SERVER, Measure.COMMUNITIES_USUAL, Community)
        assert rows is not None
        assert all(one.value.size >= 5 for one in rows.results)
