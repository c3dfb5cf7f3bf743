"""Networks to measure: generated ones, and those that igraph brings along."""

import igraph
import numpy as np
import scipy.sparse as sp

from plausch.insights.measures.graph import Contacts, Floats, Ints, contacts, interactions


def famous(name: str) -> Contacts:
    """One of igraph's, every contact alike."""
    return undirected(igraph.Graph.Famous(name))


def undirected(network: igraph.Graph) -> Contacts:
    pairs = np.array(network.get_edgelist(), dtype=np.int32).reshape(-1, 2)
    amount = np.ones(len(pairs))
    return contacts(interactions(pairs[:, 0], pairs[:, 1], amount, network.vcount(), log=False))


def conversation(people: int, interactions_each: int, seed: int) -> tuple[Ints, Ints, Floats]:
    """Who turned to whom how often in a community of circles of forty, with a few whom many listen to.

    Person 0 and every fortieth after that is listened to; most of it stays in the circle.
    """
    chance = np.random.default_rng(seed)
    count = people * interactions_each
    source = chance.integers(people, size=count)
    circle = source // 40 * 40
    liked = np.minimum((40 * chance.pareto(1.2, count)).astype(int) // 8, 39)
    elsewhere = chance.integers(people // 40, size=count) * 40 + liked
    target = np.where(chance.random(count) < 0.7, circle + liked, elsewhere) % people
    return source.astype(np.int32), target.astype(np.int32), np.ones(count)


def with_ring(
    network: tuple[Ints, Ints, Floats], people: int, puppets: int, bought: int, seed: int
) -> tuple[Ints, Ints, Floats]:
    """Puppets after all the people, and before them whom they are to raise: `people` is the target's number."""
    chance = np.random.default_rng(seed)
    ring = range(people + 1, people + 1 + puppets)
    rows = [(puppet, people, 200) for puppet in ring]
    rows += [(puppet, other, 50) for puppet in ring for other in ring if puppet != other]
    rows += [(people, puppet, 20) for puppet in ring]
    rows += [(real, people, 1) for real in chance.choice(people, bought, replace=False).tolist()]
    source, target, amount = np.array(rows).T
    return (
        np.concatenate([network[0], source.astype(np.int32)]),
        np.concatenate([network[1], target.astype(np.int32)]),
        np.concatenate([network[2], amount.astype(float)]),
    )


def dense(matrix: sp.csr_array) -> Floats:
    return np.asarray(matrix.toarray(), dtype=np.float64)
