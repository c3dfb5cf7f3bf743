"""Say what is wrong, and how to mend it. The exit code is 1 when something is; notes alone are no harm."""

import argparse
import asyncio
from collections.abc import AsyncIterator

from plausch.cli import inspections
from plausch.cli.arguments import add_settings, opened, settings_of
from plausch.cli.inspections import Finding, Level
from plausch.settings import Settings
from plausch.storage import open_database
from plausch.storage.media import MediaFiles
from plausch.work import queue

_MARKS = {Level.OK: "  ok   ", Level.NOTE: "  note ", Level.WRONG: "WRONG  "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--retry", action="store_true", help="put jobs that were given up back into the queue")
    parser.add_argument("--tidy", action="store_true", help="remove picture files that belong to nothing")
    add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.retry or arguments.tidy:
        asyncio.run(_mend(arguments))
    settings, _ = settings_of(arguments)
    return asyncio.run(_report(settings))


async def _report(settings: Settings) -> int:
    bad = False
    async for finding in _inspect(settings):
        print(f"{_MARKS[finding.level]}{finding.about}: {finding.text}")
        if finding.mend:
            print(f"         -> {finding.mend}")
        bad = bad or finding.level is Level.WRONG
    return 1 if bad else 0


async def _inspect(settings: Settings) -> AsyncIterator[Finding]:
    for inspect in (inspections.address, inspections.letters, inspections.processes, inspections.folders):
        for finding in inspect(settings):
            yield finding
    schema = await inspections.schema(settings)
    yield schema
    if schema.level is Level.WRONG:
        return
    integrity = inspections.integrity(settings)
    yield integrity
    if integrity.level is Level.WRONG:
        return
    database = await open_database(settings.database_url)
    try:
        yield await inspections.accounts(database)
        yield await inspections.jobs(database)
        yield await inspections.time_of_day(database)
        async for finding in inspections.media(settings):
            yield finding
    finally:
        await database.close()


async def _mend(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as (settings, database):
        if arguments.retry:
            async with database.write() as tx:
                print(f"{await queue.retry_failed(tx)} jobs are tried again.")
        if arguments.tidy:
            loose = await inspections.loose_media(settings)
            await MediaFiles(settings.data / "media").delete(loose)
            print(f"{len(loose)} files were removed.")
