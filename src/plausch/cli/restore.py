"""Bring a backup into an empty place: no accounts in the database, no pictures in the folder. The whole file is
verified before anything is written. It may come from the other engine, and from an older version."""

import argparse
import asyncio
from pathlib import Path

import sqlalchemy as sa

from plausch.app.schema import all_tables, fulltext_names
from plausch.cli.arguments import PLACE, add_settings, settings_of
from plausch.cli.failures import CommandFailed
from plausch.settings import Settings
from plausch.storage import archive, column_statement, open_database
from plausch.storage.media import MediaFiles
from plausch.storage.schema import find_revision, migrate, revisions
from plausch.storage.snapshots import open_snapshot

#: They fill by themselves as soon as a server runs.
_FILLED_BY_SERVERS = ("work_", "storage_", "http_")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `plausch backup` wrote")
    add_settings(parser, *PLACE)


def run(arguments: argparse.Namespace) -> int:
    settings, _ = settings_of(arguments)
    path: Path = arguments.file
    try:
        manifest = archive.verify(path)
    except archive.ArchiveBroken as error:
        raise CommandFailed(f"{path}: {error}. Nothing was written.") from error
    if manifest.revision not in revisions():
        raise CommandFailed(f"{path} was made by a newer version ({manifest.version}). Install that, or a newer one.")
    asyncio.run(_restore(settings, path, manifest))
    rows = sum(table.rows for table in manifest.tables.values())
    print(f"Restored {rows} rows and {len(manifest.media)} files into {settings.data}.")
    return 0


async def _restore(settings: Settings, path: Path, manifest: archive.Manifest) -> None:
    media = MediaFiles(settings.data / "media")
    if await media.keys():
        raise CommandFailed(f"{settings.data} holds pictures already: restore into an empty folder")
    if await find_revision(settings.database_url) is not None:
        await _check_empty(settings.database_url)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    await migrate(settings.database_url, manifest.revision)
    await _load(settings.database_url, media, path, manifest)
    await migrate(settings.database_url)


async def _check_empty(url: str) -> None:
    async with open_snapshot(url) as read:
        for table in all_tables().sorted_tables:
            if not table.name.startswith(_FILLED_BY_SERVERS):
                async for _ in read(sa.select(sa.literal_column("1")).select_from(table).limit(1)):
                    raise CommandFailed("the database is not empty: restore into a new one")


async def _load(url: str, media: MediaFiles, path: Path, manifest: archive.Manifest) -> None:
    """Rows in one transaction. Should it fail, the files go too, so that it can be tried again."""
    database = await open_database(url)
    try:
        for key, data in archive.read_media(path):
            await media.put(key, data)
        async with database.write() as tx:
            for name in [*manifest.tables, *fulltext_names()]:
                await tx.run(column_statement(sa.delete(sa.table(name))))
            for statement, rows in archive.read_tables(path, manifest):
                await tx.run_many(statement, rows)
            # Whoever had leased them is not here.
            await tx.run(column_statement(sa.update(all_tables().tables["work_jobs"]).values(leased_by=None)))
    except BaseException:
        await media.delete(manifest.media)
        raise
    finally:
        await database.close()
