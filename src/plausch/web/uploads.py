"""Uploaded pictures: from the bytes a browser sent to files in the store and a row in the database."""

from starlette.datastructures import UploadFile

from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.storage.pictures import MAX_BYTES, keep_files, keys_of, prepare_picture
from plausch.talk import actions

_UPLOADS, _WITHIN = 120, 10 * clock.MINUTE


async def read_upload(upload: UploadFile) -> bytes:
    """At most a byte more than is allowed: enough to be refused."""
    return await upload.read(MAX_BYTES + 1)


async def count_upload(request: Request) -> None:
    """Raises TooMany."""
    await count_try(request, "upload", str(request.viewer.person), most=_UPLOADS, within=_WITHIN)


async def take_picture(request: Request, upload: UploadFile, alt: str) -> int:
    """Prepare and keep one picture of the viewer's for a post to come; its id. Raises Invalid, TooMany."""
    await count_upload(request)
    prepared = await prepare_picture(await read_upload(upload))
    media = request.site.media
    files = await keep_files(media, prepared)
    try:
        async with request.site.database.write() as tx:
            return await actions.add_picture(
                tx,
                request.viewer,
                files=files,
                width=prepared.width,
                height=prepared.height,
                blurhash=prepared.blurhash,
                colour=prepared.colour,
                alt=alt,
            )
    except Exception:
        await media.delete(keys_of(files))
        raise
