"""Bring the database's schema up to date. `plausch serve` does it too when it starts."""

import argparse
import asyncio

from plausch.cli.arguments import PLACE, add_settings, settings_of
from plausch.settings import Settings
from plausch.storage.schema import find_revision, migrate, revisions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_settings(parser, *PLACE)


def run(arguments: argparse.Namespace) -> int:
    settings, _ = settings_of(arguments)
    changed = asyncio.run(prepare(settings))
    print(f"The schema {'is now' if changed else 'was already'} at {revisions()[-1]}.")
    return 0


async def prepare(settings: Settings) -> bool:
    """Make the data folder and the schema what this version needs; whether the schema changed."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = await find_revision(settings.database_url)
    await migrate(settings.database_url)
    return before != revisions()[-1]
