"""How well people talk with each other: figures beside each other, which are never made into one.

Posts are given as columns, a row each: the place of what they reply to and of what began their conversation (`NONE`
where that is not among them), who speaks, who wrote it, and when in ms.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from plausch.insights.measures.graph import Floats, Ints

VERSION = "conversation health 1"

#: In the place of a row that is not there.
NONE = -1
#: A post is late in being answered when it has waited longer than so many of those that were answered.
LATE = 75

Moments = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Posts:
    """What was said, in columns."""

    parent: Ints
    root: Ints
    #: As whom it was said, and by whom: both are somebody else when somebody else answers.
    speaker: Ints
    writer: Ints
    at: Moments

    def __len__(self) -> int:
        return len(self.at)


def first_answers(posts: Posts, counted: Flags) -> Floats:
    """How long each post waited for its first answer by somebody else, in ms; infinite where there is none.

    What began a conversation is answered by whatever others say in it, everything else by what replies to it. Only
    `counted` posts are answers.
    """
    never = np.iinfo(np.int64).max
    first = np.full(len(posts), never, dtype=np.int64)
    for answered in (posts.parent, posts.root):
        replies = np.flatnonzero((answered != NONE) & counted)
        asked = answered[replies]
        others = (posts.speaker[replies] != posts.speaker[asked]) & (posts.writer[replies] != posts.writer[asked])
        np.minimum.at(first, asked[others], posts.at[replies[others]])
    waited = np.where(first == never, np.inf, (first - posts.at).astype(np.float64))
    # A clock that was set back answers nothing before it is asked.
    return np.maximum(waited, 0)


def share_answered(waited: Floats, within: float) -> float | None:
    """Which share was answered in time; None of nothing."""
    return float(np.mean(waited <= within)) if len(waited) else None


def time_to_answer(waited: Floats, percentile: float = 50) -> float | None:
    """How long those waited that were answered; None where none was."""
    answered = waited[np.isfinite(waited)]
    return float(np.percentile(answered, percentile)) if len(answered) else None


def reciprocity(source: Ints, target: Ints, amount: Floats, people: int) -> float | None:
    """sum min(w_uv, w_vu) / sum max(w_uv, w_vu) over all pairs: 1 where everybody gives as much as they get."""
    apart = source != target
    weights = sp.coo_array((amount[apart], (source[apart], target[apart])), shape=(people, people)).tocsr()
    most = float(weights.maximum(weights.T).sum())
    return float(weights.minimum(weights.T).sum()) / most if most > 0 else None


def gini(turns: NDArray[Any]) -> float | None:
    """How unevenly turns are shared: 0 when all have equally many, towards 1 when one has nearly all."""
    ordered = np.sort(np.asarray(turns, dtype=np.float64))
    count, total = len(ordered), ordered.sum()
    if not count or total <= 0:
        return None
    ranks = np.arange(1, count + 1)
    return float(2 * (ranks * ordered).sum() / (count * total) - (count + 1) / count)


def depths(parent: Ints) -> Ints:
    """How many steps each post is below one that replies to nothing (that is there).

    Steps are doubled: a chain of a thousand takes ten rounds.
    """
    above = parent.copy()
    depth: Ints = (above != NONE).astype(np.int32)
    # So many rounds are enough for the longest chain there can be; a ring, which no talk is, would go on for ever.
    for _ in range(len(above).bit_length()):
        going = np.flatnonzero(above != NONE)
        if not going.size:
            break
        next_ = above[going]
        depth[going] += depth[next_]
        above[going] = above[next_]
    return depth


def thread_depths(conversation: Ints, depth: Ints, conversations: int) -> Ints:
    """The h-index of each conversation: the largest h with at least h replies h steps below its beginning."""
    deep = depth > 0
    span = int(depth.max(initial=0)) + 1
    keys, counts = np.unique(conversation[deep].astype(np.int64) * span + depth[deep], return_counts=True)
    level = keys % span
    reached = counts >= level
    found = np.zeros(conversations, dtype=np.int32)
    np.maximum.at(found, keys[reached] // span, level[reached])
    return found
