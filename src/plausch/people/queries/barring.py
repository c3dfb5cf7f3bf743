"""Reads about who may not come in."""

from typing import TypeVar

import sqlalchemy as sa

from plausch.kernel.errors import NotAllowed, NotFound
from plausch.people.model import (
    BarredAddress,
    BarredDomain,
    BarredNetwork,
    Networks,
    Severity,
    Viewer,
    domains_of,
    hash_email,
)
from plausch.people.tables import barred_addresses, barred_domains, barred_networks
from plausch.storage import Read, Statement, any_of, column_statement, param

T = TypeVar("T", BarredDomain, BarredAddress, BarredNetwork)


def _all(table: sa.Table, kind: type[T]) -> Statement[T]:
    return Statement(sa.select(*(table.c[name] for name in kind.__struct_fields__)).order_by(table.c.id.desc()), kind)


_DOMAINS = _all(barred_domains, BarredDomain)
_ADDRESSES = _all(barred_addresses, BarredAddress)
_NETWORKS = _all(barred_networks, BarredNetwork)
_DOMAIN_OF = column_statement(sa.select(barred_domains.c.id).where(any_of(barred_domains.c.domain, "domains")).limit(1))
_ADDRESS = column_statement(
    sa.select(barred_addresses.c.id).where(barred_addresses.c.email_hash == param("wanted", sa.Text()))
)


async def list_barred_domains(tx: Read, viewer: Viewer) -> list[BarredDomain]:
    """The newest first, for those who look after the place. Raises NotAllowed."""
    return await tx.all(_for_staff(viewer, _DOMAINS))


async def list_barred_addresses(tx: Read, viewer: Viewer) -> list[BarredAddress]:
    """As above."""
    return await tx.all(_for_staff(viewer, _ADDRESSES))


async def list_barred_networks(tx: Read, viewer: Viewer, now: int) -> list[BarredNetwork]:
    """As above, without those whose time is over."""
    return [one for one in await tx.all(_for_staff(viewer, _NETWORKS)) if not one.is_over(now)]


def _for_staff(viewer: Viewer, statement: Statement[T]) -> Statement[T]:
    if not viewer.staff:
        raise NotAllowed
    return statement


def pick(listed: list[T], id_: int) -> T:
    """One of a list. Raises NotFound."""
    found = next((one for one in listed if one.id == id_), None)
    if found is None:
        raise NotFound("barred_not_found")
    return found


async def is_barred_email(tx: Read, email: str) -> bool:
    """Whether nobody may come in with this address: for its own sake, or for its domain's."""
    if await tx.first(_DOMAIN_OF, domains=domains_of(email)) is not None:
        return True
    return await tx.first(_ADDRESS, wanted=hash_email(email)) is not None


async def find_severity(tx: Read, client_address: str, now: int) -> Severity | None:
    """What whoever asks from an address may not do."""
    return Networks(await tx.all(_NETWORKS)).severity_of(client_address, now) if client_address else None


async def list_shut_out(tx: Read) -> Networks:
    """From where nobody may see a page, for each process to hold."""
    return Networks(one for one in await tx.all(_NETWORKS) if one.severity is Severity.NO_ACCESS)
