"""Once: a form that is sent a second time, by a double click or by loading the page again, makes nothing new."""

from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk.tables import sent_forms

#: How long a form is remembered (ms).
SENT_LIFE = 1 * clock.DAY

_THIS = (
    sent_forms.c.author_id == param("author"),
    sent_forms.c.form_hash == param("form", sa.LargeBinary()),
)
_CLAIM = column_statement(
    upsert(sent_forms)
    .values(author_id=param("author"), form_hash=param("form", sa.LargeBinary()), made_id=0, sent_at=param("now"))
    .on_conflict_do_nothing()
)
_MADE = column_statement(sa.select(sent_forms.c.made_id).where(*_THIS))
_NOTE = column_statement(sa.update(sent_forms).where(*_THIS).values(made_id=param("made")))
_PRUNE = column_statement(sa.delete(sent_forms).where(sent_forms.c.sent_at <= param("before")))
_FORGET = column_statement(sa.delete(sent_forms).where(sent_forms.c.author_id == param("author")))


async def send_once(tx: Write, viewer: Viewer, form: bytes, send: Callable[[], Awaitable[int]]) -> int:
    """The id that `send` gives; for a form that has been sent already, what it gave then. Empty: no form of ours."""
    if not form:
        return await send()
    # Claimed first: on PostgreSQL whoever comes second waits here until the first has done it, or has failed.
    if not await tx.run(_CLAIM, author=viewer.person, form=form, now=clock.now()):
        return int(await tx.first(_MADE, author=viewer.person, form=form) or 0)
    made = await send()
    await tx.run(_NOTE, author=viewer.person, form=form, made=made)
    return made


async def prune_sent_forms(tx: Write) -> None:
    await tx.run(_PRUNE, before=clock.now() - SENT_LIFE)


async def forget_sent_forms(tx: Write, author: int) -> None:
    """Whoever sent them is gone."""
    await tx.run(_FORGET, author=author)
