"""Whose turn it is to begin what is repeated: one process's, once, however many there are and however they end."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.storage import Database, Statement, Write, param, upsert
from plausch.work.tables import schedule

_row = upsert(schedule)
_TAKE = Statement(
    _row.on_conflict_do_update(
        index_elements=[schedule.c.name],
        set_={"last_at": _row.excluded.last_at},
        where=schedule.c.last_at <= param("before"),
    ).returning(schedule.c.last_at),
    int,
)
_LAST = Statement(sa.select(schedule.c.last_at).where(schedule.c.name == param("name", sa.Text())), int)


async def is_turn(database: Database, name: str, before: int) -> bool:
    """Whether nobody has begun it since a moment: asking disturbs nobody, taking takes the one writer."""
    async with database.read() as read:
        last = await read.first(_LAST, name=name)
    return last is None or last <= before


async def take_turn(tx: Write, name: str, before: int) -> bool:
    """Begin it, in the transaction that queues it; False when somebody has since a moment, by the real clock."""
    return await tx.first(_TAKE, name=name, last_at=clock.real_now(), before=before) is not None
