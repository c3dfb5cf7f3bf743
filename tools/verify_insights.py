"""Holds the measures against published figures of real networks, which are not part of the repository.

    python -m tools.verify_insights FOLDER             prints a table of figure, published, reached
    python -m tools.verify_insights FOLDER --only ring

FOLDER has `classic/*.json.gz`, `email-eu-core/` and `higgs/`. The exit code is 1 when a figure is not reached.
"""

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import igraph
import numpy as np

from plausch.insights.measures import communities, cores, pagerank, standing, suggestions
from plausch.insights.measures.edges import EdgeList, read_edges
from plausch.insights.measures.graph import Contacts, Ints, contacts, interactions
from plausch.insights.model import cascades

_MODULARITY = {"karate": 0.4198, "dolphins": 0.5285, "lesmis": 0.5600, "polbooks": 0.5272, "football": 0.6046}
_SEEDS = 5
#: So many people are asked for suggestions one by one.
_ASKED = 500


class Row(NamedTuple):
    figure: str
    published: str
    reached: str
    good: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=CHECKS, help="one part of it")
    arguments = parser.parse_args()
    good = True
    print(f"{'figure':<66}  {'published':<12}  reached")
    for name, check in CHECKS.items():
        if arguments.only in (None, name):
            for row in check(arguments.folder):
                print(f"{row.figure:<66}  {row.published:<12}  {row.reached}{'' if row.good else '   NOT REACHED'}")
                sys.stdout.flush()
                good &= row.good
    return 0 if good else 1


def _modularity(folder: Path) -> Iterator[Row]:
    for name, published in _MODULARITY.items():
        network, _ = _classic(folder, name)
        found = communities.find_communities(network, runs=50)
        good = abs(found.modularity - published) <= 1e-4
        yield Row(f"modularity of {name}, best of 50", f"{published:.4f}", f"{found.modularity:.5f}", good)


def _truth(folder: Path) -> Iterator[Row]:
    for name, published in (("football", 0.93), ("polbooks", 0.56)):
        network, groups = _classic(folder, name)
        for resolution in (1.0, 2.0):
            found = communities.find_communities(network, runs=50, resolution=resolution)
            nmi = igraph.compare_communities(found.community.tolist(), groups, method="nmi")
            figure = f"NMI of {name} to its truth, resolution {resolution:g} (for information)"
            yield Row(figure, f"{published}", f"{nmi:.4f}", True)
    edges = _email(folder)
    network = _plain(edges)
    lines = gzip.decompress((folder / "email-eu-core" / "departments.txt.gz").read_bytes()).decode().split("\n")
    department = dict(line.split() for line in lines if line.strip())
    groups = [int(department[name]) for name in edges.names]
    reached = []
    for seed in range(_SEEDS):
        found = communities.find_communities(network, seed=seed)
        reached.append(igraph.compare_communities(found.community.tolist(), groups, method="nmi"))
    yield Row(f"NMI of email-Eu-core, worst of {_SEEDS} seeds", ">= .58", f"{min(reached):.4f}", min(reached) >= 0.58)


def _suggestions(folder: Path) -> Iterator[Row]:
    edges = _email(folder)
    network = _plain(edges)
    pairs = network.pairs()
    as_written = np.column_stack([edges.source, edges.target])[edges.source != edges.target]
    for what, hidden_of in (("pairs", pairs), ("lines", as_written)):
        reached = [_auc(network, hidden_of, seed) for seed in range(2 * _SEEDS)]
        mean, least = np.mean(reached), min(reached)
        figure = f"AUC of suggestions, 10 % of {what} hidden, mean of {2 * _SEEDS}"
        yield Row(figure, ">= .95", f"{mean:.4f} ({least:.4f} to {max(reached):.4f})", bool(mean >= 0.95))
    mention = _plain(read_edges(folder / "higgs" / "mention.edgelist.gz"))
    for name, crowd in (("email-Eu-core", network), ("Enron", _classic(folder, "email-Enron")[0]), ("Higgs", mention)):
        asked = np.random.default_rng(1).choice(crowd.people, _ASKED, replace=False).tolist()
        suggestions.suggest(crowd, asked[0])  # what is loaded the first time is no part of it
        took = sorted(_milliseconds(crowd, person) for person in asked)
        median, worst = took[len(took) // 2], took[-1]
        figure = f"suggestions for one of {name}: median and most of {_ASKED}"
        yield Row(figure, "<= 5 ms", f"{median:.2f} and {worst:.2f} ms", median <= 5)


def _milliseconds(network: Contacts, person: int) -> float:
    began = time.perf_counter()
    suggestions.suggest(network, person)
    return 1_000 * (time.perf_counter() - began)


def _auc(network: Contacts, edges: Ints, seed: int) -> float:
    """How probably a hidden edge is scored above a pair that never met."""
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(edges))
    hidden, rest = np.split(edges[order], [len(edges) // 10])
    seen = contacts(interactions(rest[:, 0], rest[:, 1], np.ones(len(rest)), network.people))
    others = chance.integers(network.people, size=(2 * len(hidden), 2)).astype(np.int32)
    met = network.matrix.astype(bool).toarray()
    strangers = others[(others[:, 0] != others[:, 1]) & ~met[others[:, 0], others[:, 1]]]
    right = suggestions.score_pairs(seen, hidden[:, 0], hidden[:, 1])
    wrong = np.sort(suggestions.score_pairs(seen, strangers[:, 0], strangers[:, 1]))
    above = np.searchsorted(wrong, right, "left") + np.searchsorted(wrong, right, "right")
    return float(above.mean() / 2 / len(wrong))


def _pagerank(folder: Path) -> Iterator[Row]:
    for name in ("mention", "reply"):
        edges = read_edges(folder / "higgs" / f"{name}.edgelist.gz")
        for log in (False, True):
            people = len(edges.names)
            matrix = interactions(edges.source, edges.target, edges.amount, people, log=log)
            rows = np.repeat(np.arange(people), np.diff(matrix.indptr))
            network = igraph.Graph(n=people, edges=np.column_stack([rows, matrix.indices]), directed=True)
            expected = np.array(network.pagerank(weights=matrix.data.tolist(), damping=0.85))
            distance = float(np.abs(pagerank.pagerank(matrix) - expected).sum())
            figure = f"PageRank of Higgs {name}, {'log' if log else 'raw'} weights: L1 to igraph's"
            yield Row(figure, "<= 1e-6", f"{distance:.1e}", distance <= 1e-6)


def _cores(folder: Path) -> Iterator[Row]:
    largest = int(cores.cores(_classic(folder, "email-Enron")[0]).max())
    yield Row("largest k of Enron's cores", "43", str(largest), largest == 43)


def _virality(_: Path) -> Iterator[Row]:
    size = 1_000
    star = cascades.measure([cascades.ROOT] + [0] * (size - 1), [0.0] * size).virality
    chain = cascades.measure([cascades.ROOT, *range(size - 1)], [0.0] * size).virality
    yield Row(f"structural virality, star of {size}", "2(n-1)/n", f"{star}", star == 2 * (size - 1) / size)
    yield Row(f"structural virality, chain of {size}", "(n+1)/3", f"{chain}", chain == (size + 1) / 3)
    chance = random.Random(1)
    furthest = 0.0
    for size in range(2, 202):
        parents = [cascades.ROOT, *(chance.randrange(node) for node in range(1, size))]
        found = cascades.measure(parents, [0.0] * size).virality or 0
        pairs = list(zip(parents[1:], range(1, size), strict=True))
        walked = igraph.Graph(n=size, edges=pairs).average_path_length()
        furthest = max(furthest, abs(found - walked))
    figure = "structural virality, 200 random trees: furthest from all distances"
    yield Row(figure, "<= 1e-12", f"{furthest:.1e}", furthest <= 1e-12)


def _ring(folder: Path) -> Iterator[Row]:
    edges = read_edges(folder / "higgs" / "mention.edgelist.gz")
    for log in (True, False):
        for puppets in (20, 50, 100):
            for bought in (3, 10):
                best = _ranks_of_ring(edges, puppets, bought, log=log)
                first, second = int(best[0]), int(best[1])
                good = first > 100 and (best <= 1_000).sum() <= 2
                figure = f"ring of {puppets}, {bought} real mentions, {'log' if log else 'raw'} weights: best ranks"
                yield Row(figure, ">100, >1,000", f"{first:,} and {second:,}", bool(good))


def _ranks_of_ring(edges: EdgeList, puppets: int, bought: int, *, log: bool) -> Ints:
    """The ranks of the target and its puppets in standing, the best first."""
    target = len(edges.names)
    ring = range(target + 1, target + 1 + puppets)
    rows = [(puppet, target, 200) for puppet in ring]
    rows += [(puppet, other, 50) for puppet in ring for other in ring if puppet != other]
    rows += [(target, puppet, 20) for puppet in ring]
    rows += [(int(real), target, 1) for real in np.random.default_rng(bought).choice(target, bought, replace=False)]
    source, aim, amount = np.array(rows).T
    people = target + 1 + puppets
    matrix = interactions(
        np.append(edges.source, source.astype(np.int32)),
        np.append(edges.target, aim.astype(np.int32)),
        np.append(edges.amount, amount.astype(float)),
        people,
        log=log,
    )
    partition = communities.find_communities(contacts(matrix), runs=1)
    esteem = pagerank.pagerank(matrix)
    found = standing.standing([esteem, standing.bridging(matrix, partition.community)])
    rank = np.empty(people, dtype=np.int32)
    rank[standing.ranked(found, esteem)] = np.arange(1, people + 1)
    return np.sort(rank[target:])


def _classic(folder: Path, name: str) -> tuple[Contacts, list[int]]:
    """A network in which every contact counts the same, and the true groups where they are known."""
    content = json.loads(gzip.decompress((folder / "classic" / f"{name}.json.gz").read_bytes()))
    pairs = np.array([edge[:2] for edge in content["edges"]], dtype=np.int32)
    people = content["n"]
    both = np.concatenate([pairs, pairs[:, ::-1]])
    # Each edge once, however often and in whichever direction the file has it.
    once = np.unique(both[both[:, 0] < both[:, 1]], axis=0)
    groups = np.unique(content["vertex"].get("value", []), return_inverse=True)[1].tolist()
    return contacts(interactions(once[:, 0], once[:, 1], np.ones(len(once)), people)), groups


def _email(folder: Path) -> EdgeList:
    return read_edges(folder / "email-eu-core" / "edges.txt.gz")


def _plain(edges: EdgeList) -> Contacts:
    return contacts(interactions(edges.source, edges.target, edges.amount, len(edges.names)))


CHECKS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "modularity": _modularity,
    "truth": _truth,
    "suggestions": _suggestions,
    "pagerank": _pagerank,
    "cores": _cores,
    "virality": _virality,
    "ring": _ring,
}

if __name__ == "__main__":
    sys.exit(main())
