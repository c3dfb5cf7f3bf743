"""What changes insights: the only writer of this room."""

from plausch.insights.actions.caring import care_for, forget_care, forget_carer
from plausch.insights.actions.findings import drop_older, drop_unfinished, keep_finding, keep_history
from plausch.insights.actions.forgetting import drop_scope, forget_counted, forget_person, forget_post
from plausch.insights.actions.greeting import (
    drop_greetings,
    expect_newcomer,
    forget_greeter,
    leave_place,
    mark_greeted,
    note_answer,
    pass_on,
    stop_volunteering,
    volunteer,
)
from plausch.insights.actions.interactions import note_new_post, note_post, note_response, recount_posts, uncount_actor
from plausch.insights.actions.letters import make_letters, measure_weeks
from plausch.insights.actions.strategy import (
    MEASURE_TARGET,
    MEASURE_WEEKS,
    describe_target,
    drop_goal,
    set_goal,
)
from plausch.insights.actions.targets import measure_target, measure_targets
from plausch.insights.actions.visits import drop_old_visits, forget_visits, forget_visits_to, note_visits

__all__ = [
    "MEASURE_TARGET",
    "MEASURE_WEEKS",
    "care_for",
    "describe_target",
    "drop_goal",
    "drop_greetings",
    "drop_old_visits",
    "drop_older",
    "drop_scope",
    "drop_unfinished",
    "expect_newcomer",
    "forget_care",
    "forget_carer",
    "forget_counted",
    "forget_greeter",
    "forget_person",
    "forget_post",
    "forget_visits",
    "forget_visits_to",
    "keep_finding",
    "keep_history",
    "leave_place",
    "make_letters",
    "mark_greeted",
    "measure_target",
    "measure_targets",
    "measure_weeks",
    "note_answer",
    "note_new_post",
    "note_post",
    "note_response",
    "note_visits",
    "pass_on",
    "recount_posts",
    "set_goal",
    "stop_volunteering",
    "uncount_actor",
    "volunteer",
]
