"""`/api/v1/admin/email_domain_blocks`, `canonical_email_blocks` and `ip_blocks`: who may not come in."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.admin import AdminCanonicalEmailBlock, AdminEmailDomainBlock, AdminIpBlock
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language.formats import exact_iso
from plausch.people import actions, queries
from plausch.people.model import (
    BarKind,
    BarredAddress,
    BarredDomain,
    BarredNetwork,
    NetworkBar,
    Severity,
    clean_email,
    hash_email,
)
from plausch.storage import Read, Write

T = TypeVar("T", BarredDomain, BarredAddress, BarredNetwork)

_SEVERITIES = {
    "sign_up_requires_approval": Severity.WAITS,
    "sign_up_block": Severity.NO_SIGN_UP,
    "no_access": Severity.NO_ACCESS,
}
_WORDS = {severity: word for word, severity in _SEVERITIES.items()}
#: The API calls a field otherwise than the domain.
_NAMES = {"network": "ip", "hash": "canonical_email_hash", "ends_at": "expires_in"}
#: In seconds: nobody means more than a century.
_LONGEST = 100 * 365 * clock.DAY // clock.SECOND


def _show(one: BarredDomain | BarredAddress | BarredNetwork) -> Any:
    if isinstance(one, BarredDomain):
        return AdminEmailDomainBlock(str(one.id), one.domain, exact_iso(one.created_at))
    if isinstance(one, BarredAddress):
        return AdminCanonicalEmailBlock(str(one.id), one.email_hash)
    ends_at = exact_iso(one.ends_at) if one.ends_at is not None else None
    return AdminIpBlock(
        str(one.id), one.network, _WORDS[one.severity], one.comment, exact_iso(one.created_at), expires_at=ends_at
    )


async def _domains(tx: Read, request: Request) -> list[BarredDomain]:
    return await queries.list_barred_domains(tx, request.viewer)


async def _addresses(tx: Read, request: Request) -> list[BarredAddress]:
    return await queries.list_barred_addresses(tx, request.viewer)


async def _networks(tx: Read, request: Request) -> list[BarredNetwork]:
    return await queries.list_barred_networks(tx, request.viewer, clock.now())


Listing = Callable[[Read, Request], Awaitable[list[T]]]
Making = Callable[[Write, Request, Fields], Awaitable[int]]


def _list(listing: Listing[T]) -> View:
    async def view(request: Request) -> Response:
        page = range_of(request, 100, 200)
        async with request.site.database.read() as tx:
            found = [one for one in await listing(tx, request) if page.after < one.id < page.before]
        shown = found[-page.limit :] if page.upwards else found[: page.limit]
        more = len(shown) == page.limit
        return link_pages(answered([_show(one) for one in shown]), request, [one.id for one in shown], more=more)

    return view


def _get(listing: Listing[T]) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.read() as tx:
            return answered(_show(queries.pick(await listing(tx, request), id_of(request))))

    return view


def _make(listing: Listing[T], make: Making) -> View:
    """Make one or change it, and show it."""

    async def view(request: Request) -> Response:
        fields = await read_fields(request)
        async with request.site.database.write() as tx:
            made = await make(tx, request, fields)
            shown = _show(queries.pick(await listing(tx, request), made))
        # Known in this process before the next request.
        await request.site.held.renew()
        return answered(shown)

    return view


def _lift(kind: BarKind) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.write() as tx:
            await actions.lift_bar(tx, request.viewer, kind, id_of(request))
        await request.site.held.renew()
        return nothing()

    return view


async def _bar_domain(tx: Write, request: Request, fields: Fields) -> int:
    return await actions.bar_domain(tx, request.viewer, fields.text("domain"))


async def _bar_address(tx: Write, request: Request, fields: Fields) -> int:
    """By the address, or by what is kept of it."""
    if fields.text("canonical_email_hash") and not fields.text("email"):
        return await actions.bar_address_by_hash(tx, request.viewer, fields.text("canonical_email_hash"))
    return await actions.bar_address(tx, request.viewer, fields.text("email"))


async def match_address(request: Request) -> Response:
    """Those that an address falls under: one, or none."""
    fields = await read_fields(request)
    wanted = hash_email(clean_email(fields.text("email")))
    async with request.site.database.read() as tx:
        return answered([_show(one) for one in await _addresses(tx, request) if one.email_hash == wanted])


async def _bar_network(tx: Write, request: Request, fields: Fields) -> int:
    bar = NetworkBar(fields.text("ip"), _severity(fields), fields.text("comment"), _ends_at(fields))
    return await actions.bar_network(tx, request.viewer, bar, request.client_address)


async def _change_network(tx: Write, request: Request, fields: Fields) -> int:
    """What is left out stays."""
    now = queries.pick(await _networks(tx, request), id_of(request))
    bar = NetworkBar(
        fields.text("ip", now.network),
        _severity(fields) if "severity" in fields else now.severity,
        fields.text("comment", now.comment),
        _ends_at(fields) if "expires_in" in fields else now.ends_at,
    )
    await actions.change_network(tx, request.viewer, now.id, bar, request.client_address)
    return now.id


def _severity(fields: Fields) -> Severity:
    word = fields.text("severity")
    if word not in _SEVERITIES:
        raise Invalid("severity", "choice_unknown" if word else "missing")
    return _SEVERITIES[word]


def _ends_at(fields: Fields) -> int | None:
    if not fields.text("expires_in").strip():
        return None
    seconds = fields.number("expires_in")
    if seconds is None or not 0 < seconds <= _LONGEST:
        raise Invalid("ends_at", "choice_unknown")
    return clock.now() + seconds * clock.SECOND


def _endpoints(name: str, listing: Listing[T], kind: BarKind, make: Making) -> list[Endpoint]:
    at, read, write = f"/api/v1/admin/{name}", f"admin:read:{name}", f"admin:write:{name}"
    return [
        Endpoint("GET", at, _list(listing), read),
        Endpoint("POST", at, _make(listing, make), write, names=_NAMES),
        Endpoint("GET", f"{at}/{{id}}", _get(listing), read),
        Endpoint("DELETE", f"{at}/{{id}}", _lift(kind), write),
    ]


_IPS, _CANONICAL = "ip_blocks", "canonical_email_blocks"
ENDPOINTS = [
    *_endpoints("email_domain_blocks", _domains, BarKind.DOMAIN, _bar_domain),
    *_endpoints(_CANONICAL, _addresses, BarKind.ADDRESS, _bar_address),
    Endpoint("POST", f"/api/v1/admin/{_CANONICAL}/test", match_address, f"admin:read:{_CANONICAL}"),
    *_endpoints(_IPS, _networks, BarKind.NETWORK, _bar_network),
    Endpoint(
        "PUT",
        f"/api/v1/admin/{_IPS}/{{id}}",
        _make(_networks, _change_network),
        f"admin:write:{_IPS}",
        names=_NAMES,
    ),
]
