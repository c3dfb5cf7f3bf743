"""Other servers that are kept away, for those who look after the place."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from plausch.community import actions, queries
from plausch.community.model import SERVER_COMMENT_MAX, BlockSeverity, ServerRule
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP, Page
from plausch.storage import Write
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_AT = "/admin/servers"
_LISTED = 100
_TICKS = ("reject_media", "reject_reports", "obfuscate")
_VALUES = {
    "domain": "",
    "severity": BlockSeverity.SUSPEND.value,
    "public_comment": "",
    "private_comment": "",
    **dict.fromkeys(_TICKS, ""),
}

Values = dict[str, str]


async def show_servers(request: Request) -> Response:
    return await _page(request, _VALUES, Problems())


async def _page(request: Request, values: Values, problems: Problems) -> Response:
    page = Page(before=parse_id(request.query_params.get("before", "")) or TOP, limit=_LISTED)
    async with request.site.database.read() as tx:
        servers = await queries.list_blocked_servers(tx, request.viewer, page)
    return await render(
        request,
        "admin/servers.html",
        status=422 if problems else 200,
        servers=servers,
        next_before=servers[-1].id if len(servers) == page.limit else None,
        values=values,
        limits={"comment": SERVER_COMMENT_MAX},
        errors=problems.in_words(request.language),
        done=request.query_params.get("done", ""),
    )


def _changing(change: Callable[[Write, Request, Values], Awaitable[Any]], done: str) -> View:
    async def view(request: Request) -> Response:
        form, problems = await read_form(request), Problems()
        values = {name: field(form, name) for name in _VALUES}
        try:
            async with request.site.database.write() as tx:
                await change(tx, request, values)
        except (Invalid, Conflict) as error:
            problems.note(error)
            return await _page(request, values, problems)
        return lead_to(f"{_AT}?done={done}")

    return view


async def _block(tx: Write, request: Request, values: Values) -> None:
    if values["severity"] not in set(BlockSeverity):
        raise Invalid("severity", "choice_unknown")
    rule = ServerRule(
        severity=BlockSeverity(values["severity"]),
        public_comment=values["public_comment"],
        private_comment=values["private_comment"],
        **{name: bool(values[name]) for name in _TICKS},
    )
    await actions.block_server(tx, request.viewer, values["domain"], rule)


async def _unblock(tx: Write, request: Request, values: Values) -> None:
    one = parse_id(request.params["id"])
    if one is None:
        raise NotFound("server_not_found")
    await actions.unblock_server(tx, request.viewer, one)


ROUTES = [
    Route("GET", _AT, show_servers, Wants.STAFF),
    Route("POST", _AT, _changing(_block, "blocked"), Wants.STAFF),
    Route("POST", f"{_AT}/{{id}}/lift", _changing(_unblock, "lifted"), Wants.STAFF),
]
