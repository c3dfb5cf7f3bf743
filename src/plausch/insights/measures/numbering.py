"""Communities keep their numbers from night to night, so that people find again what they saw yesterday."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plausch.insights.measures.graph import Ints

VERSION = "numbers by overlap 1"

#: Of all who are in the old or the new community, so many must be in both for it to be the same one.
_SAME = 0.3


def keep_numbers(people: NDArray[np.integer[Any]], community: Ints, before: Mapping[int, int], free: int = 1) -> Ints:
    """The number that each new community bears, from 1; `free` is the lowest that was never given.

    `people` and `community` say who is where now, `before` the number of the community in which each person was. Of
    several that continue an old one the most alike keeps its number.
    """
    count = int(community.max()) + 1 if len(community) else 0
    sizes = np.bincount(community, minlength=count)
    former = Counter(before.values())
    both: Counter[tuple[int, int]] = Counter()
    for person, now in zip(people.tolist(), community.tolist(), strict=True):
        if person in before:
            both[(before[person], now)] += 1
    alike = sorted(
        ((shared / (former[old] + int(sizes[new]) - shared), old, new) for (old, new), shared in both.items()),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    numbers = np.zeros(count, dtype=np.int32)
    taken: set[int] = set()
    for share, old, new in alike:
        if share >= _SAME and not numbers[new] and old not in taken:
            numbers[new] = old
            taken.add(old)
    following = max([free, *(old + 1 for old in former)])
    for new in range(count):
        if not numbers[new]:
            numbers[new] = following
            following += 1
    return numbers
