"""What bridges: in two camps that cheer their own, what both like stands above what one cheers five times as much."""

import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.feeds import queries as feeds
from plausch.feeds.model import FeedKind
from plausch.insights.compute import bridging as computing
from plausch.insights.compute import graph as graph_of_the_night
from plausch.insights.compute.night import Night
from plausch.insights.measures.bridging import Bridging, bridging
from plausch.insights.measures.communities import find_communities
from plausch.insights.measures.graph import contacts, interactions
from plausch.insights.model.communities import RESOLUTIONS, Grain
from plausch.kernel import clock
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import Consent
from plausch.storage import Database
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind
from tests.harness.community import join_all, publish, settle
from tests.harness.engines import on_postgres_when_all

_VOTES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 19)), max_size=80)


def _bridging(votes: list[tuple[int, int]], circle: list[int]) -> Bridging:
    post, endorser = (np.array([vote[side] for vote in votes], dtype=np.int32) for side in (0, 1))
    return bridging(post, endorser, 4, np.array(circle, dtype=np.int32))


@given(_VOTES, st.lists(st.integers(0, 2), min_size=20, max_size=20))
def test_the_score_is_what_its_definition_says(votes: list[tuple[int, int]], circle: list[int]) -> None:
    found = _bridging(votes, circle)
    for post in range(4):
        who = {endorser for voted, endorser in votes if voted == post}
        large = [one for one in set(circle) if circle.count(one) >= 5]
        of_each = [sum(circle[one] == other for one in who) for other in large]
        taking_part = sum(number >= 3 and 5 * number >= max(of_each) for number in of_each)
        assert found.circles[post] == taking_part
        assert found.score[post] == pytest.approx(sum(number**0.5 for number in of_each) if taking_part >= 2 else 0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("straying", [0.0, 0.04])
def test_what_both_camps_like_stands_above_what_one_cheers_five_times_as_much(seed: int, straying: float) -> None:
    dice = random.Random(seed)
    camp = 100

    def somebody(side: int, number: int) -> list[int]:
        """So many different people of a camp; now and then one of the other."""
        who = dice.sample(range(camp), number)
        return [one + camp * ((1 - side) if dice.random() < straying else side) for one in who]

    talk_ = [(one + side * camp, other) for side in (0, 1) for one in range(camp) for other in somebody(side, 4)]
    votes = [(post, one) for post in range(10) for side in (0, 1) for one in somebody(side, 6)]
    votes += [(post, one) for post in range(10, 30) for one in somebody(post % 2, 60)]
    author = [somebody(post % 2, 1)[0] for post in range(30)]
    ties = talk_ + [(one, author[post]) for post, one in votes]
    source, target = (np.array([tie[end] for tie in ties], dtype=np.int32) for end in (0, 1))
    network = contacts(interactions(source, target, np.ones(len(ties)), 2 * camp))
    circle = find_communities(network, resolution=RESOLUTIONS[Grain.COARSE], seed=seed, runs=3).community
    assert computing.tells_apart(circle)
    post, endorser = (np.array([vote[side] for vote in votes], dtype=np.int32) for side in (0, 1))
    found = bridging(post, endorser, 30, circle)
    assert found.score[:10].min() > found.score[10:].max()
    assert set(found.circles[:10].tolist()) == {2}


@on_postgres_when_all
async def test_the_feed_shows_what_bridges(database: Database, tmp_path: Path) -> None:
    """From likes to the page: the computation hands its scores down, and opted-out people have no voice in it."""
    left, right = [await join_all(database, *(f"{side}{number}" for number in range(16))) for side in ("left", "right")]
    shy = left[0]
    async with database.write() as tx:
        await people.set_consent(tx, shy, Consent.COUNT_IN_INSIGHTS, False)
        for camp in (left, right):
            begun = [await publish(tx, one, f"Guten Tag {place}") for place, one in enumerate(camp)]
            for (place, one), step in product(enumerate(camp), (1, 5)):
                await publish(tx, one, "Ja", reply_to=begun[(place + step) % len(camp)])
        bridge = await publish(tx, right[1], "Was alle angeht")
        cheered = await publish(tx, left[1], "Was nur die Linken freut")
        hardly = await publish(tx, right[2], "Drei hier und zwei dort")
        closed = await publish(tx, left[1], "Nur hier", audience=AudienceKind.QUIET)
        for one in (*left[2:5], *right[2:5]):
            await talk.like_post(tx, one, bridge)
            await talk.like_post(tx, one, closed)
        for one in left[2:]:
            await talk.like_post(tx, one, cheered)
        for one in (shy, *left[2:4], *right[3:6]):
            await talk.like_post(tx, one, hardly)
    await settle(database)
    night = Night(database, tmp_path, clock.now())
    await graph_of_the_night.compute(night)
    await computing.compute(night)
    async with database.read() as tx:
        reader = await feeds.get_reader(tx, shy)
        feed = await feeds.chosen_feed(tx, shy, FeedKind.BRIDGING, Page(), reader)
    assert [(card.conversation.id, card.reason.kind.value, card.reason.others) for card in feed.cards] == [
        (bridge, "bridged", 2)
    ]
