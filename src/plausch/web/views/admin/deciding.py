"""Reports, decisions and appeals, for those who look after the place."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import Page
from plausch.moderation import actions, queries
from plausch.moderation.model import (
    MESSAGE_MAX,
    Copy,
    Decision,
    DecisionKind,
    Report,
    ReportState,
    Verdict,
    check_may_decide,
)
from plausch.people import queries as people
from plausch.people.model import Role, Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Picture, Post, Revision
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_LISTED = 40
#: What can be chosen, in the order of how much it does.
ABOUT_PEOPLE = (DecisionKind.WARNED, DecisionKind.LIMITED, DecisionKind.SUSPENDED)
_ABOUT_REPORTS = (DecisionKind.DISMISSED, DecisionKind.WARNED, DecisionKind.POST_REMOVED, *ABOUT_PEOPLE[1:])
_NOTHING_TYPED = {"kind": "", "rule": "", "message": ""}


def id_in_path(request: Request, reason: str, name: str = "id") -> int:
    found = parse_id(request.params[name])
    if found is None:
        raise NotFound(reason)
    return found


class Entrusted(NamedTuple):
    """A post as those who decide see it."""

    id: int
    #: None once it is gone.
    context: dict[str, Any] | None
    #: What it answers, as far as the viewer may see that.
    parent: dict[str, Any] | None
    #: How it read before, newest first.
    revisions: Sequence[Revision] = ()
    #: What it said when it was reported, where that is known and it says something else now.
    copy: Copy | None = None
    #: Its pictures, once it is gone.
    pictures: Sequence[Picture] = ()


async def show_queue(request: Request) -> Response:
    """What waits, what is appealed against, what is done."""
    shown = request.query_params.get("show", "open")
    shown = shown if shown in ("open", "appeals", "decided") else "open"
    page = Page(before=page_of(request).before, limit=_LISTED)
    viewer = request.viewer
    async with request.site.database.read() as tx:
        reports: Sequence[Report] = []
        appeals: Sequence[Decision] = []
        if shown == "appeals":
            appeals = await queries.list_appeals(tx, viewer, page)
        else:
            reports = await queries.list_reports(tx, viewer, ReportState(shown), page)
        posts = await queries.list_reported_posts(tx, [one.id for one in reports])
        ids = {id_ for one in reports for id_ in (one.subject_id, one.reporter_id)}
        ids |= {one.subject_id for one in appeals}
        actors = await people.list_known(tx, viewer, list(ids))
        waiting = await queries.count_open_reports(tx, viewer), await queries.count_appeals(tx, viewer)
    return await render(
        request,
        "admin/reports.html",
        shown=shown,
        reports=reports,
        appeals=appeals,
        posts=posts,
        actors=actors,
        waiting=waiting,
        rules=rules_of(request),
        next_before=_next(page, [one.id for one in appeals or reports]),
        done=request.query_params.get("done") == "1",
    )


def _next(page: Page, ids: Sequence[int]) -> int | None:
    return ids[-1] if len(ids) == page.limit else None


def rules_of(request: Request) -> dict[int, Any]:
    return {rule.id: rule for rule in request.site.community.rules}


async def entrusted(
    tx: Read, viewer: Viewer, ids: Sequence[int], copies: Mapping[int, Copy] | None = None
) -> list[Entrusted]:
    """Reported posts with what they answer, though their speaker be suspended or block the viewer."""
    copies = copies or {}
    posts = await talk.list_entrusted(tx, viewer, ids)
    held = await talk.list_held_pictures(tx, viewer, ids)
    shown = []
    for id_ in ids:
        post = posts.get(id_)
        if post is None:
            shown.append(Entrusted(id_, None, None, copy=copies.get(id_), pictures=held.get(id_, ())))
            continue
        parent = await talk.find_post(tx, viewer, post.parent_id) if post.parent_id is not None else None
        speakers = [id_ for one in (post, parent) if one for id_ in (one.actor_id, one.author_id)]
        actors = await people.list_known(tx, viewer, speakers)
        pictures = await talk.list_pictures(tx, [one.id for one in (post, parent) if one])
        of = {"actors": actors, "pictures": pictures}
        shown.append(
            Entrusted(
                id_,
                {"post": post, **of},
                {"post": parent, **of} if parent else None,
                await talk.list_entrusted_revisions(tx, viewer, id_),
                await _changed(tx, viewer, post, pictures.get(id_, ()), copies.get(id_)),
            )
        )
    return shown


async def _changed(tx: Read, viewer: Viewer, post: Post, pictures: Sequence[Picture], copy: Copy | None) -> Copy | None:
    """The copy, unless the post still says the same."""
    written = await talk.get_written(tx, viewer, post.id)
    now = Copy(
        written.source,
        written.warning,
        tuple(one.alt for one in pictures),
        tuple(one.text for one in post.poll.options) if post.poll else (),
    )
    return copy if copy != now else None


async def show_report(request: Request) -> Response:
    return await _report_page(request, dict(_NOTHING_TYPED), Problems())


async def _report_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    viewer, id_ = request.viewer, id_in_path(request, "report_not_found")
    async with request.site.database.read() as tx:
        report = await queries.get_report(tx, viewer, id_)
        ids = (await queries.list_reported_posts(tx, [id_])).get(id_, [])
        posts = await entrusted(tx, viewer, ids, await queries.list_copies(tx, viewer, id_))
        decision = await queries.find_decision(tx, report.decision_id) if report.decision_id else None
        others = [one for one in await queries.list_reports_about(tx, viewer, report.subject_id) if one.id != id_]
        decisions = await queries.list_decisions_about(tx, viewer, report.subject_id)
        notes = await queries.list_notes(tx, viewer, report.subject_id)
        by = [one.decided_by for one in decisions]
        actors = await people.list_known(tx, viewer, [report.subject_id, report.reporter_id, *by])
        role = await queries.role_of(tx, report.subject_id)
    there = [one.id for one in posts if one.context is not None]
    return await render(
        request,
        "admin/report.html",
        status=422 if problems else 200,
        report=report,
        subject=actors[report.subject_id],
        reporter=actors.get(report.reporter_id),
        posts=posts,
        post=there[0] if there else 0,
        decision=decision,
        others=others,
        decisions=decisions,
        notes=notes,
        actors=actors,
        choices=choices(viewer, role, _ABOUT_REPORTS, has_post=bool(there)),
        rules=rules_of(request),
        values=values,
        most=MESSAGE_MAX,
        errors=problems.in_words(request.language),
    )


def choices(viewer: Viewer, role: Role, kinds: Sequence[DecisionKind], *, has_post: bool) -> list[str]:
    """What the viewer may decide about somebody with a role."""
    return [
        kind.value for kind in kinds if (has_post or kind is not DecisionKind.POST_REMOVED) and _may(viewer, role, kind)
    ]


def _may(viewer: Viewer, role: Role, kind: DecisionKind) -> bool:
    try:
        check_may_decide(viewer.role, role, kind, about_self=False)
    except NotAllowed:
        return False
    return True


def read_verdict(form: FormData) -> tuple[Verdict, dict[str, str]]:
    """What was chosen, and what was typed. Raises Invalid for what is not on offer."""
    values = {name: field(form, name) for name in _NOTHING_TYPED}
    if values["kind"] not in set(DecisionKind):
        raise Invalid("kind", "choice_unknown")
    kind = DecisionKind(values["kind"])
    post = parse_id(field(form, "post")) or 0
    about_post = kind in (DecisionKind.POST_REMOVED, DecisionKind.WARNED)
    return Verdict(
        kind=kind,
        rule=parse_id(values["rule"]) or 0,
        message=values["message"],
        post=post if about_post else 0,
    ), values


async def decide_report(request: Request) -> Response:
    form, id_ = await read_form(request), id_in_path(request, "report_not_found")
    try:
        verdict, values = read_verdict(form)
        async with request.site.database.write() as tx:
            await actions.decide_report(tx, request.viewer, id_, verdict)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        values = {name: field(form, name) for name in _NOTHING_TYPED}
        return await _report_page(request, values, problems)
    return lead_to("/admin/reports?done=1")


async def show_post(request: Request) -> Response:
    """A post that nobody has reported, and that the viewer may see."""
    return await _post_page(request, {**_NOTHING_TYPED, "kind": "post_removed"}, Problems())


async def _post_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    viewer, id_ = request.viewer, id_in_path(request, "post_not_found")
    async with request.site.database.read() as tx:
        post = await talk.get_post(tx, viewer, id_)
        shown = await entrusted(tx, viewer, [id_])
        subject = (await people.list_known(tx, viewer, [post.actor_id]))[post.actor_id]
        role = await queries.role_of(tx, post.actor_id)
    if post.actor_id == viewer.person:
        raise NotAllowed("decides_about_self")
    return await render(
        request,
        "admin/post.html",
        status=422 if problems else 200,
        subject=subject,
        posts=shown,
        post=id_,
        choices=choices(viewer, role, _ABOUT_REPORTS[1:], has_post=True),
        rules=rules_of(request),
        values=values,
        most=MESSAGE_MAX,
        errors=problems.in_words(request.language),
    )


async def decide_post(request: Request) -> Response:
    form, id_ = await read_form(request), id_in_path(request, "post_not_found")
    try:
        verdict, values = read_verdict(form)
        async with request.site.database.write() as tx:
            post = await talk.get_post(tx, request.viewer, id_)
            await actions.decide(tx, request.viewer, post.actor_id, verdict)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        values = {name: field(form, name) for name in _NOTHING_TYPED}
        return await _post_page(request, values, problems)
    return lead_to("/admin/reports?show=decided&done=1")


async def show_appeal(request: Request) -> Response:
    return await _appeal_page(request, "", Problems())


async def _appeal_page(request: Request, answer: str, problems: Problems) -> Response:
    viewer, id_ = request.viewer, id_in_path(request, "decision_not_found")
    async with request.site.database.read() as tx:
        decision = await queries.get_decision(tx, viewer, id_)
        ids = [decision.subject_id, decision.decided_by, decision.answered_by or 0]
        actors = await people.list_known(tx, viewer, ids)
        role = await queries.role_of(tx, decision.subject_id)
        pictures = await talk.list_held_pictures(tx, viewer, [decision.post_id or 0])
        own = decision.decided_by == viewer.person
        for_others = own and decision.appeal_state == "open" and await queries.is_for_others(tx, decision)
    return await render(
        request,
        "admin/appeal.html",
        own=own,
        pictures=pictures.get(decision.post_id or 0, ()),
        for_others=for_others,
        status=422 if problems else 200,
        decision=decision,
        actors=actors,
        subject=actors[decision.subject_id],
        rule=rules_of(request).get(decision.rule_id or 0),
        may=_may(viewer, role, decision.kind),
        answer=answer,
        most=MESSAGE_MAX,
        errors=problems.in_words(request.language),
    )


async def answer_appeal(request: Request) -> Response:
    form, id_ = await read_form(request), id_in_path(request, "decision_not_found")
    answer, outcome = field(form, "answer"), field(form, "outcome")
    try:
        if outcome not in ("grant", "refuse"):
            raise Invalid("outcome", "choice_unknown")
        async with request.site.database.write() as tx:
            await actions.answer_appeal(tx, request.viewer, id_, grant=outcome == "grant", answer=answer)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _appeal_page(request, answer, problems)
    return lead_to("/admin/reports?show=appeals&done=1")


ROUTES = [
    Route("GET", "/admin/reports", show_queue, Wants.STAFF),
    Route("GET", "/admin/reports/{id}", show_report, Wants.STAFF),
    Route("POST", "/admin/reports/{id}", decide_report, Wants.STAFF),
    Route("GET", "/admin/posts/{id}", show_post, Wants.STAFF),
    Route("POST", "/admin/posts/{id}", decide_post, Wants.STAFF),
    Route("GET", "/admin/appeals/{id}", show_appeal, Wants.STAFF),
    Route("POST", "/admin/appeals/{id}", answer_appeal, Wants.STAFF),
]
