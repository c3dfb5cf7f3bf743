"""Bring what somebody wrote elsewhere in, as theirs: old dates, threads and pictures stay, and nobody is notified.
ARCHIVE is the file that the other server gave (.zip or .tar.gz), or the folder it was unpacked to. Done twice it
changes nothing."""

import argparse
import asyncio
import sys
from pathlib import Path

from plausch.cli.accounts import find_account
from plausch.cli.arguments import PLACE, add_settings, opened
from plausch.cli.failures import CommandFailed
from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.host import Host
from plausch.exchange.mastodon.importing import Outcome, import_account
from plausch.people.model import Viewer
from plausch.storage.media import MediaFiles

_BAR = 40
_WRONG = {
    "archive_missing": "there is no such file",
    "archive_kind": "this is neither a zip, nor a tar, nor a folder",
    "archive_not_mastodon": "this is no account archive: outbox.json or actor.json is missing",
    "archive_json": "this is no JSON as an account archive has it",
    "archive_csv": "this is no CSV",
    "archive_date": "the date is none",
    "archive_broken": "the file is cut off or damaged; download it again",
    "archive_file_missing": "the archive lacks this file",
    "archive_file_too_large": "this is larger than anything of that kind",
    "archive_too_many_files": "too many files",
    "archive_stopped": "the account was suspended meanwhile",
    "archive_busy": "try again later",
}
_LEFT_OUT = {
    "shares": "shares of what others wrote",
    "messages": "messages to named people",
    "empty": "posts without text or picture",
    "media": "files that are no pictures, or too many",
    "missing_media": "files that are missing in the archive",
    "refused": "posts that cannot be posted here",
    "elsewhere": "people of other servers",
    "unknown_people": "people who are not here",
    "lists": "lists",
    "recent": "posts of the last day beyond the first sixty",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("form", choices=["mastodon"], help="whose form the archive has")
    parser.add_argument("archive", type=Path, metavar="ARCHIVE")
    parser.add_argument("--as", dest="handle", required=True, metavar="NAME", help="the account here")
    add_settings(parser, *PLACE, "base_url")


def run(arguments: argparse.Namespace) -> int:
    try:
        outcome = asyncio.run(_bring(arguments))
    except ArchiveBroken as error:
        where = f"{error.where}: " if error.where else ""
        raise CommandFailed(f"{where}{_WRONG.get(error.reason, str(error))}. Nothing was brought in.") from error
    print(f"{outcome.posts} posts and {outcome.pictures} pictures came in; {outcome.known} were here already.")
    for what, times in sorted(outcome.left_out.items()):
        print(f"Left out: {times} {_LEFT_OUT.get(what, what)}.")
    return 0


async def _bring(arguments: argparse.Namespace) -> Outcome:
    async with opened(arguments) as (settings, database):
        async with database.read() as tx:
            account = await find_account(tx, arguments.handle)
        host = Host(settings, database, MediaFiles(settings.data / "media"))
        viewer = Viewer(account.person_id, account.person_id)
        return await import_account(host, viewer, arguments.archive, _show_progress)


async def _show_progress(done: int, total: int) -> None:
    """A bar where somebody watches."""
    if sys.stderr.isatty():
        filled = _BAR * done // total if total else _BAR
        end = "\n" if done == total else ""
        print(f"\r[{'#' * filled}{'.' * (_BAR - filled)}] {done} of {total}", end=end, file=sys.stderr, flush=True)
