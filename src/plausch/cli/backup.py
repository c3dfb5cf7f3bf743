"""Write everything into one file, also while the server runs: the database as it is at one moment, and all pictures.
The file suits both engines; `plausch restore` brings it back. Keep it elsewhere, and plausch.toml with it."""

import argparse
import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from plausch import __version__
from plausch.app.schema import all_tables, fulltext_names
from plausch.cli.arguments import PLACE, add_settings, require_schema, settings_of
from plausch.cli.failures import CommandFailed
from plausch.kernel import clock
from plausch.settings import Settings
from plausch.storage import archive
from plausch.storage.media import MediaFiles
from plausch.storage.schema import revisions
from plausch.storage.snapshots import open_snapshot

#: Made anew by themselves: what is under way between processes, renderings, counted tries.
TRANSIENT = ("storage_signals", "storage_parts", "http_limits")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where to, for instance plausch-2026-05-01.tar.gz")
    add_settings(parser, *PLACE)


def run(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    if path.exists():
        raise CommandFailed(f"{path} is there already: choose another name, or remove it first")
    if not path.absolute().parent.is_dir():
        raise CommandFailed(f"there is no folder {path.absolute().parent}")
    manifest = asyncio.run(_back_up(arguments, path))
    rows = sum(table.rows for table in manifest.tables.values())
    print(f"{path}: {rows} rows, {len(manifest.media)} files, {path.stat().st_size / 1e6:.1f} MB.")
    return 0


async def _back_up(arguments: argparse.Namespace, path: Path) -> archive.Manifest:
    settings, _ = settings_of(arguments)
    await require_schema(settings)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.data) as folder:
        kept = Path(folder)
        keys = await _keep_media(settings, kept)
        async with open_snapshot(settings.database_url) as read:
            # What was posted before the snapshot; what is removed after it was kept above.
            keys |= await _keep_media(settings, kept)
            with archive.writing(path, __version__, revisions()[-1], clock.now()) as writer:
                for table in all_tables().sorted_tables:
                    if table.name not in TRANSIENT:
                        await writer.add_table(table, read)
                for name in fulltext_names():
                    await writer.add_words(name, read)
                for key in sorted(keys):
                    writer.add_media(key, kept / key)
    return writer.manifest


async def _keep_media(settings: Settings, folder: Path) -> set[str]:
    """Hold on to the media files, so that those removed in the meantime are there for the rows of the snapshot."""
    held = set()
    media = MediaFiles(settings.data / "media")
    for key in await media.keys():
        source, kept = media.find_path(key), folder / key
        if source is None or kept.exists():
            continue
        try:
            os.link(source, kept)
        except FileNotFoundError:
            continue
        except OSError:  # no hard links on this file system
            shutil.copyfile(source, kept)
        held.add(key)
    return held
