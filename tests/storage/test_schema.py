"""Migrations lead to exactly what the rooms declare, on both engines, and lose nothing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from plausch.app.schema import all_tables, fulltext_names
from plausch.storage import Database, begins_with
from plausch.storage.fulltext import create_fulltext
from plausch.storage.opening import sqlite_path
from plausch.storage.schema import (
    SchemaState,
    SchemaTooNew,
    find_revision,
    migrate,
    revisions,
    sqlite_engine,
    state_of,
)
from tests.harness import community
from tests.harness.engines import only_postgres
from tools.new_migration import main, options, write_next

_TABLES = """
    SELECT table_name, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"


def create_all(connection: sa.Connection) -> None:
    """The schema straight from the declarations, without migrations."""
    all_tables().create_all(connection)
    for name in fulltext_names():
        create_fulltext(connection, name)


async def on(url: str, work: Any) -> Any:
    """Run something that wants SQLAlchemy's connection."""
    path = sqlite_path(url)
    if path is not None:
        with sqlite_engine(path).begin() as connection:
            return work(connection)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        result = await connection.run_sync(work)
    await engine.dispose()
    return result


async def drop_everything(url: str) -> None:
    path = sqlite_path(url)
    if path is not None:
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()
        return
    connection = await asyncpg.connect(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()


async def description(url: str) -> list[Any]:
    """Every column and index, as the engine itself describes them."""
    path = sqlite_path(url)
    if path is None:
        connection = await asyncpg.connect(url)
        rows = [tuple(row) for query in (_TABLES, _INDEXES) for row in await connection.fetch(query)]
        await connection.close()
        return rows
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute(
            "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main' "
            "AND name <> 'alembic_version' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        ).fetchall()
        found: list[Any] = list(tables)
        for name, *_ in tables:
            found += sorted(connection.execute(f"SELECT '{name}', * FROM pragma_table_xinfo('{name}')"))
        found += connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1"
        )
        found += connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
        return found


async def test_migrations_lead_to_what_is_declared(database_url: str) -> None:
    migrated = await description(database_url)
    await drop_everything(database_url)
    await on(database_url, create_all)
    assert migrated == await description(database_url)
    assert len(migrated) > 150


async def test_alembic_sees_no_difference_either(database_url: str) -> None:
    def compare(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts=options(connection.dialect.name))
        differences: list[Any] = compare_metadata(context, all_tables())
        return differences

    assert await on(database_url, compare) == []
    await on(database_url, lambda connection: connection.exec_driver_sql("DROP INDEX ix_talk_posts_author"))
    assert len(await on(database_url, compare)) == 1


@only_postgres
async def test_beginnings_of_words_are_found_by_an_index(database_url: str) -> None:
    def plan(connection: sa.Connection) -> str:
        tags = all_tables().tables["talk_tags"]
        connection.exec_driver_sql("SET enable_seqscan = off")
        beginning = sa.select(tags.c.post_id).where(begins_with(tags.c.tag, "start"))
        text = str(beginning.compile(dialect=connection.dialect)).replace("$1", "'gar'").replace("$2", "'gar'")
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {text.replace('::VARCHAR', '')}"))

    assert "Index Cond: ((tag ~>=~ 'gar'" in await on(database_url, plan)


async def test_again_changes_nothing_and_data_survive(database: Database, database_url: str) -> None:
    async with database.write() as tx:
        anna = await community.join(tx, "anna")
        await community.publish(tx, anna, "Bleibt.")
    await community.settle(database)
    before, schema = await community.stored(database), await description(database_url)
    for _ in range(2):
        await migrate(database_url)
    assert await community.stored(database) == before
    assert await description(database_url) == schema


async def test_several_at_once_migrate_one_after_the_other(database_url: str) -> None:
    await drop_everything(database_url)
    assert await find_revision(database_url) is None
    await asyncio.gather(*(migrate(database_url) for _ in range(3)))
    assert await find_revision(database_url) == revisions()[-1]


async def test_a_migration_that_fails_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await drop_everything(database_url)
    monkeypatch.setattr("plausch.storage.schema.upgrade", _upgrade_and_fail)
    with pytest.raises(ZeroDivisionError):
        await migrate(database_url)
    assert await find_revision(database_url) is None
    assert await description(database_url) == []


def _upgrade_and_fail(config: Any, _: str) -> None:
    create_all(config.attributes["connection"])
    raise ZeroDivisionError


async def test_a_newer_schema_is_left_alone(database_url: str) -> None:
    await on(
        database_url,
        lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"),
    )
    assert state_of(await find_revision(database_url)) is SchemaState.NEWER
    with pytest.raises(SchemaTooNew, match="9999"):
        await migrate(database_url)


def test_revisions_are_a_line() -> None:
    assert revisions() == [f"{number:04}" for number in range(1, len(revisions()) + 1)]
    assert state_of(None) is SchemaState.EMPTY
    assert state_of(revisions()[-1]) is SchemaState.CURRENT


async def test_the_tool_writes_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main([]) == 2
    monkeypatch.setattr("tools.new_migration.VERSIONS", tmp_path)
    extra = sa.Table("extra_things", all_tables(), sa.Column("id", sa.BigInteger, primary_key=True))
    try:
        path = await write_next("extra things: a try")
    finally:
        all_tables().remove(extra)
    text = path.read_text()
    assert path.name == f"{len(revisions()) + 1:04}_extra_things_a_try.py"
    assert f'down_revision = "{revisions()[-1]}"' in text
    assert text.count("op.") == 1
    assert 'op.create_table(\n        "extra_things",' in text
