"""Opinion makers of the server, of groups, of the audience of pages, and of hashtags.

Whoever is in no list is computed too: everybody sees their own figures.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from plausch.insights import actions
from plausch.insights.compute.night import Night
from plausch.insights.compute.partitions import Circles, People, as_people, circles_of, counted_pages, people_of
from plausch.insights.gather.columns import Ids, distinct
from plausch.insights.gather.ledger import Interactions, Posts, among, chosen, interactions, posts
from plausch.insights.gather.words import tags_of
from plausch.insights.measures.communities import belonging
from plausch.insights.measures.graph import Floats, Ints
from plausch.insights.measures.pagerank import pagerank
from plausch.insights.measures.standing import bridging, ranked, spread, standing
from plausch.insights.model.findings import FEWEST, Measure, Result, Scope, ScopeKind
from plausch.insights.model.makers import (
    MAKER_DAYS,
    MAKER_WEEKS,
    MAKERS_LISTED,
    TOPIC_PEOPLE,
    VERSION,
    Maker,
    is_listed,
)
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.model import Relation
from plausch.talk.model import InteractionKind

_TAGS = 3
#: Hashtags told apart, and those looked at for it: the ones with the most conversations.
_TOPICS, _LOOKED_AT = 60, 150
_WEEK = 7 * clock.DAY


class Material(NamedTuple):
    """What makers of a place are found from."""

    people: People
    #: Of each of the people, the community and the numbers that these bear.
    community: Ints
    numbers: Ints
    #: Of each community, whether it is large enough to be spoken of.
    large: NDArray[np.bool_]
    posts: Posts
    done: Interactions


async def compute(night: Night) -> None:
    """Every scope but boards, and the hashtags of the server."""
    tags = await tags_of(night)
    for scope in night.scopes:
        if scope.kind is ScopeKind.BOARD:
            continue
        material = await (_of_audience(night, scope) if scope.kind is ScopeKind.PAGE else _of_scope(night, scope))
        found = [] if material is None else find_makers(material, tags, night.now)
        if scope.kind is ScopeKind.PAGE:
            found = await _towards(night, scope, found)
        await _keep(night, scope, found)
        if scope.kind is ScopeKind.SERVER and material is not None:
            await _compute_topics(night, material, tags)
    async with night.database.write() as tx:
        await actions.drop_older(tx, Measure.MAKERS, night.now)


async def _keep(night: Night, scope: Scope, found: Sequence[Result[Maker]], topic: str = "") -> None:
    await actions.keep_finding(
        night.database, scope.id, Measure.MAKERS, found, method=VERSION, as_of=night.now, topic=topic
    )


async def _of_scope(night: Night, scope: Scope) -> Material | None:
    found = await people_of(night, scope)
    if len(found.ids) < FEWEST:
        return None
    circles = await circles_of(night, scope)
    since = night.now - MAKER_DAYS * clock.DAY
    return Material(
        found,
        circles.partition.community,
        circles.numbers,
        _large(found, circles),
        await posts(night, scope, since),
        await interactions(night, scope, since),
    )


def _large(found: People, circles: Circles) -> NDArray[np.bool_]:
    """The communities that have a place on the map."""
    belongs = belonging(found.contacts, circles.partition)
    sizes = np.bincount(belongs.community, minlength=circles.partition.count)
    return np.asarray(sizes >= FEWEST)


async def _of_audience(night: Night, scope: Scope) -> Material | None:
    """Those who have to do with a page, with what they say anywhere in the open."""
    whole = await _of_scope(night, Scope(ScopeKind.SERVER))
    if whole is None:
        return None
    audience = await _audience(night, scope)
    inside = np.flatnonzero(among(audience, whole.people.ids))
    if len(inside) < FEWEST:
        return None
    sums = whole.people.weights[inside][:, inside]
    np.expm1(sums.data, out=sums.data)
    theirs = as_people(whole.people.ids[inside], sums)
    community = whole.community[np.searchsorted(whole.people.ids, theirs.ids)]
    return Material(
        theirs,
        community,
        whole.numbers,
        whole.large,
        chosen(whole.posts, among(theirs.ids, whole.posts.actor)),
        chosen(whole.done, among(theirs.ids, whole.done.source) & among(theirs.ids, whole.done.target)),
    )


async def _audience(night: Night, scope: Scope) -> Ids:
    """Who turned to a page or takes part in what it began, and who follows it."""
    done = await interactions(night, scope)
    async with night.database.slow_read() as tx:
        following = [one.person_id for one in await people.list_ties(tx, Relation.FOLLOW, [scope.id])]
    everybody = np.concatenate([done.source, np.array(following, dtype=np.int64)])
    return np.setdiff1d(everybody, await counted_pages(night))


async def _towards(night: Night, scope: Scope, found: Sequence[Result[Maker]]) -> list[Result[Maker]]:
    """How the makers of a page's audience stand to the page."""
    done = await interactions(night, scope)
    turned = Counter(done.source[done.target == scope.id].tolist())
    async with night.database.slow_read() as tx:
        following = {one.person_id for one in await people.list_ties(tx, Relation.FOLLOW, [scope.id])}
    return [one._replace(value=_with_page(one.value, turned[one.subject], one.subject in following)) for one in found]


def _with_page(maker: Maker, turned: int, follows: bool) -> Maker:
    return msgspec.structs.replace(maker, turned=turned, follows=follows)


async def _compute_topics(night: Night, whole: Material, tags: Mapping[int, Sequence[str]]) -> None:
    """Hashtags under which many take part, each by what was done in its conversations."""
    said_there = whole.posts
    under: defaultdict[str, set[int]] = defaultdict(set)
    for post in said_there.id[said_there.parent == 0].tolist():
        for tag in tags.get(post, ()):
            under[tag].add(post)
    busiest = sorted(under, key=lambda tag: (-len(under[tag]), tag))[:_LOOKED_AT]
    known = chosen(whole.done, among(said_there.id, whole.done.post))
    conversation_of = said_there.conversation[np.searchsorted(said_there.id, known.post)]
    candidates = []
    for tag in busiest:
        inside = np.array(sorted(under[tag]), dtype=np.int64)
        done = chosen(known, among(inside, conversation_of))
        said = chosen(whole.posts, among(inside, whole.posts.conversation))
        size = len(np.union1d(said.actor, done.source))
        if size >= TOPIC_PEOPLE:
            candidates.append((size, tag, said, done))
    for _, tag, said, done in sorted(candidates, key=lambda one: (-one[0], one[1]))[:_TOPICS]:
        material = _narrowed(whole, said, done)
        found = find_makers(material, tags, night.now) if material is not None else []
        chosen_few = [one for one in found if is_listed(one.value)][:MAKERS_LISTED]
        listed = [one._replace(place=place) for place, one in enumerate(chosen_few, 1)]
        if listed:
            await _keep(night, Scope(ScopeKind.SERVER), listed, tag)


def _narrowed(whole: Material, said: Posts, done: Interactions) -> Material | None:
    """Only what was said and done there."""
    known = whole.people.ids
    which = among(known, done.source) & among(known, done.target)
    done = chosen(done, which)
    size = len(known)
    if not len(done.post):
        return None
    where = (np.searchsorted(known, done.source), np.searchsorted(known, done.target))
    amounts = done.amount / max(float(done.amount.max()), 1e-300) * 4
    theirs = as_people(known, _matrix(amounts, where, size))
    if len(theirs.ids) < FEWEST:
        return None
    community = whole.community[np.searchsorted(known, theirs.ids)]
    return Material(theirs, community, whole.numbers, whole.large, said, done)


def find_makers(material: Material, tags: Mapping[int, Sequence[str]], now: int) -> list[Result[Maker]]:
    """Everybody to whom somebody responded, from the highest standing down."""
    ids, matrix = material.people.ids, material.people.weights
    count = len(ids)
    sizes, author = _cascades(material)
    spreads = spread(author, sizes, count)
    esteem = pagerank(matrix)
    bridges = bridging(matrix, material.community)
    order = ranked(standing([np.maximum(spreads, 0), esteem, bridges]), esteem)
    voices = _voices(material)
    usual = _usual(author, sizes, count)
    talks = _talks_about(material, tags)
    weeks = _weeks(material, now)
    number = np.bincount(author, minlength=count)
    found: list[Result[Maker]] = []
    for person in order.tolist():
        heard = voices.of(person)
        if not len(heard):
            continue
        met = Counter(one for one in material.community[heard].tolist() if material.large[one])
        found.append(
            Result(
                int(ids[person]),
                Maker(
                    voices=len(heard),
                    circles=len(met),
                    usual=int(usual[person]),
                    begun=int(number[person]),
                    esteem=round(float(esteem[person]) * count, 2),
                    tags=talks.get(person, ()),
                    bridges=tuple(int(material.numbers[one]) for one, _ in met.most_common(4)),
                    weeks=tuple(weeks[person].tolist()),
                ),
                len(found) + 1,
            )
        )
    return found


def _matrix(amount: Floats, where: tuple[NDArray[np.int64], NDArray[np.int64]], size: int) -> sp.csr_array:
    matrix = sp.coo_array((amount, where), shape=(size, size)).tocsr()
    matrix.sum_duplicates()
    return sp.csr_array(matrix)


def _cascades(material: Material) -> tuple[Ints, Ints]:
    """Of each conversation that one of the people began: how many it brought together, and who began it."""
    said, done, ids = material.posts, material.done, material.people.ids
    roots = np.flatnonzero((said.parent == 0) & among(ids, said.actor))
    root = said.id[roots]
    replies = said.parent != 0
    shared = done.kind == InteractionKind.SHARE
    conversation = np.concatenate([said.conversation[replies], done.post[shared]])
    who = np.concatenate([said.actor[replies], done.source[shared]])
    known = among(root, conversation)
    where = np.searchsorted(root, conversation[known])
    everybody, person = np.unique(who[known], return_inverse=True)
    into, joined = np.divmod(distinct(where * len(everybody) + person), max(len(everybody), 1))
    others = everybody[joined] != said.actor[roots][into]
    sizes = 1 + np.bincount(into[others], minlength=len(root))
    return sizes.astype(np.int32), np.searchsorted(ids, said.actor[roots]).astype(np.int32)


class _Voices(NamedTuple):
    """Who responded to each person."""

    source: NDArray[np.int64]
    #: Where those of each person begin; one more at the end.
    starts: NDArray[np.int64]

    def of(self, person: int) -> NDArray[np.int64]:
        return self.source[self.starts[person] : self.starts[person + 1]]


def _voices(material: Material) -> _Voices:
    ids, done = material.people.ids, material.done
    both = among(ids, done.source) & among(ids, done.target)
    sources, targets = np.searchsorted(ids, done.source[both]), np.searchsorted(ids, done.target[both])
    target, source = np.divmod(distinct(targets * len(ids) + sources), max(len(ids), 1))
    return _Voices(source, np.searchsorted(target, np.arange(len(ids) + 1)))


def _usual(author: Ints, sizes: Ints, count: int) -> NDArray[np.int64]:
    """The median of how many others each person's conversations bring in."""
    order = np.lexsort((sizes, author))
    ends = np.cumsum(np.bincount(author, minlength=count))
    starts = ends - np.bincount(author, minlength=count)
    found = np.zeros(count, dtype=np.int64)
    some = ends > starts
    found[some] = sizes[order][(starts[some] + ends[some] - 1) // 2] - 1
    return found


def _talks_about(material: Material, tags: Mapping[int, Sequence[str]]) -> dict[int, tuple[str, ...]]:
    ids, said = material.people.ids, material.posts
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    own = among(ids, said.actor) & among(np.array(sorted(tags), dtype=np.int64), said.id)
    for post, person in zip(said.id[own].tolist(), np.searchsorted(ids, said.actor[own]).tolist(), strict=True):
        counts[person].update(tags[post])
    return {person: tuple(tag for tag, _ in found.most_common(_TAGS)) for person, found in counts.items()}


def _weeks(material: Material, now: int) -> NDArray[np.int64]:
    """How many different people responded to each in each week, the oldest first."""
    ids, done = material.people.ids, material.done
    week = (now - done.at) // _WEEK
    which = among(ids, done.source) & among(ids, done.target) & (week >= 0) & (week < MAKER_WEEKS)
    target, source = np.searchsorted(ids, done.target[which]), np.searchsorted(ids, done.source[which])
    place = target * MAKER_WEEKS + MAKER_WEEKS - 1 - week[which]
    different = distinct(place * max(len(ids), 1) + source) // max(len(ids), 1)
    return np.bincount(different, minlength=len(ids) * MAKER_WEEKS).reshape(len(ids), MAKER_WEEKS)
