"""Run the server. It brings the schema up to date first, and ends gracefully on SIGTERM or Ctrl+C."""

import argparse
import asyncio

from plausch.app.serving import serve, take_place
from plausch.cli.arguments import add_settings, settings_of
from plausch.cli.migrate import prepare
from plausch.people import queries
from plausch.settings import Settings
from plausch.storage import open_database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    settings, _ = settings_of(arguments)
    take_place(settings)
    accounts = asyncio.run(_count_accounts(settings))
    print(f"Plausch answers at {settings.base_url} (listening on {settings.host}:{settings.port}).")
    if not accounts:
        print(
            "Nobody has an account yet. Whoever makes the first one owns the server: sign up there, or run\n"
            f"  plausch user create NAME --email E --password P --role owner --data {settings.data}"
        )
    serve(settings)
    return 0


async def _count_accounts(settings: Settings) -> int:
    await prepare(settings)
    database = await open_database(settings.database_url)
    async with database.read() as tx:
        accounts = await queries.count_accounts(tx)
    await database.close()
    return accounts
