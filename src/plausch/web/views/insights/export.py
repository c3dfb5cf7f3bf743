"""The findings about a place as files, for those who look after it: `/insights/export/MEASURE.csv` or `.json`; what
a finding holds of tables is at `MEASURE-SHEET.csv`."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from plausch.http.forms import check_text
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights.model import Measure, Scope
from plausch.insights.model.shapes import as_json, flatten
from plausch.insights.model.sheets import SHEETS
from plausch.insights.queries.exporting import (
    Exported,
    export_finding,
    export_history,
    list_developing,
    list_findings,
)
from plausch.kernel.errors import NotFound
from plausch.language.catalogues import N_
from plausch.language.formats import iso
from plausch.storage import Read
from plausch.web.pages import render
from plausch.web.sheets import as_csv
from plausch.web.views.insights.scopes import place_in
from plausch.web.wants import Wants

#: What the files are called to those who choose one.
NAMES = {
    Measure.MAKERS: N_("Opinion makers"),
    Measure.COMMUNITIES_COARSE: N_("Communities of interest, coarser"),
    Measure.COMMUNITIES_USUAL: N_("Communities of interest"),
    Measure.COMMUNITIES_FINE: N_("Communities of interest, finer"),
    Measure.WELCOMING: N_("Who answers newcomers"),
    Measure.HEALTH: N_("Conversation health"),
    Measure.LOYALTIES: N_("From reader to loyal fan"),
    Measure.TARGET: N_("Target group"),
    Measure.AWARENESS: N_("How you are spoken of"),
    Measure.AWARENESS_POSTS: N_("Posts that speak of you"),
    Measure.ADVICE: N_("What the adviser knows"),
    Measure.WEEK_BEGUN: N_("Conversations begun a week"),
    Measure.WEEK_REPLIES: N_("Replies a week"),
    Measure.WEEK_PEOPLE: N_("People a week"),
    Measure.WEEK_ANSWERED: N_("Posts answered within a day, in per cent"),
    Measure.WEEK_ANSWER_HOURS: N_("Hours until the middle answer"),
    Measure.WEEK_NEWCOMERS: N_("People a week who say something for the first time"),
    Measure.WEEK_GREETED: N_("Newcomers whose first post is answered, in per cent"),
    Measure.HEALTH_ANSWERED: N_("Share of posts answered within a day"),
    Measure.HEALTH_FIRST_ANSWER: N_("Time until the first answer, in milliseconds"),
    Measure.HEALTH_GREETED: N_("Share of newcomers who were answered"),
    Measure.HEALTH_RECIPROCITY: N_("How much answers go both ways"),
    Measure.HEALTH_UNEVENNESS: N_("How unevenly turns are shared"),
    Measure.HEALTH_DEPTH: N_("How deep conversations go"),
}
#: And the tables in them.
SHEET_NAMES = {
    "weeks": N_("Week by week"),
    "stages": N_("Where everybody is now"),
    "flows": N_("How people move"),
    "cohorts": N_("Who stays"),
    "moves": N_("What moved people on"),
    "mentions": N_("Mentions by week"),
    "voices": N_("In which communities of interest"),
    "shares": N_("Share of the conversation"),
    "hours": N_("When posts are answered"),
}
_HISTORY = "history-"


class _File(NamedTuple):
    """What a file says, as rows and as JSON."""

    rows: list[dict[str, Any]]
    whole: Any


async def show_exports(request: Request) -> Response:
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        heads = await list_findings(tx, request.viewer, place.scope)
        developing = await list_developing(tx, request.viewer, place.scope)
        sheets = {one.measure: await _sheets(tx, request, place.scope, one.measure) for one in heads}
    return await render(
        request,
        "insights/export.html",
        scope=place,
        heads=[
            (one, f"?{_query(place.fields | ({'topic': one.topic} if one.topic else {}))}")
            for one in heads
            if sheets[one.measure] is not None
        ],
        developing=developing,
        query=f"?{_query(place.fields)}",
        names=NAMES,
        sheets=sheets,
        sheet_names=SHEET_NAMES,
    )


async def _sheets(tx: Read, request: Request, scope: Scope, measure: Measure) -> list[str] | None:
    """The tables within a finding that hold anything; None where too few people are behind all of it."""
    if measure not in SHEETS:
        return []
    values = [one.value for one in (await export_finding(tx, request.viewer, scope, measure)).finding.results]
    found = [name for name, rows_of in SHEETS[measure].items() if any(row for one in values for row in rows_of(one))]
    return found if values else None


def _query(fields: Mapping[str, str]) -> str:
    return "&".join(f"{name}={quote(value)}" for name, value in fields.items())


async def export(request: Request) -> Response:
    name, _, form = request.params["file"].rpartition(".")
    if form not in ("csv", "json"):
        raise NotFound("finding_not_found")
    topic = request.query_params.get("topic", "")
    check_text(topic)
    async with request.site.database.read() as tx:
        place = await place_in(tx, request)
        file = await _read(tx, request, place.scope, name, topic)
    stem = "-".join(part for part in (place.handle or "server", place.slug, name, topic) if part)
    disposition = f"attachment; filename*=UTF-8''{quote(f'{stem}.{form}')}"
    headers = {"content-disposition": disposition, "cache-control": "private, no-store"}
    if form == "json":
        return Response(msgspec.json.encode(file.whole), media_type="application/json", headers=headers)
    return Response(as_csv(file.rows), media_type="text/csv; charset=utf-8", headers=headers)


async def _read(tx: Read, request: Request, scope: Scope, name: str, topic: str) -> _File:
    if name.startswith(_HISTORY):
        points = await export_history(tx, request.viewer, scope, name.removeprefix(_HISTORY))
        rows = [{"day": iso(one.day)[:10], "value": one.value} for one in points]
        return _File(rows, {"measure": name.removeprefix(_HISTORY), "points": rows})
    measure, _, sheet = name.partition("-")
    found = await export_finding(tx, request.viewer, scope, measure, topic)
    if sheet:
        rows_of = SHEETS.get(Measure(measure), {}).get(sheet)
        if rows_of is None:
            raise NotFound("finding_not_found")
        rows = [row for one in found.finding.results for row in rows_of(one.value)]
        return _File(rows, rows)
    head = {"measure": name, "topic": topic, "method": found.finding.method, "computed_at": iso(found.finding.as_of)}
    results = [_named(found, one.subject, one.place) | {"value": as_json(one.value)} for one in found.finding.results]
    rows = [_named(found, one.subject, one.place) | flatten(one.value) for one in found.finding.results]
    return _File(rows, head | {"results": results})


def _named(found: Exported, subject: int, place: int) -> dict[str, Any]:
    """What a result is about; people with their handles."""
    actor = found.people.get(subject)
    about = {"place": place, found.table.about.value if subject else "about": str(subject) if subject else "all"}
    return about | ({"handle": actor.handle, "name": actor.shown_name} if actor is not None else {})


ROUTES = [
    Route("GET", "/insights/export", show_exports, Wants.PERSON),
    Route("GET", "/insights/export/{file}", export, Wants.PERSON),
]
