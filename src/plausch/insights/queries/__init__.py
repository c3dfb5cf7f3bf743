"""Reads of insights. Each takes the viewer: figures about a scope are for those who look after it, figures about a
person for that person and for them."""

from plausch.insights.queries.findings import find_result, list_history, list_results, list_topics
from plausch.insights.queries.permission import check_may_look, may_look

__all__ = ["check_may_look", "find_result", "list_history", "list_results", "list_topics", "may_look"]
