"""The process that computes insights, as the server starts it, and the commands that do the same."""

import asyncio
import contextlib
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from plausch.app.nights import Nights, last_night
from plausch.cli import main
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.insights import nightly
from plausch.insights.listeners import COMPUTE
from plausch.insights.queries import find_last_night
from plausch.kernel import clock
from plausch.kernel.child import ChildFailed
from plausch.settings import Settings, read_settings
from plausch.storage import Database
from plausch.work import queue
from tests.harness.community import join, join_all, publish, settle


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return read_settings(environment={"PLAUSCH_DATA": str(tmp_path), "PLAUSCH_DATABASE_URL": database_url})[0]


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * clock.SECOND


async def _waiting(database: Database) -> int:
    """How many nights are queued."""
    async with database.read() as tx:
        return sum(one.due + one.later for one in await queue.list_loads(tx) if one.kind == COMPUTE)


async def _last(database: Database) -> int | None:
    async with database.read() as tx:
        return await find_last_night(tx)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_once_a_day_a_process_computes(database: Database, settings: Settings) -> None:
    await Nights(settings).compute(database, None)
    await Nights(settings).compute(database, None)
    assert await _last(database) is None, "nothing was said yet"
    async with database.read() as tx:
        assert [one.later for one in await queue.list_loads(tx)] == [1], "it is looked again later, once"
    ada, ben = await join_all(database, "ada", "ben")
    async with database.write() as tx:
        await publish(tx, ben, "Hallo", reply_to=await publish(tx, ada, "Guten Tag"))
    await settle(database)
    await Nights(settings).compute(database, None)
    assert await _last(database) is not None
    assert (settings.data / "insights" / "edges.npz").exists()


@pytest.mark.parametrize(
    ("now", "hour", "zone", "night"),
    [
        ("2026-11-23T01:59+00:00", 3, "Europe/Berlin", "2026-11-22T03:00+01:00"),
        ("2026-11-23T02:00+00:00", 3, "Europe/Berlin", "2026-11-23T03:00+01:00"),
        ("2026-07-01T01:30+00:00", 3, "Europe/Berlin", "2026-07-01T03:00+02:00"),
        ("2026-10-25T01:59+00:00", 3, "Europe/Berlin", "2026-10-24T03:00+02:00"),
        ("2026-10-26T01:59+00:00", 3, "Europe/Berlin", "2026-10-25T03:00+01:00"),
        ("2026-11-23T02:00+00:00", 0, "America/New_York", "2026-11-22T00:00-05:00"),
        ("2026-11-23T02:00+00:00", 23, "no such place", "2026-11-22T23:00+00:00"),
    ],
)
def test_night_is_when_it_is_that_hour_here(now: str, hour: int, zone: str, night: str) -> None:
    assert last_night(moment(now), hour, zone) == moment(night)


async def test_a_night_is_begun_once_by_whichever_process_and_again_the_next(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as tx:
        await join(tx, "ada", time_zone="Europe/Berlin")
    processes = [Nights(msgspec.structs.replace(settings, insights_at=4)) for _ in range(3)]

    async def look(now: str) -> int:
        """How many nights wait once all have looked."""
        monkeypatch.setattr(clock, "real_now", lambda: moment(now))
        await asyncio.gather(*(one.begin(database, None) for one in processes))
        return await _waiting(database)

    assert await look("2026-11-23T15:00+01:00") == 1, "as soon as the server runs"
    assert await look("2026-11-24T03:59+01:00") == 1
    async with database.write() as tx:
        await queue.take_back(tx, COMPUTE, None)
    assert await look("2026-11-24T03:59+01:00") == 0, "it has been done"
    assert await look("2026-11-24T04:05+01:00") == 1
    async with database.write() as tx:
        (begun,) = [one for one in await queue.lease(tx, "killed", 10) if one.kind == COMPUTE]
    monkeypatch.setattr(clock, "real_now", lambda: moment("2026-11-24T04:06+01:00"))
    async with database.write() as tx:
        (again,) = [one for one in await queue.lease(tx, "another", 10) if one.kind == COMPUTE]
        assert again.id == begun.id, "what was killed is begun anew"
        await queue.finish(tx, "another", again)
    assert await look("2026-11-24T04:10+01:00") == 0, "and not twice"
    assert await look("2026-11-26T09:00+01:00") == 1, "what was missed is made up for, once"
    assert await look("2026-11-27T04:00+01:00") == 1, "one that still waits is not done twice"
    async with database.write() as tx:
        await queue.take_back(tx, COMPUTE, None)
    assert await look("2026-11-29T02:00+01:00") == 1, "the server was off on Saturday"
    async with database.write() as tx:
        await queue.take_back(tx, COMPUTE, None)
    assert await look("2026-11-29T04:30+01:00") == 0, "that was this night's"
    assert await look("2026-11-30T04:30+01:00") == 1


async def test_all_is_computed_anew_soon_after_a_group_has_closed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ada,) = await join_all(database, "ada")
    draft = GroupDraft(name="Chor", handle="chor", visibility=Visibility.CLOSED)
    links = groups.Links(ADDRESSES.profile, ADDRESSES.tag)

    async def become(visibility: Visibility) -> int:
        async with database.write() as tx:
            await groups.edit_group(tx, ada, chor, msgspec.structs.replace(draft, visibility=visibility), links)
        await settle(database)
        return await _waiting(database)

    async with database.write() as tx:
        chor = await groups.create_group(tx, ada, draft, links)
    assert await become(Visibility.PUBLIC) == 0
    assert await become(Visibility.SECRET) == 1
    await become(Visibility.PUBLIC)
    assert await become(Visibility.CLOSED) == 1, "once"
    later = clock.real_now() + clock.HOUR
    monkeypatch.setattr(clock, "real_now", lambda: later)
    await settle(database)
    assert await _waiting(database) == 0, "nobody has to look at it where insights are switched off"
    async with database.write() as tx:
        await groups.delete_group(tx, ada, chor)
    await settle(database)
    assert await _waiting(database) == 1


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_what_fails_says_nothing_personal_and_what_goes_on_ends_with_the_server(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (ada,) = await join_all(database, "ada")
    async with database.write() as tx:
        await publish(tx, ada, "Guten Tag")
    (settings.data / "insights").write_text("no folder")
    nights = Nights(settings)
    with pytest.raises(ChildFailed) as failed:
        await nights.compute(database, None)
    assert failed.value.reason == "insights FileExistsError"
    assert str(settings.data) not in caplog.text
    (settings.data / "insights").unlink()
    going = asyncio.create_task(nights.compute(database, None))
    await asyncio.sleep(0.2)
    nights.end()
    with pytest.raises(ChildFailed) as failed:
        await going
    assert failed.value.reason == "ended"


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_commands_do_the_same(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAUSCH_DATA", str(settings.data))
    monkeypatch.setenv("PLAUSCH_DATABASE_URL", settings.database_url)

    async def command(*words: str) -> int:
        with contextlib.suppress(SystemExit):
            return await asyncio.to_thread(main, ["insights", *words])
        return 2

    assert await command("run") == 0
    said = capsys.readouterr().out
    assert [line.split(":")[0] for line in said.splitlines()] == [nightly.GRAPH, *nightly.COMPUTATIONS]
    assert await command("rebuild") == 0
    assert await command("run", "--only", "spread") == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["graph", "graph", "spread"]
    assert await command("run", "--only", "nothing") == 2
    with nightly.alone(nightly.folder_of(settings)):
        assert await command("run") == 1
