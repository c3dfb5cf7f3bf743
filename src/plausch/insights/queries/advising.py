"""What the post adviser knows of an audience."""

import msgspec
import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.insights.model.advice import Community
from plausch.insights.model.findings import Measure, Scope, ScopeKind
from plausch.insights.tables import findings, results
from plausch.people.model import Viewer
from plausch.storage import Read, column_statement, param

_FIND = column_statement(
    sa.select(results.c.value)
    .select_from(findings.join(results, results.c.finding_id == findings.c.id))
    .where(
        findings.c.scope_id == param("scope"),
        findings.c.measure == Measure.ADVICE.value,
        findings.c.topic == "",
        results.c.subject_id == 0,
    )
)
_decoder = msgspec.json.Decoder(Community)


async def find_community(tx: Read, viewer: Viewer, scope: Scope) -> Community | None:
    """For whoever takes part there: of the server every member, of a group those who are in it."""
    if not viewer.signed_in:
        return None
    if scope.kind is ScopeKind.GROUP and await groups.find_role(tx, scope.id, viewer.person) is None:
        return None
    found = await tx.first(_FIND, scope=scope.id)
    return _decoder.decode(found) if found is not None else None
