"""The interaction graph: a sparse matrix whose entry [u, v] says how strongly u turns to v.

u turns to v by answering, sharing, mentioning or liking. Nobody turns to themselves.
"""

from dataclasses import dataclass

import igraph
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

VERSION = "interactions 1"

HALF_LIFE = 90 * 86_400.0

#: What has faded to less is nothing: one divided by it would be no number any more.
_NOTHING = 1e-100

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contacts:
    """The same graph without directions: who has to do with whom, and how much in both directions together."""

    matrix: sp.csr_array
    degree: Ints

    @property
    def people(self) -> int:
        return int(self.matrix.shape[0])

    def neighbours(self, person: int) -> Ints:
        start, end = self.matrix.indptr[person : person + 2]
        found: Ints = self.matrix.indices[start:end]
        return found

    def as_igraph(self) -> igraph.Graph:
        """Without weights: igraph keeps those as Python objects, so whoever needs them hands them over."""
        network = igraph.Graph(n=self.people)
        # Given to the constructor, an array costs three times the memory.
        network.add_edges(self.pairs())
        return network

    def pairs(self) -> Ints:
        """Every pair once, a row each, in the order of `weights`."""
        rows = np.repeat(np.arange(self.people, dtype=np.int32), self.degree)
        once = rows < self.matrix.indices
        return np.column_stack([rows[once], self.matrix.indices[once]])

    def weights(self) -> Floats | None:
        """Of each pair; None when they are all the same, which is computed without."""
        data: Floats = self.matrix.data
        if data.size == 0 or data.min() == data.max():
            return None
        rows = np.repeat(np.arange(self.people, dtype=np.int32), self.degree)
        once: Floats = data[rows < self.matrix.indices]
        return once


def decayed(amount: Floats, age: Floats, half_life: float = HALF_LIFE) -> Floats:
    """What is left of each interaction; ages and half-life in seconds."""
    faded: Floats = amount * np.exp2(-age / half_life)
    return faded


def interactions(source: Ints, target: Ints, amount: Floats, people: int, *, log: bool = True) -> sp.csr_array:
    """Interactions u -> v added up; with `log` w = ln(1 + sum), so that the hundredth counts less than the first."""
    real = (source != target) & (amount > _NOTHING)
    if not real.all():
        source, target, amount = source[real], target[real], amount[real]
    matrix = sp.coo_array((amount, (source, target)), shape=(people, people)).tocsr()
    matrix.sum_duplicates()
    if log:
        np.log1p(matrix.data, out=matrix.data)
    return matrix


def contacts(graph: sp.csr_array) -> Contacts:
    """Both directions of an interaction graph added up."""
    matrix = (graph + graph.T).tocsr()
    matrix.sort_indices()
    return Contacts(matrix, np.diff(matrix.indptr).astype(np.int32))
