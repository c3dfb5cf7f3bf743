"""Uploaded pictures: from the bytes an app sent to files in the store."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.datastructures import UploadFile

from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import TooMany
from plausch.people import actions as people
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.storage.media import new_key
from plausch.storage.pictures import (
    MAX_BYTES,
    PreparedPicture,
    face_keys,
    keep_files,
    keys_of,
    prepare_avatar,
    prepare_picture,
)
from plausch.talk import actions as talk

#: As those on the pages count: whoever uses both has one limit.
_UPLOADS, _WITHIN = 120, 10 * clock.MINUTE
#: How long an app waits for a picture to be ready before it is told to ask again, in seconds.
PATIENCE = 4.0


async def count_upload(request: Request) -> None:
    """Raises TooMany."""
    await count_try(request, "upload", str(request.viewer.person), most=_UPLOADS, within=_WITHIN)


async def _read(upload: UploadFile) -> bytes:
    """At most a byte more than is allowed: enough to be refused."""
    return await upload.read(MAX_BYTES + 1)


async def take_upload(request: Request, upload: UploadFile, alt: str, focus: tuple[int, int] | None) -> int:
    """Prepare and keep a picture for a status to come; its id. Raises Invalid, TooMany."""
    await count_upload(request)
    return await _keep_prepared(request, await prepare_picture(await _read(upload)), alt, focus)


async def _keep_prepared(request: Request, prepared: PreparedPicture, alt: str, focus: tuple[int, int] | None) -> int:
    kept = await keep_files(request.site.media, prepared)
    try:
        async with request.site.database.write() as tx:
            id_ = await talk.add_picture(
                tx,
                request.viewer,
                files=kept,
                width=prepared.width,
                height=prepared.height,
                blurhash=prepared.blurhash,
                colour=prepared.colour,
                alt=alt,
            )
            if focus is not None:
                await talk.aim_pictures(tx, request.viewer, {id_: focus})
            return id_
    except Exception:
        await request.site.media.delete(keys_of(kept))
        raise


async def take_upload_later(request: Request, upload: UploadFile, alt: str, focus: tuple[int, int] | None) -> int:
    """The same, but nobody waits long: what is not ready by then is made so behind the scenes.

    Raises Invalid, TooMany.
    """
    await count_upload(request)
    data = await _read(upload)
    preparing = asyncio.create_task(prepare_picture(data))
    await asyncio.wait([preparing], timeout=PATIENCE)
    try:
        if preparing.done():
            return await _keep_prepared(request, preparing.result(), alt, focus)
    except TooMany:
        # Others are before it; it has its turn when they are done.
        pass
    preparing.cancel()
    key = new_key()
    await request.site.media.put(key, data)
    try:
        async with request.site.database.write() as tx:
            id_ = await talk.add_raw_picture(tx, request.viewer, key, alt)
            if focus is not None:
                await talk.aim_pictures(tx, request.viewer, {id_: focus})
            return id_
    except Exception:
        await request.site.media.delete([key])
        raise


class OwnPicture(NamedTuple):
    """One of the pictures of a profile: how it is made fit, and how it is taken."""

    prepare: Callable[[bytes], Awaitable[PreparedPicture]]
    take: Callable[[Write, Viewer, str, str], Awaitable[str]]


AVATAR = OwnPicture(prepare_avatar, people.set_picture)
HEADER = OwnPicture(prepare_picture, people.set_header)


async def keep_own_picture(request: Request, upload: UploadFile, which: OwnPicture, alt: str) -> None:
    """Take an uploaded picture as that of whom the viewer acts as. Raises Invalid, TooMany."""
    await count_upload(request)
    prepared = await which.prepare(await _read(upload))
    kept = await keep_files(request.site.media, prepared)
    try:
        await take_own_picture(request, which, face_keys(kept), alt)
    except Exception:
        await request.site.media.delete(keys_of(kept))
        raise


async def take_own_picture(request: Request, which: OwnPicture, keys: str, alt: str = "") -> None:
    """What is stored under the keys (empty: none). The former files go only when the change is durable."""
    async with request.site.database.write() as tx:
        former = await which.take(tx, request.viewer, keys, alt)
    await request.site.media.delete([key for key in former.split(".") if key])
