"""From reader to loyal fan: at which stage everybody is, how they move between stages, who stays."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from plausch.insights.measures.graph import Floats, Ints
from plausch.insights.model.loyalty import FAN_WEEKS, REGULAR_PARTNERS, REGULAR_WEEKS, WEEKS, WINDOW_DAYS, Stage

VERSION = "loyalty 2"

_DAY = 86_400_000
VISIT, REACTION, TALK, BEGINNING = range(4)

Moments = NDArray[np.int64]
Kinds = NDArray[np.int8]


@dataclass(frozen=True)
class Doings:
    """What people did, in columns, a row each: who, when (ms), what, and with whom (-1 for nobody).

    `TALK` is a reply, `BEGINNING` a conversation begun, or a reply to somebody new.
    """

    person: Ints
    at: Moments
    kind: Kinds
    partner: Ints


@dataclass(frozen=True)
class Stages:
    """Arrays by person."""

    stage: Ints
    active_weeks: Ints
    partners: Ints
    loyalty: Floats
    begins: NDArray[np.bool_]


def find_stages(doings: Doings, people: int, now: int) -> Stages:
    """At which stage everybody is at a moment, by what they did in the 90 days before it."""
    age = now - doings.at
    within = (age >= 0) & (age < WINDOW_DAYS * _DAY)
    person, kind, partner = doings.person[within], doings.kind[within], doings.partner[within]
    week = age[within] // (7 * _DAY)
    active = (kind != VISIT) & (week < WEEKS)
    weeks = _marked(person[active], week[active], people, WEEKS).sum(axis=1, dtype=np.int32)
    known = (partner >= 0) & (partner != person)
    # Talking together is mutual: whoever is answered has a partner as well.
    partners = _different(person[known], partner[known], people)
    begins = _has(person, kind == BEGINNING, people)
    talks = begins | _has(person, kind == TALK, people)
    regular = talks & (weeks >= REGULAR_WEEKS) & (partners >= REGULAR_PARTNERS)
    stage = np.zeros(people, dtype=np.int32)
    for reached, who in (
        (Stage.READER, _has(person, kind == VISIT, people)),
        (Stage.REACTOR, _has(person, kind == REACTION, people)),
        (Stage.PARTICIPANT, talks),
        (Stage.REGULAR, regular),
        (Stage.FAN, regular & (weeks >= FAN_WEEKS) & begins),
    ):
        stage[who] = reached
    loyalty = 100 * (weeks / WEEKS) * (1 - np.exp(-partners / 5))
    return Stages(stage, weeks, partners, loyalty, begins)


def flows(before: Ints, after: Ints) -> NDArray[np.int64]:
    """How many went from which stage (row) to which (column)."""
    count = len(Stage)
    return np.bincount(before * count + after, minlength=count * count).reshape(count, count)


def cohorts(joined: Moments, doings: Doings, now: int, months: int = 1) -> list[tuple[int, int, list[float]]]:
    """Those who joined in the same months: the beginning (ms), how many, and which share was active in each month
    since. The month that runs is left out, and visits are nothing that counts.
    """
    run = int(_month(np.array([now]))[0])
    since = _month(joined)
    cohort = since - since % months
    active = doings.kind != VISIT
    person = doings.person[active]
    passed = _month(doings.at[active]) - since[person]
    real = (passed >= 0) & (since[person] + passed < run)
    seen = _marked(person[real], passed[real], len(joined), int(passed[real].max(initial=0)) + 1)
    found = []
    for first in np.unique(cohort).tolist():
        members = cohort == first
        size = int(members.sum())
        # Of the last ones of a cohort less time has passed: what all of them had is told.
        length = max(run - (first + months - 1), 0)
        counts = np.zeros(length)
        active_in = seen[members].sum(axis=0)[:length]
        counts[: len(active_in)] = active_in
        begin = np.array([first], dtype="datetime64[M]").astype("datetime64[ms]").astype(np.int64)
        found.append((int(begin[0]), size, (counts / size).tolist()))
    return found


def _month(at: Moments) -> NDArray[np.int64]:
    return at.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)


def _marked(person: Ints, what: NDArray[np.integer], people: int, count: int) -> NDArray[np.bool_]:
    """A row a person, a column each of some things: whether the two come together."""
    found = np.zeros((people, count), dtype=np.bool_)
    found[person, what] = True
    return found


def _different(one: Ints, other: Ints, people: int) -> Ints:
    """With how many different people each is in some pair."""
    pairs = sp.coo_array((np.ones(len(one), dtype=np.int32), (one, other)), shape=(people, people)).tocsr()
    found: Ints = np.diff((pairs + pairs.T).indptr).astype(np.int32)
    return found


def _has(person: Ints, rows: NDArray[np.bool_], people: int) -> NDArray[np.bool_]:
    found = np.zeros(people, dtype=np.bool_)
    found[person[rows]] = True
    return found
