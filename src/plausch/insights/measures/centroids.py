"""What is talked about somewhere: the centroid of its posts by TF-IDF, of which the heaviest part is kept."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from plausch.insights.model.advice import Topics, fit_stems
from plausch.insights.model.findings import FEWEST

#: The centroid's heaviest words; together they hold nearly all of its length.
_KEPT = 300
#: A word counts as talked about once so many people have used it, a tag as well.
_PEOPLE = 3
_FEWEST_POSTS = 20
_TAGS = 100
#: So many are named where somebody wants to know what is talked about.
_SHOWN = 16


class Document(NamedTuple):
    """A post by the stems of its words; tags by theirs."""

    author: int
    #: With the word that each stands for.
    words: list[tuple[str, str]]
    tags: dict[str, str]

    @property
    def counts(self) -> Counter[str]:
        return Counter(stem for stem, _ in self.words)


def find_topics(documents: Sequence[Document]) -> Topics | None:
    """None where too little has been said to tell."""
    if len(documents) < _FEWEST_POSTS:
        return None
    posts: Counter[str] = Counter()
    people: defaultdict[str, set[int]] = defaultdict(set)
    for document in documents:
        for stem in document.counts:
            posts[stem] += 1
            people[stem].add(document.author)
    rarity = {stem: math.log((1 + len(documents)) / (1 + count)) for stem, count in posts.items()}
    vectors = [_vector(document.counts, rarity) for document in documents]
    total: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        for stem, weight in vector.items():
            if len(people[stem]) >= _PEOPLE:
                total[stem] += weight
    length = math.sqrt(sum(weight * weight for weight in total.values()))
    if not length:
        return None
    heaviest = sorted((stem for stem in total if total[stem] > 0), key=lambda stem: (-total[stem], stem))[:_KEPT]
    topics = Topics(
        weights={stem: (round(total[stem] / length, 4), round(rarity[stem], 3)) for stem in heaviest},
        other=round(math.log((1 + len(documents)) / 2), 3),
        tags=_usual_tags(documents),
        words=_as_written(documents, [stem for stem in heaviest if len(people[stem]) >= FEWEST][:_SHOWN]),
    )
    usual = median(fit_stems(document.counts, topics)[0] for document in documents)
    return msgspec.structs.replace(topics, usual=round(usual, 4))


def _vector(counts: Counter[str], rarity: dict[str, float]) -> dict[str, float]:
    """Of length 1."""
    weights = {stem: (1 + math.log(count)) * rarity[stem] for stem, count in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {stem: weight / length for stem, weight in weights.items()} if length else {}


def _as_written(documents: Sequence[Document], stems: Sequence[str]) -> list[str]:
    """Stems in the form in which they occur the most."""
    forms: dict[str, Counter[str]] = {stem: Counter() for stem in stems}
    for document in documents:
        for stem, word in document.words:
            if stem in forms:
                forms[stem][word] += 1
    return [max(forms[stem], key=lambda form: (forms[stem][form], form)) for stem in stems]


def _usual_tags(documents: Sequence[Document]) -> dict[str, str]:
    people: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for document in documents:
        for stem, tag in document.tags.items():
            people[stem, tag].add(document.author)
    usual = [pair for pair, users in people.items() if len(users) >= _PEOPLE]
    # Of tags with the same stem the one that more people use.
    return dict(sorted(usual, key=lambda pair: len(people[pair]))[-_TAGS:])
