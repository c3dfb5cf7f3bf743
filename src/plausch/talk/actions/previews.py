"""Previews of links: what a page on the web says of itself, noted once for all posts that link to it."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from plausch.kernel import ids
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.talk.events import PreviewChanged
from plausch.talk.model import Attached
from plausch.talk.tables import posts, previewed, previews
from plausch.work.facts import record

_new = upsert(previews)
_COLUMNS = ("url", "title", "text", "site", "files", "width", "height", "colour", "fetched_at")
_STORE = column_statement(
    _new.on_conflict_do_update(
        index_elements=[previews.c.url_hash], set_={name: _new.excluded[name] for name in _COLUMNS}
    ).returning(previews.c.id)
)
_linking = upsert(previewed)
_LINK = column_statement(
    _linking.on_conflict_do_update(
        index_elements=[previewed.c.post_id], set_={"preview_id": _linking.excluded.preview_id}
    )
)
_UNLINK = column_statement(sa.delete(previewed).where(previewed.c.post_id == param("id")))


def _mark(column: sa.ColumnElement[int]) -> Statement[int]:
    return column_statement(
        sa.update(posts)
        .where(posts.c.id == param("id"), posts.c.deleted_at.is_(None))
        .values(attached=column, version=posts.c.version + 1)
        .returning(posts.c.conversation_id)
    )


_MARK = _mark(posts.c.attached.op("|")(int(Attached.PREVIEW)))
_UNMARK = _mark(posts.c.attached.op("&")(~int(Attached.PREVIEW)))
_STRAY = Statement(
    sa.delete(previews)
    .where(
        previews.c.fetched_at < param("before"),
        sa.not_(sa.exists(sa.select(sa.literal(1)).where(previewed.c.preview_id == previews.c.id))),
    )
    .returning(previews.c.files),
    str,
)


class NewPreview(msgspec.Struct, frozen=True):
    """What was found at an address; without a title there is nothing to show, which is remembered too."""

    url_hash: bytes
    url: str
    fetched_at: int
    title: str = ""
    text: str = ""
    site: str = ""
    files: str = ""
    width: int = 0
    height: int = 0
    colour: str = ""


async def store_preview(tx: Write, found: NewPreview) -> int:
    """Note what was found, in the place of what was found there before; its id."""
    stored: int | None = await tx.first(_STORE, id=ids.new_id(), **msgspec.structs.asdict(found))
    assert stored is not None
    return stored


async def link_preview(tx: Write, post_id: int, preview_id: int | None) -> None:
    """Show a preview under a post, or none any more. The post is held."""
    if preview_id is None:
        changed = await tx.run(_UNLINK, id=post_id)
    else:
        changed = await tx.run(_LINK, post_id=post_id, preview_id=preview_id)
    if changed:
        conversation = await tx.first(_UNMARK if preview_id is None else _MARK, id=post_id)
        if conversation is not None:
            await record(tx, PreviewChanged(post_id=post_id, conversation_id=conversation))


async def discard_previews(tx: Write, before: int) -> Sequence[str]:
    """Forget what no post links to any more, if it was found before a moment (ms); the keys of the pictures' files."""
    return [line.split()[2] for files in await tx.all(_STRAY, before=before) for line in files.splitlines()]
