"""Reads of reports, decisions, notes and the log. Nearly all of it is for those who look after the place."""

from plausch.moderation.queries.decisions import (
    APPEAL_KEY,
    count_appeals,
    find_decision,
    find_last,
    get_decision,
    get_own_decision,
    key_of,
    list_appeals,
    list_decisions_about,
)
from plausch.moderation.queries.log import list_log, list_notes
from plausch.moderation.queries.reports import (
    Reporter,
    count_open_reports,
    find_report,
    get_report,
    is_reported,
    list_copies,
    list_own_reports,
    list_reported_posts,
    list_reporters,
    list_reports,
    list_reports_about,
    list_same_matter,
)

__all__ = [
    "APPEAL_KEY",
    "Reporter",
    "count_appeals",
    "count_open_reports",
    "find_decision",
    "find_last",
    "find_report",
    "get_decision",
    "get_own_decision",
    "get_report",
    "is_reported",
    "key_of",
    "list_appeals",
    "list_copies",
    "list_decisions_about",
    "list_log",
    "list_notes",
    "list_own_reports",
    "list_reported_posts",
    "list_reporters",
    "list_reports",
    "list_reports_about",
    "list_same_matter",
]
