"""What has to be let through before it is posted."""

from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from plausch.clientapi.plausch import answers
from plausch.clientapi.plausch.asking import answered, count_change, done, id_of
from plausch.clientapi.plausch.bodies import ApprovalForm, NoteForm
from plausch.clientapi.plausch.endpoints import Endpoint
from plausch.clientapi.plausch.posting import check_texts, waiting
from plausch.http.forms import read_json
from plausch.http.request import Request
from plausch.talk import actions, queries

_GONE = "draft_not_found"
_LISTED, _DECISIONS = 100, 120
#: From here moments count.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def list_approvals(request: Request) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        to_decide = await waiting(tx, request, await queries.list_to_decide(tx, viewer, _LISTED))
        submitted = await waiting(tx, request, await queries.list_submitted(tx, viewer))
    return answered(answers.Approvals(waiting=to_decide, submitted=submitted))


async def approve(request: Request) -> Response:
    await count_change(request, "approve", _DECISIONS)
    form = await read_json(request, ApprovalForm)
    seen = (form.seen - _BEGINNING) // timedelta(milliseconds=1)
    async with request.site.database.write() as tx:
        id_ = id_of(request, _GONE)
        made = await actions.approve_post(tx, request.viewer, id_, request.site.addresses, seen=seen)
    return answered(answers.Approved(post_id=str(made) if made is not None else None))


async def decline(request: Request) -> Response:
    await count_change(request, "approve", _DECISIONS)
    form = await read_json(request, NoteForm)
    check_texts(form.note)
    async with request.site.database.write() as tx:
        await actions.decline_post(tx, request.viewer, id_of(request, _GONE), form.note)
    return done()


async def withdraw(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.withdraw_submitted(tx, request.viewer, id_of(request, _GONE))
    return done()


ENDPOINTS = [
    Endpoint("GET", "/approvals", list_approvals, "What waits to be let through", answers.Approvals, "read"),
    Endpoint(
        "POST", "/approvals/{id}/approve", approve, "Let through what was read", answers.Approved, "write", ApprovalForm
    ),
    Endpoint(
        "POST", "/approvals/{id}/decline", decline, "Give it back with a note", None, "write", NoteForm, status=204
    ),
    Endpoint("POST", "/approvals/{id}/withdraw", withdraw, "Take your own back", None, "write", status=204),
]
