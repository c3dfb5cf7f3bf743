"""Reads of pictures: their files open only to those who may see the post."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel.errors import NotAllowed
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import RAW, Held, LoosePicture, Picture
from plausch.talk.queries.clauses import ME, PERSON, is_shown_by_link, post, seen_as, visible
from plausch.talk.tables import drafts, pictures

_COLUMNS = (
    *(pictures.c.id, sa.func.coalesce(pictures.c.post_id, 0), pictures.c.alt, pictures.c.width, pictures.c.height),
    *(pictures.c.blurhash, pictures.c.colour, pictures.c.focus_x, pictures.c.focus_y),
)
_OF_POSTS = sa.select(*_COLUMNS).where(any_of(pictures.c.post_id, "ids")).order_by(pictures.c.post_id, pictures.c.place)
_OWN = Statement(
    sa.select(*_COLUMNS).where(
        any_of(pictures.c.id, "ids"),
        pictures.c.owner_id == param("owner"),
        sa.or_(pictures.c.post_id.is_(None), pictures.c.post_id == param("post")),
    ),
    Picture,
)
_PICTURES = Statement(_OF_POSTS.where(pictures.c.held != Held.GONE.value), Picture)
_HELD = Statement(_OF_POSTS.where(pictures.c.held == Held.GONE.value), Picture)


class PictureFile(NamedTuple):
    """A stored variant."""

    mime: str
    key: str
    #: Whether anybody may see it, so that caches may keep it.
    open_to_all: bool


class _Files(NamedTuple):
    files: str
    scope_kind: str | None
    local_only: bool | None


_FILES = Statement(
    sa.select(pictures.c.files, post.c.scope_kind, post.c.local_only)
    .select_from(pictures.outerjoin(post, post.c.id == pictures.c.post_id))
    .where(
        pictures.c.id == param("id"),
        sa.or_(
            sa.and_(pictures.c.post_id.is_(None), PERSON != 0, pictures.c.owner_id == ME),
            sa.and_(pictures.c.post_id.is_not(None), visible()),
        ),
    ),
    _Files,
)
_ENTRUSTED = Statement(
    sa.select(pictures.c.files, pictures.c.post_id).where(
        pictures.c.id == param("id"), pictures.c.post_id.is_not(None)
    ),
    lambda files, post_id: (str(files), int(post_id)),
)
_RAW = column_statement(sa.select(pictures.c.files).where(pictures.c.id == param("id"), pictures.c.width == 0))
_LOOSE = column_statement(
    sa.select(pictures.c.id).where(
        pictures.c.post_id.is_(None),
        pictures.c.created_at < param("before"),
        sa.or_(
            sa.and_(param("owner") == 0, pictures.c.draft_id.is_(None)),
            pictures.c.owner_id == param("owner"),
        ),
    )
)
_PREVIEWED = column_statement(
    sa.select(pictures.c.files)
    .select_from(pictures.join(drafts, drafts.c.id == pictures.c.draft_id))
    .where(
        pictures.c.id == param("id"),
        pictures.c.post_id.is_(None),
        drafts.c.preview_code == param("code", sa.Text()),
        is_shown_by_link(),
    )
)
_DRAFTED = Statement(
    sa.select(pictures.c.id, pictures.c.draft_id, pictures.c.alt, pictures.c.focus_x, pictures.c.focus_y)
    .where(any_of(pictures.c.draft_id, "ids"), pictures.c.post_id.is_(None))
    .order_by(pictures.c.draft_id, pictures.c.place),
    LoosePicture,
)


async def list_pictures(tx: Read, post_ids: Sequence[int]) -> dict[int, list[Picture]]:
    """The pictures of posts that the viewer has been given, by post and in order."""
    return _by_post(await tx.all(_PICTURES, ids=post_ids))


async def list_own_pictures(tx: Read, owner: int, ids: Sequence[int], post: int = 0) -> list[Picture]:
    """Those of `ids` that somebody has uploaded and not posted, or posted with `post`: for showing them in its text."""
    return await tx.all(_OWN, owner=owner, ids=ids, post=post)


async def list_held_pictures(tx: Read, viewer: Viewer, post_ids: Sequence[int]) -> dict[int, list[Picture]]:
    """Pictures of removed posts that the viewer has been given, for those who look after the place.

    Raises NotAllowed.
    """
    if not viewer.staff:
        raise NotAllowed
    return _by_post(await tx.all(_HELD, ids=post_ids))


async def find_raw(tx: Read, id_: int) -> str | None:
    """The key of the bytes of a picture that is not made fit yet; for work behind the scenes."""
    found = find_variant(await tx.first(_RAW, id=id_) or "", RAW)
    return found[1] if found is not None else None


def _by_post(pictures_: Sequence[Picture]) -> dict[int, list[Picture]]:
    found: dict[int, list[Picture]] = {}
    for picture in pictures_:
        found.setdefault(picture.post_id, []).append(picture)
    return found


async def list_drafted_pictures(tx: Read, draft_ids: Sequence[int]) -> dict[int, list[LoosePicture]]:
    """The pictures that wait in drafts of the viewer, by draft and in order."""
    found: dict[int, list[LoosePicture]] = {}
    for picture in await tx.all(_DRAFTED, ids=draft_ids):
        found.setdefault(picture.draft_id, []).append(picture)
    return found


async def find_picture_file(tx: Read, viewer: Viewer, id_: int, variant: str) -> PictureFile | None:
    """The stored file of a picture's variant, or None when the viewer may not see it."""
    row = await tx.first(_FILES, id=id_, **seen_as(viewer))
    if row is None:
        return None
    found = find_variant(row.files, variant)
    return PictureFile(*found, row.scope_kind in ("public", "quiet") and not row.local_only) if found else None


async def find_previewed_picture(tx: Read, code: str, id_: int, variant: str) -> PictureFile | None:
    """A picture in a draft, for whoever has the link to that."""
    files: str | None = await tx.first(_PREVIEWED, code=code, id=id_)
    found = find_variant(files or "", variant)
    return PictureFile(*found, open_to_all=False) if found else None


async def find_entrusted_picture(tx: Read, viewer: Viewer, id_: int, variant: str) -> tuple[int, PictureFile] | None:
    """A picture with its post, whoever that is for: as `list_entrusted`, and like there only of what was reported.

    Raises NotAllowed.
    """
    if not viewer.staff:
        raise NotAllowed
    row = await tx.first(_ENTRUSTED, id=id_)
    found = find_variant(row[0], variant) if row is not None else None
    return (row[1], PictureFile(*found, open_to_all=False)) if row is not None and found is not None else None


def find_variant(files: str, variant: str) -> tuple[str, str] | None:
    """Media type and key of one of the files noted for a picture."""
    for line in files.splitlines():
        name, mime, key = line.split()
        if name == variant:
            return mime, key
    return None


async def list_loose_pictures(tx: Read, before: int, owner: int = 0) -> list[int]:
    """Pictures uploaded before a moment (ms), never posted and in no draft; with an owner all that are not posted."""
    return await tx.all(_LOOSE, before=before, owner=owner)
