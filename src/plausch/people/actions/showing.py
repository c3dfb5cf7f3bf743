"""What a profile says in pairs, whose links are checked."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.people import queries
from plausch.people.model import (
    FIELD_LABEL_MAX,
    FIELD_VALUE_MAX,
    FIELDS_MAX,
    ProfileField,
    Viewer,
    clean_line,
    own_actor,
)
from plausch.people.tables import actors, fields
from plausch.storage import Write, column_statement, param
from plausch.work import queue

#: The task that looks whether the pages of an actor's links point back.
CHECK_LINKS = "people.check_links"

_HOLD = column_statement(sa.select(actors.c.id).where(actors.c.id == param("actor")).with_for_update())
_CLEAR = column_statement(sa.delete(fields).where(fields.c.actor_id == param("actor")))
_RENEW = column_statement(sa.update(actors).where(actors.c.id == param("actor")).values(version=actors.c.version + 1))
_NOTE = column_statement(
    sa.update(fields)
    .where(fields.c.actor_id == param("actor"), fields.c.value == param("link", sa.Text()))
    .values(verified_at=param("verified"), checked_at=param("now"))
)


async def renew(tx: Write, actor: int) -> None:
    """What is rendered of an actor holds something that is not in its own row, and that was changed."""
    await tx.run(_RENEW, actor=actor)


async def set_fields(tx: Write, viewer: Viewer, wanted: Sequence[ProfileField]) -> None:
    """What the profile says in pairs. What was verified stays so as long as its value does.

    Raises Invalid("fields", ...) for too many or too long ones, and for a value without a label.
    """
    me = own_actor(viewer)
    cleaned = [_clean(one) for one in wanted if one.label.strip() or one.value.strip()]
    if len(cleaned) > FIELDS_MAX:
        raise Invalid("fields", "fields_many")
    await tx.first(_HOLD, actor=me)
    verified = {one.value: one.verified_at for one in await queries.list_fields(tx, me)}
    await tx.run(_CLEAR, actor=me)
    for place, one in enumerate(cleaned):
        await tx.insert(
            fields, actor_id=me, place=place, label=one.label, value=one.value, verified_at=verified.get(one.value)
        )
    await renew(tx, me)
    if any(one.is_link and not verified.get(one.value) for one in cleaned):
        # Once a minute for all that is saved in it: the pages are other people's.
        await queue.take_back(tx, CHECK_LINKS, me)
        await queue.put(tx, CHECK_LINKS, me, at=clock.now() + clock.MINUTE)


def _clean(one: ProfileField) -> ProfileField:
    label = clean_line(one.label, "fields", FIELD_LABEL_MAX)
    value = clean_line(one.value, "fields", FIELD_VALUE_MAX)
    if not label or not value:
        raise Invalid("fields", "field_half")
    return ProfileField(label, value)


async def note_link(tx: Write, actor: int, link: str, *, verified: bool) -> None:
    """What was found when the page behind a link was looked at."""
    now = clock.now()
    await tx.run(_NOTE, actor=actor, link=link, verified=now if verified else None, now=now)
    await renew(tx, actor)
