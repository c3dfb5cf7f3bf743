"""Insights: what was found out about a place, for those who look after it, and about oneself."""

from starlette.responses import Response

from plausch.clientapi.plausch.answers import insights as answers
from plausch.clientapi.plausch.asking import answered, words_of
from plausch.clientapi.plausch.endpoints import Endpoint, Parameter
from plausch.http.forms import check_text
from plausch.http.request import Request
from plausch.insights.model.findings import Scope
from plausch.insights.model.shapes import as_json
from plausch.insights.queries.exporting import (
    export_finding,
    export_history,
    find_scope,
    list_developing,
    list_findings,
    list_own,
)
from plausch.language.formats import iso
from plausch.storage import Read

_OF = Parameter("of", "The handle of a group or page that you look after; without it the whole server.")
_BOARD = Parameter("board", "The last part of the address of one of its boards.")
_TOPIC = Parameter("topic", "Only what was said under this hashtag.")


async def _scope(tx: Read, request: Request) -> Scope:
    handle = words_of(request, "of").removeprefix("@").lower()
    return await find_scope(tx, request.viewer, handle, words_of(request, "board").lower())


def _measure(request: Request) -> str:
    check_text(request.params["measure"])
    return request.params["measure"]


async def list_all(request: Request) -> Response:
    async with request.site.database.read() as tx:
        scope = await _scope(tx, request)
        heads = await list_findings(tx, request.viewer, scope)
        developing = await list_developing(tx, request.viewer, scope)
    found = [
        answers.Finding(measure=one.measure.value, topic=one.topic, method=one.method, computed_at=iso(one.as_of))
        for one in heads
    ]
    return answered(answers.Findings(findings=found, histories=[one.value for one in developing]))


async def get_finding(request: Request) -> Response:
    measure, topic = _measure(request), words_of(request, "topic")
    async with request.site.database.read() as tx:
        found = await export_finding(tx, request.viewer, await _scope(tx, request), measure, topic)
    return answered(
        answers.WholeFinding(
            measure=measure,
            topic=topic,
            method=found.finding.method,
            computed_at=iso(found.finding.as_of),
            about=found.table.about.value,
            results=[
                answers.Result(
                    place=one.place,
                    subject=str(one.subject) if one.subject else None,
                    handle=found.people[one.subject].handle if one.subject in found.people else None,
                    value=as_json(one.value),
                )
                for one in found.finding.results
            ],
        )
    )


async def get_history(request: Request) -> Response:
    measure = _measure(request)
    async with request.site.database.read() as tx:
        points = await export_history(tx, request.viewer, await _scope(tx, request), measure)
    shown = [answers.Point(day=iso(one.day)[:10], value=one.value) for one in points]
    return answered(answers.History(measure=measure, points=shown))


async def get_own(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await list_own(tx, request.viewer)
    own = [
        answers.OwnFinding(
            measure=measure.value, method=one.method, computed_at=iso(one.as_of), value=as_json(one.results[0].value)
        )
        for measure, one in found
    ]
    return answered(answers.OwnFindings(findings=own))


_PLACE = (_OF, _BOARD)
_REFUSED = (403, 404)
ENDPOINTS = [
    Endpoint(
        "GET",
        "/insights/findings",
        list_all,
        "What was found out about a place that you look after",
        answers.Findings,
        "read",
        query=_PLACE,
        refusals=_REFUSED,
    ),
    Endpoint(
        "GET",
        "/insights/findings/{measure}",
        get_finding,
        "One finding, whole",
        answers.WholeFinding,
        "read",
        query=(*_PLACE, _TOPIC),
    ),
    Endpoint(
        "GET",
        "/insights/history/{measure}",
        get_history,
        "How a figure developed",
        answers.History,
        "read",
        query=_PLACE,
    ),
    Endpoint("GET", "/insights/me", get_own, "What was found out about yourself", answers.OwnFindings, "read"),
]
