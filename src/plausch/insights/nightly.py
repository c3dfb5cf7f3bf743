"""The process that computes insights: `python -m plausch.insights.nightly`, and what `plausch insights run` does.

It is started by a server's worker once a day, with the settings in its environment and lower priority, and opens the
database itself: readers of the server notice nothing but a busy core.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from plausch.insights.compute import spread
from plausch.insights.compute.night import Night
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.kernel import clock
from plausch.settings import Settings, read_settings
from plausch.storage import Database, open_database

#: By the name that logs and `plausch insights run` give them, in their order.
COMPUTATIONS: Mapping[str, Callable[[Night], Awaitable[None]]] = {
    "spread": spread.compute,
}

_NICE = 10


async def run(database: Database, folder: Path, told: Callable[[str, float], None], now: int | None = None) -> None:
    """Compute everything; `told` hears the name of each computation and the seconds it took."""
    night = Night(database, folder, now or clock.now(), await _scopes(database))
    for name, compute in COMPUTATIONS.items():
        began = time.monotonic()
        await compute(night)
        told(name, time.monotonic() - began)


async def _scopes(database: Database) -> tuple[Scope, ...]:
    """The whole server first."""
    return (Scope(ScopeKind.SERVER),)


async def _run_alone(settings: Settings, folder: Path) -> None:
    database = await open_database(settings.database_url)
    try:
        await run(database, folder, lambda name, seconds: None)
    finally:
        await database.close()


def main() -> None:
    """As the settings in the environment say."""
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    settings, _ = read_settings()
    folder = settings.data / "insights"
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_run_alone(settings, folder))


if __name__ == "__main__":
    main()
