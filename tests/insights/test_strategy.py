"""Target groups, goals' descriptions and brand awareness: who is counted, who never is, and who may look."""

from collections.abc import Sequence

import pytest

from plausch.feeds.queries import find_server_key
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.groups.queries import list_log
from plausch.http.site import ADDRESSES
from plausch.insights import actions, queries
from plausch.insights.model import Measure, Scope, ScopeKind
from plausch.insights.model.awareness import Awareness, Mention, Spoken
from plausch.insights.model.rounding import ROUNDING_KEY, at_least, within
from plausch.insights.model.strategy import Description, Target
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import Consent, PageEdit, PageKind, Viewer
from plausch.people.queries import list_team_log
from plausch.storage import Database, Write
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind
from tests.harness.community import join_all, publish, settle

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
NAMES = [f"person{number}" for number in range(14)]


async def open_page(tx: Write, mia: Viewer) -> tuple[Scope, Viewer]:
    page = await people.create_page(tx, mia, "stadt", "Stadt", PageKind.TOWN)
    await people.edit_page(tx, mia, page, PageEdit(kind=PageKind.TOWN, website="https://lindenau.example"))
    return Scope(ScopeKind.PAGE, page), Viewer(mia.person, page)


async def count(database: Database, scope: Scope) -> None:
    """Once all that was said has arrived in the graph."""
    await settle(database)
    await actions.measure_target(database, scope)


async def found(database: Database, viewer: Viewer, scope: Scope) -> Target:
    async with database.read() as tx:
        finding = await queries.list_results(tx, viewer, scope, Measure.TARGET, Target)
        assert finding is not None
        return finding.results[0].value


async def told(database: Database, people: Sequence[Viewer]) -> int | None:
    """What is told of some people."""
    async with database.read() as tx:
        key = await find_server_key(tx, ROUNDING_KEY)
    assert key is not None
    return at_least(key, {one.person for one in people})


async def test_a_page_sees_whom_it_knows_reaches_and_talks_with(database: Database) -> None:
    mia, *crowd = await join_all(database, "mia", *NAMES)
    async with database.write() as tx:
        scope, speaking = await open_page(tx, mia)
        news = await publish(tx, speaking, "Das Schwimmbad öffnet")
        await publish(tx, mia, "Ich selbst #schwimmen")
        for one in crowd[:12]:
            await publish(tx, one, "Gern im Becken #schwimmen")
        for one in crowd[:9]:
            await people.follow(tx, one, scope.id)
        for one in crowd[1:8]:
            await talk.like_post(tx, one, news)
        for one in crowd[1:7]:
            asked = await publish(tx, one, "Wann?", reply_to=news)
            if one is not crowd[6]:
                await publish(tx, speaking, "Morgen", reply_to=asked)
        await people.set_consent(tx, crowd[0], Consent.COUNT_IN_INSIGHTS, False)
        await publish(tx, crowd[13], "Nur unter uns #schwimmen", audience=AudienceKind.FOLLOWERS)
        await actions.describe_target(tx, mia, scope, Description(topics=("#Schwimmen ", "schwimmen")))
    await count(database, scope)
    target = await found(database, mia, scope)
    here, known, reached, talked = [
        await told(database, some) for some in (crowd[1:12], crowd[1:9], crowd[1:8], crowd[1:6])
    ]
    reached = within(reached, here)
    expected = [here, within(known, here), reached, within(talked, reached)]
    assert [target.people, target.known, target.reached, target.talked] == expected, "no part is told as more than all"
    assert target.unknown is None, "all of them follow it: fewer than five"
    for stranger in (crowd[0], Viewer(crowd[0].person, crowd[0].person)):
        with pytest.raises(NotAllowed, match="insights_not_for_you"):
            await found(database, stranger, scope)
    async with database.read() as tx:
        assert (await queries.find_description(tx, mia, scope)).topics == ("schwimmen",)
        log = await list_team_log(tx, mia, scope.id, Page())
        assert (log[0].step, log[0].person_id, log[0].note) == ("strategy_changed", mia.person, "#schwimmen")


async def test_few_people_are_no_number(database: Database) -> None:
    mia, *crowd = await join_all(database, "mia", *NAMES[:4])
    async with database.write() as tx:
        scope, _ = await open_page(tx, mia)
        for one in crowd:
            await publish(tx, one, "Das Wasserrohr ist undicht")
        await actions.describe_target(tx, mia, scope, Description(words=("Wasserrohre",)))
    await settle(database)
    assert await found(database, mia, scope) == Target(people=None, known=None, reached=None, talked=None, unknown=None)


async def test_members_of_open_groups_are_a_target_group_and_of_closed_ones_never(database: Database) -> None:
    mia, *crowd = await join_all(database, "mia", *NAMES[:7])
    async with database.write() as tx:
        scope, _ = await open_page(tx, mia)
        made = {}
        for visibility in Visibility:
            draft = GroupDraft(name="Chor", handle=f"chor_{visibility.value}", visibility=visibility)
            made[visibility] = await groups.create_group(tx, crowd[0], draft, LINKS)
        for one in crowd[1:]:
            await groups.join_group(tx, one, made[Visibility.PUBLIC])
        for visibility in (Visibility.CLOSED, Visibility.SECRET):
            with pytest.raises(Invalid, match="target_group_closed"):
                await actions.describe_target(tx, mia, scope, Description(groups=(made[visibility],)))
        with pytest.raises(Invalid, match="choice_unknown"):
            await actions.describe_target(tx, mia, scope, Description(communities=(3,)))
        await actions.describe_target(tx, mia, scope, Description(groups=(made[Visibility.PUBLIC],)))
        own = Scope(ScopeKind.GROUP, made[Visibility.CLOSED])
        with pytest.raises(NotAllowed):
            await actions.describe_target(tx, crowd[1], own, Description(topics=("chor",)))
        await actions.describe_target(tx, crowd[0], own, Description(groups=(own.id,)))
        log = await list_log(tx, own.id, Page(), all_steps=True)
        assert log[0].step == "strategy_changed"
        assert "strategy_changed" not in {one.step for one in await list_log(tx, own.id, Page(), all_steps=False)}
    await settle(database)
    assert (await found(database, mia, scope)).people == await told(database, crowd)
    assert (await found(database, crowd[0], own)).people is None, "one member"


async def test_how_a_page_is_spoken_of(database: Database) -> None:
    mia, *crowd = await join_all(database, "mia", *NAMES)
    async with database.write() as tx:
        scope, speaking = await open_page(tx, mia)
        named = [await publish(tx, one, "Die @stadt baut #rad") for one in crowd[:5]]
        named.append(await publish(tx, crowd[5], "Unser Rathaus Lindenau schläft #rad"))
        named.append(await publish(tx, crowd[6], "Siehe https://lindenau.example/bau #rad"))
        await publish(tx, crowd[7], "Siehe https://lindenau.example.org/bau #rad")
        await publish(tx, crowd[8], "Lindenau hat ein Rathaus #rad")
        for one in crowd[8:13]:
            await publish(tx, one, "Der ADFC hilft #rad")
        await publish(tx, speaking, "Wir, die @stadt #rad")
        await publish(tx, mia, "Und ich von der @stadt")
        await publish(tx, crowd[13], "Unter uns: @stadt", audience=AudienceKind.FOLLOWERS)
        description = Description(topics=("rad",), names=("Rathaus Lindenau",), others=("ADFC", "Bahn"))
        await actions.describe_target(tx, mia, scope, description)
    await count(database, scope)
    async with database.read() as tx:
        finding = await queries.list_results(tx, mia, scope, Measure.AWARENESS, Awareness)
        posts = await queries.list_results(tx, mia, scope, Measure.AWARENESS_POSTS, Mention)
        assert finding is not None
        assert posts is not None
    value = finding.results[0].value
    assert (value.people, value.posts) == (await told(database, crowd[:7]), 7)
    assert value.about in (5, 10), "of 14 posts"
    assert [one.word for one in value.shares] == ["", "ADFC", "Bahn"]
    assert all(one.posts in (None, 5) for one in value.shares[:2]), "of seven and of five posts"
    assert value.shares[2] == Spoken("Bahn", None)
    assert value.weeks[-1][1] == 7
    assert sorted(one.subject for one in posts.results) == sorted(named)
    async with database.write() as tx:
        await talk.remove_post(tx, crowd[0], named[0])
    await settle(database)
    async with database.read() as tx:
        posts = await queries.list_results(tx, mia, scope, Measure.AWARENESS_POSTS, Mention)
        assert posts is not None
        assert named[0] not in {one.subject for one in posts.results}


async def test_a_page_that_has_said_nothing_of_itself_is_looked_for_by_what_it_is_called(database: Database) -> None:
    mia, *crowd = await join_all(database, "mia", *NAMES[:6])
    async with database.write() as tx:
        scope, _ = await open_page(tx, mia)
        named = [await publish(tx, one, "Die @stadt baut") for one in crowd[:3]]
        named += [await publish(tx, one, "Die Stadt baut") for one in crowd[3:5]]
        await publish(tx, crowd[5], "Stadtwerke bauen")
    await settle(database)
    await actions.measure_targets(database, [scope], clock.now())
    async with database.read() as tx:
        finding = await queries.list_results(tx, mia, scope, Measure.AWARENESS, Awareness)
        assert await queries.list_results(tx, mia, scope, Measure.TARGET, Target) is None
        posts = await queries.list_results(tx, mia, scope, Measure.AWARENESS_POSTS, Mention)
    assert finding is not None
    assert posts is not None
    value = finding.results[0].value
    assert (value.people, value.posts) == (await told(database, crowd[:5]), 5)
    assert sorted(one.subject for one in posts.results) == sorted(named)
