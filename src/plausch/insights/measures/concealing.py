"""Numbers of few people are not told, nor so many others that they could be worked out from sums that are known."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NOTHING = 1e-9


def conceal(counts: Counts, sums: NDArray[np.float64], fewest: int) -> Flags:
    """Which of some numbers are not to be told.

    Each row of `sums` is a weighted sum of them that everybody knows; that there is nobody is always told. Besides
    what is below `fewest`, the smallest number of a sum is concealed as long as one of those below could be solved for.
    """
    hidden: Flags = (counts > 0) & (counts < fewest)
    while (solved := _solved(sums, hidden)).any():
        telling = sums[(sums[:, solved] != 0).any(axis=1)]
        others = np.flatnonzero((telling != 0).any(axis=0) & ~hidden & (counts > 0))
        if not len(others):
            break
        hidden[others[np.argmin(counts[others])]] = True
    return hidden


def _solved(sums: NDArray[np.float64], hidden: Flags) -> Flags:
    """Those of the hidden numbers that the sums leave no choice: they are the same in all solutions."""
    where = np.flatnonzero(hidden)
    found = np.zeros(len(hidden), dtype=np.bool_)
    if len(where) and len(sums):
        _, sizes, directions = np.linalg.svd(sums[:, where])
        free = directions[int((sizes > _NOTHING).sum()) :]
        found[where] = ~(np.abs(free) > _NOTHING).any(axis=0)
    return found
