"""Run a server with a small town in it, to try things out. The first start fills an empty data folder, later ones
keep what is there. Everybody in the town has the same password."""

import argparse
import asyncio
import shutil
from pathlib import Path

from plausch.app.background import register_all
from plausch.app.serving import serve, take_place
from plausch.cli.arguments import add_settings, settings_of
from plausch.cli.failures import CommandFailed
from plausch.cli.migrate import prepare
from plausch.demo.player import PASSWORD, Player
from plausch.demo.town import load
from plausch.people import queries
from plausch.settings import SETTINGS_FILE, Settings
from plausch.storage import open_database
from plausch.storage.media import MediaFiles
from plausch.storage.opening import sqlite_path

#: There while the town is being built: what a killed start leaves behind is no town.
_UNFINISHED = "demo-unfinished"
_FOLDER = "./demo-data"
_NAMED = 'name = "Lindenau"\n'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    take_place(settings)
    _clear_unfinished(settings)
    ours = asyncio.run(_prepare_town(settings))
    print(f"Plausch answers at {settings.base_url} (listening on {settings.host}:{settings.port}).")
    if ours:
        print(
            f"All people of Lindenau have the password {PASSWORD}. Sign in as anna (moderator), jonas (owner),\n"
            f"ines (German) or nora (English). The town lies in {settings.data}; delete the folder to begin anew."
        )
    serve(settings)
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    """As everywhere, but in a folder of its own, and a new one bears the town's name."""
    settings, found = settings_of(arguments)
    defaults = {"data": _FOLDER} if found["data"].origin == "default" else {}
    settings, _ = settings_of(arguments, **defaults)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(settings.data.iterdir()):
        (settings.data / SETTINGS_FILE).write_text(_NAMED, encoding="utf-8")
    return settings_of(arguments, **defaults)[0]


async def _prepare_town(settings: Settings) -> bool:
    """Build the town where nothing is yet; whether it is the town that is there."""
    await prepare(settings)
    database = await open_database(settings.database_url)
    try:
        async with database.read() as tx:
            empty = await queries.count_accounts(tx) == 0
        if empty:
            print("Building the town of Lindenau ...", flush=True)
            (settings.data / _UNFINISHED).touch()
            media = MediaFiles(settings.data / "media")
            await Player(load(), database, media, register_all(media)).play()
            (settings.data / _UNFINISHED).unlink()
        async with database.read() as tx:
            anna = await queries.find_account(tx, "anna")
    finally:
        await database.close()
    return anna is not None and anna.email == "anna@example.org"


def _clear_unfinished(settings: Settings) -> None:
    """Begin anew when the last start was interrupted."""
    if not (settings.data / _UNFINISHED).exists():
        return
    path = sqlite_path(settings.database_url)
    if path is None or path.parent != settings.data:
        raise CommandFailed(f"the last start was interrupted: empty the database and {settings.data}, then try again")
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    shutil.rmtree(Path(settings.data, "media"), ignore_errors=True)
    (settings.data / _UNFINISHED).unlink()
