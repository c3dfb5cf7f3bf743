"""The interaction graph: built where it is not yet, or by another rule, and its snapshot renewed."""

import secrets

import numpy as np

from plausch.insights.actions.rebuilding import keep_graph, prune_edges, rebuild
from plausch.insights.compute.night import Night
from plausch.insights.gather import graph
from plausch.insights.gather.ledger import counted
from plausch.insights.model.interactions import METHOD, Graph
from plausch.insights.queries.interactions import find_graph
from plausch.kernel import clock


async def compute(night: Night) -> None:
    """What all other computations begin with."""
    async with night.database.read() as tx:
        before = await find_graph(tx)
    if before is None or not before.whole or (before.rule, before.method) != (night.rule, METHOD):
        await rebuild(night.database, night.rule, night.told)
        before = None
    people = await counted(night)
    now = clock.real_now()
    async with night.database.slow_read() as tx:
        known = await graph.renewed(tx, night.folder, before.mark) if before is not None and before.mark else None
        edges = graph.only_counted(known or await graph.read_edges(tx), people)
    night.kept["edges"] = edges
    mark = secrets.token_hex(8)
    graph.write(night.folder, edges, mark, now)
    size = len(np.unique(np.concatenate([edges.source, edges.target])))
    await keep_graph(night.database, Graph(night.rule, mark, whole=True, people=size, edges=len(edges.value)))
    await prune_edges(night.database, now)
