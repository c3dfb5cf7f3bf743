"""What is not told of few people cannot be worked out from what is told."""

from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from plausch.insights.compute.loyalty import blur
from plausch.insights.measures.concealing import conceal
from plausch.insights.measures.loyalty import flows
from plausch.insights.model.findings import FEWEST
from plausch.insights.model.loyalty import FEW, Stage

_STAGES = len(Stage)


def test_one_few_takes_another_number_with_it() -> None:
    whole = np.ones((1, 4))
    assert conceal(np.array([20, 3, 7, 0]), whole, 5).tolist() == [False, True, True, False]
    assert conceal(np.array([20, 3, 2, 0]), whole, 5).tolist() == [False, True, True, False]
    assert not conceal(np.array([20, 5, 7, 0]), whole, 5).any()
    assert conceal(np.array([20, 3]), np.zeros((0, 2)), 5).tolist() == [False, True], "no sum is known"


@given(st.lists(st.lists(st.integers(0, _STAGES - 1), min_size=4, max_size=4), min_size=5, max_size=60))
def test_no_few_can_be_solved_for(lives: list[list[int]]) -> None:
    """Another community in which each number that is told is the same, and the few are others."""
    at = np.array(lives, dtype=np.int32).T
    assume((at[-1] > 0).sum() >= FEWEST)  # else nothing is told at all
    moved = np.array([flows(before, after) for before, after in pairwise(at)])
    stages, told = blur(np.bincount(at[-1], minlength=_STAGES), moved)
    hidden = np.array([stages, *(row for step in told for row in step)]) == FEW
    real = np.concatenate([[np.bincount(at[-1], minlength=_STAGES)], moved.reshape(-1, _STAGES)])
    few = (real > 0) & (real < FEWEST)
    few[1::_STAGES, 0] = False  # who was never there is not told at all
    assert (few <= hidden).all()
    # What everybody knows: the whole, and that who comes to a stage goes on from there.
    known = _sums(hidden)
    unknown = np.flatnonzero(hidden)
    for place, one in enumerate(unknown):
        if few.ravel()[one]:
            unit = np.zeros(len(unknown))
            unit[place] = 1
            with_it = np.linalg.matrix_rank(np.vstack([known, unit]))
            assert with_it > np.linalg.matrix_rank(known), "it would be known exactly"


def _sums(hidden: NDArray[np.bool_]) -> NDArray[np.float64]:
    rows = []
    whole = np.zeros(hidden.shape)
    whole[0, 1:] = 1
    rows.append(whole)
    for step in range(3):
        for stage in range(1, _STAGES):
            row = np.zeros(hidden.shape)
            row[1 + step * _STAGES : 1 + (step + 1) * _STAGES, stage] += 1
            if step < 2:
                row[1 + (step + 1) * _STAGES + stage, :] -= 1
            else:
                row[0, stage] -= 1
            rows.append(row)
    return np.array([row.ravel()[hidden.ravel()] for row in rows]).reshape(len(rows), -1)
