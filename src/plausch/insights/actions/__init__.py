"""What changes insights: the only writer of this room."""

from plausch.insights.actions.findings import drop_findings, drop_scope, forget_subject, keep_finding, keep_history

__all__ = ["drop_findings", "drop_scope", "forget_subject", "keep_finding", "keep_history"]
