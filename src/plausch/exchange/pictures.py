"""Pictures of what is brought in: made fit to show in the child process, as those that people upload."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from plausch.exchange.host import Host
from plausch.kernel.errors import TooMany
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.storage.pictures import PreparedPicture, StoredFile, keep_files, keys_of, prepare_picture
from plausch.talk import actions as talk
from plausch.talk.model import ALT_MAX

#: How long to wait when many prepare pictures at once, in seconds.
_PAUSE = 2.0


class Loaded(NamedTuple):
    """A picture whose files are stored."""

    prepared: PreparedPicture
    files: list[StoredFile]
    alt: str


async def load_picture(host: Host, data: bytes, alt: str) -> Loaded:
    """Raises Invalid for what is no picture."""
    prepared = await patiently(prepare_picture, data)
    return Loaded(prepared, await keep_files(host.media, prepared), alt[:ALT_MAX])


async def add_picture(tx: Write, viewer: Viewer, one: Loaded) -> int:
    """Note it as the viewer's; its id."""
    return await talk.add_picture(
        tx,
        viewer,
        files=one.files,
        width=one.prepared.width,
        height=one.prepared.height,
        blurhash=one.prepared.blurhash,
        colour=one.prepared.colour,
        alt=one.alt,
    )


async def discard(host: Host, pictures: Iterable[Loaded]) -> None:
    """They were not needed."""
    await host.media.delete([key for one in pictures for key in keys_of(one.files)])


async def patiently(prepare: Callable[[bytes], Awaitable[PreparedPicture]], data: bytes) -> PreparedPicture:
    """Others upload pictures too; they go first."""
    while True:
        try:
            return await prepare(data)
        except TooMany:
            await asyncio.sleep(_PAUSE)
