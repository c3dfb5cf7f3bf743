"""What changes insights: the only writer of this room."""

from plausch.insights.actions.findings import drop_findings, keep_finding, keep_history
from plausch.insights.actions.forgetting import drop_scope, forget_subject
from plausch.insights.actions.interactions import note_new_post, note_post, note_response, recount_posts, uncount_actor
from plausch.insights.actions.letters import make_letters, measure_weeks
from plausch.insights.actions.strategy import (
    MEASURE_TARGET,
    MEASURE_WEEKS,
    describe_target,
    drop_goal,
    set_goal,
)

__all__ = [
    "MEASURE_TARGET",
    "MEASURE_WEEKS",
    "describe_target",
    "drop_findings",
    "drop_goal",
    "drop_scope",
    "forget_subject",
    "keep_finding",
    "keep_history",
    "make_letters",
    "measure_weeks",
    "note_new_post",
    "note_post",
    "note_response",
    "recount_posts",
    "set_goal",
    "uncount_actor",
]
