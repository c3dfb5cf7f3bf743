"""What insights speak of, and the rules that need no arrays."""

from plausch.insights.model.findings import Finding, Measure, Point, Result, Scope, ScopeKind
from plausch.insights.model.health import Care, CareKind, Figures, Greeting, Health, Volunteer, WeekOfTalk
from plausch.insights.model.loyalty import Cohort, Loyalties, Loyalty, Move, Stage

__all__ = [
    "Care",
    "CareKind",
    "Cohort",
    "Figures",
    "Finding",
    "Greeting",
    "Health",
    "Loyalties",
    "Loyalty",
    "Measure",
    "Move",
    "Point",
    "Result",
    "Scope",
    "ScopeKind",
    "Stage",
    "Volunteer",
    "WeekOfTalk",
]
