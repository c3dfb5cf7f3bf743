"""Keeping out: those who look after the place bar domains and addresses of e-mail, and networks, and lift it again."""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import queries
from plausch.people.actions.relations import count
from plausch.people.events import EntryBarred, EntryOpened
from plausch.people.model import (
    BARRED_MAX,
    EVERYBODY,
    LINE_MAX,
    BarKind,
    NetworkBar,
    Severity,
    Viewer,
    clean_domain,
    clean_email,
    clean_email_hash,
    clean_line,
    clean_network,
    contains,
    hash_email,
)
from plausch.people.tables import barred_addresses, barred_domains, barred_networks
from plausch.storage import Write, column_statement, param
from plausch.work.facts import record
from plausch.work.live import Notice, tell

#: Who is shut out has changed: every process holds the list.
BARRED_TOPIC = "barred"
_TABLES = {
    BarKind.DOMAIN: (barred_domains, barred_domains.c.domain),
    BarKind.ADDRESS: (barred_addresses, barred_addresses.c.email_hash),
    BarKind.NETWORK: (barred_networks, barred_networks.c.network),
}
_COUNT = {kind: column_statement(sa.select(sa.func.count()).select_from(table)) for kind, (table, _) in _TABLES.items()}
_SAME = {
    kind: column_statement(sa.select(table.c.id).where(key == param("wanted", sa.Text())))
    for kind, (table, key) in _TABLES.items()
}
_LIFT = {
    kind: column_statement(sa.delete(table).where(table.c.id == param("id")).returning(table.c.id))
    for kind, (table, _) in _TABLES.items()
}
_CHANGE = column_statement(
    sa.update(barred_networks)
    .where(barred_networks.c.id == param("id"))
    .values(
        network=param("new_network", sa.Text()),
        severity=param("new_severity", sa.Text()),
        comment=param("new_comment", sa.Text()),
        ends_at=param("new_end", barred_networks.c.ends_at.type),
    )
    .returning(barred_networks.c.id)
)
_PRUNE = column_statement(sa.delete(barred_networks).where(barred_networks.c.ends_at <= param("now")))


async def check_email_welcome(tx: Write, email: str) -> None:
    """Raises Invalid("email", "email_barred"), and does not say for what."""
    if await queries.is_barred_email(tx, email):
        raise Invalid("email", "email_barred")


async def bar_domain(tx: Write, viewer: Viewer, domain: str) -> int:
    """Nobody comes in with an address of this domain, or of one below. Raises NotAllowed, Invalid, Conflict."""
    await _begin(tx, viewer)
    kept = clean_domain(domain)
    await _make_room(tx, BarKind.DOMAIN, "domain", kept)
    id_ = ids.new_id()
    await tx.insert(barred_domains, id=id_, domain=kept, created_at=clock.now())
    await _note(tx, BarKind.DOMAIN, EntryBarred(what=BarKind.DOMAIN.value, barred_by=viewer.person))
    return id_


async def bar_address(tx: Write, viewer: Viewer, email: str) -> int:
    """Nobody comes in with this address, however it is spelled. Raises NotAllowed, Invalid, Conflict."""
    return await _bar_hash(tx, viewer, "email", hash_email(clean_email(email)))


async def bar_address_by_hash(tx: Write, viewer: Viewer, email_hash: str) -> int:
    """The same from a list that says no more of it. Raises NotAllowed, Invalid, Conflict."""
    return await _bar_hash(tx, viewer, "hash", clean_email_hash(email_hash))


async def _bar_hash(tx: Write, viewer: Viewer, field: str, email_hash: str) -> int:
    await _begin(tx, viewer)
    await _make_room(tx, BarKind.ADDRESS, field, email_hash)
    id_ = ids.new_id()
    await tx.insert(barred_addresses, id=id_, email_hash=email_hash, created_at=clock.now())
    await _note(tx, BarKind.ADDRESS, EntryBarred(what=BarKind.ADDRESS.value, barred_by=viewer.person))
    return id_


async def bar_network(tx: Write, viewer: Viewer, bar: NetworkBar, own_address: str) -> int:
    """What is asked from this network waits or is refused. Raises NotAllowed, Invalid, Conflict.

    `own_address` is where the viewer is: nobody locks themselves out.
    """
    await _begin(tx, viewer)
    await prune_networks(tx)
    network, comment = _check_network(bar, own_address)
    await _make_room(tx, BarKind.NETWORK, "network", network)
    id_ = ids.new_id()
    await tx.insert(
        barred_networks,
        id=id_,
        network=network,
        severity=bar.severity.value,
        comment=comment,
        created_at=clock.now(),
        ends_at=bar.ends_at,
    )
    await _note(tx, BarKind.NETWORK, EntryBarred(what=BarKind.NETWORK.value, barred_by=viewer.person))
    return id_


async def change_network(tx: Write, viewer: Viewer, id_: int, bar: NetworkBar, own_address: str) -> None:
    """Raises as above, and NotFound."""
    await _begin(tx, viewer)
    await prune_networks(tx)
    network, comment = _check_network(bar, own_address)
    if await tx.first(_SAME[BarKind.NETWORK], wanted=network) not in (None, id_):
        raise Conflict("barred_already", field="network")
    changed = await tx.first(
        _CHANGE, id=id_, new_network=network, new_severity=bar.severity.value, new_comment=comment, new_end=bar.ends_at
    )
    if changed is None:
        raise NotFound("barred_not_found")
    await _note(tx, BarKind.NETWORK, EntryBarred(what=BarKind.NETWORK.value, barred_by=viewer.person))


async def lift_bar(tx: Write, viewer: Viewer, kind: BarKind, id_: int) -> None:
    """It holds no more. Raises NotAllowed, NotFound."""
    await _begin(tx, viewer)
    if await tx.first(_LIFT[kind], id=id_) is None:
        raise NotFound("barred_not_found")
    await _note(tx, kind, EntryOpened(what=kind.value, opened_by=viewer.person))


async def lift_address(tx: Write, viewer: Viewer, email: str) -> None:
    """By the address itself, which no list shows. Raises NotAllowed, Invalid, for one that is not barred, too."""
    await _begin(tx, viewer)
    found = await tx.first(_SAME[BarKind.ADDRESS], wanted=hash_email(clean_email(email)))
    if found is None:
        raise Invalid("email", "barred_not_found")
    await lift_bar(tx, viewer, BarKind.ADDRESS, found)


async def prune_networks(tx: Write) -> None:
    """Forget those whose time is over."""
    await tx.run(_PRUNE, now=clock.now())


def _check_network(bar: NetworkBar, own_address: str) -> tuple[str, str]:
    network = clean_network(bar.network)
    if bar.ends_at is not None and bar.ends_at <= clock.now():
        raise Invalid("ends_at", "choice_unknown")
    if bar.severity is not Severity.WAITS and contains(network, own_address):
        raise Invalid("network", "network_own")
    return network, clean_line(bar.comment, "comment", LINE_MAX)


async def _begin(tx: Write, viewer: Viewer) -> None:
    """One after the other: two could bar the same at once."""
    if not viewer.staff:
        raise NotAllowed
    await count(tx, "followers", EVERYBODY, 0)


async def _make_room(tx: Write, kind: BarKind, field: str, key: str) -> None:
    if await tx.first(_SAME[kind], wanted=key) is not None:
        raise Conflict("barred_already", field=field)
    if int(await tx.first(_COUNT[kind]) or 0) >= BARRED_MAX:
        raise Conflict("barred_many", field=field)


async def _note(tx: Write, kind: BarKind, fact: EntryBarred | EntryOpened) -> None:
    await record(tx, fact)
    if kind is BarKind.NETWORK:
        await tell(tx, Notice(BARRED_TOPIC, "changed"))
