"""Who should meet whom: resource allocation. Each common contact z adds 1/deg(z), so that knowing somebody in common
who knows few says more than knowing somebody everybody knows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from plausch.insights.measures.graph import Contacts, Floats, Ints
from plausch.insights.measures.lines import Progress, no_progress

VERSION = "resource allocation 1"

#: How many paths over a common contact are followed at once, which bounds memory.
_PATHS_AT_ONCE = 8_000_000
#: More than any score can be.
_FAR = 1e12
#: Less than any two scores differ by: it only puts those in order who have no common contact.
_APART = 1e-12


@dataclass(frozen=True)
class Suggestions:
    """Each a person, another whom they have no contact with yet, and the score; the best first for each person."""

    person: Ints
    other: Ints
    score: Floats


def suggest(contacts: Contacts, person: int, most: int = 10) -> Suggestions:
    """Whom this person might like to meet."""
    known = contacts.neighbours(person)
    degree = contacts.degree[known]
    ends = np.cumsum(degree)
    # The entries of the contacts' rows, one row after the other.
    where = np.arange(ends[-1] if len(ends) else 0) + np.repeat(contacts.matrix.indptr[known] - (ends - degree), degree)
    reached = contacts.matrix.indices[where]
    other, index = np.unique(reached, return_inverse=True)
    score = np.bincount(index, weights=np.repeat(1 / degree, degree), minlength=len(other))
    new = ~np.isin(other, known) & (other != person)
    best = _best(other[new].astype(np.int32), score[new], most)
    chosen, scores = other[new][best].astype(np.int32), score[new][best]
    return Suggestions(np.full(len(chosen), person, dtype=np.int32), chosen, scores)


def suggest_to_all(
    contacts: Contacts, most: int = 10, progress: Progress = no_progress, nearest: int | None = None
) -> Suggestions:
    """The same for everybody; with `nearest` only by so many contacts of each, those they have most to do with."""
    if not contacts.people:
        nobody = np.empty(0, dtype=np.int32)
        return Suggestions(nobody, nobody, np.empty(0))
    known = _known(contacts)
    shares = _shares(contacts)
    by = shares if nearest is None else _nearest(contacts, shares, nearest)
    others: list[Ints] = []
    scores: list[Floats] = []
    counts = np.zeros(contacts.people, dtype=np.int64)
    for part in _parts(_paths(contacts, by)):
        start, end = part.start, part.stop
        # Whom one knows already is pushed below nothing.
        found = (by[part] @ known - known[part] * _FAR).tocsr()
        for person in range(start, end):
            first, last = found.indptr[person - start : person - start + 2]
            other, score = found.indices[first:last], found.data[first:last]
            new = (score > 0) & (other != person)
            other, score = other[new], score[new]
            best = _best(other, score, most)
            others.append(other[best])
            scores.append(score[best])
            counts[person] = len(best)
        progress(end / contacts.people)
    persons = np.repeat(np.arange(contacts.people, dtype=np.int32), counts)
    return Suggestions(persons, np.concatenate(others).astype(np.int32), np.concatenate(scores))


def _nearest(contacts: Contacts, shares: sp.csr_array, most: int) -> sp.csr_array:
    """Of each row only the entries of the strongest contacts."""
    rows = np.repeat(np.arange(contacts.people, dtype=np.int32), contacts.degree)
    order = np.lexsort((-contacts.matrix.data, rows))
    place = np.arange(len(order)) - np.repeat(contacts.matrix.indptr[:-1], contacts.degree)
    kept = np.sort(order[place < most])
    ends = np.append(0, np.cumsum(np.minimum(contacts.degree, most)))
    return sp.csr_array((shares.data[kept], shares.indices[kept], ends), shape=shares.shape)


def score_pairs(contacts: Contacts, one: Ints, other: Ints) -> Floats:
    """The score of each pair, whether they know each other or not.

    A pair without a common contact gets next to nothing: just enough to tell how well they are joined over two others.
    """
    known = _known(contacts)
    shares = _shares(contacts)
    # The score is the same from both ends; two steps are taken from the one where they are fewer.
    paths = _paths(contacts, shares)
    start, end = np.where(paths[one] <= paths[other], [one, other], [other, one])
    scores = np.zeros(len(one))
    for part in _parts(contacts.degree[start]):
        scores[part] = shares[start[part]].multiply(known[end[part]]).sum(axis=1)
    apart = np.flatnonzero(scores == 0)
    for part in _parts(paths[start[apart]]):
        pairs = apart[part]
        scores[pairs] = _APART * (shares[start[pairs]] @ shares).multiply(known[end[pairs]]).sum(axis=1)
    return scores


def _known(contacts: Contacts) -> sp.csr_array:
    """1 where two know each other."""
    matrix = contacts.matrix
    return sp.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)


def _shares(contacts: Contacts) -> sp.csr_array:
    """1/deg(z) where somebody knows z."""
    matrix = contacts.matrix
    return sp.csr_array((1 / contacts.degree[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape)


def _paths(contacts: Contacts, by: sp.csr_array) -> NDArray[np.int64]:
    """How many ways of two steps begin at each person; the first of them as `by` says."""
    ends = np.append(contacts.degree[by.indices], 0)
    paths = np.add.reduceat(ends, by.indptr[:-1], dtype=np.int64)
    paths[contacts.degree == 0] = 0
    return paths


def _parts(costs: NDArray[np.integer]) -> Iterator[slice]:
    """One part after the other, each with costs of about `_PATHS_AT_ONCE`."""
    part = np.cumsum(costs + 1, dtype=np.int64) // _PATHS_AT_ONCE
    ends = [*(np.flatnonzero(np.diff(part)) + 1).tolist(), len(costs)]
    start = 0
    for end in ends:
        yield slice(start, end)
        start = end


def _best(other: Ints, score: Floats, most: int) -> NDArray[np.intp]:
    """Where the highest scores are, from the highest down; of equals whoever comes first."""
    where = np.arange(len(score))
    if len(score) > most:
        where = np.flatnonzero(score >= np.partition(score, -most)[-most])
    return where[np.lexsort((other[where], -score[where]))][:most]
