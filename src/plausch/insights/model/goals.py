"""What those who look after a place have set out to reach, and how far they are."""

import enum
from collections.abc import Sequence

import msgspec

from plausch.insights.model.findings import FEWEST, Measure, Point
from plausch.insights.model.weeks import WEEK, Week

GOALS_MAX = 8
#: Where things stood before a goal was set is looked for so far back.
BASELINE = 12 * WEEK
#: Weeks that a goal may last.
WEEKS_MAX = 52


class GoalKind(enum.StrEnum):
    #: The middle post is answered within so many hours.
    ANSWER_HOURS = "answer_hours"
    #: So many per cent of posts are answered within a day.
    ANSWERED = "answered"
    #: So many people a week say something for the first time.
    NEWCOMERS = "newcomers"
    #: So many per cent of these are answered.
    GREETED = "greeted"


#: Between what a goal may lie.
LIMITS = {
    GoalKind.ANSWER_HOURS: (1, 24),
    GoalKind.ANSWERED: (1, 100),
    # Fewer people are not told as a number.
    GoalKind.NEWCOMERS: (FEWEST, 10_000),
    GoalKind.GREETED: (1, 100),
}
MEASURES = {
    GoalKind.ANSWER_HOURS: Measure.WEEK_ANSWER_HOURS,
    GoalKind.ANSWERED: Measure.WEEK_ANSWERED,
    GoalKind.NEWCOMERS: Measure.WEEK_NEWCOMERS,
    GoalKind.GREETED: Measure.WEEK_GREETED,
}


class Goal(msgspec.Struct, frozen=True):
    id: int
    scope_id: int
    kind: GoalKind
    target: int
    begins_at: int
    ends_at: int

    @property
    def measure(self) -> Measure:
        """Under which its weeks are kept."""
        return MEASURES[self.kind]

    def met_by(self, value: float) -> bool:
        """Of waiting less is better, of all else more."""
        return value <= self.target if self.kind is GoalKind.ANSWER_HOURS else value >= self.target


class Progress(msgspec.Struct, frozen=True):
    """The weeks of a goal so far, oldest first."""

    weeks: tuple[tuple[int, float], ...]
    met: int
    #: What it was in the last week before, if that is known.
    before: float | None = None

    @property
    def latest(self) -> float | None:
        return self.weeks[-1][1] if self.weeks else None


def follow(goal: Goal, points: Sequence[Point]) -> Progress:
    """What came of a goal in the weeks that ended while it held."""
    weeks = tuple((one.day, one.value) for one in points if goal.begins_at <= one.day < goal.ends_at)
    before = [one.value for one in points if one.day < goal.begins_at]
    return Progress(weeks, sum(goal.met_by(value) for _, value in weeks), before[-1] if before else None)


def figures_of(week: Week) -> dict[Measure, float]:
    """What is kept of a week; nothing where too few people or posts are behind it."""
    found = {
        Measure.WEEK_BEGUN: week.begun,
        Measure.WEEK_REPLIES: week.replies,
        Measure.WEEK_PEOPLE: week.shown_people,
        Measure.WEEK_ANSWERED: week.answered_percent,
        Measure.WEEK_ANSWER_HOURS: None if week.answer_minutes is None else round(week.answer_minutes / 60, 2),
        Measure.WEEK_NEWCOMERS: week.shown_newcomers,
        Measure.WEEK_GREETED: week.greeted_percent,
    }
    return {measure: float(value) for measure, value in found.items() if value is not None}
