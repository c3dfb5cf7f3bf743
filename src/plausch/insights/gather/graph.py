"""The interaction graph of a scope, and its snapshot on disk.

    ids, sums = await load_graph(night, scope)

`ids` are the people and pages in it, ascending; `sums[u, v]` adds up what u did to v, as it counts this night. The
weights of the measures are `weights(sums)`: ln(1 + sum), so that the hundredth counts less than the first.

The snapshot `edges.npz` holds all edges of the server and of groups in columns, so that a night reads only what has
changed since the last one. It names the state of the database that it is of: the file of another database, of a former
state brought back, or of a night that died is not taken, and what does not add up to the same is read anew.
"""

import os
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from plausch.insights.compute.night import Night
from plausch.insights.gather.columns import Ids, columns_of, joined
from plausch.insights.gather.ledger import among, counted, interactions
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.queries.interactions import Total, list_changed_edges, list_edges, sum_edges
from plausch.kernel import clock
from plausch.storage import Read

Floats = NDArray[np.float64]

_FILE = "edges.npz"
_TYPES = (np.int64, np.int64, np.int64, np.float64, np.int64)
_PORTION = 100_000
#: What was changed in a transaction that ended only after the last snapshot was made.
_OVERLAP = 10 * clock.MINUTE
#: Sums differ in the last digits, by the order in which they were added up.
_SAME = 1e-6


class Edges(NamedTuple):
    """Who turned to whom in which scope, and how much, as seen from the epoch; by scope, source and target."""

    scope: Ids
    source: Ids
    target: Ids
    value: Floats


class Sums(NamedTuple):
    """The graph of a scope."""

    ids: Ids
    sums: sp.csr_array


def weights(sums: sp.csr_array) -> sp.csr_array:
    """What measures reckon with."""
    found = sums.copy()
    np.log1p(found.data, out=found.data)
    return found


async def load_graph(night: Night, scope: Scope) -> Sums:
    """Who turned to whom in a scope; of a page and of a board it is added up from their interactions."""
    if scope.kind in (ScopeKind.SERVER, ScopeKind.GROUP):
        edges = await all_edges(night)
        start, end = np.searchsorted(edges.scope, [scope.id, scope.id + 1])
        return _matrix(night, edges.source[start:end], edges.target[start:end], edges.value[start:end])
    rows = await interactions(night, scope)
    return _matrix(night, rows.source, rows.target, rows.amount)


async def all_edges(night: Night) -> Edges:
    """Those of every scope; whoever is not counted is not in them."""
    known: Edges | None = night.kept.get("edges")
    if known is None:
        async with night.database.slow_read() as tx:
            known = night.kept["edges"] = only_counted(await read_edges(tx), await counted(night))
    return known


def only_counted(edges: Edges, people: Ids) -> Edges:
    which = among(people, edges.source) & among(people, edges.target)
    return _some(edges, which)


def _some(edges: Edges, which: NDArray[np.bool_]) -> Edges:
    return Edges(edges.scope[which], edges.source[which], edges.target[which], edges.value[which])


async def read_edges(tx: Read) -> Edges:
    """All edges, from the database."""
    portions = []
    last, more = (-1, 0, 0), True
    while more:
        rows = await list_edges(tx, last, _PORTION)
        portions.append(columns_of(rows, _TYPES)[:4])
        more = len(rows) == _PORTION
        if more:
            last = (int(rows[-1][0]), int(rows[-1][1]), int(rows[-1][2]))
    return Edges(*joined(portions, _TYPES[:4]))


async def renewed(tx: Read, folder: Path, mark: str) -> Edges | None:
    """The snapshot with what has changed since; None when there is none, or it is not of this database."""
    before = _read(folder / _FILE, mark)
    if before is None:
        return None
    edges, since = before
    changed = await list_changed_edges(tx, since - _OVERLAP)
    *fresh, times = columns_of(changed, _TYPES)
    merged = _merge(edges, Edges(*fresh), times > 0)
    return merged if _adds_up(merged, await sum_edges(tx)) else None


def _merge(old: Edges, new: Edges, there: NDArray[np.bool_]) -> Edges:
    """`new` in the place of what was; those not `there` are gone."""
    columns = [np.concatenate(pair) for pair in zip(old, new, strict=True)]
    stays = np.concatenate([np.ones(len(old.scope), dtype=np.bool_), there])
    order = np.lexsort(columns[2::-1])
    columns, stays = [column[order] for column in columns], stays[order]
    # Of those with the same key the last is the newest: the order of equals is kept.
    last = np.ones(len(order), dtype=np.bool_)
    if len(order):
        last[:-1] = np.any([column[1:] != column[:-1] for column in columns[:3]], axis=0)
    return _some(Edges(*columns), last & stays)


def _adds_up(edges: Edges, total: Total) -> bool:
    """To the same as in the database."""
    return len(edges.value) == total.edges and bool(np.isclose(edges.value.sum(), total.value, rtol=_SAME))


def _read(path: Path, mark: str) -> tuple[Edges, int] | None:
    try:
        # Opened here: what cannot be read is closed all the same.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["mark"]) != mark:
                return None
            return Edges(*(file[name] for name in Edges._fields)), int(file["since"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def write(folder: Path, edges: Edges, mark: str, since: int) -> None:
    """Keep the edges for the next night; `since`: up to which moment, by the real clock, changes are in them.

    The file is there as a whole or not at all.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Of a night that died.
    for left in folder.glob(f"{_FILE}.*"):
        left.unlink(missing_ok=True)
    draft = folder / f"{_FILE}.{os.getpid()}"
    with draft.open("xb") as file:
        np.savez(file, mark=np.array(mark), since=np.array(since), **edges._asdict())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / _FILE)


def _matrix(night: Night, source: Ids, target: Ids, amount: Floats) -> Sums:
    ids = np.unique(np.concatenate([source, target]))
    where = (np.searchsorted(ids, source), np.searchsorted(ids, target))
    matrix = sp.coo_array((np.maximum(amount, 0) * night.today, where), shape=(len(ids), len(ids))).tocsr()
    matrix.sum_duplicates()
    return Sums(ids, matrix)
