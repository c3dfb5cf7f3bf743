"""`/api/v1/admin/accounts`: everybody with an account, for those who look after the place."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import Fields, query_of, read_fields
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.present.admin import present_anybody, present_members
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.moderation import actions as moderation
from plausch.moderation.model import DecisionKind, Verdict
from plausch.people import actions
from plausch.people import queries as people
from plausch.people.model import Role, Standing
from plausch.storage import Write

_STANDINGS = {
    "active": Standing.ACTIVE,
    "pending": Standing.WAITING,
    "silenced": Standing.LIMITED,
    "suspended": Standing.SUSPENDED,
}
#: What there is nothing like: nobody's sign-in is switched off, and pictures are folded by their authors.
_NOTHING_LIKE = ("disabled", "sensitized")
_KINDS = {"none": DecisionKind.WARNED, "silence": DecisionKind.LIMITED, "suspend": DecisionKind.SUSPENDED}


def _wanted(query: Fields) -> list[str]:
    return [name for name in (*_STANDINGS, *_NOTHING_LIKE) if query.flag(name) or query.text("status") == name]


async def list_accounts(request: Request) -> Response:
    """Newest first, by parts of names and handles, and for owners of addresses."""
    query, page = query_of(request), range_of(request, 100, 200)
    wanted = _wanted(query)
    none = any(name in _NOTHING_LIKE for name in wanted) or query.flag("remote") or query.text("origin") == "remote"
    texts = [query.text(name) for name in ("username", "display_name", "email") if query.text(name)]
    staff = query.flag("staff") or query.text("permissions") == "staff"
    async with request.site.database.read() as tx:
        found = await people.list_members(
            tx,
            request.viewer,
            page.page,
            text=texts[0][:100] if texts else "",
            standing=_STANDINGS[wanted[0]] if wanted and wanted[0] in _STANDINGS else None,
        )
        more = len(found) == page.limit
        if none or query.text("ip") or query.text("by_domain"):
            found, more = [], False
        shown = [one for one in found if one.person_id > page.after and not (staff and one.role is Role.MEMBER)]
        members, made = await present_members(tx, request, shown)
    await keep(request, made)
    return link_pages(answered(list(members.values())), request, [one.person_id for one in found], more=more)


async def get_account(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found, made = await present_anybody(tx, request, [id_of(request)])
    await keep(request, made)
    if id_of(request) not in found:
        raise NotFound("actor_not_found")
    return answered(found[id_of(request)])


async def act(request: Request) -> Response:
    """A decision, with a report or without one; whoever is concerned hears why, and may object."""
    fields, subject = await read_fields(request), id_of(request)
    kind = fields.text("type", "none")
    if kind in ("disable", "sensitive"):
        raise Refused(422, "There is no such action on this server; limit or suspend the account")
    if kind not in _KINDS:
        raise Invalid("type", "choice_unknown")
    verdict, report = Verdict(kind=_KINDS[kind], message=fields.text("text")), fields.id("report_id")
    async with request.site.database.write() as tx:
        if report is not None:
            await moderation.decide_report(tx, request.viewer, report, verdict)
        else:
            await moderation.decide(tx, request.viewer, subject, verdict)
    return nothing()


def _doing(change: Callable[[Write, Request], Awaitable[None]]) -> View:
    async def view(request: Request) -> Response:
        if not request.viewer.staff:
            raise NotAllowed
        async with request.site.database.write() as tx:
            await change(tx, request)
        return await get_account(request)

    return view


async def _approve(tx: Write, request: Request) -> None:
    await actions.approve(tx, request.viewer, id_of(request))


async def _reject(tx: Write, request: Request) -> None:
    await actions.decline(tx, request.viewer, id_of(request))


async def _restore(tx: Write, request: Request) -> None:
    await moderation.decide(tx, request.viewer, id_of(request), Verdict(kind=DecisionKind.RESTORED))


async def _leave(tx: Write, request: Request) -> None:
    """It never was otherwise."""


async def refuse_removal(request: Request) -> Response:
    raise Refused(422, "Accounts are removed by their owners, or at the command line")


_AT = "/api/v1/admin/accounts"
_READ, _WRITE = "admin:read:accounts", "admin:write:accounts"
ENDPOINTS = [
    Endpoint("GET", _AT, list_accounts, _READ),
    Endpoint("GET", "/api/v2/admin/accounts", list_accounts, _READ),
    Endpoint("GET", f"{_AT}/{{id}}", get_account, _READ),
    Endpoint("DELETE", f"{_AT}/{{id}}", refuse_removal, _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/action", act, _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/approve", _doing(_approve), _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/reject", _doing(_reject), _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/enable", _doing(_leave), _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/unsensitive", _doing(_leave), _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/unsilence", _doing(_restore), _WRITE),
    Endpoint("POST", f"{_AT}/{{id}}/unsuspend", _doing(_restore), _WRITE),
]
