"""The process that computes insights: `python -m plausch.insights.nightly`, and what `plausch insights run` does.

It is started by a server's worker once a day, with the settings in its environment and lower priority, and opens the
database itself: readers of the server notice nothing but a busy core. On its standard output it says only what failed,
as the names of a computation and of a kind of error.
"""

import asyncio
import contextlib
import dataclasses
import fcntl
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

from plausch.insights.actions import drop_unfinished, keep_finding
from plausch.insights.actions.rebuilding import rebuild
from plausch.insights.compute import (
    advice,
    bridging,
    communities,
    graph,
    health,
    loyalty,
    makers,
    meeting,
    spread,
    strategy,
)
from plausch.insights.compute.night import Night
from plausch.insights.gather.scopes import find_scopes
from plausch.insights.model.findings import Measure, Result
from plausch.insights.model.interactions import METHOD, Rule, rule_of
from plausch.insights.model.interactions import Night as Report
from plausch.kernel import clock
from plausch.kernel.child import behave
from plausch.settings import Settings, read_settings
from plausch.storage import Database, open_database

#: By the name that logs and `plausch insights run` give them, in their order; all of them need the graph.
COMPUTATIONS: Mapping[str, Callable[[Night], Awaitable[None]]] = {
    "makers": makers.compute,
    "communities": communities.compute,
    "meeting": meeting.compute,
    "spread": spread.compute,
    "bridging": bridging.compute,
    "advice": advice.compute,
    "strategy": strategy.compute,
    "health": health.compute,
    "loyalty": loyalty.compute,
}
GRAPH = "graph"


class NightRunning(Exception):
    """Somebody computes in the same data folder at this moment."""


class ComputationFailed(Exception):
    """One did; the cause says why."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


async def run(
    database: Database,
    folder: Path,
    told: Callable[[str, float], None],
    now: int | None = None,
    *,
    rule: Rule | None = None,
    only: str = "",
    progress: Callable[[str, float], None] = lambda name, share: None,
) -> None:
    """Compute everything, or `only` one thing; `told` hears the name of each computation and the seconds it took.

    `progress` hears how far one is. What fails keeps the others from nothing. Raises NightRunning, ComputationFailed.
    """
    seconds: dict[str, float] = {}
    failed: list[ComputationFailed] = []

    def done(name: str, taken: float) -> None:
        seconds[name] = round(taken, 3)
        told(name, taken)

    with alone(folder):
        async with database.write() as tx:
            await drop_unfinished(tx, clock.real_now() - clock.DAY)
        night = Night(database, folder, now or clock.now(), rule=rule or Rule(), told=_share(progress, GRAPH))
        await _compute(GRAPH, graph.compute, night, done)
        night = dataclasses.replace(night, scopes=await find_scopes(night))
        for name, compute in COMPUTATIONS.items():
            if only in ("", name):
                progress(name, 0)
                try:
                    await _compute(name, compute, dataclasses.replace(night, told=_share(progress, name)), done)
                except ComputationFailed as error:
                    failed.append(error)
        if failed:
            raise failed[0]
        if not only:
            report = [Result(0, Report(seconds))]
            await keep_finding(database, 0, Measure.NIGHT, report, method=METHOD, as_of=clock.real_now())


async def build_anew(database: Database, folder: Path, rule: Rule, progress: Callable[[float], None]) -> None:
    """The interaction graph from what was said; its snapshot is renewed by night. Raises NightRunning."""
    with alone(folder):
        await rebuild(database, rule, progress)


async def _compute(
    name: str, compute: Callable[[Night], Awaitable[None]], night: Night, told: Callable[[str, float], None]
) -> None:
    began = time.monotonic()
    try:
        await compute(night)
    except Exception as error:
        raise ComputationFailed(name) from error
    told(name, time.monotonic() - began)


def _share(progress: Callable[[str, float], None], name: str) -> Callable[[float], None]:
    return lambda share: progress(name, share)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Two that compute the same would be in each other's way."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NightRunning from None
        yield


def folder_of(settings: Settings) -> Path:
    """Where the snapshots lie."""
    return settings.data / "insights"


async def _run_alone(settings: Settings) -> None:
    database = await open_database(settings.database_url)
    try:
        await run(database, folder_of(settings), lambda name, seconds: None, rule=rule_of(settings))
    finally:
        await database.close()


def _say(name: str, error: BaseException | None) -> None:
    sys.stdout.write(f"{name} {type(error).__name__}\n")


def main() -> int:
    """As the settings in the environment say."""
    behave()
    try:
        settings, _ = read_settings()
        asyncio.run(_run_alone(settings))
    except NightRunning:
        return 0
    except ComputationFailed as error:
        _say(error.name, error.__cause__)
        return 1
    except Exception as error:  # noqa: BLE001 - its text might name somebody
        _say("insights", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
