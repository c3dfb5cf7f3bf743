"""Communities of interest: Leiden's method for the best modularity, the best of some runs, and who belongs to several.

Label propagation is not offered: on real data it ends in one single community.
"""

import random
from dataclasses import dataclass

import igraph
import numpy as np
import scipy.sparse as sp

from plausch.insights.measures.graph import Contacts, Floats, Ints
from plausch.insights.measures.lines import Progress, no_progress

VERSION = "leiden 1"

#: Of a person's weight, from which on they belong to a community beside their own.
BELONGS = 0.2
_LARGE = 1_000_000
_MOST_RUNS = 50
_PAIRS_IN_ALL_RUNS = 500_000


@dataclass(frozen=True)
class Partition:
    """The community of each person, numbered from the largest, and how good that is at resolution 1."""

    community: Ints
    modularity: float

    @property
    def count(self) -> int:
        return int(self.community.max()) + 1 if self.community.size else 0


@dataclass(frozen=True)
class Memberships:
    """Each a person, a community and the share of the person's weight that it holds; their own community first."""

    person: Ints
    community: Ints
    share: Floats


def usual_runs(pairs: int) -> int:
    """As many as one waits for: 50 on small networks, 1 on large ones."""
    return max(1, min(_MOST_RUNS, _PAIRS_IN_ALL_RUNS // max(pairs, 1)))


def find_communities(
    contacts: Contacts,
    *,
    resolution: float = 1.0,
    seed: int = 1,
    runs: int | None = None,
    previous: Ints | None = None,
    progress: Progress = no_progress,
) -> Partition:
    """The best of some runs of Leiden. More `resolution` gives more and smaller communities.

    `previous` is where a run starts from, so that communities keep from day to day what has not changed.
    """
    network = contacts.as_igraph()
    weights = contacts.weights()
    pairs = network.ecount()
    # Handed over at each call: kept as an attribute they would take twice the room.
    strengths = None if weights is None else weights.tolist()
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 - chance that can be repeated, no secret
    best: igraph.VertexClustering | None = None
    best_quality = -np.inf
    runs = runs or usual_runs(pairs)
    for run in range(runs):
        found = network.community_leiden(
            objective_function="modularity",
            weights=strengths,
            resolution=resolution,
            initial_membership=None if previous is None else previous.tolist(),
            n_iterations=2 if pairs > _LARGE else -1,
        )
        quality = network.modularity(found.membership, weights=strengths, resolution=resolution) if pairs else 0.0
        if best is None or quality > best_quality + 1e-12:
            best, best_quality = found, quality
        progress((run + 1) / runs)
    assert best is not None
    membership = np.asarray(best.membership, dtype=np.int32)
    modularity = network.modularity(best.membership, weights=strengths) if pairs else 0.0
    return Partition(_from_the_largest(membership), float(modularity))


def _from_the_largest(membership: Ints) -> Ints:
    """Number the communities by size; of equals the one whose first member comes first."""
    names, first, sizes = np.unique(membership, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = np.empty(len(names), dtype=np.int32)
    number[order] = np.arange(len(names), dtype=np.int32)
    return number[np.searchsorted(names, membership)]


def belonging(contacts: Contacts, partition: Partition, least: float = BELONGS) -> Memberships:
    """Everybody in their own community, and in each other one that holds at least `least` of their weight."""
    people = contacts.people
    own = partition.community
    rows = np.repeat(np.arange(people, dtype=np.int32), contacts.degree)
    held = sp.coo_array(
        (contacts.matrix.data, (rows, own[contacts.matrix.indices])), shape=(people, partition.count)
    ).tocsr()
    held.sum_duplicates()
    total = np.asarray(held.sum(axis=1), dtype=np.float64)
    person = np.repeat(np.arange(people, dtype=np.int32), np.diff(held.indptr))
    community = held.indices.astype(np.int32)
    share = held.data / total[person]
    beside = (community != own[person]) & (share >= least)
    at_home = np.zeros(people)
    home = community == own[person]
    at_home[person[home]] = share[home]
    # Whoever has no contacts is all of their community.
    at_home[total == 0] = 1.0
    persons = np.concatenate([np.arange(people, dtype=np.int32), person[beside]])
    communities = np.concatenate([own, community[beside]])
    shares = np.concatenate([at_home, share[beside]])
    order = np.lexsort((-shares, communities != own[persons], persons))
    return Memberships(persons[order], communities[order], shares[order])
