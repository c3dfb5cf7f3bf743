"""What the measures cost on a large network, made up: CPU seconds and the most memory of each.

    python -m tools.measure_insights                      10 million interactions among 1 million people
    python -m tools.measure_insights --people 100000 --interactions 1000000

Each measure runs in a process of its own, which reads the network from a snapshot as a server would. The memory
is that of the whole process, libraries included.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from plausch.insights.measures import communities, cores, pagerank, standing, suggestions
from plausch.insights.measures.graph import Floats, contacts, interactions

_CIRCLE = 500
_PEOPLE_ASKED = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--interactions", type=int, default=10_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.folder:
        STEPS[arguments.step](arguments.folder, arguments.people, arguments.interactions)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        size = ["--people", str(arguments.people), "--interactions", str(arguments.interactions)]
        for step in STEPS:
            command = [sys.executable, "-m", "tools.measure_insights", *size, "--folder", folder, "--step", step]
            subprocess.run(command, check=True)
    return 0


def _make_up(folder: Path, people: int, count: int) -> None:
    """Circles of 500 in which few are turned to by many; two thirds of all interactions stay in the circle.

    Who is in a circle has numbers far apart, as in reality, which costs a processor more than neighbours do.
    """
    chance = np.random.default_rng(1)
    source = chance.integers(people, size=count, dtype=np.int32)
    circles = people // _CIRCLE
    elsewhere = (circles * chance.random(count) ** 2).astype(np.int32)
    circle = np.where(chance.random(count) < 0.67, np.minimum(source // _CIRCLE, circles - 1), elsewhere)
    liked = np.minimum(_CIRCLE * chance.random(count) ** 3, _CIRCLE - 1).astype(np.int32)
    number = chance.permutation(people).astype(np.int32)
    np.save(folder / "source.npy", number[source])
    np.save(folder / "target.npy", number[circle * _CIRCLE + liked])


def _add_up(folder: Path, people: int, count: int) -> None:
    source, target = np.load(folder / "source.npy"), np.load(folder / "target.npy")
    began = time.process_time()
    matrix = interactions(source, target, np.ones(count), people)
    _report(f"adding up {count:,} interactions of {people:,} people, {matrix.nnz:,} edges", began)
    sp.save_npz(folder / "matrix.npz", matrix, compressed=False)


def _esteem(folder: Path, people: int, count: int) -> None:
    matrix = _snapshot(folder)
    began = time.process_time()
    esteem = pagerank.pagerank(matrix)
    _report("PageRank", began)
    np.save(folder / "esteem.npy", esteem)


def _communities(folder: Path, people: int, count: int) -> None:
    network = contacts(_snapshot(folder))
    began = time.process_time()
    found = communities.find_communities(network, runs=1)
    _report(
        f"communities, {len(network.pairs()):,} pairs, modularity {found.modularity:.3f}, {found.count:,} found", began
    )
    np.save(folder / "community.npy", found.community)


def _standing(folder: Path, people: int, count: int) -> None:
    matrix, community = _snapshot(folder), np.load(folder / "community.npy")
    esteem: Floats = np.load(folder / "esteem.npy")
    began = time.process_time()
    standing.standing([esteem, standing.bridging(matrix, community)])
    _report("bridging and standing", began)


def _cores(folder: Path, people: int, count: int) -> None:
    network = contacts(_snapshot(folder))
    began = time.process_time()
    cores.cores(network)
    _report("k-cores", began)


def _one(folder: Path, people: int, count: int) -> None:
    network = contacts(_snapshot(folder))
    spent = []
    for person in np.random.default_rng(2).integers(people, size=_PEOPLE_ASKED).tolist():
        began = time.process_time()
        suggestions.suggest(network, person)
        spent.append(1_000 * (time.process_time() - began))
    median, most = float(np.median(spent)), max(spent)
    print(f"suggestions for one of {_PEOPLE_ASKED} people: median {median:.2f} ms, most {most:.2f} ms")


def _snapshot(folder: Path) -> sp.csr_array:
    return sp.load_npz(folder / "matrix.npz")


def _report(what: str, began: float) -> None:
    spent = time.process_time() - began
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    print(f"{what}: {spent:.1f} CPU s, {memory:.0f} MiB", flush=True)


STEPS: dict[str, Callable[[Path, int, int], None]] = {
    "make-up": _make_up,
    "add-up": _add_up,
    "esteem": _esteem,
    "communities": _communities,
    "standing": _standing,
    "cores": _cores,
    "one": _one,
}

if __name__ == "__main__":
    sys.exit(main())
