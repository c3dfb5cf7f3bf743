"""Standing, that is who makes opinions: the geometric mean of spread, esteem and bridging.

It asks for all three at once because each alone can be had by being loud or by arranging it. A ring of puppets that
turn to each other is one community, so the hundredth of them adds little bridging, and it has no esteem but what
everybody is given, which it can only move about.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from plausch.insights.measures.graph import Floats, Ints

VERSION = "standing 1"

#: So many posts' worth of the community's mean stands beside a person's own.
_SHRINK = 5
_OWN_VOICES = 5


def spread(author: Ints, size: Ints, people: int) -> Floats:
    """The mean ln(cascade size) of everybody's posts, shrunk to the community's mean; an author and a size a post."""
    reached = np.log(size)
    posts = np.bincount(author, minlength=people)
    total = np.bincount(author, weights=reached, minlength=people)
    mean = float(reached.mean()) if len(reached) else 0.0
    shrunk: Floats = (total + _SHRINK * mean) / (posts + _SHRINK)
    return shrunk


def bridging(graph: sp.csr_array, community: Ints) -> Floats:
    """Sum over communities of the square root of how many different people of it turned to each person.

    A community speaks with at most `_OWN_VOICES` more than there are people elsewhere who turn to it. That leaves
    those alone that others take part in, but a ring of puppets who have nobody but each other is heard as if it were
    a handful. Where there is hardly an elsewhere, since half of all are in it, a community has all its voices.
    """
    people = graph.shape[0]
    communities = int(community.max()) + 1
    responder = np.repeat(community, np.diff(graph.indptr))
    voices = _counted(graph.indices, responder, (people, communities))
    from_elsewhere = responder != community[graph.indices]
    who = np.repeat(np.arange(people, dtype=np.int32), np.diff(graph.indptr))[from_elsewhere]
    heard_by = _counted(who, community[graph.indices[from_elsewhere]], (people, communities))
    outsiders = np.bincount(heard_by.indices, minlength=communities)
    most = np.where(2 * np.bincount(community, minlength=communities) >= people, people, _OWN_VOICES + outsiders)
    counted = np.sqrt(np.minimum(voices.data, most[voices.indices]))
    person = np.repeat(np.arange(people), np.diff(voices.indptr))
    return np.asarray(np.bincount(person, weights=counted, minlength=people), dtype=np.float64)


def _counted(row: Ints, column: Ints, shape: tuple[int, int]) -> sp.csr_array:
    """How often each row and column come together."""
    matrix = sp.coo_array((np.ones(len(row)), (row, column)), shape=shape).tocsr()
    matrix.sum_duplicates()
    return matrix


def standing(parts: Sequence[Floats | None]) -> Floats:
    """The geometric mean of the parts, each as a share of its largest value. A part that is None is not asked for."""
    known = [part / part.max() for part in parts if part is not None and part.max() > 0]
    if not known:
        raise ValueError("standing without any part")
    with np.errstate(divide="ignore"):
        mean = np.exp(np.log(np.stack(known)).mean(axis=0))
    return np.asarray(mean, dtype=np.float64)


def ranked(standing: Floats, esteem: Floats) -> Ints:
    """Everybody from the highest standing down; of equals the more esteemed first, then the order they came in."""
    return np.lexsort((-esteem, -standing)).astype(np.int32)
