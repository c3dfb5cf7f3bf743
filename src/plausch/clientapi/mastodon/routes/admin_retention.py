"""`/api/v1/admin/retention`: who stays, as insights find it by night."""

import re
from datetime import UTC, datetime

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.admin import AdminCohort, CohortDatum
from plausch.clientapi.mastodon.forms import read_fields
from plausch.http.request import Request
from plausch.insights.model import Loyalties, Measure, Scope, ScopeKind
from plausch.insights.model.findings import FEWEST
from plausch.insights.model.loyalty import FEW, Cohort
from plausch.insights.queries import find_result
from plausch.language.formats import iso

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_SERVER = Scope(ScopeKind.SERVER)


async def show_retention(request: Request) -> Response:
    """By month: who did something in it. Who was here on which day is not remembered."""
    fields = await read_fields(request)
    first, last = _month(fields.text("start_at")), _month(fields.text("end_at"))
    async with request.site.database.read() as tx:
        found = await find_result(tx, request.viewer, _SERVER, Measure.LOYALTIES, Loyalties, 0)
    known = found.results[0].value if found is not None else None
    if known is None or known.people < FEWEST or fields.text("frequency") == "day":
        return answered([])
    begun = [(_month(iso(one.since)) or 0, one) for one in known.cohorts]
    return answered(
        [_show(month, one) for month, one in begun if (first or 0) <= month and (last is None or month <= last)]
    )


def _show(begun: int, cohort: Cohort) -> AdminCohort:
    """Months of so few people that their number is told nobody are left out."""
    data = [
        CohortDatum(_beginning(begun + later), share, str(round(share * cohort.people)))
        for later, share in enumerate(cohort.active)
        if share != FEW
    ]
    return AdminCohort(period=_beginning(begun), data=data)


def _month(moment: str) -> int | None:
    """The number of a month of which a day or a moment is given."""
    found = _MONTH.match(moment)
    return int(found[1]) * 12 + int(found[2]) - 1 if found else None


def _beginning(month: int) -> str:
    return iso(int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp()) * 1000)


ENDPOINTS = [Endpoint("POST", "/api/v1/admin/retention", show_retention, "admin:read")]
