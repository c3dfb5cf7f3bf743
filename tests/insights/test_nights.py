"""The process that computes insights, as the server starts it, and the commands that do the same."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from plausch.app.nights import Nights
from plausch.cli import main
from plausch.insights import nightly
from plausch.insights.queries import find_last_night
from plausch.kernel.child import ChildFailed
from plausch.settings import Settings, read_settings
from plausch.storage import Database
from plausch.work import queue
from tests.harness.community import join_all, publish, settle


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return read_settings(environment={"PLAUSCH_DATA": str(tmp_path), "PLAUSCH_DATABASE_URL": database_url})[0]


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
