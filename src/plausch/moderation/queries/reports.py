"""Reads of reports: for those who decide, who never see those about themselves; and each for who made it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.moderation.model import Copy, OwnReport, Report, ReportState
from plausch.moderation.queries.subjects import is_about, not_about
from plausch.moderation.tables import copies, decisions, reported_posts, reports
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param

_COLUMNS = (
    reports.c.id,
    reports.c.reporter_id,
    reports.c.subject_id,
    reports.c.note,
    reports.c.rules,
    reports.c.state,
    reports.c.at,
    reports.c.decision_id,
    reports.c.category,
)
_STATE = reports.c.state == param("wanted", sa.Text())
_NOT_ABOUT_ME = not_about(reports.c.subject_id)
_LIST = Statement(
    sa.select(*_COLUMNS)
    .where(_STATE, _NOT_ABOUT_ME, reports.c.id < param("before"))
    .order_by(reports.c.id.desc())
    .limit(param("limit")),
    Report,
)
_COUNT = column_statement(sa.select(sa.func.count()).select_from(reports).where(_STATE, _NOT_ABOUT_ME))
_ONE = Statement(sa.select(*_COLUMNS).where(reports.c.id == param("id")), Report)
_ABOUT = Statement(
    sa.select(*_COLUMNS)
    .where(reports.c.subject_id == param("subject"), _NOT_ABOUT_ME)
    .order_by(reports.c.id.desc())
    .limit(param("limit")),
    Report,
)
_OWN = Statement(
    sa.select(reports.c.id, reports.c.subject_id, reports.c.at, reports.c.state, decisions.c.kind)
    .select_from(reports.outerjoin(decisions, decisions.c.id == reports.c.decision_id))
    .where(reports.c.reporter_id == param("person"), reports.c.id < param("before"))
    .order_by(reports.c.id.desc())
    .limit(param("limit")),
    OwnReport,
)
_OPEN_ABOUT = column_statement(
    sa.select(reports.c.id)
    .where(reports.c.subject_id == param("subject"), reports.c.state == ReportState.OPEN.value)
    .order_by(reports.c.id)
)


def _by_day(moment: sa.ColumnElement[int], source: sa.FromClause) -> Statement[tuple[int, int]]:
    return Statement(
        sa.select((moment // sa.literal(clock.DAY)).label("day"), sa.func.count())
        .select_from(source)
        .where(moment >= param("since"), _NOT_ABOUT_ME)
        .group_by(sa.text("day")),
        lambda number, count: (int(number), int(count)),
    )


_OPENED = _by_day(reports.c.at, reports)
_RESOLVED = _by_day(decisions.c.at, reports.join(decisions, decisions.c.id == reports.c.decision_id))
_IS_REPORTED = column_statement(
    sa.select(reports.c.id)
    .select_from(reported_posts.join(reports, reports.c.id == reported_posts.c.report_id))
    .where(reported_posts.c.post_id == param("post"), _NOT_ABOUT_ME)
    .limit(1)
)
_IS_KEPT = column_statement(
    sa.select(decisions.c.id)
    .where(decisions.c.post_id == param("post"), decisions.c.kept != "", not_about(decisions.c.subject_id))
    .limit(1)
)


class _Pair(NamedTuple):
    report_id: int
    post_id: int


class Reporter(NamedTuple):
    """Who is to hear what became of a report."""

    report_id: int
    person_id: int


_POSTS = Statement(
    sa.select(reported_posts.c.report_id, reported_posts.c.post_id)
    .where(any_of(reported_posts.c.report_id, "ids"))
    .order_by(reported_posts.c.report_id, reported_posts.c.post_id),
    _Pair,
)


class _Kept(NamedTuple):
    post_id: int
    kept: str


_COPIES = Statement(sa.select(copies.c.post_id, copies.c.kept).where(copies.c.report_id == param("report")), _Kept)
_REPORTERS = Statement(
    sa.select(reports.c.id, reports.c.reporter_id).where(
        reports.c.decision_id == param("decision"), reports.c.reporter_id != 0
    ),
    Reporter,
)


def check_staff(viewer: Viewer) -> None:
    if not viewer.staff:
        raise NotAllowed


async def list_reports(tx: Read, viewer: Viewer, state: ReportState, page: Page) -> list[Report]:
    """Newest first. Raises NotAllowed."""
    check_staff(viewer)
    return await tx.all(_LIST, wanted=state.value, person=viewer.person, before=page.before, limit=page.limit)


async def count_open_reports(tx: Read, viewer: Viewer) -> int:
    check_staff(viewer)
    return int(await tx.first(_COUNT, wanted=ReportState.OPEN.value, person=viewer.person) or 0)


async def count_reports_by_day(tx: Read, viewer: Viewer, since: int, *, resolved: bool) -> dict[int, int]:
    """How many were made, or answered, by the number of the day (UTC, from 1970). Raises NotAllowed."""
    check_staff(viewer)
    return dict(await tx.all(_RESOLVED if resolved else _OPENED, since=since, person=viewer.person))


async def get_report(tx: Read, viewer: Viewer, id_: int) -> Report:
    """Raises NotAllowed, NotFound, also for one about the viewer."""
    check_staff(viewer)
    found = await find_report(tx, id_)
    if found is None or await is_about(tx, viewer, found.subject_id):
        raise NotFound("report_not_found")
    return found


async def find_report(tx: Read, id_: int) -> Report | None:
    """For work behind the scenes."""
    return await tx.first(_ONE, id=id_)


async def list_reports_about(tx: Read, viewer: Viewer, subject: int, limit: int = 50) -> list[Report]:
    """What was ever reported about somebody, newest first. Raises NotAllowed."""
    check_staff(viewer)
    return await tx.all(_ABOUT, subject=subject, person=viewer.person, limit=limit)


async def list_reported_posts(tx: Read, ids: Sequence[int]) -> dict[int, list[int]]:
    """The posts that reports are about, by report: for those who may see the reports."""
    found: dict[int, list[int]] = defaultdict(list)
    for pair in await tx.all(_POSTS, ids=ids):
        found[pair.report_id].append(pair.post_id)
    return found


async def list_copies(tx: Read, viewer: Viewer, report: int) -> dict[int, Copy]:
    """What the posts of a report that the viewer has been given said when they were reported. Raises NotAllowed."""
    check_staff(viewer)
    found = await tx.all(_COPIES, report=report)
    return {one.post_id: msgspec.json.decode(one.kept, type=Copy) for one in found}


async def is_reported(tx: Read, viewer: Viewer, post: int) -> bool:
    """Whether somebody has handed the post to the viewer, who looks after the place, or one of them has removed it.

    Raises NotAllowed.
    """
    check_staff(viewer)
    for statement in (_IS_REPORTED, _IS_KEPT):
        if await tx.first(statement, post=post, person=viewer.person) is not None:
            return True
    return False


async def list_same_matter(tx: Read, subject: int, posts: Sequence[int]) -> list[int]:
    """Open reports about somebody that name one of the same posts, or like these none: one decision answers all."""
    open_ids = await tx.all(_OPEN_ABOUT, subject=subject)
    of = await list_reported_posts(tx, open_ids)
    return [id_ for id_ in open_ids if set(of.get(id_, ())) & set(posts) or (not posts and id_ not in of)]


async def list_reporters(tx: Read, decision: int) -> list[Reporter]:
    """Whose reports a decision has answered, for work behind the scenes."""
    return await tx.all(_REPORTERS, decision=decision)


async def list_own_reports(tx: Read, viewer: Viewer, page: Page) -> list[OwnReport]:
    """What the viewer has reported, and what became of it; newest first."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    return await tx.all(_OWN, person=viewer.person, before=page.before, limit=page.limit)
