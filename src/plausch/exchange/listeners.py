"""What this room forgets when somebody is gone."""

import sqlalchemy as sa

from plausch.exchange.tables import arrivals, errands
from plausch.groups.events import GroupDeleted
from plausch.people.events import AccountErased, PageErased
from plausch.storage import Statement, Write, column_statement, param
from plausch.work import queue

#: The task that removes the files of errands, by their ids.
DELETE_ARCHIVES = "exchange.delete_archives"

_FORGET_ARRIVALS = column_statement(sa.delete(arrivals).where(arrivals.c.person_id == param("person")))
_FORGET_ERRANDS = Statement(
    sa.delete(errands).where(errands.c.person_id == param("person")).returning(errands.c.id), int
)


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    """Nothing says any more what the person brought or took, and what they took is not here any more."""
    await tx.run(_FORGET_ARRIVALS, person=fact.person_id)
    gone = await tx.all(_FORGET_ERRANDS, person=fact.person_id)
    if gone:
        await queue.put(tx, DELETE_ARCHIVES, gone)


async def on_page_erased(tx: Write, fact: PageErased) -> None:
    """Nothing says any more what was brought into its blog."""
    await tx.run(_FORGET_ARRIVALS, person=fact.page_id)


async def on_group_deleted(tx: Write, fact: GroupDeleted) -> None:
    await tx.run(_FORGET_ARRIVALS, person=fact.group_id)
