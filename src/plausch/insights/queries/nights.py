"""When insights were computed last."""

import sqlalchemy as sa

from plausch.insights.model.findings import Measure
from plausch.insights.tables import findings
from plausch.storage import Read, column_statement

_LAST = column_statement(
    sa.select(findings.c.as_of).where(
        findings.c.scope_id == 0,
        findings.c.measure == sa.literal(Measure.NIGHT.value),
        findings.c.topic == sa.literal(""),
    )
)


async def find_last_night(tx: Read) -> int | None:
    """The moment (ms) at which everything had been computed last; None before that."""
    found: int | None = await tx.first(_LAST)
    return found
