"""Write everything of somebody's into one zip: posts, pictures, relations and lists in the form that `plausch import`
and others understand, and a copy of all that is stored about them (plausch.json)."""

import argparse
import asyncio
from pathlib import Path

from plausch.app.schema import all_tables
from plausch.cli.accounts import find_account
from plausch.cli.arguments import PLACE, add_settings, opened
from plausch.cli.failures import CommandFailed
from plausch.exchange.errands import write_archive
from plausch.exchange.host import Host
from plausch.people.model import Viewer
from plausch.storage.media import MediaFiles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("handle", metavar="NAME")
    parser.add_argument("file", type=Path, metavar="FILE", help="where to, for instance ines.zip")
    add_settings(parser, *PLACE, "base_url")


def run(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    if path.exists():
        raise CommandFailed(f"{path} is there already: choose another name, or remove it first")
    posts = asyncio.run(_take(arguments, path))
    print(f"{path}: {posts} posts, {path.stat().st_size / 1e6:.1f} MB.")
    return 0


async def _take(arguments: argparse.Namespace, path: Path) -> int:
    all_tables()  # also those of rooms that have no part in archives: the copy goes by what tables there are
    async with opened(arguments) as (settings, database):
        async with database.read() as tx:
            account = await find_account(tx, arguments.handle)
        host = Host(settings, database, MediaFiles(settings.data / "media"))
        viewer = Viewer(account.person_id, account.person_id)
        partial = path.with_name(f"{path.name}.part")
        try:
            posts = await write_archive(host, viewer, partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return posts
