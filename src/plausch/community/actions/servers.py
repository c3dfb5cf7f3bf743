"""Deciding with which other servers this one deals."""

import msgspec
import sqlalchemy as sa

from plausch.community.actions.about import check_staff
from plausch.community.events import ServersChanged
from plausch.community.model import SERVERS_MAX, ServerRule, ServerStep, clean_rule, clean_server
from plausch.community.queries.servers import find_allowed_server, find_nearest_block
from plausch.community.tables import allowed_servers, blocked_servers
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

_COUNT = {
    table: column_statement(sa.select(sa.func.count()).select_from(table))
    for table in (blocked_servers, allowed_servers)
}
_ADD = {table: column_statement(upsert(table).on_conflict_do_nothing()) for table in _COUNT}
_REMOVE = {
    table: column_statement(sa.delete(table).where(table.c.id == param("id")).returning(table.c.id)) for table in _COUNT
}
_CHANGE = column_statement(
    sa.update(blocked_servers)
    .where(blocked_servers.c.id == param("id"))
    .values({name: param(f"new_{name}", blocked_servers.c[name].type) for name in ServerRule.__struct_fields__})
    .returning(blocked_servers.c.id)
)


async def block_server(tx: Write, viewer: Viewer, domain: str, rule: ServerRule) -> int:
    """Keep a server away, and those below it; the id. Raises NotAllowed, Invalid, Conflict.

    The conflict is also with a block of one above it that is stricter.
    """
    check_staff(viewer)
    kept, cleaned = clean_server(domain), clean_rule(rule)
    nearest = await find_nearest_block(tx, kept)
    if nearest is not None and (nearest.domain == kept or not cleaned.is_as_strict_as(nearest.rule)):
        raise Conflict("server_blocked_already", field="domain")
    id_ = await _add(tx, blocked_servers, kept, **msgspec.structs.asdict(cleaned))
    if id_ is None:
        raise Conflict("server_blocked_already", field="domain")
    await _note(tx, viewer, ServerStep.BLOCKED, cleaned.severity)
    return id_


async def change_server_block(tx: Write, viewer: Viewer, id_: int, rule: ServerRule) -> None:
    """Raises NotAllowed, Invalid, NotFound."""
    check_staff(viewer)
    cleaned = clean_rule(rule)
    values = {f"new_{name}": value for name, value in msgspec.structs.asdict(cleaned).items()}
    if await tx.first(_CHANGE, id=id_, **values) is None:
        raise NotFound("server_not_found")
    await _note(tx, viewer, ServerStep.CHANGED, cleaned.severity)


async def unblock_server(tx: Write, viewer: Viewer, id_: int) -> None:
    """Raises NotAllowed, NotFound."""
    await _remove(tx, viewer, blocked_servers, id_, ServerStep.UNBLOCKED)


async def allow_server(tx: Write, viewer: Viewer, domain: str) -> int:
    """Put a server on the list of those allowed; the id, also of one that is there. Raises NotAllowed, Invalid."""
    check_staff(viewer)
    kept = clean_server(domain)
    id_ = await _add(tx, allowed_servers, kept)
    if id_ is None:
        known = await find_allowed_server(tx, kept)
        assert known is not None
        return known.id
    await _note(tx, viewer, ServerStep.ALLOWED)
    return id_


async def disallow_server(tx: Write, viewer: Viewer, id_: int) -> None:
    """Raises NotAllowed, NotFound."""
    await _remove(tx, viewer, allowed_servers, id_, ServerStep.DISALLOWED)


async def _add(tx: Write, table: sa.Table, domain: str, **more: object) -> int | None:
    """None when it is there already."""
    if int(await tx.first(_COUNT[table]) or 0) >= SERVERS_MAX:
        raise Conflict("servers_many", field="domain")
    id_ = ids.new_id()
    return id_ if await tx.run(_ADD[table], id=id_, domain=domain, created_at=clock.now(), **more) else None


async def _remove(tx: Write, viewer: Viewer, table: sa.Table, id_: int, step: ServerStep) -> None:
    check_staff(viewer)
    if await tx.first(_REMOVE[table], id=id_) is None:
        raise NotFound("server_not_found")
    await _note(tx, viewer, step)


async def _note(tx: Write, viewer: Viewer, step: ServerStep, severity: str = "") -> None:
    await record(tx, ServersChanged(step=step.value, severity=str(severity), changed_by=viewer.person))
