"""A network from a file, measured: what `plausch insights graph` finds out and writes."""

import csv
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from plausch.insights.measures import communities, cores, graph, pagerank, standing, suggestions
from plausch.insights.measures.edges import EdgeList
from plausch.insights.measures.graph import Floats, Ints

METHODS = {
    "interactions": graph.VERSION,
    "standing": standing.VERSION,
    "esteem": pagerank.VERSION,
    "communities": communities.VERSION,
    "suggestions": suggestions.VERSION,
    "cores": cores.VERSION,
}

#: What `write` makes.
FILES = ("standing.csv", "communities.csv", "suggestions.csv", "pairs.csv", "cores.csv", "summary.json")

#: Is told what is being done, and which share of that is done.
Watch = Callable[[str, float], None]


@dataclass(frozen=True)
class Options:
    seed: int = 1
    resolution: float = 1.0
    log: bool = True


@dataclass(frozen=True)
class Analysis:
    """All figures of a network; arrays are by node."""

    names: list[str]
    edges: int
    partition: communities.Partition
    memberships: communities.Memberships
    esteem: Floats
    bridging: Floats
    standing: Floats
    cores: Ints
    suggestions: suggestions.Suggestions
    pairs: list[tuple[str, str, float]] | None


def analyse(edges: EdgeList, options: Options, watch: Watch, pairs: EdgeList | None = None) -> Analysis:
    """Measure everything there is to measure."""
    people = len(edges.names)
    amount = edges.amount
    if edges.time is not None:
        amount = graph.decayed(amount, edges.time.max() - edges.time)
    matrix = graph.interactions(edges.source, edges.target, amount, people, log=options.log)
    watch("esteem", 0)
    esteem = pagerank.pagerank(matrix)
    watch("communities", 0)
    contacts = graph.contacts(matrix)
    partition = communities.find_communities(
        contacts,
        resolution=options.resolution,
        seed=options.seed,
        progress=lambda share: watch("communities", share),
    )
    bridging = standing.bridging(matrix, partition.community)
    return Analysis(
        names=edges.names,
        edges=matrix.nnz,
        partition=partition,
        memberships=communities.belonging(contacts, partition),
        esteem=esteem,
        bridging=bridging,
        standing=standing.standing([esteem, bridging]),
        cores=cores.cores(contacts),
        suggestions=suggestions.suggest_to_all(contacts, progress=lambda share: watch("suggestions", share)),
        pairs=None if pairs is None else _score(edges, contacts, pairs),
    )


def _score(edges: EdgeList, contacts: graph.Contacts, pairs: EdgeList) -> list[tuple[str, str, float]]:
    """The given pairs with their score, which is 0 with somebody who is not in the network."""
    number = {name: place for place, name in enumerate(edges.names)}
    here = np.array([number.get(name, -1) for name in pairs.names], dtype=np.int32)
    one, other = here[pairs.source], here[pairs.target]
    known = (one >= 0) & (other >= 0)
    scores = np.zeros(len(one))
    scores[known] = suggestions.score_pairs(contacts, one[known], other[known])
    names = pairs.names
    return [
        (names[first], names[second], score)
        for first, second, score in zip(pairs.source.tolist(), pairs.target.tolist(), scores.tolist(), strict=True)
    ]


def write(found: Analysis, options: Options, folder: Path, began: float) -> None:
    """The files; `began` is when the work did, by the monotonic clock."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_standing(found, folder / "standing.csv")
    names = found.names
    belongs = found.memberships
    rows = zip(belongs.person.tolist(), belongs.community.tolist(), belongs.share.tolist(), strict=True)
    _write_csv(
        folder / "communities.csv",
        ("node", "community", "share"),
        ((names[person], community, _number(share)) for person, community, share in rows),
    )
    meet = found.suggestions
    meetings = zip(meet.person.tolist(), meet.other.tolist(), meet.score.tolist(), strict=True)
    _write_csv(
        folder / "suggestions.csv",
        ("node", "other", "score"),
        ((names[person], names[other], _number(score)) for person, other, score in meetings),
    )
    if found.pairs is not None:
        scored = ((one, other, _number(score)) for one, other, score in found.pairs)
        _write_csv(folder / "pairs.csv", ("node", "other", "score"), scored)
    _write_csv(folder / "cores.csv", ("node", "k"), zip(names, found.cores.tolist(), strict=True))
    summary = {
        "nodes": len(names),
        "edges": found.edges,
        "communities": found.partition.count,
        "modularity": found.partition.modularity,
        "largest_k": int(found.cores.max()),
        "seed": options.seed,
        "resolution": options.resolution,
        "weights": "log" if options.log else "raw",
        "seconds": round(time.monotonic() - began, 3),
        "methods": METHODS,
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


def _write_standing(found: Analysis, path: Path) -> None:
    """From the highest standing down. A network says nothing of posts, so that spread is empty."""
    order = standing.ranked(found.standing, found.esteem)
    rows = zip(
        order.tolist(),
        found.standing[order].tolist(),
        found.esteem[order].tolist(),
        found.bridging[order].tolist(),
        strict=True,
    )
    _write_csv(
        path,
        ("node", "rank", "standing", "spread", "esteem", "bridging"),
        (
            (found.names[node], rank, _number(mean), "", _number(esteem), _number(bridging))
            for rank, (node, mean, esteem, bridging) in enumerate(rows, 1)
        ),
    )


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _number(value: float) -> str:
    return f"{value:.12g}"
