"""Reports, as those get them who made one."""

from collections.abc import Sequence

import msgspec

from plausch.clientapi.mastodon.entities.reports import Report as Entity
from plausch.language.formats import exact_iso
from plausch.moderation.model import Report, ReportCategory, ReportState


def category_of(report: Report) -> str:
    """What goes against a rule is a violation, whatever it was called."""
    return ReportCategory.VIOLATION.value if report.rules else report.category.value


def report_body(report: Report, posts: Sequence[int], account: bytes, decided_at: int | None = None) -> Entity:
    return Entity(
        id=str(report.id),
        action_taken=report.state is ReportState.DECIDED,
        action_taken_at=exact_iso(decided_at) if decided_at is not None else None,
        category=category_of(report),
        comment=report.note,
        created_at=exact_iso(report.at),
        status_ids=[str(id_) for id_ in posts] or None,
        rule_ids=[str(id_) for id_ in report.rules] or None,
        target_account=msgspec.Raw(account),
    )
