"""The pictures of a profile, a page or a group: made fit, kept in two sizes, and the former ones let go."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.datastructures import FormData

from plausch.http.forms import field, files, read_form
from plausch.http.request import Request
from plausch.kernel.errors import Invalid
from plausch.people import actions
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.storage.pictures import PreparedPicture, face_keys, keep_files, keys_of, prepare_avatar, prepare_picture
from plausch.web.uploads import read_upload


class OwnPicture(NamedTuple):
    """One of the pictures of a profile: how it is made fit, and how it is taken."""

    name: str
    prepare: Callable[[bytes], Awaitable[PreparedPicture]]
    take: Callable[[Write, Viewer, str], Awaitable[str]]
    describe: Callable[[Write, Viewer, str], Awaitable[None]]


PICTURE = OwnPicture("picture", prepare_avatar, actions.set_picture, actions.describe_picture)
HEADER = OwnPicture("header", prepare_picture, actions.set_header, actions.describe_header)


async def keep_own_picture(request: Request, form: FormData, which: OwnPicture, viewer: Viewer) -> None:
    """Take an uploaded picture as that of whom the viewer acts as. Raises Invalid."""
    chosen = files(form, which.name)
    if not chosen:
        raise Invalid(which.name, "picture_missing")
    prepared = await which.prepare(await read_upload(chosen[0]))
    kept = await keep_files(request.site.media, prepared)
    try:
        await take_own_picture(request, which, viewer, face_keys(kept))
    except Exception:
        await request.site.media.delete(keys_of(kept))
        raise


async def take_own_picture(request: Request, which: OwnPicture, viewer: Viewer, keys: str) -> None:
    """Take what is stored under the keys (empty: none). The former files go only when the change is durable."""
    async with request.site.database.write() as tx:
        former = await which.take(tx, viewer, keys)
    await request.site.media.delete([key for key in former.split(".") if key])


async def describe_own_picture(request: Request, which: OwnPicture, viewer: Viewer) -> None:
    """Say what is to be seen in the picture there is, for those who cannot see it. Raises Invalid."""
    alt = field(await read_form(request), f"{which.name}_alt")
    async with request.site.database.write() as tx:
        await which.describe(tx, viewer, alt)
