"""What is planted in the demo community is found: who makes opinions and who is merely loud, and the circles."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from plausch.app.background import register_all
from plausch.demo.player import Player
from plausch.demo.town import load
from plausch.demo.truth import CIRCLES, MERELY_LOUD, OPINION_MAKERS
from plausch.insights import nightly
from plausch.insights.model import Community, Grain, Maker, Measure, Membership, Result, Scope, ScopeKind
from plausch.insights.model.makers import is_listed
from plausch.insights.queries import read_finding
from plausch.people import queries as people
from plausch.people.model import VISITOR
from plausch.storage import open_database
from plausch.storage.media import MediaFiles
from plausch.storage.schema import migrate

pytestmark = pytest.mark.slow
SERVER = Scope(ScopeKind.SERVER)


class Found(NamedTuple):
    handles: Mapping[int, str]
    makers: list[Result[Maker]]
    #: By hashtag.
    topics: Mapping[str, list[Result[Maker]]]
    communities: list[Result[Community]]
    memberships: list[Result[Membership]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The whole town and one night, once."""
    folder = tmp_path_factory.mktemp("town")

    async def play() -> Found:
        url = f"sqlite:///{folder / 'plausch.db'}"
        await migrate(url)
        database = await open_database(url)
        try:
            media = MediaFiles(folder / "media")
            worker = register_all(media)
            await Player(load(), database, media, worker).play()
            await nightly.run(database, Path(folder), lambda name, seconds: None)
            async with database.read() as tx:
                makers = await read_finding(tx, SERVER, Measure.MAKERS, Maker)
                topics = {
                    tag: await read_finding(tx, SERVER, Measure.MAKERS, Maker, topic=tag.lower())
                    for tag in OPINION_MAKERS.values()
                }
                communities = await read_finding(tx, SERVER, Measure.COMMUNITIES_USUAL, Community)
                memberships = await read_finding(tx, SERVER, Measure.MEMBERSHIPS, Membership)
                assert makers
                assert communities
                assert memberships
                actors = await people.list_actors(tx, VISITOR, [one.subject for one in memberships.results])
        finally:
            await database.close()
        return Found(
            {one.id: one.handle for one in actors.values()},
            makers.results,
            {tag: one.results if one else [] for tag, one in topics.items()},
            communities.results,
            memberships.results,
        )

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(play())).result()


def test_opinion_makers_are_found_and_the_merely_loud_are_not(found: Found) -> None:
    order = [found.handles[one.subject] for one in found.makers if is_listed(one.value)]
    assert set(OPINION_MAKERS) <= set(order[:15])
    assert len(set(OPINION_MAKERS) & set(order[:10])) >= 3
    assert not set(MERELY_LOUD) & set(order[:20])


def test_each_topic_has_its_planted_one_before_all(found: Found) -> None:
    first = {tag: found.handles[results[0].subject] for tag, results in found.topics.items()}
    assert first == {tag: handle for handle, tag in OPINION_MAKERS.items()}


def _members(found: Found) -> dict[int, set[str]]:
    members: defaultdict[int, set[str]] = defaultdict(set)
    for one in found.memberships:
        for belonging in one.value.at(Grain.USUAL):
            members[belonging.number].add(found.handles[one.subject])
    return members


def test_the_circles_are_found(found: Found) -> None:
    """As sets that overlap, so by the best match of each: NMI is for partitions. By chance it would be about .2."""
    communities = _members(found).values()
    planted = [set(circle.members) for circle in CIRCLES.values()]
    alike = [max(len(circle & one) / len(circle | one) for one in communities) for circle in planted]
    together = [max(len(circle & one) / len(circle) for one in communities) for circle in planted]
    assert sum(alike) / len(alike) >= 0.6
    assert sum(together) / len(together) >= 0.85


def test_they_are_called_by_what_they_talk_about(found: Found) -> None:
    members = _members(found)
    labels = {one.subject: {label.lower() for label in one.value.labels} for one in found.communities}
    fitting = [
        name
        for name, circle in CIRCLES.items()
        if len(circle.members) >= 5
        and {tag.lower() for tag in circle.tags}
        & labels.get(max(members, key=lambda one: len(members[one] & set(circle.members))), set())
    ]
    assert len(fitting) >= 7
    assert all(one.value.size >= 5 for one in found.communities)
