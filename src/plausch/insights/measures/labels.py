"""What a community talks about: c-TF-IDF, the words that are frequent in it and rare elsewhere."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

VERSION = "c-tf-idf 1"


class Term(NamedTuple):
    term: str
    weight: float


def label(counts: Mapping[int, Mapping[str, int]], most: int = 5, fewest: int = 2) -> dict[int, list[Term]]:
    """The most telling terms of each community, the best first.

    `counts` says how often each community uses each term. The weight is tf * ln(1 + A/f): tf the term's share of all
    that the community says, f how often all together use it, A how much a community says on average. A term that a
    community uses less than `fewest` times tells nothing of it.
    """
    everywhere: Counter[str] = Counter()
    for terms in counts.values():
        everywhere.update(terms)
    average = sum(everywhere.values()) / max(1, len(counts))
    found: dict[int, list[Term]] = {}
    for community, terms in counts.items():
        said = sum(terms.values())
        weighed = [
            Term(term, count / said * math.log(1 + average / everywhere[term]))
            for term, count in terms.items()
            if count >= fewest
        ]
        # Of equals the one that comes first in the alphabet, so that names do not change by chance.
        found[community] = sorted(weighed, key=lambda one: (-one.weight, one.term))[:most]
    return found
