"""What insights speak of, and the rules that need no arrays."""

from plausch.insights.model.communities import Belonging, Community, Grain, Joining, Meeting, Membership, Welcoming
from plausch.insights.model.findings import Finding, Measure, Point, Result, Scope, ScopeKind
from plausch.insights.model.health import Care, CareKind, Figures, Greeting, Health, Volunteer, WeekOfTalk
from plausch.insights.model.loyalty import Cohort, Loyalties, Loyalty, Move, Stage
from plausch.insights.model.makers import Maker

__all__ = [
    "Belonging",
    "Care",
    "CareKind",
    "Cohort",
    "Community",
    "Figures",
    "Finding",
    "Grain",
    "Greeting",
    "Health",
    "Joining",
    "Loyalties",
    "Loyalty",
    "Maker",
    "Measure",
    "Meeting",
    "Membership",
    "Move",
    "Point",
    "Result",
    "Scope",
    "ScopeKind",
    "Stage",
    "Volunteer",
    "WeekOfTalk",
    "Welcoming",
]
