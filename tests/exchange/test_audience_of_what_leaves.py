"""Archives, mails and push messages hold nothing that their reader may not see, and an import reaches nothing of it."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from tests.harness.audience.script import Life, Performance, lives
from tests.harness.audience.ways_out import check_ways_out, host_of
from tests.harness.community import clear
from tests.harness.engines import on_postgres_when_all
from tests.harness.properties import USUAL
from tests.talk.test_audience_property import Loop, Sow, blocks_are_not_asked_for, loop, the_suspended_are_seen

__all__ = ["loop"]
_PEOPLE = 4


def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fault."""


def nothing_leaves_too_far(
    opened: Loop, how: settings, most: int = 40, sow: Sow = nothing, often: Sequence[str] = ()
) -> None:
    """The property itself; a fault is sown when all has happened, so that only what leaves can show it."""
    runner, database = opened

    async def live_and_look(life: Life) -> None:
        await clear(database)
        performance = Performance(database)
        await performance.begin(_PEOPLE, life.follows, life.connections, life.members)
        await performance.perform(life.steps)
        with pytest.MonkeyPatch.context() as monkeypatch:
            sow(monkeypatch)
            await check_ways_out(host_of(database), performance.world)

    @how
    @given(lives(most, often))
    def holds(life: Life) -> None:
        runner.run(live_and_look(life))

    holds()


@on_postgres_when_all
def test_nothing_leaves_for_whom_it_is_not(loop: Loop) -> None:
    nothing_leaves_too_far(loop, settings(USUAL, max_examples=20))


@pytest.mark.slow
def test_nothing_leaves_in_longer_lives_either(loop: Loop) -> None:
    nothing_leaves_too_far(loop, settings(USUAL, max_examples=100), most=100)


@pytest.mark.slow
@pytest.mark.parametrize(("sow", "deed"), [(blocks_are_not_asked_for, "block"), (the_suspended_are_seen, "suspend")])
def test_it_is_noticed(loop: Loop, sow: Sow, deed: str) -> None:
    with pytest.raises(AssertionError):
        nothing_leaves_too_far(loop, settings(USUAL, max_examples=300), sow=sow, often=[deed])
