"""Who should meet whom: resource allocation. Each common contact z adds 1/deg(z), so that knowing somebody in common
who knows few says more than knowing somebody everybody knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from plausch.insights.measures.graph import Contacts, Floats, Ints
from plausch.insights.measures.lines import Progress, no_progress

VERSION = "resource allocation 1"

#: How many paths over a common contact are followed at once, which bounds memory.
_PATHS_AT_ONCE = 8_000_000
#: Everybody is close where a person has more ways of two steps than such a part of all people.
_CLOSE = 4
#: After how many people it is told how far it has come.
_TOLD = 500
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
    reached, weights = _two_steps(contacts, known)
    other, index = np.unique(reached, return_inverse=True)
    score = np.bincount(index, weights=weights, minlength=len(other))
    new = ~np.isin(other, known) & (other != person)
    best = _best(other[new].astype(np.int32), score[new], most)
    chosen, scores = other[new][best].astype(np.int32), score[new][best]
    return Suggestions(np.full(len(chosen), person, dtype=np.int32), chosen, scores)


def suggest_to_all(contacts: Contacts, most: int = 10, progress: Progress = no_progress) -> Suggestions:
    """The same for everybody."""
    if not contacts.people:
        nobody = np.empty(0, dtype=np.int32)
        return Suggestions(nobody, nobody, np.empty(0))
    paths = _paths(contacts)
    # Where two steps lead to nearly everybody, counting into a row for everybody is several times as fast.
    rows = _full_rows(contacts) if paths.mean() > contacts.people / _CLOSE else _rows(contacts, paths)
    others: list[Ints] = []
    scores: list[Floats] = []
    counts = np.zeros(contacts.people, dtype=np.int64)
    for person, (other, score) in enumerate(rows):
        new = np.flatnonzero(score > 0)
        new = new[other[new] != person]
        other, score = other[new], score[new]
        best = _best(other, score, most)
        others.append(other[best])
        scores.append(score[best])
        counts[person] = len(best)
        if person % _TOLD == 0:
            progress(person / contacts.people)
    persons = np.repeat(np.arange(contacts.people, dtype=np.int32), counts)
    return Suggestions(persons, np.concatenate(others).astype(np.int32), np.concatenate(scores))


def _rows(contacts: Contacts, paths: NDArray[np.int64]) -> Iterator[tuple[Ints, Floats]]:
    """Of one person after the other, whom two steps lead to; whom one knows already is pushed below nothing."""
    known = _known(contacts)
    shares = _shares(contacts)
    for part in _parts(paths):
        found = (shares[part] @ known - known[part] * _FAR).tocsr()
        for first, last in pairwise(found.indptr.tolist()):
            yield found.indices[first:last], found.data[first:last]


def _full_rows(contacts: Contacts) -> Iterator[tuple[Ints, Floats]]:
    """The same with everybody in each row."""
    everybody = np.arange(contacts.people, dtype=np.int32)
    for person in range(contacts.people):
        known = contacts.neighbours(person)
        reached, weights = _two_steps(contacts, known)
        score: Floats = np.bincount(reached, weights=weights, minlength=contacts.people).astype(np.float64, copy=False)
        score[known] = 0
        yield everybody, score


def _two_steps(contacts: Contacts, known: Ints) -> tuple[Ints, Floats]:
    """The contacts of some people, one's after the other's, and what each of these ways brings."""
    degree = contacts.degree[known]
    ends = np.cumsum(degree)
    # The entries of the contacts' rows, one row after the other.
    where = np.arange(ends[-1] if len(ends) else 0) + np.repeat(contacts.matrix.indptr[known] - (ends - degree), degree)
    return contacts.matrix.indices[where], np.repeat(1 / degree, degree)


def score_pairs(contacts: Contacts, one: Ints, other: Ints) -> Floats:
    """The score of each pair, whether they know each other or not.

    A pair without a common contact gets next to nothing: just enough to tell how well they are joined over two others.
    """
    known = _known(contacts)
    shares = _shares(contacts)
    # The score is the same from both ends; two steps are taken from the one where they are fewer.
    paths = _paths(contacts)
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


def _paths(contacts: Contacts) -> NDArray[np.int64]:
    """How many ways of two steps begin at each person."""
    ends = np.append(contacts.degree[contacts.matrix.indices], 0)
    paths = np.add.reduceat(ends, contacts.matrix.indptr[:-1], dtype=np.int64)
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
