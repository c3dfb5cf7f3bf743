"""`/api/v1/reports`: having somebody or their statuses looked at."""

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, count_change
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.forms import read_fields
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.present.reports import report_body
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotFound
from plausch.moderation import actions, queries
from plausch.moderation.model import ReportCategory, ReportDraft


async def report(request: Request) -> Response:
    """There is no other server to which `forward` could send it."""
    await count_change(request, "report", 30, clock.HOUR)
    fields = await read_fields(request)
    person, posts = fields.id("account_id"), tuple(dict.fromkeys(fields.ids("status_ids")))
    if person is None:
        raise NotFound("actor_not_found")
    category = fields.text("category", "other")
    if category not in set(ReportCategory):
        raise Invalid("category", "choice_unknown")
    draft = ReportDraft(
        person=person,
        posts=posts,
        rules=tuple(fields.ids("rule_ids")),
        note=fields.text("comment"),
        category=ReportCategory(category),
    )
    async with request.site.database.write() as tx:
        id_ = await actions.report(tx, request.viewer, draft, request.site.settings)
        made = await queries.find_report(tx, id_)
        if made is None or made.subject_id != person:
            # The statuses are somebody else's.
            raise NotFound("actor_not_found")
        accounts, parts = await join_accounts(tx, request, [made.subject_id], blocked_too=True)
    await keep(request, parts)
    return answered(report_body(made, posts, accounts.get(made.subject_id, b"null")))


ENDPOINTS = [Endpoint("POST", "/api/v1/reports", report, "write:reports", names={"note": "comment"})]
