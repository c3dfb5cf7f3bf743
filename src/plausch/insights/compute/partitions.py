"""Who talks with whom in a scope, and the communities that makes: what several computations of a night begin with."""

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from plausch.insights.compute.night import Night
from plausch.insights.gather.columns import Ids
from plausch.insights.gather.graph import load_graph, weights
from plausch.insights.gather.ledger import among
from plausch.insights.measures.communities import Partition, find_communities, usual_runs
from plausch.insights.measures.graph import Contacts, Ints, contacts
from plausch.insights.measures.numbering import keep_numbers
from plausch.insights.model.communities import RESOLUTIONS, Grain, Membership
from plausch.insights.model.findings import Measure, Scope
from plausch.insights.queries.findings import read_finding
from plausch.people import queries as people

#: A night has other things to do, too; and it goes on from the night before.
_RUNS_MOST = 10
_EVERYBODY = 10_000_000


class People(NamedTuple):
    """The people of a scope and how they turn to each other.

    Contacts add up what two did, undamped: in a small place everybody has answered everybody once, and what tells its
    circles apart is who does so again and again.
    """

    ids: Ids
    weights: sp.csr_array
    contacts: Contacts


class Circles(NamedTuple):
    """Their communities at a grain, and the number that each bears."""

    partition: Partition
    numbers: Ints


async def people_of(night: Night, scope: Scope) -> People:
    """Pages are left out: they turn to everybody, and would make one community of all."""
    key = f"people {scope.kind} {scope.id}"
    known: People | None = night.kept.get(key)
    if known is None:
        found = await load_graph(night, scope)
        stays = np.flatnonzero(~among(await counted_pages(night), found.ids))
        known = night.kept[key] = as_people(found.ids[stays], found.sums[stays][:, stays])
    return known


def as_people(ids: Ids, sums: sp.csr_array) -> People:
    """Whoever has to do with nobody is not among them."""
    matrix = sp.csr_array(sums)
    linked = np.flatnonzero(np.diff(matrix.indptr) + np.bincount(matrix.indices, minlength=len(ids)))
    matrix = sp.csr_array(matrix[linked][:, linked])
    return People(ids[linked], weights(matrix), contacts(matrix))


async def counted_pages(night: Night) -> Ids:
    known: Ids | None = night.kept.get("pages")
    if known is None:
        async with night.database.read() as tx:
            known = night.kept["pages"] = np.array(sorted(await people.list_counted_pages(tx)), dtype=np.int64)
    return known


async def circles_of(night: Night, scope: Scope, grain: Grain = Grain.USUAL) -> Circles:
    """The communities of a scope: those of the night before, as far as they are still right."""
    key = f"circles {scope.kind} {scope.id} {grain}"
    known: Circles | None = night.kept.get(key)
    if known is None:
        found = await people_of(night, scope)
        before = await _before(night, scope, grain)
        partition = find_communities(
            found.contacts,
            resolution=RESOLUTIONS[grain],
            seed=night.seed,
            runs=min(_RUNS_MOST, usual_runs(found.contacts.matrix.nnz // 2)),
            previous=_going_on(found.ids, before),
        )
        numbers = keep_numbers(found.ids, partition.community, before)
        known = night.kept[key] = Circles(partition, numbers)
    return known


async def _before(night: Night, scope: Scope, grain: Grain) -> dict[int, int]:
    """In which community each person was when it was last looked at."""
    key = f"memberships {scope.kind} {scope.id}"
    if key not in night.kept:
        async with night.database.slow_read() as tx:
            found = await read_finding(tx, scope, Measure.MEMBERSHIPS, Membership, limit=_EVERYBODY)
        night.kept[key] = found.results if found is not None else []
    return {one.subject: one.value.at(grain)[0].number for one in night.kept[key] if one.value.at(grain)}


def _going_on(ids: Ids, before: dict[int, int]) -> Ints | None:
    """The former communities from 0 on, each newcomer alone; None when there are none."""
    if not before:
        return None
    where, free = [], max(before.values()) + 1
    for person in ids.tolist():
        if person in before:
            where.append(before[person])
        else:
            where.append(free)
            free += 1
    _, placed = np.unique(np.array(where, dtype=np.int64), return_inverse=True)
    found: Ints = placed.astype(np.int32)
    return found
