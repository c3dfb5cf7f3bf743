"""How a post spread, read from what there is: on both engines, for whoever may."""

from pathlib import Path

import pytest

from plausch.insights.actions.rebuilding import rebuild
from plausch.insights.compute.night import Night
from plausch.insights.compute.spread import compute
from plausch.insights.model.cascades import measure
from plausch.insights.model.interactions import Rule
from plausch.insights.model.spread import FEWEST_CASCADES
from plausch.insights.queries import get_spread
from plausch.insights.queries.spread import Spread
from plausch.kernel import clock
from plausch.kernel.clock import DAY, HOUR, MINUTE
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.people import actions as people
from plausch.people.model import VISITOR, Consent, Role, Viewer
from plausch.storage import Database
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.model import AudienceKind
from tests.harness.community import connect, join_all, publish


async def spread_of(database: Database, viewer: Viewer, post: int) -> Spread:
    async with database.read() as tx:
        return await get_spread(tx, viewer, await queries.get_post(tx, viewer, post))


def edges_of(spread: Spread) -> dict[int, tuple[int, bool]]:
    """From whom each got it, and whether that is inferred."""
    tree = spread.tree
    return {node.actor: (tree[node.parent].actor, node.inferred) for node in tree[1:]}


async def test_shares_say_from_where_they_came_or_it_is_inferred(database: Database) -> None:
    pia, anna, ines, jonas, karl, nora = await join_all(database, "pia", "anna", "ines", "jonas", "karl", "nora")
    async with database.write() as tx:
        await people.follow(tx, jonas, anna.person)
        await people.follow(tx, jonas, ines.person)
        await people.follow(tx, karl, nora.person)
        post = await publish(tx, pia, "Die Linde steht noch")
        other = await publish(tx, pia, "Etwas anderes")
        foreign = await talk.share_post(tx, anna, other)
        by_anna = await talk.share_post(tx, anna, post, via=post)
        await talk.share_post(tx, ines, post, via=by_anna)
        await talk.share_post(tx, jonas, post)
        await talk.share_post(tx, karl, post, via=foreign)
        await talk.share_post(tx, nora, post, via=by_anna)
    found = await spread_of(database, pia, post)
    assert edges_of(found) == {
        anna.person: (pia.person, False),
        ines.person: (anna.person, False),
        jonas.person: (ines.person, True),
        # A share of another post is no way to this one, and nora shared it later.
        karl.person: (pia.person, True),
        nora.person: (anna.person, False),
    }
    assert found.figures == measure([-1, 0, 1, 2, 0, 1], [node.at for node in found.tree])
    assert (found.figures.depth, found.figures.breadth, found.figures.reproduction) == (3, 2, 3 / 5)
    assert (found.servers, found.cut, found.forecast) == (1, False, None)
    async with database.write() as tx:
        await talk.unshare_post(tx, anna, post)
    found = await spread_of(database, pia, post)
    assert edges_of(found)[ines.person] == (pia.person, True), "through whom it came is gone"


async def test_reach_counts_different_people_who_did_something(database: Database) -> None:
    pia, anna, ines, jonas, karl = await join_all(database, "pia", "anna", "ines", "jonas", "karl")
    async with database.write() as tx:
        post = await publish(tx, pia, "Die Linde steht noch")
        await talk.like_post(tx, anna, post)
        await talk.share_post(tx, anna, post)
        first = await publish(tx, ines, "Schön", reply_to=post)
        await publish(tx, anna, "Ja", reply_to=first)
        await publish(tx, pia, "Danke", reply_to=first)
        await publish(tx, jonas, "Lest das", quote=post)
        await talk.like_post(tx, karl, post)
        await people.set_consent(tx, karl, Consent.COUNT_IN_INSIGHTS, False)
        await people.follow(tx, jonas, pia.person)
        await people.follow(tx, karl, anna.person)
    found = await spread_of(database, pia, post)
    assert found.reach.people == 3
    assert found.reach.kinds == {"like": 1, "share": 1, "reply": 2, "quote": 1}
    assert found.possible == 2
    below = await spread_of(database, ines, first)
    assert below.reach.kinds == {"reply": 2}, "to a reply only those who answer it"
    assert below.reach.people == 2


async def test_whom_it_is_for(database: Database) -> None:
    pia, anna, boss = await join_all(database, "pia", "anna", "boss")
    staff = Viewer(boss.person, boss.person, Role.MODERATOR)
    async with database.write() as tx:
        await connect(tx, pia, anna)
        post = await publish(tx, pia, "Für alle")
        closed = await publish(tx, pia, "Für Kontakte", audience=AudienceKind.CONNECTIONS)
        await talk.share_post(tx, anna, closed)
    for viewer in (anna, VISITOR):
        with pytest.raises(NotAllowed, match="insights_not_for_you"):
            await spread_of(database, viewer, post)
    with pytest.raises(NotAllowed):
        await spread_of(database, anna, closed)
    with pytest.raises(NotFound):
        await spread_of(database, staff, closed)
    assert (await spread_of(database, pia, closed)).possible is None
    assert (await spread_of(database, staff, post)).tree
    async with database.write() as tx:
        await people.set_consent(tx, pia, Consent.COUNT_IN_INSIGHTS, False)
    with pytest.raises(NotAllowed):
        await spread_of(database, staff, post)
    assert (await spread_of(database, pia, post)).tree


async def test_who_is_not_to_be_named_has_no_name(database: Database) -> None:
    pia, anna, ines, jonas = await join_all(database, "pia", "anna", "ines", "jonas")
    async with database.write() as tx:
        post = await publish(tx, pia, "Die Linde steht noch")
        for one in (anna, ines, jonas):
            await talk.share_post(tx, one, post, via=post)
        await people.set_consent(tx, ines, Consent.COUNT_IN_INSIGHTS, False)
        await people.block(tx, jonas, pia.person)
    found = await spread_of(database, pia, post)
    assert len(found.tree) == 4
    assert set(found.named) == {pia.person, anna.person}


async def test_forecasts_are_learnt_by_night(database: Database, tmp_path: Path) -> None:
    pia, *others = await join_all(database, "pia", "anna", "ines", "jonas", "karl")
    now = clock.now()

    async def wave(began: int, *delays: int) -> int:
        with clock.at(began):
            async with database.write() as tx:
                post = await publish(tx, pia, "Die Linde steht noch")
        for one, delay in zip(others, delays, strict=False):
            if began + delay <= now:
                with clock.at(began + delay):
                    async with database.write() as tx:
                        await talk.share_post(tx, one, post, via=post)
        return post

    for number in range(FEWEST_CASCADES):
        # No two things of different waves at one moment: their ids could meet.
        await wave(now - 9 * DAY + number * (HOUR + 1), 10 * MINUTE, 2 * HOUR, 5 * HOUR, 30 * HOUR)
    young = await wave(now - 4 * HOUR, MINUTE, 50 * MINUTE)
    assert (await spread_of(database, pia, young)).forecast is None
    await compute(Night(database, tmp_path, clock.now()))
    found = await spread_of(database, pia, young)
    # Of three after three hours there were always five in the end.
    assert found.forecast is not None
    assert (found.forecast.people, found.forecast.cascades) == (5, FEWEST_CASCADES)
    assert found.forecast.error == pytest.approx(0)
    assert found.learnt_at >= now
    async with database.write() as tx:
        await people.set_consent(tx, others[-1], Consent.COUNT_IN_INSIGHTS, False)
    await compute(Night(database, tmp_path, clock.now()))
    found = await spread_of(database, pia, young)
    assert found.forecast is not None
    assert found.forecast.people == 4, "who is not to be counted is not learnt from"


async def test_who_is_new_had_nothing_to_do_with_the_author_before(database: Database) -> None:
    pia, anna, ines, jonas = await join_all(database, "pia", "anna", "ines", "jonas")
    with clock.at(clock.now() - DAY):
        async with database.write() as tx:
            before = await publish(tx, pia, "Die Linde steht noch")
            theirs = await publish(tx, jonas, "Guten Morgen")
            await talk.like_post(tx, anna, before)
            await talk.like_post(tx, pia, theirs)
    async with database.write() as tx:
        post = await publish(tx, pia, "Die Linde steht immer noch")
        for one in (anna, ines, jonas):
            await talk.like_post(tx, one, post)
    assert (await spread_of(database, pia, post)).reach.new is None, "the graph of interactions is not built yet"
    await rebuild(database, Rule())
    assert (await spread_of(database, pia, post)).reach.new == (ines.person,)
