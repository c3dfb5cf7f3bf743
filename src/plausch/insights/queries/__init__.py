"""Reads of insights. Each takes the viewer: figures about a scope are for those who look after it, figures about a
person for that person and for them."""

from plausch.insights.queries.advising import find_knowledge
from plausch.insights.queries.communities import (
    find_own_membership,
    list_communities,
    list_joinings,
    list_meetings,
    list_memberships,
    list_welcoming,
)
from plausch.insights.queries.findings import find_result, list_history, list_results, list_topics, read_finding
from plausch.insights.queries.greeting import (
    find_greeting,
    list_own_greetings,
    list_volunteered,
    list_volunteers,
    list_waiting,
)
from plausch.insights.queries.interactions import find_graph, find_rule
from plausch.insights.queries.letters import (
    find_letter_of,
    get_letter,
    list_letter_places,
    list_letter_readers,
    list_letters,
    list_progress,
)
from plausch.insights.queries.nights import find_last_night
from plausch.insights.queries.permission import check_may_look, may_look
from plausch.insights.queries.spread import get_spread, list_spread_lately, may_see_spread
from plausch.insights.queries.strategy import find_description, list_goals
from plausch.insights.queries.unanswered import Waiting, list_unanswered

__all__ = [
    "Waiting",
    "check_may_look",
    "find_description",
    "find_graph",
    "find_greeting",
    "find_knowledge",
    "find_last_night",
    "find_letter_of",
    "find_own_membership",
    "find_result",
    "find_rule",
    "get_letter",
    "get_spread",
    "list_communities",
    "list_goals",
    "list_history",
    "list_joinings",
    "list_letter_places",
    "list_letter_readers",
    "list_letters",
    "list_meetings",
    "list_memberships",
    "list_own_greetings",
    "list_progress",
    "list_results",
    "list_spread_lately",
    "list_topics",
    "list_unanswered",
    "list_volunteered",
    "list_volunteers",
    "list_waiting",
    "list_welcoming",
    "may_look",
    "may_see_spread",
    "read_finding",
]
