"""Connections: mutual, and only after both have said yes."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.people import queries
from plausch.people.actions.relations import (
    add_relation,
    add_request,
    begin_following,
    close_request,
    count,
    end_connection,
    hold_pair,
    take_back_request,
    target_of,
)
from plausch.people.events import ConnectionRequested, PeopleConnected, RequestClosed
from plausch.people.model import LINE_MAX, ActorKind, Relation, Viewer, check_may_act, clean_line
from plausch.people.tables import requests
from plausch.storage import Statement, Write, param
from plausch.work.facts import record

_DECLINE = Statement(
    sa.update(requests)
    .where(
        requests.c.target_id == param("me"),
        requests.c.source_id == param("source"),
        requests.c.kind == param("relation", sa.Text()),
        requests.c.declined_at.is_(None),
        requests.c.withdrawn_at.is_(None),
    )
    .values(declined_at=param("now"))
    .returning(requests.c.id),
    int,
)


async def ask_to_connect(tx: Write, viewer: Viewer, target: int, line: str) -> None:
    """Ask a person to connect, with a line saying why. When they have asked already, that is a yes."""
    check_may_act(viewer)
    actor = await target_of(tx, viewer, target)
    why = clean_line(line, "line", LINE_MAX)
    if actor.kind is not ActorKind.PERSON or viewer.acting_as != viewer.person:
        raise Invalid("target", "target_not_person")
    relationship = await queries.get_relationship(tx, viewer, target)
    if relationship.blocks:
        raise Conflict("unblock_first")
    if relationship.connected:
        return
    if relationship.asks_to_connect:
        await accept_connection(tx, viewer, target)
        return
    request = await add_request(tx, viewer.acting_as, Relation.CONNECT, target, why)
    if request is not None:
        await record(tx, ConnectionRequested(request_id=request, person_id=viewer.acting_as, target_id=target))


async def withdraw_request(tx: Write, viewer: Viewer, target: int) -> None:
    """Take back one's own request to connect. That it was declined lasts, so that nobody is asked again and again."""
    await hold_pair(tx, viewer.acting_as, target)
    await take_back_request(tx, viewer.acting_as, Relation.CONNECT, target)


async def accept_connection(tx: Write, viewer: Viewer, source: int) -> None:
    """Say yes; both follow each other from then on. Raises NotFound when nobody asked."""
    check_may_act(viewer)
    me = viewer.acting_as
    await hold_pair(tx, source, me)
    if not await close_request(tx, source, Relation.CONNECT, me):
        raise NotFound("request_not_found")
    await close_request(tx, me, Relation.CONNECT, source)
    if await connect(tx, source, me):
        await record(tx, PeopleConnected(asked_by=source, accepted_by=me))


async def connect(tx: Write, one: int, other: int) -> bool:
    """Connect two who agree. False when they were connected."""
    if not await add_relation(tx, one, Relation.CONNECT, other):
        return False
    await add_relation(tx, other, Relation.CONNECT, one)
    for person, friend in ((one, other), (other, one)):
        await count(tx, "connections", person, 1)
        await begin_following(tx, person, friend)
    return True


async def decline_request(tx: Write, viewer: Viewer, source: int, kind: Relation) -> None:
    """Say no quietly: the asking person goes on seeing an open request. Raises NotFound when nobody asked."""
    request = await tx.first(_DECLINE, me=viewer.acting_as, source=source, relation=kind.value, now=clock.now())
    if request is None:
        raise NotFound("request_not_found")
    await record(tx, RequestClosed(request_id=request, target_id=viewer.acting_as))


async def disconnect(tx: Write, viewer: Viewer, other: int) -> None:
    """End a connection; both may go on following. Nobody is told."""
    await hold_pair(tx, viewer.acting_as, other)
    await end_connection(tx, viewer.acting_as, other)
