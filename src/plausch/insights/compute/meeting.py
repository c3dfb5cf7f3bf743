"""Whom people might like to meet, and which groups; and who answers people who are new."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np
import scipy.sparse as sp

from plausch.groups import queries as groups
from plausch.insights import actions
from plausch.insights.compute.night import Night
from plausch.insights.compute.partitions import circles_of, people_of
from plausch.insights.gather.ledger import among, counted, posts
from plausch.insights.measures.suggestions import VERSION, suggest_to_all
from plausch.insights.model.communities import Joining, Joinings, Meeting, Meetings, Welcoming
from plausch.insights.model.findings import FEWEST, Measure, Result, Scope, ScopeKind
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.model import Relation

_SERVER = Scope(ScopeKind.SERVER)
#: More than are shown: some of them are known, blocked or do not want to be suggested.
_MEETINGS, _JOININGS = 12, 6
_COMMON = 5
#: By so many contacts of each, those they have most to do with: whoever has hundreds need not hear of all theirs.
_NEAREST = 100
#: Somebody is suggested whom at least so many know whom one knows, too.
_LEAST_COMMON = 2
#: So long people are new, and so far back it is looked who answered them.
_NEW, _BACK = 30 * clock.DAY, 180 * clock.DAY
_PORTION = 20_000


async def compute(night: Night) -> None:
    await _keep_meetings(night)
    await _keep_joinings(night)
    await _keep_welcoming(night)


async def _keep_meetings(night: Night) -> None:
    """By the contacts that two have in common; of these first those who know few others."""
    found = await people_of(night, _SERVER)
    contacts = found.contacts
    if len(found.ids) < FEWEST:
        await _keep(night, Measure.MEETINGS, [], VERSION)
        return
    meet = suggest_to_all(contacts, _MEETINGS, night.told, _NEAREST)
    of: defaultdict[int, list[Meeting]] = defaultdict(list)
    for person, other in zip(meet.person.tolist(), meet.other.tolist(), strict=True):
        common = np.intersect1d(contacts.neighbours(person), contacts.neighbours(other), assume_unique=True)
        if len(common) >= _LEAST_COMMON:
            nearest = common[np.argsort(contacts.degree[common], kind="stable")][:_COMMON]
            of[person].append(Meeting(int(found.ids[other]), tuple(found.ids[nearest].tolist())))
    results = [
        Result(int(found.ids[person]), Meetings(tuple(others)), place)
        for place, (person, others) in enumerate(of.items(), 1)
    ]
    await _keep(night, Measure.MEETINGS, results, VERSION)


async def _keep(night: Night, measure: Measure, results: Sequence[Result[msgspec.Struct]], method: str) -> None:
    await actions.keep_finding(night.database, 0, measure, results, method=method, as_of=night.now)


async def _keep_joinings(night: Night) -> None:
    """Public groups by the cosine of who is in them; never by fewer than five people who are in both."""
    async with night.database.slow_read() as tx:
        public = await groups.list_public_groups(tx)
        ties = await people.list_ties(tx, Relation.MEMBER, public)
    who = await counted(night)
    rows = [(one.person_id, one.target_id) for one in ties]
    pairs = np.array(rows, dtype=np.int64).reshape(len(rows), 2)
    pairs = pairs[among(who, pairs[:, 0])]
    persons, person = np.unique(pairs[:, 0], return_inverse=True)
    names, group = np.unique(pairs[:, 1], return_inverse=True)
    member = sp.csr_array((np.ones(len(pairs)), (person, group)), shape=(len(persons), len(names)))
    both = (member.T @ member).toarray() if len(pairs) else np.zeros((0, 0))
    size = both.diagonal().copy()
    cosine = np.where(both >= FEWEST, both / np.sqrt(np.maximum(np.outer(size, size), 1)), 0)
    np.fill_diagonal(cosine, 0)
    results: list[Result[Joinings]] = []
    for one, own in enumerate(np.split(member.indices, member.indptr[1:-1]) if len(pairs) else []):
        score = cosine[own].sum(axis=0)
        score[own] = 0
        best = [place for place in np.argsort(-score, kind="stable")[:_JOININGS].tolist() if score[place] > 0]
        if best:
            chosen = tuple(
                Joining(int(names[place]), int(names[own[int(cosine[own, place].argmax())]])) for place in best
            )
            results.append(Result(int(persons[one]), Joinings(chosen), len(results) + 1))
    await _keep(night, Measure.JOININGS, results, "item-item cosine 1")


async def _keep_welcoming(night: Night) -> None:
    """Who answered what new people posted, and how many of these."""
    joined: dict[int, int] = {}
    after = 0
    while True:
        async with night.database.read() as tx:
            portion = await people.list_everybody(tx, after, _PORTION)
        joined.update((one.id, one.joined_at) for one in portion)
        if len(portion) < _PORTION:
            break
        after = portion[-1].id
    said = await posts(night, _SERVER, night.now - _BACK)
    answered: defaultdict[int, set[int]] = defaultdict(set)
    author = dict(zip(said.id.tolist(), said.actor.tolist(), strict=True))
    for actor, parent, at in zip(said.actor.tolist(), said.parent.tolist(), said.at.tolist(), strict=True):
        to = author.get(parent, 0)
        if to in joined and actor in joined and to != actor and at - joined[to] <= _NEW < at - joined[actor]:
            answered[actor].add(to)
    circles = await _circles(night)
    order = Counter({person: len(new) for person, new in answered.items()}).most_common()
    results = [
        Result(person, Welcoming(number, circles.get(person, ())), place)
        for place, (person, number) in enumerate(order, 1)
    ]
    await _keep(night, Measure.WELCOMING, results, "answers to newcomers 1")


async def _circles(night: Night) -> dict[int, tuple[int, ...]]:
    found = await people_of(night, _SERVER)
    if len(found.ids) < FEWEST:
        return {}
    circles = await circles_of(night, _SERVER)
    numbers = circles.numbers[circles.partition.community].tolist()
    return {person: (number,) for person, number in zip(found.ids.tolist(), numbers, strict=True)}
