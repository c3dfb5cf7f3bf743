"""Uploaded pictures made fit to show: checked, freed of everything but the pixels, in the sizes that pages use.

The work is done by `pictures_worker` in a child process, because what strangers upload is decoded there; this side
knows no imaging library. Of animations the first frame is kept.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from plausch.kernel.child import Child, ChildFailed
from plausch.kernel.errors import Invalid, TooMany
from plausch.storage.media import MediaStore, new_key

MAX_BYTES = 16 << 20
MAX_PIXELS = 50_000_000
MAX_SIDE = 12_000

_FIELD = "picture"
_CHILD = Child("plausch.storage.pictures_worker", timeout=20, idle=60, memory=1_200 << 20, waiting=12)
_REASONS = {"timeout": "picture_timeout", "memory": "picture_too_many_pixels"}


#: Variant, media type, key.
StoredFile = tuple[str, str, str]


class Variant(msgspec.Struct, frozen=True):
    """One size of a picture, ready to be stored and sent."""

    name: Literal["large", "small"]
    mime: str
    width: int
    height: int
    data: bytes


class PreparedPicture(msgspec.Struct, frozen=True, tag="prepared"):
    """`mime` is what was uploaded, `width` and `height` are its size as one looks at it; `colour` is #rrggbb."""

    mime: str
    width: int
    height: int
    blurhash: str
    colour: str
    variants: tuple[Variant, ...]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The worker's no, with the reason code."""

    reason: str


class PictureRequest(msgspec.Struct, frozen=True):
    """What the worker is asked: a `picture` keeps its shape, an `avatar` becomes a square; an `emoji` is small."""

    purpose: Literal["picture", "avatar", "emoji"]
    data: bytes


async def prepare_picture(data: bytes) -> PreparedPicture:
    """Variants of at most 1600 (`large`) and 640 (`small`) pixels. Raises Invalid("picture", reason) or TooMany."""
    return await _prepare(PictureRequest("picture", data))


async def prepare_avatar(data: bytes) -> PreparedPicture:
    """The same as centred squares of at most 400 (`large`) and 96 (`small`) pixels."""
    return await _prepare(PictureRequest("avatar", data))


async def keep_files(media: MediaStore, prepared: PreparedPicture) -> list[StoredFile]:
    """Store every variant under a new key; none of them when one fails."""
    kept: list[StoredFile] = []
    try:
        for variant in prepared.variants:
            key = new_key()
            kept.append((variant.name, variant.mime, key))
            await media.put(key, variant.data)
    except Exception:
        await media.delete(keys_of(kept))
        raise
    return kept


def keys_of(files: Sequence[StoredFile]) -> list[str]:
    return [key for _, _, key in files]


async def prepare_emoji(data: bytes) -> bytes:
    """A WebP of at most 128 pixels. Raises Invalid("picture", reason) or TooMany."""
    prepared = await _prepare(PictureRequest("emoji", data))
    return next(variant.data for variant in prepared.variants if variant.name == "large")


def face_keys(files: Sequence[StoredFile]) -> str:
    """How an actor's picture is named: the keys of the large and the small variant, with a dot between."""
    by_name = {name: key for name, _, key in files}
    return f"{by_name['large']}.{by_name['small']}"


def sniff(data: bytes) -> str | None:
    """The media type by the first bytes; names and declared types are not to be trusted."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return None


async def _prepare(request: PictureRequest) -> PreparedPicture:
    if not request.data:
        raise Invalid(_FIELD, "picture_unreadable")
    if len(request.data) > MAX_BYTES:
        raise Invalid(_FIELD, "picture_too_large")
    if sniff(request.data) is None:
        raise Invalid(_FIELD, "picture_kind")
    try:
        answer = await _CHILD.ask(request, PreparedPicture | Refused)
    except ChildFailed as failure:
        if failure.reason == "busy":
            raise TooMany(10, "pictures_busy") from failure
        raise Invalid(_FIELD, _REASONS.get(failure.reason, "picture_unreadable")) from failure
    if isinstance(answer, Refused):
        raise Invalid(_FIELD, answer.reason)
    assert isinstance(answer, PreparedPicture)
    return answer
