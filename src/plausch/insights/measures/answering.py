"""What goes along with being answered: a logistic regression, and whether it can be trusted.

It is fitted with how often an author was answered before, so that what well-known people happen to do is not taken for
what brings answers; asked about a new post it knows nothing of its author, and is judged like that, too.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plausch.insights.measures.graph import Floats

Flags = NDArray[np.bool_]

#: Pulls weights that few posts speak for towards nothing.
_RIDGE = 1.0
_STEPS = 50
_NEAR = 1e-8
_BINS = 5
#: One-sided bounds: a chance of 1 % that nothing but luck is above.
_SURE = 2.33
AUC_LEAST = 0.6
CALIBRATION_MOST = 0.05


class Fit(NamedTuple):
    """Weights of the columns, and how uncertain each is."""

    bias: float
    weights: Floats
    errors: Floats


class Trial(NamedTuple):
    """How a fit does on posts it has not seen."""

    tested: int
    right: int
    #: As many would be right by saying the same of all.
    always: int
    auc: float
    auc_error: float
    calibration_error: float
    #: Mean squared error, and that of always saying what was usual before.
    brier: float
    usual_brier: float

    @property
    def can_be_trusted(self) -> bool:
        """It orders posts clearly better than chance, means what it says, and errs less than saying the same of all."""
        return (
            self.auc >= AUC_LEAST
            and self.auc - _SURE * self.auc_error > 0.5
            and self.calibration_error <= CALIBRATION_MOST
            and self.brier < self.usual_brier
            and self.right >= self.always
        )


def fit(columns: Floats, answered: Flags) -> Fit:
    """Newton's method on the penalised likelihood; the bias is not penalised."""
    x = np.column_stack([np.ones(len(columns)), columns])
    penalty = np.full(x.shape[1], _RIDGE)
    penalty[0] = 0.0
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        share = _sigmoid(x @ beta)
        slope = x.T @ (answered - share) - penalty * beta
        curve = (x * (share * (1 - share))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        beta += step
        if float(np.abs(step).max()) < _NEAR:
            break
    errors = np.sqrt(np.diag(np.linalg.inv(curve)))
    return Fit(float(beta[0]), beta[1:], errors[1:])


def predict(found: Fit, columns: Floats) -> Floats:
    """The share of such posts that is answered."""
    return _sigmoid(found.bias + columns @ found.weights)


def change_by(found: Fit, columns: Floats, column: int) -> tuple[float, float]:
    """The mean share if all had what the column says, and if none had, everything else being as it is."""
    rest = found.bias + columns @ found.weights - columns[:, column] * found.weights[column]
    return float(_sigmoid(rest + found.weights[column]).mean()), float(_sigmoid(rest).mean())


def judge(shares: Floats, answered: Flags, usual: float) -> Trial:
    """Hold forecasts against what happened; `usual` is the share of answered posts before."""
    total = len(answered)
    yes = int(answered.sum())
    area = find_auc(shares, answered)
    return Trial(
        tested=total,
        right=int(((shares >= 0.5) == answered).sum()),
        always=max(yes, total - yes),
        auc=area,
        auc_error=_auc_error(area, yes, total - yes),
        calibration_error=find_calibration_error(shares, answered),
        brier=float(((shares - answered) ** 2).mean()),
        usual_brier=float(((usual - answered) ** 2).mean()),
    )


def find_auc(shares: Floats, answered: Flags) -> float:
    """How often a post that was answered was given a larger share than one that was not; ties count half."""
    yes = int(answered.sum())
    no = len(answered) - yes
    if not yes or not no:
        return 0.5
    _, place, count = np.unique(shares, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[answered].sum() - yes * (yes + 1) / 2) / (yes * no))


def _auc_error(area: float, yes: int, no: int) -> float:
    """Its standard error (Hanley and McNeil 1982)."""
    if not yes or not no:
        return 1.0
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    variance = area * (1 - area) + (yes - 1) * (one - area * area) + (no - 1) * (two - area * area)
    return float(np.sqrt(variance / (yes * no)))


def find_calibration_error(shares: Floats, answered: Flags) -> float:
    """How far forecasts are from what happened, over five groups of equal size, root mean square.

    What chance alone adds in groups of that size is taken off (Kumar, Liang and Ma 2019): forty posts of a perfect
    forecast miss it by .06, which says nothing against it.
    """
    squares = 0.0
    for part in np.array_split(np.argsort(shares, kind="stable"), _BINS):
        if len(part) > 1:
            seen = float(answered[part].mean())
            chance = seen * (1 - seen) / (len(part) - 1)
            squares += len(part) * ((float(shares[part].mean()) - seen) ** 2 - chance)
    return float(np.sqrt(max(0.0, squares / len(shares))))


def _sigmoid(value: Floats) -> Floats:
    share: Floats = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return share
