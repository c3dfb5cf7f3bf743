"""Esteem: PageRank on the weights of the interaction graph. Attention counts as much as whoever pays it has."""

import numpy as np
import scipy.sparse as sp

from plausch.insights.measures.graph import Floats

VERSION = "pagerank 1"

#: The sum of all changes in the last step. What is left to the exact values is at most d/(1-d), thus 6, times this.
_TOLERANCE = 1e-8
_MOST_STEPS = 500


def pagerank(graph: sp.csr_array, damping: float = 0.85) -> Floats:
    """How much of everybody's attention ends at each person; adds up to 1.

    Whoever turns to nobody spreads theirs evenly over all.
    """
    people = graph.shape[0]
    out = np.asarray(graph.sum(axis=1), dtype=np.float64)
    silent = out == 0
    share = np.divide(1.0, out, out=np.zeros(people), where=~silent)
    received = graph.T
    rank = np.full(people, 1 / people)
    for _ in range(_MOST_STEPS):
        spread_evenly = (1 - damping + damping * float(rank[silent].sum())) / people
        following = received @ (rank * share)
        following *= damping
        following += spread_evenly
        change = float(np.abs(following - rank).sum())
        rank = following
        if change < _TOLERANCE:
            break
    result: Floats = rank / rank.sum()
    return result
