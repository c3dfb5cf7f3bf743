"""Reads about the servers with which this one deals, or does not."""

from collections.abc import Iterable
from typing import TypeVar

import sqlalchemy as sa

from plausch.community.model import AllowedServer, BlockedServer, BlockSeverity
from plausch.community.tables import allowed_servers, blocked_servers
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people.model import Viewer, domains_of
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param

T = TypeVar("T", BlockedServer, AllowedServer)
_SHOWN = (BlockSeverity.SILENCE, BlockSeverity.SUSPEND)


def _rows(table: sa.Table, kind: type[T]) -> sa.Select[tuple[object, ...]]:
    return sa.select(*(table.c[name] for name in kind.__struct_fields__))


def _pages(table: sa.Table, kind: type[T]) -> dict[bool, Statement[T]]:
    within = _rows(table, kind).where(table.c.id < param("before"), table.c.id > param("after")).limit(param("limit"))
    return {
        upwards: Statement(within.order_by(table.c.id if upwards else table.c.id.desc()), kind)
        for upwards in (False, True)
    }


_BLOCKED, _ALLOWED = _pages(blocked_servers, BlockedServer), _pages(allowed_servers, AllowedServer)
_BLOCK = Statement(_rows(blocked_servers, BlockedServer).where(blocked_servers.c.id == param("id")), BlockedServer)
_ALLOW = Statement(_rows(allowed_servers, AllowedServer).where(allowed_servers.c.id == param("id")), AllowedServer)
_NAMED = Statement(
    _rows(allowed_servers, AllowedServer).where(allowed_servers.c.domain == param("wanted", sa.Text())), AllowedServer
)
_NEAREST = Statement(
    _rows(blocked_servers, BlockedServer)
    .where(any_of(blocked_servers.c.domain, "domains"))
    .order_by(sa.func.length(blocked_servers.c.domain).desc())
    .limit(1),
    BlockedServer,
)
_FOR_EVERYBODY = Statement(
    _rows(blocked_servers, BlockedServer).where(is_one_of(blocked_servers.c.severity, _SHOWN)), BlockedServer
)
_SUSPENDED = column_statement(
    sa.select(blocked_servers.c.domain).where(
        any_of(blocked_servers.c.domain, "domains"),
        is_one_of(blocked_servers.c.severity, (BlockSeverity.SUSPEND,)),
    )
)


async def list_blocked_servers(tx: Read, viewer: Viewer, page: Page) -> list[BlockedServer]:
    """The newest first, for those who look after the place. Raises NotAllowed."""
    return await _list(tx, viewer, _BLOCKED, page)


async def list_allowed_servers(tx: Read, viewer: Viewer, page: Page) -> list[AllowedServer]:
    """As above."""
    return await _list(tx, viewer, _ALLOWED, page)


async def _list(tx: Read, viewer: Viewer, pages: dict[bool, Statement[T]], page: Page) -> list[T]:
    _check_staff(viewer)
    found = await tx.all(pages[page.upwards], before=page.before, after=page.after, limit=page.limit)
    return found[::-1] if page.upwards else found


async def get_blocked_server(tx: Read, viewer: Viewer, id_: int) -> BlockedServer:
    """Raises NotAllowed, NotFound."""
    return await _get(tx, viewer, _BLOCK, id_)


async def get_allowed_server(tx: Read, viewer: Viewer, id_: int) -> AllowedServer:
    """Raises NotAllowed, NotFound."""
    return await _get(tx, viewer, _ALLOW, id_)


async def _get(tx: Read, viewer: Viewer, statement: Statement[T], id_: int) -> T:
    _check_staff(viewer)
    found = await tx.first(statement, id=id_)
    if found is None:
        raise NotFound("server_not_found")
    return found


async def find_allowed_server(tx: Read, domain: str) -> AllowedServer | None:
    """By its name."""
    return await tx.first(_NAMED, wanted=domain)


async def find_nearest_block(tx: Read, domain: str) -> BlockedServer | None:
    """What holds for a server: its own block, or else that of the nearest one above it."""
    return await tx.first(_NEAREST, domains=domains_of(domain))


async def list_shown_blocks(tx: Read) -> list[BlockedServer]:
    """What everybody may know, the milder ones first."""
    order = {severity: rank for rank, severity in enumerate(BlockSeverity)}
    return sorted(await tx.all(_FOR_EVERYBODY), key=lambda one: (order[one.severity], one.domain))


async def find_suspended(tx: Read, hosts: Iterable[str]) -> frozenset[str]:
    """Those of the hosts of which nothing is to be had here, for their own sake or for that of one above."""
    above = {host: domains_of(host) for host in hosts}
    if not above:
        return frozenset()
    suspended = set(await tx.all(_SUSPENDED, domains=sorted({one for several in above.values() for one in several})))
    return frozenset(host for host, domains in above.items() if not suspended.isdisjoint(domains))


def _check_staff(viewer: Viewer) -> None:
    if not viewer.staff:
        raise NotAllowed
