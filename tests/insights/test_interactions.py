"""The interaction graph follows what happens in random communities, and is what rebuilding it gives.

That the property can fail is shown with faults sown into the listeners and the snapshot.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.groups import actions as groups
from plausch.insights import listeners
from plausch.insights.actions import interactions as writer
from plausch.insights.actions.rebuilding import rebuild
from plausch.insights.compute import graph as graph_of_the_night
from plausch.insights.compute.night import Night
from plausch.insights.gather import graph, ledger
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.interactions import Rule
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.model import Consent, PageKind, Role, Standing, Viewer
from plausch.storage import Database, Read, Write
from plausch.talk import actions as talk
from plausch.work.facts import Fact
from tests.harness.audience.script import Life, Performance, lives
from tests.harness.community import as_person, clear, in_a_loop, join, publish, settle
from tests.harness.engines import on_postgres_when_all
from tests.harness.properties import USUAL
from tests.insights.truth import Edges, expected, kept, rows_of, weighed

Loop = tuple[asyncio.Runner, Database]
SERVER = Scope(ScopeKind.SERVER)
#: Before how many days each quarter of a life is.
_AGO = (700, 200, 30, 0)
_PERSON_GOES, _PAGE_GOES, _GROUP_GOES = 1, 2, 4
_OFTEN = ("post", "reply", "quote", "like", "unlike", "share", "unshare", "edit", "remove", "say", "promote", "show")


@pytest.fixture
def loop(database_url: str) -> Iterator[Loop]:
    with in_a_loop(database_url) as opened:
        yield opened


def the_graph_follows(
    loop: Loop,
    folder: Path,
    how: settings,
    most: int = 60,
    often: Sequence[str] = _OFTEN,
    ends: Sequence[int] = range(8),
    wishes: int = 2**20 - 1,
) -> None:
    """The property itself; `ends`: who may go in the end, as in `_end`; `wishes`: at most, as in `_decide`."""
    runner, database = loop

    @how
    @given(lives(most, often), st.integers(0, wishes), st.sampled_from(ends))
    def holds(life: Life, wishes: int, end: int) -> None:
        runner.run(_live_and_look(database, folder, life, wishes, end))

    holds()


async def _live_and_look(database: Database, folder: Path, life: Life, wishes: int, end: int) -> None:
    await clear(database)
    (folder / "edges.npz").unlink(missing_ok=True)
    performance = Performance(database)
    await performance.begin(5, life.follows, life.connections, life.members)
    size = len(life.steps) // len(_AGO) + 1
    for number, ago in enumerate(_AGO):
        with clock.at(clock.now() - ago * clock.DAY):
            await performance.perform(life.steps[number * size : (number + 1) * size])
        await settle(database)
        await _decide(database, performance, wishes >> 5 * number)
        await settle(database)
        if number in (1, 3):
            await _look(database, folder)
    await _end(database, performance, end)
    await _look(database, folder)
    before = kept(await rows_of(database))
    await rebuild(database, Rule())
    after = kept(await rows_of(database))
    assert after.ledger == before.ledger
    _same(after.edges, before.edges)


async def _decide(database: Database, performance: Performance, wishes: int) -> None:
    """Some take back what they liked and shared; some people do not want to be counted, or want to again."""
    rows = await rows_of(database)
    async with database.write() as tx:
        for name, take_back in (("talk_likes", talk.unlike_post), ("talk_shares", talk.unshare_post)):
            # By their order: ids are others each time.
            given = sorted((row["post_id"], row["actor_id"]) for row in rows[name])
            for number, (post, actor) in enumerate(given):
                if (number + wishes) % 3 == 0:
                    await take_back(tx, as_person(actor), post)
        for number, person in enumerate(performance.world.people):
            counted = not wishes >> number & 1
            if bool(await people_queries.has_consent(tx, person, Consent.COUNT_IN_INSIGHTS)) != counted:
                await people.set_consent(tx, as_person(person), Consent.COUNT_IN_INSIGHTS, counted)


async def _end(database: Database, performance: Performance, end: int) -> None:
    """Somebody (1), a page (2) or a group (4) goes for good."""
    world = performance.world
    owner = Viewer(world.people[0], world.people[0], Role.OWNER)
    async with database.write() as tx:
        if end & _PERSON_GOES:
            await people.erase_account(tx, world.people[-1])
        if end & _PAGE_GOES:
            await people.erase_page(tx, owner, next(iter(world.pages)))
        if end & _GROUP_GOES:
            await groups.delete_group(tx, owner, world.groups[0].id)
    await settle(database)


async def _look(database: Database, folder: Path) -> None:
    """What is kept is what has to be, and by night it is found as such."""
    rows = await rows_of(database)
    there, wanted = kept(rows), expected(rows)
    assert there.ledger == wanted
    _same(there.edges, there.sums)
    night = Night(database, folder, clock.now())
    await graph_of_the_night.compute(night)
    renewed = night.kept["edges"]
    keys = zip(renewed.scope.tolist(), renewed.source.tolist(), renewed.target.tolist(), strict=True)
    _same(dict(zip(keys, (renewed.value * night.today).tolist(), strict=True)), weighed(wanted, Rule(), night.now))
    for scope in {0, *(entry[4] for entry in wanted)}:
        of = SERVER if scope == 0 else Scope(ScopeKind.GROUP, scope)
        found = await ledger.interactions(night, of)
        columns = (found.post, found.kind, found.source, found.target)
        got = set(zip(*(column.tolist() for column in columns), strict=True))
        assert got == {entry[:4] for entry in wanted if (entry[5] if scope == 0 else entry[4] == scope)}


def _same(some: Edges, others: Edges) -> None:
    assert some.keys() == others.keys()
    assert [some[edge] for edge in some] == [pytest.approx(others[edge], rel=1e-9, abs=1e-12) for edge in some]


def test_the_graph_follows_what_happens(loop: Loop, tmp_path: Path, engine: str) -> None:
    the_graph_follows(loop, tmp_path, settings(USUAL, max_examples=3 if engine == "sqlite" else 1))


@pytest.mark.slow
def test_it_does_so_in_longer_lives(loop: Loop, tmp_path: Path, engine: str) -> None:
    how = settings(USUAL, max_examples=30 if engine == "sqlite" else 10)
    the_graph_follows(loop, tmp_path, how, most=150)


async def test_whoever_comes_back_is_answered_and_quoted_also_where_they_removed_it(database: Database) -> None:
    async with database.write() as tx:
        ada, ben = await join(tx, "ada"), await join(tx, "ben")
        page = Viewer(ada.person, await people.create_page(tx, ada, "seite", "Seite", PageKind.TOWN))
        for speaker in (ada, page):
            said = await publish(tx, speaker, "Wer kommt mit?")
            await publish(tx, ben, "Ich", reply_to=said)
            await publish(tx, ben, "Gute Frage", quote=said)
            await talk.remove_post(tx, speaker, said)
    await settle(database)
    before = kept(await rows_of(database)).ledger
    assert len(before) == 4
    for counts in (False, True):
        async with database.write() as tx:
            await people.set_consent(tx, ada, Consent.COUNT_IN_INSIGHTS, counts)
            await people.set_standing(tx, page.acting_as, Standing.ACTIVE if counts else Standing.SUSPENDED)
        await settle(database)
        assert kept(await rows_of(database)).ledger == (before if counts else set())


Sow = Callable[[pytest.MonkeyPatch], None]


def _unheard(name: str) -> Sow:
    def sow(monkeypatch: pytest.MonkeyPatch) -> None:
        heard = getattr(listeners, name)

        async def unheard(tx: Write, fact: Fact) -> None:
            return None

        unheard.__annotations__, unheard.__module__ = heard.__annotations__, heard.__module__
        monkeypatch.setattr(listeners, name, unheard)

    sow.__name__ = f"{name}_is_unheard"
    return sow


def edges_never_become_less(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(tx: Write, taken: object) -> None:
        return None

    monkeypatch.setattr(writer, "_lower", nothing)


def everybody_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def everybody(tx: Read, ids: Sequence[int]) -> set[int]:
        return set(ids)

    monkeypatch.setattr(people_queries, "list_counted", everybody)


def snapshots_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(tx: Read, since: int) -> list[object]:
        return []

    monkeypatch.setattr(graph, "list_changed_edges", nothing)
    monkeypatch.setattr(graph, "_adds_up", lambda *_: True)


class Fault(NamedTuple):
    """What has to happen often, and who may go in the end, so that it shows soon."""

    often: Sequence[str] = _OFTEN
    ends: Sequence[int] = (0,)
    #: Whether anybody objects: of what they do nothing is seen.
    objecting: bool = False


_FAULTS: dict[Sow, Fault] = {
    everybody_is_counted: Fault(objecting=True),
    edges_never_become_less: Fault(("post", "like", "unlike", "settle")),
    snapshots_stay_as_they_are: Fault(),
    _unheard("on_like_removed"): Fault(("post", "like", "unlike", "settle")),
    _unheard("on_share_removed"): Fault(("post", "share", "unshare", "settle")),
    _unheard("on_post_edited"): Fault(("post", "edit", "settle")),
    _unheard("on_post_removed"): Fault(("reply", "remove", "settle")),
    _unheard("on_quote_withdrawn"): Fault(("quote", "withdraw", "settle")),
    _unheard("on_group_visibility_changed"): Fault(("say", "reply", "like", "show")),
    _unheard("on_standing_changed"): Fault(("reply", "suspend", "come_back", "settle")),
    _unheard("on_consent_changed"): Fault(objecting=True),
    _unheard("on_account_erased"): Fault(("post", "reply", "like"), ends=(_PERSON_GOES,)),
    _unheard("on_page_erased"): Fault(("post", "reply", "like"), ends=(_PAGE_GOES,)),
}


@on_postgres_when_all
@pytest.mark.slow
@pytest.mark.parametrize("sow", _FAULTS)
def test_the_property_notices(loop: Loop, sow: Sow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sow(monkeypatch)
    often, ends, objecting = _FAULTS[sow]
    wishes = 2**20 - 1 if objecting else 0
    with pytest.raises(AssertionError):
        the_graph_follows(loop, tmp_path, settings(USUAL, max_examples=200), often=often, ends=ends, wishes=wishes)
