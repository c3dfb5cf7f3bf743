"""Communities of interest of the server and of groups: who is in them, what they are called, and their map."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plausch.insights import actions
from plausch.insights.compute.night import Night
from plausch.insights.compute.partitions import Circles, People, circles_of, people_of
from plausch.insights.gather.ledger import among, posts
from plausch.insights.gather.words import WORDS_OF, WORDS_OF_GROUP, tags_of, words_of
from plausch.insights.measures.communities import Memberships, belonging
from plausch.insights.measures.graph import Floats, Ints
from plausch.insights.measures.labels import label
from plausch.insights.measures.maps import draw_map
from plausch.insights.model.communities import MEASURES, VERSION, Belonging, Community, Grain, Membership, Tie
from plausch.insights.model.findings import FEWEST, Measure, Result, Scope, ScopeKind
from plausch.insights.model.wording import FUNCTION_WORDS
from plausch.insights.queries.findings import read_finding
from plausch.kernel import clock
from plausch.language.stemming import stems
from plausch.people import queries as people
from plausch.people.model import VISITOR

_WORDS_BACK = 180 * clock.DAY
_LABELS, _TAGS, _TIES = 5, 4, 6
#: Ties are told from this share of what a community says on.
_LEAST_TIE = 0.03
#: Numbers, measures and the like say nothing of what is talked about, as hashtags neither.
_SMALL = FUNCTION_WORDS["de"] | FUNCTION_WORDS["en"]
#: A hashtag says as much as so many people who use a word.
_TAG_COUNTS = 3


class Said(NamedTuple):
    """By whom each term is used: a hashtag or a stem, and as what it is shown."""

    users: Mapping[str, set[int]]
    shown: Mapping[str, str]
    tags: set[str]


async def compute(night: Night) -> None:
    for scope in night.scopes:
        if scope.kind not in (ScopeKind.SERVER, ScopeKind.GROUP):
            continue
        found = await people_of(night, scope)
        if len(found.ids) < FEWEST:
            continue
        said = await _said(night, scope, found)
        belongs = {}
        for grain in Grain:
            circles = await circles_of(night, scope, grain)
            belongs[grain] = (circles, belonging(found.contacts, circles.partition))
            before = await _places_before(night, scope, grain)
            results = describe(found, circles, belongs[grain][1], said, before, night.seed)
            await _keep(night, scope, MEASURES[grain], results)
        members = _memberships(found, belongs)
        await actions.keep_finding(
            night.database, scope.id, Measure.MEMBERSHIPS, members, method=VERSION, as_of=night.now
        )
    async with night.database.write() as tx:
        for measure in (*MEASURES.values(), Measure.MEMBERSHIPS):
            await actions.drop_older(tx, measure, night.now)


async def _keep(night: Night, scope: Scope, measure: Measure, results: Sequence[Result[Community]]) -> None:
    await actions.keep_finding(night.database, scope.id, measure, results, method=VERSION, as_of=night.now)


async def _places_before(night: Night, scope: Scope, grain: Grain) -> dict[int, tuple[float, float]]:
    async with night.database.read() as tx:
        found = await read_finding(tx, scope, MEASURES[grain], Community, limit=10_000)
    return {one.subject: (one.value.x, one.value.y) for one in found.results} if found is not None else {}


async def _said(night: Night, scope: Scope, found: People) -> Said:
    """What the people of a scope use of late, by who uses it: nobody names a community alone by saying a word often."""
    rows = await posts(night, scope, night.now - _WORDS_BACK)
    tags = await tags_of(night)
    words = await words_of(night, rows, WORDS_OF if scope.kind is ScopeKind.SERVER else WORDS_OF_GROUP)
    names = await _names(night, found)
    own = among(found.ids, rows.actor)
    users: defaultdict[str, set[int]] = defaultdict(set)
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    tagged: set[str] = set()
    actors = np.searchsorted(found.ids, rows.actor[own]).tolist()
    for post, person in zip(rows.id[own].tolist(), actors, strict=True):
        for tag in tags.get(post, ()):
            term = (stems(tag, "de") or [tag])[0]
            if tag in _SMALL:
                continue
            users[term].add(person)
            spelled[term][tag] += 1
            tagged.add(term)
        for stem, word in words.get(post, {}).items():
            if stem not in names:
                users[stem].add(person)
                spelled[stem][word] += 1
    return Said(users, {term: _spelling(found) for term, found in spelled.items()}, tagged)


async def _names(night: Night, found: People) -> set[str]:
    """What people are called is no name of a community."""
    async with night.database.slow_read() as tx:
        known = await people.list_actors(tx, VISITOR, found.ids.tolist())
    return {stem for one in known.values() for stem in stems(f"{one.name} {one.handle}", None)}


def _spelling(found: Counter[str]) -> str:
    """The most usual one; of those alike the one with a capital: tags are stored without."""
    capitals = [word for word in found if word[:1].isupper()] or list(found)
    return max(capitals, key=lambda word: (found[word], word))


def describe(
    found: People,
    circles: Circles,
    belongs: Memberships,
    said: Said,
    before: Mapping[int, tuple[float, float]],
    seed: int = 1,
) -> list[Result[Community]]:
    """The communities of at least five people, the largest first."""
    count = circles.partition.count
    sizes = np.bincount(belongs.community, minlength=count)
    large = np.flatnonzero(sizes >= FEWEST)
    if not len(large):
        return []
    members = [set(belongs.person[belongs.community == one].tolist()) for one in range(count)]
    labels = _labels(large, members, said)
    ties = _ties(found, circles, count)
    among_them = ties[np.ix_(large, large)]
    numbers = circles.numbers[large].tolist()
    known = {place: before[number] for place, number in enumerate(numbers) if number in before}
    drawn = draw_map(sizes[large].astype(np.int32), among_them + among_them.T, known, seed)
    several = np.bincount(belongs.person, minlength=len(found.ids))
    results: list[Result[Community]] = []
    for place in np.argsort(-sizes[large], kind="stable").tolist():
        one = int(large[place])
        terms = labels.get(one, [])
        results.append(
            Result(
                numbers[place],
                Community(
                    size=int(sizes[one]),
                    labels=tuple(said.shown[term] for term in terms[:_LABELS]),
                    tags=tuple(said.shown[term] for term in terms if term in said.tags)[:_TAGS],
                    x=round(float(drawn.x[place]), 4),
                    y=round(float(drawn.y[place]), 4),
                    radius=round(float(drawn.radius[place]), 4),
                    inside=round(float(ties[one, one]), 3),
                    ties=_told(ties[one], large, circles.numbers, one),
                    bridges=_enough(sum(1 for person in members[one] if several[person] > 1)),
                ),
                len(results) + 1,
            )
        )
    return results


def _enough(people: int) -> int:
    return people if people >= FEWEST else 0


def _labels(large: NDArray[np.intp], members: Sequence[set[int]], said: Said) -> dict[int, list[str]]:
    """The terms that tell each community from the others, counted by the people who use them."""
    counts: dict[int, dict[str, int]] = {int(one): {} for one in large.tolist()}
    communities_of: defaultdict[int, list[int]] = defaultdict(list)
    for one in counts:
        for person in members[one]:
            communities_of[person].append(one)
    for term, users in said.users.items():
        tagged = term in said.tags
        if len(users) < (2 if tagged else 3):
            continue
        for one, using in Counter(one for person in users for one in communities_of[person]).items():
            if using >= (2 if tagged else 3):
                counts[one][term] = using * (_TAG_COUNTS if tagged else 1)
    everywhere = set.intersection(*(set(terms) for terms in counts.values())) if len(counts) > 1 else set()
    telling = {one: {term: n for term, n in terms.items() if term not in everywhere} for one, terms in counts.items()}
    found = label(telling, most=2 * _LABELS)
    # People have chosen hashtags to say what something is about; of these and of words the most telling come first.
    return {
        one: sorted((term.term for term in terms), key=lambda term: term not in said.tags)
        for one, terms in found.items()
    }


def _ties(found: People, circles: Circles, count: int) -> Floats:
    """Which share of what each community says goes to each."""
    matrix = found.contacts.matrix.tocoo()
    community = circles.partition.community
    flat = community[matrix.row].astype(np.int64) * count + community[matrix.col]
    said = np.bincount(flat, weights=matrix.data, minlength=count * count).astype(np.float64).reshape(count, count)
    shares: Floats = said / np.maximum(said.sum(axis=1, keepdims=True), 1e-12)
    return shares


def _told(shares: Floats, large: NDArray[np.intp], numbers: Ints, own: int) -> tuple[Tie, ...]:
    others = [one for one in large.tolist() if one != own and shares[one] >= _LEAST_TIE]
    strongest = sorted(others, key=lambda one: -shares[one])[:_TIES]
    return tuple(Tie(int(numbers[one]), round(float(shares[one]), 3)) for one in strongest)


def _memberships(found: People, belongs: Mapping[Grain, tuple[Circles, Memberships]]) -> list[Result[Membership]]:
    """Each person with the communities of each grain; in the order of their usual community, nearest first."""
    of: dict[Grain, list[list[Belonging]]] = {}
    for grain, (circles, rows) in belongs.items():
        theirs: list[list[Belonging]] = [[] for _ in found.ids]
        for person, community, share in zip(
            rows.person.tolist(), rows.community.tolist(), rows.share.tolist(), strict=True
        ):
            theirs[person].append(Belonging(int(circles.numbers[community]), round(share, 3)))
        of[grain] = theirs
    usual = of[Grain.USUAL]
    order = sorted(range(len(found.ids)), key=lambda one: (usual[one][0].number, -usual[one][0].share, one))
    return [
        Result(
            int(found.ids[one]),
            Membership(tuple(of[Grain.COARSE][one]), tuple(usual[one]), tuple(of[Grain.FINE][one])),
            place,
        )
        for place, one in enumerate(order, 1)
    ]
