"""Reads of the interaction graph, for those who keep it and compute with it. Nobody is shown what they return."""

from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.insights.model.findings import Measure
from plausch.insights.model.interactions import Graph, Rule
from plausch.insights.tables import edges, findings, interactions, results
from plausch.storage import Read, Statement, column_statement, param


class Entry(NamedTuple):
    """A row of the ledger."""

    post_id: int
    kind: int
    source_id: int
    target_id: int
    place_id: int
    open: bool
    at: int
    amount: float


#: A row for columns of numbers: there are millions, and each that became something else would cost a microsecond.
Plain = tuple[int | float, ...]


class Total(NamedTuple):
    edges: int
    value: float


def _plain(*row: int | float) -> Plain:
    return row


_GRAPH = column_statement(
    sa.select(results.c.value)
    .select_from(findings.join(results, results.c.finding_id == findings.c.id))
    .where(
        findings.c.scope_id == 0,
        findings.c.measure == sa.literal(Measure.GRAPH.value),
        findings.c.topic == sa.literal(""),
    )
)
_decode = msgspec.json.Decoder(Graph).decode
_KEY = (interactions.c.post_id, interactions.c.kind, interactions.c.source_id, interactions.c.target_id)
_ENTRIES = Statement(
    sa.select(
        *_KEY,
        interactions.c.place_id,
        # As a number: so nothing is turned into something else row by row.
        sa.cast(interactions.c.open, sa.Integer),
        interactions.c.at,
        interactions.c.amount,
    )
    .where(interactions.c.post_id > param("after"), interactions.c.post_id <= param("until"))
    .order_by(*_KEY),
    _plain,
)
_EDGE = (edges.c.scope_id, edges.c.source_id, edges.c.target_id)
_EDGES = Statement(
    sa.select(*_EDGE, edges.c.value, edges.c.count)
    .where(sa.tuple_(*_EDGE) > sa.tuple_(param("scope"), param("source"), param("target")), edges.c.count > 0)
    .order_by(*_EDGE)
    .limit(param("limit")),
    _plain,
)
_CHANGED = Statement(
    sa.select(*_EDGE, edges.c.value, edges.c.count).where(edges.c.changed_at >= param("since")).order_by(*_EDGE), _plain
)
_TOTAL = Statement(
    sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(edges.c.value), 0.0)).where(edges.c.count > 0), Total
)


async def find_graph(tx: Read) -> Graph | None:
    """How the graph stands; None before it was ever built."""
    found: str | None = await tx.first(_GRAPH)
    return _decode(found) if found is not None else None


async def find_rule(tx: Read) -> Rule:
    """The rule by which the graph is kept at the moment."""
    graph = await find_graph(tx)
    return graph.rule if graph is not None else Rule()


async def list_entries_within(tx: Read, after: int, until: int) -> list[Plain]:
    """The ledger of posts with `after` < id <= `until`, the columns as in `Entry`."""
    return await tx.all(_ENTRIES, after=after, until=until)


async def list_edges(tx: Read, after: tuple[int, int, int], limit: int) -> list[Plain]:
    """Edges from behind a scope, source and target, in this order: these three, the value, and how many they add up."""
    return await tx.all(_EDGES, scope=after[0], source=after[1], target=after[2], limit=limit)


async def list_changed_edges(tx: Read, since: int) -> list[Plain]:
    """The same of those that were changed since a moment, also of those that are gone: they add up none."""
    return await tx.all(_CHANGED, since=since)


async def sum_edges(tx: Read) -> Total:
    """How many there are, and what they add up to."""
    found = await tx.first(_TOTAL)
    return found or Total(0, 0.0)
