"""What the post adviser knows of an audience."""

from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.insights.model.advice import VERSION, Knowledge
from plausch.insights.model.findings import Measure, Scope, ScopeKind
from plausch.insights.tables import findings, results
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, param


class Known(NamedTuple):
    method: str
    #: When it was computed, in ms.
    as_of: int
    knowledge: Knowledge


_decoder = msgspec.json.Decoder(Knowledge)
_FIND = Statement(
    sa.select(findings.c.method, findings.c.as_of, results.c.value)
    .select_from(findings.join(results, results.c.finding_id == findings.c.id))
    .where(
        findings.c.scope_id == param("scope"),
        findings.c.measure == Measure.ADVICE.value,
        findings.c.topic == "",
        results.c.subject_id == 0,
        # What an earlier version found has another shape; the next night finds it anew.
        findings.c.method == VERSION,
    ),
    lambda method, as_of, value: Known(method, as_of, _decoder.decode(value)),
)


async def find_knowledge(tx: Read, viewer: Viewer, scope: Scope) -> Known | None:
    """For whoever takes part there: of the server every member, of a group those who are in it."""
    if not viewer.signed_in:
        return None
    if scope.kind is ScopeKind.GROUP and await groups.find_role(tx, scope.id, viewer.person) is None:
        return None
    return await tx.first(_FIND, scope=scope.id)
