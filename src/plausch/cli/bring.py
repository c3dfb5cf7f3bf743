"""Bring what somebody wrote elsewhere in, as theirs: old dates, threads and pictures stay, and nobody is notified.
ARCHIVE is the file that the other server gave (.zip or .tar.gz), or the folder it was unpacked to; of WordPress the
export (.xml), alone or with the uploads beside in one zip or folder; of Markdown a file, a zip or a folder. Done twice
only what is new comes."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from plausch.cli.accounts import find_account
from plausch.cli.arguments import PLACE, add_settings, opened
from plausch.cli.failures import CommandFailed
from plausch.exchange.blogs.importing import BlogWishes, import_blog, preview_blog
from plausch.exchange.blogs.targets import list_targets
from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.host import Host
from plausch.exchange.mastodon.importing import import_account
from plausch.exchange.unpacking import BlogForm
from plausch.net.fetching import GuardedClient
from plausch.people.model import Viewer
from plausch.settings.model import Switch
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
    "archive_not_wordpress": "there is no export of WordPress in it",
    "archive_not_markdown": "there is no Markdown file in it",
    "archive_xml": "this is no XML, or it is cut off",
    "archive_xml_forbidden": "this XML contains what no export has",
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
    "missing_pictures": "pictures that were not to be had; links lead to where they were",
    "pages": "pages, which are no posts (--pages brings them, too)",
    "other_kinds": "items of plugins",
    "thrown_away": "posts in the bin, and automatic drafts",
    "comments_hidden": "comments that were spam or not approved",
    "comments_many": "comments beyond the first 5,000 below one post",
    "pingbacks": "pingbacks and trackbacks",
    "shortcodes": "shortcodes of plugins, of which the words stay",
    "front_matter": "files whose front matter cannot be read",
    "no_text": "files that are no text",
    "too_large": "files that are too large",
    "cut": "ends of articles that are too long",
    "drafts_many": "drafts beyond those that one may have",
}
_CAME = {
    "articles": "articles",
    "drafts": "drafts",
    "comments": "comments",
    "pictures": "pictures",
    "fetched": "of these pictures to be fetched from the web",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    forms = ["mastodon", *(form.value for form in BlogForm)]
    parser.add_argument("form", choices=forms, help="whose form the archive has")
    parser.add_argument("archive", type=Path, metavar="ARCHIVE")
    parser.add_argument("--as", dest="handle", required=True, metavar="NAME", help="the account here")
    parser.add_argument("--into", metavar="NAME", help="the blog of a page or group that it is to go to")
    parser.add_argument("--pages", action="store_true", help="what stands beside the posts becomes articles, too")
    parser.add_argument("--offline", action="store_true", help="fetch no pictures from the web")
    parser.add_argument("--preview", action="store_true", help="say what would come, and bring nothing")
    add_settings(parser, *PLACE, "base_url")


def run(arguments: argparse.Namespace) -> int:
    bring = _bring_account if arguments.form == "mastodon" else _bring_blog
    try:
        print(asyncio.run(bring(arguments)))
    except ArchiveBroken as error:
        where = f"{error.where}: " if error.where else ""
        raise CommandFailed(f"{where}{_WRONG.get(error.reason, str(error))}. Nothing was brought in.") from error
    return 0


async def _bring_account(arguments: argparse.Namespace) -> str:
    if arguments.into or arguments.pages or arguments.preview:
        raise CommandFailed("--into, --pages and --preview are for blogs.")
    async with opened(arguments) as (settings, database):
        async with database.read() as tx:
            account = await find_account(tx, arguments.handle)
        host = Host(settings, database, MediaFiles(settings.data / "media"))
        viewer = Viewer(account.person_id, account.person_id)
        outcome = await import_account(host, viewer, arguments.archive, _show_progress)
    came = f"{outcome.posts} posts and {outcome.pictures} pictures came in; {outcome.known} were here already."
    return _report(came, outcome.left_out)


async def _bring_blog(arguments: argparse.Namespace) -> str:
    async with opened(arguments) as (settings, database):
        async with database.read() as tx:
            account = await find_account(tx, arguments.handle)
            targets = await list_targets(tx, Viewer(account.person_id, account.person_id))
        handle = (arguments.into or account.handle).removeprefix("@").lower()
        target = next((one for one in targets if one.handle == handle), None)
        if target is None:
            raise CommandFailed(f"{account.handle} does not look after a blog of {handle}.")
        enabled = settings.outgoing is Switch.ON and not arguments.offline
        outgoing = GuardedClient(settings.base_url, enabled=enabled)
        host = Host(settings, database, MediaFiles(settings.data / "media"), outgoing=outgoing)
        wishes = BlogWishes(BlogForm(arguments.form), target.id, arguments.pages, enabled)
        if arguments.preview:
            blog = await preview_blog(host, wishes, arguments.archive)
            return _report(f"There are {_list(blog.count())}.", blog.left_out, blog.unread)
        outcome = await import_blog(host, account.person_id, target, wishes, arguments.archive, _show_progress)
    numbers = outcome.numbers()
    came = _list({name: numbers[name] for name in _CAME if name in numbers})
    return _report(f"{came} came in; {outcome.known} were here already.", outcome.left_out, outcome.unread)


def _list(numbers: dict[str, int]) -> str:
    return ", ".join(f"{times} {_CAME[name]}" for name, times in numbers.items() if times or name == "articles")


def _report(came: str, left_out: dict[str, int], unread: Sequence[str] = ()) -> str:
    lines = [came, *(f"Left out: {times} {_LEFT_OUT.get(what, what)}." for what, times in sorted(left_out.items()))]
    return "\n".join([*lines, *(f"Not read: {name}" for name in unread)])


async def _show_progress(done: int, total: int) -> None:
    """A bar where somebody watches."""
    if sys.stderr.isatty():
        filled = _BAR * done // total if total else _BAR
        end = "\n" if done == total else ""
        print(f"\r[{'#' * filled}{'.' * (_BAR - filled)}] {done} of {total}", end=end, file=sys.stderr, flush=True)
