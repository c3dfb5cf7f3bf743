"""Reads of the community's own emoji, which are for everybody."""

from collections.abc import Iterable

import sqlalchemy as sa

from plausch.community.model import Emoji
from plausch.community.tables import emoji
from plausch.storage import Read, Statement, any_of

_COLUMNS = (emoji.c.shortcode, emoji.c.file)
_ALL = Statement(sa.select(*_COLUMNS).order_by(emoji.c.shortcode), Emoji)
_SOME = Statement(sa.select(*_COLUMNS).where(any_of(emoji.c.shortcode, "shortcodes")), Emoji)


async def list_emoji(tx: Read) -> list[Emoji]:
    """All of them, by shortcode."""
    return await tx.all(_ALL)


async def find_emoji(tx: Read, shortcodes: Iterable[str]) -> dict[str, str]:
    """The picture's path of each shortcode that is one; no statement when there are none."""
    wanted = list(shortcodes)
    if not wanted:
        return {}
    return {one.shortcode: one.path for one in await tx.all(_SOME, shortcodes=wanted)}
