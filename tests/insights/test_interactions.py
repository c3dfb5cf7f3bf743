"""The interaction graph: who is in it, where what counts, and that it follows what happens."""

from pathlib import Path

import numpy as np
import pytest

from plausch.insights.actions.rebuilding import rebuild
from plausch.insights.compute import graph as graph_of_the_night
from plausch.insights.compute.night import Night
from plausch.insights.gather import graph, ledger
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.interactions import Rule
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import Consent
from plausch.storage import Database
from plausch.talk import actions as talk
from tests.harness.community import join_all, publish, settle, stored

SERVER = Scope(ScopeKind.SERVER)


async def _night(database: Database, folder: Path) -> Night:
    night = Night(database, folder, clock.now())
    await graph_of_the_night.compute(night)
    return night


async def test_replies_shares_mentions_and_likes_become_edges(database: Database, tmp_path: Path) -> None:
    ada, ben, cleo = await join_all(database, "ada", "ben", "cleo")
    async with database.write() as tx:
        post = await publish(tx, ada, "Wer kommt?")
        await publish(tx, ben, "Ich, mit @cleo.", reply_to=post)
        await talk.like_post(tx, cleo, post)
        await talk.share_post(tx, ben, post)
    await settle(database)
    night = await _night(database, tmp_path)
    ids, sums = await graph.load_graph(night, SERVER)
    assert ids.tolist() == sorted(one.person for one in (ada, ben, cleo))
    place = {one: ids.tolist().index(one) for one in ids.tolist()}
    found = {(place[ben.person], place[ada.person]): 7, (place[ben.person], place[cleo.person]): 2}
    found[place[cleo.person], place[ada.person]] = 1
    matrix = sums.tocoo()
    got = {(u, v): value for u, v, value in zip(*matrix.coords, matrix.data, strict=True)}
    assert got == {edge: pytest.approx(value, rel=1e-4) for edge, value in found.items()}
    assert len((await ledger.interactions(night, SERVER)).post) == 4
    assert len((await ledger.posts(night, SERVER)).id) == 2

    async with database.write() as tx:
        await people.set_consent(tx, ben, Consent.COUNT_IN_INSIGHTS, False)
    await settle(database)
    rows = await stored(database)
    kept = [row for name in ("insights_interactions", "insights_edges") for row in rows[name]]
    assert kept and not any(ben.person in row for row in kept)
    night = await _night(database, tmp_path)
    assert ben.person not in (await graph.load_graph(night, SERVER)).ids
    async with database.write() as tx:
        await people.set_consent(tx, ben, Consent.COUNT_IN_INSIGHTS, True)
    await settle(database)
    night = await _night(database, tmp_path)
    assert np.allclose((await graph.load_graph(night, SERVER)).sums.data.sum(), 10, rtol=1e-4)
    before = await stored(database)
    await rebuild(database, Rule())
    after = await stored(database)
    assert sorted(before["insights_interactions"]) == sorted(after["insights_interactions"])
    assert [row[:3] for row in sorted(before["insights_edges"])] == [row[:3] for row in sorted(after["insights_edges"])]
