"""`/api/v1/admin/reports`: what was reported, for those who decide."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.admin import AdminReport
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.present.admin import present_anybody
from plausch.clientapi.mastodon.present.instance import present_rules
from plausch.clientapi.mastodon.present.reports import category_of
from plausch.clientapi.mastodon.showing import show_posts
from plausch.feeds.model import FilterPlace
from plausch.http.request import Request
from plausch.language.formats import exact_iso
from plausch.moderation import actions, queries
from plausch.moderation.model import DecisionKind, Report, ReportState, Verdict
from plausch.storage import Read
from plausch.storage.parts import Part


async def _present(tx: Read, request: Request, found: list[Report]) -> tuple[list[AdminReport], list[Part]]:
    """Of the statuses those that are there and that the viewer may see; what they said then, the pages know."""
    people = {id_ for one in found for id_ in (one.reporter_id, one.subject_id) if id_}
    accounts, made = await present_anybody(tx, request, sorted(people))
    posts = await queries.list_reported_posts(tx, [one.id for one in found])
    rules = {rule.id: rule for rule in present_rules(request.site.community)}
    shown = []
    for one in found:
        joined = await show_posts(tx, request, posts.get(one.id, []), FilterPlace.CONVERSATIONS)
        decision = await queries.find_decision(tx, one.decision_id) if one.decision_id is not None else None
        shown.append(
            AdminReport(
                id=str(one.id),
                action_taken=one.state is ReportState.DECIDED,
                action_taken_at=exact_iso(decision.at) if decision is not None else None,
                category=category_of(one),
                comment=one.note,
                created_at=exact_iso(one.at),
                updated_at=exact_iso(decision.at if decision is not None else one.at),
                account=accounts.get(one.reporter_id),
                target_account=accounts.get(one.subject_id),
                statuses=[msgspec.Raw(body) for body in joined.bodies],
                rules=[rules[str(id_)] for id_ in one.rules if str(id_) in rules],
            )
        )
        made = [*made, *joined.made]
    return shown, made


async def list_reports(request: Request) -> Response:
    """Newest first: those that wait, or with `resolved` those that are answered."""
    query, page = query_of(request), range_of(request, 100, 200)
    state = ReportState.DECIDED if query.flag("resolved") else ReportState.OPEN
    target, reporter = query.id("target_account_id"), query.id("account_id")
    async with request.site.database.read() as tx:
        found = await queries.list_reports(tx, request.viewer, state, page.page)
        wanted = [
            one
            for one in found
            if one.id > page.after
            and target in (None, one.subject_id)
            and reporter in (None, one.reporter_id)
            and not query.text("by_target_domain")
        ]
        shown, made = await _present(tx, request, wanted)
    await keep(request, made)
    return link_pages(answered(shown), request, [one.id for one in found], more=len(found) == page.limit)


async def get_report(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.get_report(tx, request.viewer, id_of(request))
        shown, made = await _present(tx, request, [found])
    await keep(request, made)
    return answered(shown[0])


async def resolve(request: Request) -> Response:
    """Nothing is wrong with it; for all else there is `action` of the account."""
    async with request.site.database.write() as tx:
        await actions.decide_report(tx, request.viewer, id_of(request), Verdict(kind=DecisionKind.DISMISSED))
    return await get_report(request)


async def refuse(request: Request) -> Response:
    raise Refused(422, "A report stays as it was made, and what was decided stays decided, until somebody objects")


_AT = "/api/v1/admin/reports"
_READ, _WRITE = "admin:read:reports", "admin:write:reports"
ENDPOINTS = [
    Endpoint("GET", _AT, list_reports, _READ),
    Endpoint("GET", f"{_AT}/{{id}}", get_report, _READ),
    Endpoint("PUT", f"{_AT}/{{id}}", refuse, _WRITE),
    # Nobody is assigned here: all who look after the place see what is open.
    Endpoint("POST", f"{_AT}/{{id}}/assign_to_self", get_report, _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/unassign", get_report, _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/resolve", resolve, _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/reopen", refuse, _WRITE),
]
