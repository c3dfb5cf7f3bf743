"""The pictures of a profile: the one beside its name and the wide one above it, and what is to be seen in them."""

import sqlalchemy as sa

from plausch.people import queries
from plausch.people.events import ProfileEdited
from plausch.people.model import OWN_ALT_MAX, Viewer, clean_text, own_actor
from plausch.people.tables import actors
from plausch.storage import Write, column_statement, param
from plausch.work.facts import record

_ACTOR, _KEY, _ALT = param("actor"), param("key", sa.Text()), param("alt", sa.Text())
_CHANGED = {"version": actors.c.version + 1}
_own = sa.update(actors).where(actors.c.id == _ACTOR)
#: What was said of the former picture goes with it.
_SET_PICTURE = column_statement(_own.values(picture=_KEY, picture_alt=_ALT, **_CHANGED))
_SET_HEADER = column_statement(_own.values(header=_KEY, header_alt=_ALT, **_CHANGED))
_DESCRIBE_PICTURE = column_statement(_own.where(actors.c.picture != "").values(picture_alt=_ALT, **_CHANGED))
_DESCRIBE_HEADER = column_statement(_own.where(actors.c.header != "").values(header_alt=_ALT, **_CHANGED))
_HOLD = column_statement(sa.select(actors.c.id).where(actors.c.id == _ACTOR).with_for_update())


async def set_picture(tx: Write, viewer: Viewer, key: str, alt: str = "") -> str:
    """Take the picture stored under `key` (empty: none) and what is to be seen in it; the key of the one before,
    whose files may go. Raises Invalid("picture_alt", ...)."""
    me = own_actor(viewer)
    # Of two that come at once the second replaces the first, whose files go too.
    await tx.first(_HOLD, actor=me)
    before = (await queries.get_actor(tx, me)).picture
    await tx.run(_SET_PICTURE, actor=me, key=key, alt=clean_text(alt, "picture_alt", OWN_ALT_MAX) if key else "")
    await record(tx, ProfileEdited(actor_id=me))
    return before


async def set_header(tx: Write, viewer: Viewer, key: str, alt: str = "") -> str:
    """The same of the wide picture above a profile. Raises Invalid("header_alt", ...)."""
    me = own_actor(viewer)
    await tx.first(_HOLD, actor=me)
    before = await queries.find_header(tx, me)
    await tx.run(_SET_HEADER, actor=me, key=key, alt=clean_text(alt, "header_alt", OWN_ALT_MAX) if key else "")
    await record(tx, ProfileEdited(actor_id=me))
    return before


async def describe_picture(tx: Write, viewer: Viewer, alt: str) -> None:
    """Say what is to be seen in the viewer's picture, if there is one. Raises Invalid("picture_alt", ...)."""
    await tx.run(_DESCRIBE_PICTURE, actor=own_actor(viewer), alt=clean_text(alt, "picture_alt", OWN_ALT_MAX))


async def describe_header(tx: Write, viewer: Viewer, alt: str) -> None:
    """The same of the wide one. Raises Invalid("header_alt", ...)."""
    await tx.run(_DESCRIBE_HEADER, actor=own_actor(viewer), alt=clean_text(alt, "header_alt", OWN_ALT_MAX))
