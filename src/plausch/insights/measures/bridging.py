"""What bridges: posts that people of several circles endorse, who otherwise have little to do with each other.

A post's score is the sum over circles of the square root of how many of them endorse it, so that the hundredth of one
circle adds less than the first of another. It counts only where at least two circles really take part.
"""

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from plausch.insights.measures.graph import Floats, Ints

VERSION = "bridging 1"

#: So many circles must take part, and of each so many people.
CIRCLES, ENDORSERS = 2, 3
#: Where one circle cheers, some cheer along elsewhere by chance: less than a fifth of its voices are no endorsement.
_BY_CHANCE = 0.2
#: Fewer people are no circle.
_SMALLEST = 5


class Bridging(NamedTuple):
    """For each post its score, 0 where it bridges nothing, and how many circles take part."""

    score: Floats
    circles: Ints


def bridging(post: Ints, endorser: Ints, posts: int, circle: Ints) -> Bridging:
    """Who endorses what, a row each; a person counts once a post. `circle` is the one of each person."""
    if not len(post):
        return Bridging(np.zeros(posts), np.zeros(posts, dtype=np.int32))
    pairs = np.unique(np.column_stack([post, endorser]), axis=0)
    size = np.bincount(circle)
    of = circle[pairs[:, 1]]
    real = size[of] >= _SMALLEST
    counts = sp.coo_array((np.ones(int(real.sum())), (pairs[real, 0], of[real])), shape=(posts, len(size))).tocsr()
    counts.sum_duplicates()
    row = np.repeat(np.arange(posts, dtype=np.int32), np.diff(counts.indptr))
    largest = np.zeros(posts)
    np.maximum.at(largest, row, counts.data)
    takes_part = (counts.data >= ENDORSERS) & (counts.data >= _BY_CHANCE * largest[row])
    circles = np.bincount(row[takes_part], minlength=posts).astype(np.int32)
    total = np.bincount(row, weights=np.sqrt(counts.data), minlength=posts)
    return Bridging(np.where(circles >= CIRCLES, total, 0.0), circles)
