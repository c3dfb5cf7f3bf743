"""Who may not come in: e-mail domains and addresses, and networks, for those who look after the place."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import actions, queries
from plausch.people.model import EMAIL_MAX, LINE_MAX, BarKind, NetworkBar, Severity
from plausch.storage import Write
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_AT = "/admin/barred"
_VALUES = {"domain": "", "email": "", "network": "", "severity": Severity.NO_SIGN_UP.value, "comment": "", "days": "30"}
#: For how many days a network can be barred; 0: until somebody lifts it.
_DAYS = (1, 7, 30, 365, 0)

Values = dict[str, str]


async def show_barred(request: Request) -> Response:
    return await _page(request, _VALUES, Problems())


async def _page(request: Request, values: Values, problems: Problems) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        domains = await queries.list_barred_domains(tx, viewer)
        addresses = await queries.list_barred_addresses(tx, viewer)
        networks = await queries.list_barred_networks(tx, viewer, clock.now())
    return await render(
        request,
        "admin/barred.html",
        status=422 if problems else 200,
        domains=sorted(domains, key=lambda one: one.domain),
        addresses=addresses,
        networks=networks,
        values=values,
        days=_DAYS,
        limits={"email": EMAIL_MAX, "comment": LINE_MAX},
        own_address=request.client_address,
        errors=problems.in_words(request.language),
        done=request.query_params.get("done", ""),
    )


def _changing(change: Callable[[Write, Request, Values], Awaitable[Any]], done: str) -> View:
    async def view(request: Request) -> Response:
        form, problems = await read_form(request), Problems()
        values = {name: field(form, name) if name in form else usual for name, usual in _VALUES.items()}
        try:
            async with request.site.database.write() as tx:
                await change(tx, request, values)
        except (Invalid, Conflict) as error:
            problems.note(error)
            return await _page(request, values, problems)
        # Known in this process before the next page is shown.
        await request.site.held.renew()
        return lead_to(f"{_AT}?done={done}")

    return view


async def _bar_domain(tx: Write, request: Request, values: Values) -> None:
    await actions.bar_domain(tx, request.viewer, values["domain"])


async def _bar_address(tx: Write, request: Request, values: Values) -> None:
    await actions.bar_address(tx, request.viewer, values["email"])


async def _lift_address(tx: Write, request: Request, values: Values) -> None:
    await actions.lift_address(tx, request.viewer, values["email"])


async def _bar_network(tx: Write, request: Request, values: Values) -> None:
    if values["severity"] not in set(Severity) or values["days"] not in map(str, _DAYS):
        raise Invalid("severity", "choice_unknown")
    days = int(values["days"])
    ends_at = clock.now() + days * clock.DAY if days else None
    bar = NetworkBar(values["network"], Severity(values["severity"]), values["comment"], ends_at)
    await actions.bar_network(tx, request.viewer, bar, request.client_address)


def _lifting(kind: BarKind) -> View:
    async def lift(tx: Write, request: Request, values: Values) -> None:
        one = parse_id(request.params["id"])
        if one is None:
            raise NotFound("barred_not_found")
        await actions.lift_bar(tx, request.viewer, kind, one)

    return _changing(lift, "lifted")


ROUTES = [
    Route("GET", _AT, show_barred, Wants.STAFF),
    Route("POST", f"{_AT}/domains", _changing(_bar_domain, "barred"), Wants.STAFF),
    Route("POST", f"{_AT}/domains/{{id}}/lift", _lifting(BarKind.DOMAIN), Wants.STAFF),
    Route("POST", f"{_AT}/addresses", _changing(_bar_address, "barred"), Wants.STAFF),
    Route("POST", f"{_AT}/addresses/lift", _changing(_lift_address, "lifted"), Wants.STAFF),
    Route("POST", f"{_AT}/addresses/{{id}}/lift", _lifting(BarKind.ADDRESS), Wants.STAFF),
    Route("POST", f"{_AT}/networks", _changing(_bar_network, "barred"), Wants.STAFF),
    Route("POST", f"{_AT}/networks/{{id}}/lift", _lifting(BarKind.NETWORK), Wants.STAFF),
]
