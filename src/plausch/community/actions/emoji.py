"""Adding and removing emoji of the community's own."""

import sqlalchemy as sa

from plausch.community.actions.about import TOPIC, check_staff
from plausch.community.model.emoji import EMOJI_MAX, clean_shortcode
from plausch.community.tables import emoji
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.live import Notice, tell

_NAMES = ("shortcode", "file", "added_at", "added_by")
_ADD = column_statement(
    upsert(emoji)
    .values({name: sa.bindparam(name, type_=emoji.c[name].type) for name in _NAMES})
    .on_conflict_do_nothing()
)
_COUNT = column_statement(sa.select(sa.func.count()).select_from(emoji))
_REMOVE = column_statement(
    sa.delete(emoji).where(emoji.c.shortcode == param("shortcode", sa.Text())).returning(emoji.c.file)
)


async def add_emoji(tx: Write, viewer: Viewer, shortcode: str, file: str) -> None:
    """`:shortcode:` is the picture kept under `file` from now on. Raises Invalid, Conflict when it is taken."""
    check_staff(viewer)
    if int(await tx.first(_COUNT) or 0) >= EMOJI_MAX:
        raise Invalid("shortcode", "emoji_many")
    values = {"shortcode": clean_shortcode(shortcode), "file": file, "added_at": clock.now(), "added_by": viewer.person}
    if not await tx.run(_ADD, **values):
        raise Conflict("shortcode_taken", field="shortcode")
    await tell(tx, Notice(TOPIC, "emoji"))


async def remove_emoji(tx: Write, viewer: Viewer, shortcode: str) -> str:
    """The key of its file, which may go; in texts the shortcode stays to be read. Raises NotFound."""
    check_staff(viewer)
    removed = await tx.first(_REMOVE, shortcode=shortcode)
    if removed is None:
        raise NotFound
    await tell(tx, Notice(TOPIC, "emoji"))
    return str(removed)
