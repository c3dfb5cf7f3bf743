"""Everybody with an account: finding them, their role, what was decided and written down about them; and the log."""

from starlette.responses import Response

from plausch.http.forms import check_text, field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid
from plausch.kernel.paging import Page
from plausch.moderation import actions, queries
from plausch.moderation.model import MESSAGE_MAX, NOTE_MAX, Act
from plausch.people import queries as people
from plausch.people.model import Role, Standing
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.problems import Problems
from plausch.web.views.admin.deciding import ABOUT_PEOPLE, choices, id_in_path, read_verdict, rules_of
from plausch.web.wants import Wants

_LISTED = 50
_TYPED = {"kind": "", "rule": "", "message": "", "text": ""}


async def show_members(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in ("q", "standing", "role")}
    check_text(asked["q"])
    standing = Standing(asked["standing"]) if asked["standing"] in set(Standing) else None
    role = Role(asked["role"]) if asked["role"] in set(Role) else None
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        members = await people.list_members(
            tx, request.viewer, page, text=asked["q"][:100], standing=standing, role=role
        )
        actors = await people.list_known(tx, request.viewer, [one.person_id for one in members])
    return await render(
        request,
        "admin/members.html",
        members=members,
        actors=actors,
        asked=asked,
        next_before=members[-1].person_id if len(members) == page.limit else None,
    )


async def show_member(request: Request) -> Response:
    return await _member_page(request, dict(_TYPED), Problems())


async def _member_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    viewer, id_ = request.viewer, id_in_path(request, "account_not_found")
    async with request.site.database.read() as tx:
        account = None if await queries.is_page(tx, id_) else await people.get_account(tx, id_)
        role, about_me = await queries.role_of(tx, id_), await queries.is_about(tx, viewer, id_)
        reports = await queries.list_reports_about(tx, viewer, id_)
        decisions = await queries.list_decisions_about(tx, viewer, id_)
        notes = await queries.list_notes(tx, viewer, id_)
        others = [one.written_by for one in notes] + [one.decided_by for one in decisions]
        actors = await people.list_known(tx, viewer, [id_, *others, *(one.reporter_id for one in reports)])
    return await render(
        request,
        "admin/member.html",
        status=422 if problems else 200,
        account=account,
        subject=actors[id_],
        actors=actors,
        reports=reports,
        decisions=decisions,
        notes=notes,
        choices=choices(viewer, role, ABOUT_PEOPLE, has_post=False) if not about_me else [],
        about_me=about_me,
        rules=rules_of(request),
        values=values,
        most=MESSAGE_MAX,
        note_max=NOTE_MAX,
        errors=problems.in_words(request.language),
        done=request.query_params.get("done") == "1",
    )


def _back(id_: int) -> Response:
    return lead_to(f"/admin/people/{id_}?done=1")


async def decide(request: Request) -> Response:
    form, id_ = await read_form(request), id_in_path(request, "account_not_found")
    try:
        verdict, _ = read_verdict(form)
        async with request.site.database.write() as tx:
            await actions.decide(tx, request.viewer, id_, verdict)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _member_page(request, {name: field(form, name) for name in _TYPED}, problems)
    return _back(id_)


async def set_role(request: Request) -> Response:
    form, id_ = await read_form(request), id_in_path(request, "account_not_found")
    role = field(form, "role")
    try:
        if role not in set(Role):
            raise Invalid("role", "choice_unknown")
        async with request.site.database.write() as tx:
            await actions.set_role(tx, request.viewer, id_, Role(role))
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _member_page(request, dict(_TYPED), problems)
    return _back(id_)


async def write_note(request: Request) -> Response:
    form, id_ = await read_form(request), id_in_path(request, "account_not_found")
    try:
        async with request.site.database.write() as tx:
            await actions.write_note(tx, request.viewer, id_, field(form, "text"))
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _member_page(request, {**_TYPED, "text": field(form, "text")}, problems)
    return _back(id_)


async def remove_note(request: Request) -> Response:
    async with request.site.database.write() as tx:
        subject = await actions.remove_note(tx, request.viewer, id_in_path(request, "note_not_found"))
    return _back(subject)


async def show_log(request: Request) -> Response:
    asked = {name: request.query_params.get(name, "") for name in ("act", "person")}
    check_text(asked["person"])
    act = Act(asked["act"]) if asked["act"] in set(Act) else None
    page = Page(before=page_of(request).before, limit=_LISTED)
    handle = asked["person"].strip().removeprefix("@").lower()
    async with request.site.database.read() as tx:
        whose = await people.find_handle(tx, handle) if handle else 0
        if whose is None:
            # Nobody is called that: nothing was done to them.
            entries = []
        else:
            entries = await queries.list_log(tx, request.viewer, page, act=act, whose=whose)
        ids = {id_ for one in entries for id_ in (one.by_id, one.subject_id or 0)}
        actors = await people.list_known(tx, request.viewer, list(ids))
    return await render(
        request,
        "admin/log.html",
        entries=entries,
        actors=actors,
        asked=asked,
        next_before=entries[-1].id if len(entries) == page.limit else None,
    )


ROUTES = [
    Route("GET", "/admin/people", show_members, Wants.STAFF),
    Route("GET", "/admin/people/{id}", show_member, Wants.STAFF),
    Route("POST", "/admin/people/{id}", decide, Wants.STAFF),
    Route("POST", "/admin/people/{id}/role", set_role, Wants.OWNER),
    Route("POST", "/admin/people/{id}/notes", write_note, Wants.STAFF),
    Route("POST", "/admin/notes/{id}/remove", remove_note, Wants.STAFF),
    Route("GET", "/admin/log", show_log, Wants.STAFF),
]
