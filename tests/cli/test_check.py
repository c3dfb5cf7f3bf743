"""`plausch check` finds what was broken on purpose, and says how to mend it."""

import os
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from plausch.app.schema import MEDIA_COLUMNS, PAST_COLUMNS, all_tables, columns
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.storage import Database, column_statement
from plausch.storage.media import MediaFiles, new_key
from plausch.work import queue
from plausch.work.tables import jobs
from tests.cli.running import Run
from tests.harness import community


def wrong(said: str) -> dict[str, str]:
    """What is wrong, with the advice."""
    return {about: f"{text} {mend}" for about, text, mend in re.findall(r"^WRONG  (\w+): (.*)\n +-> (.*)$", said, re.M)}


async def test_a_sound_server_has_nothing_to_mend(run: Run, database: Database, data: Path) -> None:
    os.chmod(data, 0o700)
    async with database.write() as tx:
        await community.join(tx, "anna")
    code, said, complained = run("check", "--base-url", "https://plausch.example.org")
    assert (code, complained) == (0, "")
    assert {line.split(":")[0].strip() for line in said.splitlines()} == {
        f"ok   {about}" for about in ("address", "disk", "schema", "database", "accounts", "jobs", "clock", "pictures")
    } | {"note mail", "-> set smtp_url to your mail server"}


async def test_planted_faults_are_found_and_mended(run_here: Run, database: Database, data: Path) -> None:
    media, lost, loose, fresh = MediaFiles(data / "media"), new_key(), new_key(), new_key()
    for key in (loose, fresh):
        await media.put(key, b"picture")
    old = time.time() - 7200
    os.utime(str(media.find_path(loose)), (old, old))
    async with database.write() as tx:
        anna = await community.join(tx, "anna")
        await people.set_picture(tx, anna, f"{lost}.{lost}")
        await queue.put(tx, "no.such.job", 1)
        await tx.run(column_statement(sa.update(jobs).values(failed_at=1, attempts=queue.ATTEMPTS)))
    with clock.at(clock.now() + clock.DAY):
        async with database.write() as tx:
            await community.publish(tx, anna, "Aus der Zukunft.")

    code, said, _ = run_here("check", "--base-url", "http://plausch.example.org", "--rate-limits", "off")
    found = wrong(said)
    assert code == 1
    assert found.keys() == {"address", "limits", "jobs", "clock", "pictures"}
    assert "https://" in found["address"]
    assert "plausch check --retry" in found["jobs"]
    assert found["pictures"].startswith("1 are missing")
    assert "1 files belong to nothing" in said

    code, said, _ = run_here("check", "--retry", "--tidy")
    assert said.startswith("3 jobs are tried again.\n1 files were removed.\n")
    assert code == 1
    assert wrong(said).keys() == {"clock", "pictures"}
    assert await media.keys() == {fresh}


async def test_work_that_fails_again_and_again_is_noted(run_here: Run, database: Database) -> None:
    async with database.write() as tx:
        await community.join(tx, "anna")
        later = clock.real_now() + clock.DAY
        await queue.put_again(tx, "no.such.job", 1, at=later, tries=queue.STUBBORN + 1, error="LookupError")
    assert "note jobs: 1 were tried more than 3 times" in run_here("check").said


async def test_somebody_has_to_own_the_server(run_here: Run, database: Database) -> None:
    async with database.write() as tx:
        await community.join(tx, "anna")
        await tx.run(column_statement(sa.update(all_tables().tables["people_accounts"]).values(role="member")))
    assert wrong(run_here("check").said) == {"accounts": "nobody owns the server plausch user role NAME owner"}


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_database_itself(run_here: Run, database_url: str) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))

    def found() -> dict[str, str]:
        code, said, complained = run_here("check")
        assert complained == ""
        assert (code == 1) == bool(wrong(said))
        return wrong(said)

    def change(statement: str) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)

    assert found() == {}
    change("UPDATE alembic_version SET version_num = '9999'")
    assert "9999 is of a newer version" in found()["schema"]
    change("UPDATE alembic_version SET version_num = '0001'")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    body = bytearray(path.read_bytes())
    # From the second page on: tables and indexes, but the schema stays readable.
    for place in range(40_000, len(body) - 4096, 8192):
        body[place : place + 600] = b"\xa5" * 600
    path.write_bytes(body)
    assert "restore the last backup" in found()["database"]
    path.write_bytes(b"no database at all" * 500)
    assert "restore the last backup" in found()["database"]
    path.unlink()
    assert "no community here yet" in found()["schema"]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_settings_and_folders(run_here: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_here("check", "--port", "x").code == 2
    (data / "media").write_text("a file where a folder should be")
    code, said, _ = run_here("check")
    assert (code, set(wrong(said))) == (1, {"folder"})
    code, said, _ = run_here("check", "--forwarded", "on", "--host", "0.0.0.0", "--workers", "64")
    assert "note proxy" in said
    assert "note workers" in said
    monkeypatch.setenv("PLAUSCH_DATA", str(tmp_path / "none"))
    assert "there is no folder" in wrong(run_here("check").said)["folder"]


def test_every_column_that_names_files_is_looked_at() -> None:
    """Who adds such a column adds it to the list, or `check --tidy` would remove what it names."""
    suspicious = {
        (table.name, column.name)
        for table in all_tables().sorted_tables
        for column in table.columns
        if re.search(r"picture$|^files?$|^media|_key$|avatar|banner|^header$", column.name)
    }
    # They are keys of another kind; the logo is one of the community's settings.
    other = {("people_accounts", "email_key"), ("people_passkeys", "public_key"), ("feeds_push", "public_key")}
    assert suspicious - other == set(MEDIA_COLUMNS) - {("community_settings", "value")}
    assert len(columns(PAST_COLUMNS)) == 2
