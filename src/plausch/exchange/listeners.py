"""What this room forgets when somebody is gone."""

import sqlalchemy as sa

from plausch.exchange.tables import arrivals, errands
from plausch.people.events import AccountErased
from plausch.storage import Write, column_statement, param

_FORGET = [
    column_statement(sa.delete(table).where(table.c.person_id == param("person"))) for table in (arrivals, errands)
]


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    """Nothing says any more what the person brought or took; files that nobody knows of are removed by `prune`."""
    for statement in _FORGET:
        await tx.run(statement, person=fact.person_id)
