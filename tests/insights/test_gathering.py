"""What the night reads: in which scopes, of whom, and how its snapshot is taken up or not."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.insights import nightly
from plausch.insights.compute import graph as graph_of_the_night
from plausch.insights.compute.night import Night
from plausch.insights.gather import graph, ledger
from plausch.insights.gather.scopes import find_scopes
from plausch.insights.gather.talk import talk_of
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.interactions import Rule
from plausch.insights.queries import find_graph, find_last_night
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import Consent, PageKind, Viewer
from plausch.storage import Database, Read
from plausch.talk import actions as talk
from plausch.talk.model import Form
from tests.harness.community import join_all, publish, settle
from tests.insights.truth import kept, rows_of

LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
SERVER = Scope(ScopeKind.SERVER)


class Village(NamedTuple):
    """Six people, a closed group with a board, a page."""

    people: list[Viewer]
    group: int
    board: int
    page: int
    said: dict[str, int]


async def _village(database: Database) -> Village:
    crowd = await join_all(database, "ada", "ben", "cleo", "dora", "emil", "finn")
    ada, ben, *others = crowd
    async with database.write() as tx:
        draft = GroupDraft(name="Geheimes", handle="zu", visibility=Visibility.CLOSED)
        group = await groups.create_group(tx, ada, draft, LINKS)
        board = await groups.make_board(tx, ada, group, BoardDraft(name="Themen"))
        for person in (ben, *others):
            await groups.invite_to_group(tx, ada, group, person.person)
            await groups.accept_invitation(tx, person, group)
        page = await people.create_page(tx, ada, "verein", "Verein", PageKind.CLUB)
        topic = await publish(tx, ada, "Drinnen", place=group, board=board, form=Form.TOPIC, title="Drinnen")
        inside = [await publish(tx, one, "Ja.", reply_to=topic) for one in (ben, *others)]
        news = await publish(tx, Viewer(ada.person, page), "Neues vom Verein")
        for one in (ben, *others):
            await talk.like_post(tx, one, news)
        await publish(tx, ben, "Was tut @verein?")
    await settle(database)
    return Village(crowd, group, board, page, {"topic": topic, "inside": inside[0], "news": news})


async def _night(database: Database, folder: Path, rule: Rule | None = None) -> Night:
    night = Night(database, folder, clock.now(), rule=rule or Rule())
    await graph_of_the_night.compute(night)
    return night


async def test_each_scope_has_what_was_said_in_it(database: Database, tmp_path: Path) -> None:
    there = await _village(database)
    night = await _night(database, tmp_path)
    group, board = Scope(ScopeKind.GROUP, there.group), Scope(ScopeKind.BOARD, there.board)
    page = Scope(ScopeKind.PAGE, there.page)
    assert set(await find_scopes(night)) == {SERVER, group, board, page}
    assert there.said["topic"] not in (await ledger.posts(night, SERVER)).id
    assert 1 not in np.isin((await ledger.interactions(night, SERVER)).place, [there.group])
    for inner in (group, board):
        assert len((await ledger.posts(night, inner)).id) == 6
        assert (await ledger.interactions(night, inner)).target.tolist() == [there.people[0].person] * 5
        assert (await graph.load_graph(night, inner)).sums.nnz == 5
    assert (await ledger.posts(night, page)).id.tolist() == [there.said["news"]]
    # Five likes, and a mention elsewhere.
    assert len((await ledger.interactions(night, page)).post) == 6
    assert (await graph.load_graph(night, page)).sums.sum() == pytest.approx(5 + 2, rel=1e-3)
    assert (await graph.load_graph(night, SERVER)).ids.tolist() == sorted(
        [there.page, *(one.person for one in there.people[1:])]
    )


async def test_posts_are_read_once_a_night(database: Database, tmp_path: Path) -> None:
    """Half a year of talk is a part of what scopes were found in, and copied only where somebody objects."""
    there = await _village(database)
    night = await _night(database, tmp_path)
    await find_scopes(night)
    said = (await talk_of(night)).said
    assert len(said.id) == len((await ledger.all_posts(night)).id) == len((await ledger.all_said(night)).id)
    assert np.shares_memory(said.id, (await ledger.all_posts(night)).id)
    async with database.write() as tx:
        await people.set_consent(tx, there.people[1], Consent.COUNT_IN_INSIGHTS, granted=False)
    await settle(database)
    night = await _night(database, tmp_path)
    assert len((await ledger.all_posts(night)).id) < len((await ledger.all_said(night)).id)
    everything = await talk_of(night)
    assert np.shares_memory(everything.said.id, (await ledger.all_said(night)).id), "it is known whom they answered"
    assert there.people[1].person not in everything.people


async def test_a_conversation_that_moves_counts_where_it_stands(database: Database, tmp_path: Path) -> None:
    ada, ben = await join_all(database, "ada", "ben")
    async with database.write() as tx:
        group = await groups.create_group(tx, ada, GroupDraft(name="Offenes", handle="offen"), LINKS)
        board = await groups.make_board(tx, ada, group, BoardDraft(name="Themen"))
        note = await publish(tx, ada, "Wohin?")
        reply = await publish(tx, ben, "Hierher.", reply_to=note)
        await talk.like_post(tx, ada, reply)
    await settle(database)
    inside = Scope(ScopeKind.GROUP, group)
    assert not len((await ledger.interactions(await _night(database, tmp_path), inside)).post)
    async with database.write() as tx:
        assert await talk.promote_to_topic(tx, ada, note, board, "Wohin?", ADDRESSES) == note
    await settle(database)
    night = await _night(database, tmp_path)
    for scope in (inside, SERVER):
        assert (await graph.load_graph(night, scope)).sums.sum() == pytest.approx(4 + 1, rel=1e-3)
    async with database.write() as tx:
        closed = GroupDraft(name="Offenes", handle="offen", visibility=Visibility.CLOSED)
        await talk.change_group(tx, ada, group, closed, LINKS)
    await settle(database)
    night = await _night(database, tmp_path)
    assert (await graph.load_graph(night, inside)).sums.nnz == 2
    assert not len((await graph.load_graph(night, SERVER)).ids)


async def test_whoever_objects_is_out_at_once(database: Database, tmp_path: Path) -> None:
    """Even before the background has taken them out of what is kept."""
    there = await _village(database)
    await _night(database, tmp_path)
    gone = there.people[1]
    async with database.write() as tx:
        await people.set_consent(tx, gone, Consent.COUNT_IN_INSIGHTS, False)
    night = await _night(database, tmp_path)
    for scope in (SERVER, Scope(ScopeKind.GROUP, there.group), Scope(ScopeKind.PAGE, there.page)):
        turns = await ledger.interactions(night, scope)
        assert gone.person not in np.concatenate([turns.source, turns.target, (await ledger.posts(night, scope)).actor])
        assert gone.person not in (await graph.load_graph(night, scope)).ids
    with np.load(tmp_path / "edges.npz") as snapshot:
        assert not np.isin(gone.person, np.concatenate([snapshot["source"], snapshot["target"]]))
    assert Scope(ScopeKind.PAGE, there.page) not in await find_scopes(night), "four people are too few"


async def test_whoever_agrees_again_is_back_with_all_that_was_answered(database: Database) -> None:
    """Also to what they have removed: the answers are still there."""
    ada, ben = await join_all(database, "ada", "ben")
    async with database.write() as tx:
        stays, gone = await publish(tx, ada, "Das bleibt"), await publish(tx, ada, "Das geht")
        for post in (stays, gone):
            await publish(tx, ben, "Aha", reply_to=post)
    async with database.write() as tx:
        await talk.remove_post(tx, ada, gone)
    await settle(database)
    before = kept(await rows_of(database)).ledger
    for agrees in (False, True):
        async with database.write() as tx:
            await people.set_consent(tx, ada, Consent.COUNT_IN_INSIGHTS, agrees)
        await settle(database)
        assert kept(await rows_of(database)).ledger == (before if agrees else set())
    assert len(before) == 2


async def test_a_snapshot_is_taken_up_only_where_it_belongs(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await _village(database)
    await _night(database, tmp_path)
    first = (tmp_path / "edges.npz").read_bytes()
    read: list[Read] = []
    read_all = graph.read_edges

    async def noted(tx: Read) -> graph.Edges:
        read.append(tx)
        return await read_all(tx)

    monkeypatch.setattr(graph, "read_edges", noted)
    async with database.write() as tx:
        await talk.unlike_post(tx, there.people[1], there.said["news"])
        await talk.like_post(tx, there.people[1], there.said["inside"])
    await settle(database)
    night = await _night(database, tmp_path)
    assert not read, "only what has changed is read"
    renewed = night.kept["edges"]
    for broken in (first, first[:200], b""):
        (tmp_path / "edges.npz").write_bytes(broken)
        night = await _night(database, tmp_path)
        assert read.pop() is not None
        assert all(np.array_equal(one, other) for one, other in zip(night.kept["edges"], renewed, strict=True))


async def test_another_rule_counts_from_the_next_night_on(database: Database, tmp_path: Path) -> None:
    there = await _village(database)
    before = await graph.load_graph(await _night(database, tmp_path), SERVER)
    night = await _night(database, tmp_path, Rule(like=10, half_life=30))
    after = await graph.load_graph(night, SERVER)
    assert (before.sums.sum(), after.sums.sum()) == (pytest.approx(7, rel=1e-3), pytest.approx(52, rel=1e-3))
    async with database.write() as tx:
        await talk.unlike_post(tx, there.people[1], there.said["news"])
    await settle(database)
    async with database.read() as tx:
        found = await find_graph(tx)
    assert found is not None
    assert found.rule.like == 10
    night = await _night(database, tmp_path, Rule(like=10, half_life=30))
    assert (await graph.load_graph(night, SERVER)).sums.sum() == pytest.approx(42, rel=1e-3)


async def test_a_night_says_when_it_was_and_what_failed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def nothing(night: Night) -> None:
        told.append(f"{len(night.scopes)} scopes")

    async def wrong(night: Night) -> None:
        raise LookupError("ada@example.org")

    await _village(database)
    monkeypatch.setattr(nightly, "COMPUTATIONS", {"wrong": wrong, "nothing": nothing})
    with pytest.raises(nightly.ComputationFailed) as failed:
        await nightly.run(database, tmp_path, lambda name, _: told.append(name))
    assert (failed.value.name, told) == ("wrong", ["graph", "4 scopes", "nothing"])
    async with database.read() as tx:
        assert await find_last_night(tx) is None
    monkeypatch.setattr(nightly, "COMPUTATIONS", {"nothing": nothing})
    await nightly.run(database, tmp_path, lambda *_: None, only="nothing")
    async with database.read() as tx:
        assert await find_last_night(tx) is None
    await nightly.run(database, tmp_path, lambda *_: None)
    async with database.read() as tx:
        assert await find_last_night(tx) is not None
