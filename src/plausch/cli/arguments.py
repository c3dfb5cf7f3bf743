"""Settings as flags, and the opened database that most commands work on."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from plausch.cli.failures import CommandFailed
from plausch.settings import FIELDS, Settings, Sourced, read_settings
from plausch.storage import Database, open_database
from plausch.storage.schema import SchemaState, SchemaTooNew, find_revision, migrate, state_of

#: What every command that opens the database can be told.
PLACE = ("data", "database_url")


def add_settings(parser: argparse.ArgumentParser, *names: str) -> None:
    """A flag for each of these settings; for all of them when none is named."""
    group = parser.add_argument_group("settings", "They win over PLAUSCH_... variables and plausch.toml.")
    for field in FIELDS:
        if not names or field.name in names:
            group.add_argument(
                "--" + field.name.replace("_", "-"),
                dest=f"setting_{field.name}",
                metavar=field.name.rpartition("_")[2].upper(),
                help=field.meaning.replace("`", "").replace("%", "%%"),
            )


def settings_of(arguments: argparse.Namespace, **defaults: str) -> tuple[Settings, dict[str, Sourced]]:
    """The settings in force and their origins; `defaults` stand in for flags not given. Raises SettingsError."""
    prefix = "setting_"
    flags = {name.removeprefix(prefix): value for name, value in vars(arguments).items() if name.startswith(prefix)}
    return read_settings(defaults | {name: value for name, value in flags.items() if value is not None})


@asynccontextmanager
async def opened(arguments: argparse.Namespace, *, create: bool = False) -> AsyncIterator[tuple[Settings, Database]]:
    """The settings and the database. With `create` a new one is made where there is none."""
    settings, _ = settings_of(arguments)
    await require_schema(settings, create=create)
    database = await open_database(settings.database_url)
    try:
        yield settings, database
    finally:
        await database.close()


async def require_schema(settings: Settings, *, create: bool = False) -> None:
    """Raises CommandFailed or SchemaTooNew when the database is not what this version works with."""
    revision = await find_revision(settings.database_url)
    match state_of(revision):
        case SchemaState.EMPTY if create:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            await migrate(settings.database_url)
        case SchemaState.EMPTY:
            raise CommandFailed(
                f"there is no community in {settings.data}. Name its folder with --data or PLAUSCH_DATA, "
                "or begin one with `plausch user create`."
            )
        case SchemaState.OLDER:
            raise CommandFailed("the database is of an older version. Run `plausch migrate` first.")
        case SchemaState.NEWER:
            raise SchemaTooNew(f"the database's schema is {revision}, newer than this version of Plausch")
        case SchemaState.CURRENT:
            pass
