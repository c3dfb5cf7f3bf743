"""Following, blocking and muting."""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import queries
from plausch.people.events import (
    ActorBlocked,
    ActorFollowed,
    ActorUnfollowed,
    FollowRequested,
    PeopleDisconnected,
    RequestClosed,
)
from plausch.people.model import PRESENT, Actor, Relation, Viewer
from plausch.people.tables import counts, relations, requests
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.work.facts import record

_ADD = column_statement(upsert(relations).on_conflict_do_nothing())
_REMOVE = column_statement(
    sa.delete(relations).where(
        relations.c.source_id == param("source"),
        relations.c.kind == param("relation", sa.Text()),
        relations.c.target_id == param("target"),
    )
)
_ADD_REQUEST = column_statement(upsert(requests).on_conflict_do_nothing())
_REMOVE_REQUEST = Statement(
    sa.delete(requests)
    .where(
        requests.c.source_id == param("source"),
        requests.c.kind == param("relation", sa.Text()),
        requests.c.target_id == param("target"),
    )
    .returning(requests.c.id),
    int,
)


def _counter(column: str) -> Statement[object]:
    row = upsert(counts).values({"actor_id": param("actor"), column: sa.func.coalesce(param("start"), 0)})
    return column_statement(
        row.on_conflict_do_update(
            index_elements=[counts.c.actor_id], set_={column: counts.c[column] + param("change")}
        )
    )


_COUNTERS = {column: _counter(column) for column in ("followers", "following", "connections")}


async def count(tx: Write, column: str, actor: int, change: int) -> None:
    """Keep an actor's number of followers, followed or connections."""
    await tx.run(_COUNTERS[column], actor=actor, start=max(change, 0), change=change)


async def hold_pair(tx: Write, one: int, other: int) -> None:
    """Have two people's relations to oneself until the transaction ends.

    Always in the same order: otherwise two who change how they stand to each other could wait for each other for ever.
    """
    for actor in sorted((one, other)):
        await count(tx, "followers", actor, 0)


async def target_of(tx: Write, viewer: Viewer, target: int) -> Actor:
    """The actor somebody wants to relate to, held for it. Raises NotFound (also after a block), Invalid (oneself)."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if target == viewer.acting_as:
        raise Invalid("target", "target_is_self")
    actor = await queries.get_actor(tx, target)
    if actor.standing not in PRESENT:
        raise NotFound("actor_not_found")
    await hold_pair(tx, viewer.acting_as, target)
    if (await queries.get_relationship(tx, viewer, target)).blocked_by:
        raise NotFound("actor_not_found")
    return actor


async def add_relation(tx: Write, source: int, kind: Relation, target: int) -> bool:
    """False when it was there already."""
    added = await tx.run(_ADD, source_id=source, kind=kind.value, target_id=target, at=clock.now())
    return added > 0


async def remove_relation(tx: Write, source: int, kind: Relation, target: int) -> bool:
    """False when there was none."""
    return await tx.run(_REMOVE, source=source, relation=kind.value, target=target) > 0


async def add_request(tx: Write, source: int, kind: Relation, target: int, line: str) -> int | None:
    """The new request's id, or None when there is one already, be it open or declined."""
    id_ = ids.new_id()
    added = await tx.run(
        _ADD_REQUEST,
        id=id_,
        kind=kind.value,
        source_id=source,
        target_id=target,
        line=line,
        at=clock.now(),
        declined_at=None,
    )
    return id_ if added else None


async def close_request(tx: Write, source: int, kind: Relation, target: int) -> bool:
    """Remove a request and what announced it; False when there was none."""
    id_ = await tx.first(_REMOVE_REQUEST, source=source, relation=kind.value, target=target)
    if id_ is None:
        return False
    await record(tx, RequestClosed(request_id=id_, target_id=target))
    return True


async def begin_following(tx: Write, source: int, target: int) -> bool:
    """Follow without asking; False when it was so already."""
    await close_request(tx, source, Relation.FOLLOW, target)
    if not await add_relation(tx, source, Relation.FOLLOW, target):
        return False
    await count(tx, "following", source, 1)
    await count(tx, "followers", target, 1)
    return True


async def stop_following(tx: Write, source: int, target: int) -> bool:
    """False when there was nothing to stop."""
    if not await remove_relation(tx, source, Relation.FOLLOW, target):
        return False
    await count(tx, "following", source, -1)
    await count(tx, "followers", target, -1)
    await record(tx, ActorUnfollowed(follower_id=source, target_id=target))
    return True


async def follow(tx: Write, viewer: Viewer, target: int) -> None:
    """Follow an actor, or ask to when it approves its followers. Repeating it changes nothing."""
    actor = await target_of(tx, viewer, target)
    me = viewer.acting_as
    relationship = await queries.get_relationship(tx, viewer, target)
    if relationship.blocks:
        raise Conflict("unblock_first")
    if relationship.follows:
        return
    if actor.locked and not relationship.connected:
        request = await add_request(tx, me, Relation.FOLLOW, target, "")
        if request is not None:
            await record(tx, FollowRequested(request_id=request, follower_id=me, target_id=target))
    elif await begin_following(tx, me, target):
        await record(tx, ActorFollowed(follower_id=me, target_id=target))


async def unfollow(tx: Write, viewer: Viewer, target: int) -> None:
    """Stop following, or withdraw the request to; one that was declined stays, as in `withdraw_request`."""
    await hold_pair(tx, viewer.acting_as, target)
    await stop_following(tx, viewer.acting_as, target)
    if (await queries.get_relationship(tx, Viewer(target, target), viewer.acting_as)).asks_to_follow:
        await close_request(tx, viewer.acting_as, Relation.FOLLOW, target)


async def remove_follower(tx: Write, viewer: Viewer, follower: int) -> None:
    """Make somebody stop following the viewer."""
    await hold_pair(tx, viewer.acting_as, follower)
    await stop_following(tx, follower, viewer.acting_as)


async def accept_follow(tx: Write, viewer: Viewer, source: int) -> None:
    """Let somebody who asked follow. Raises NotFound when nobody asked."""
    await hold_pair(tx, viewer.acting_as, source)
    if not await close_request(tx, source, Relation.FOLLOW, viewer.acting_as):
        raise NotFound("request_not_found")
    if await begin_following(tx, source, viewer.acting_as):
        await record(tx, ActorFollowed(follower_id=source, target_id=viewer.acting_as))


async def block(tx: Write, viewer: Viewer, target: int) -> None:
    """Neither sees the other any more; all ties between them end."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if target == viewer.acting_as:
        raise Invalid("target", "target_is_self")
    await queries.get_actor(tx, target)
    me = viewer.acting_as
    await hold_pair(tx, me, target)
    for source, other in ((me, target), (target, me)):
        await stop_following(tx, source, other)
        await close_request(tx, source, Relation.FOLLOW, other)
        await close_request(tx, source, Relation.CONNECT, other)
    await end_connection(tx, me, target)
    if await add_relation(tx, me, Relation.BLOCK, target):
        await record(tx, ActorBlocked(actor_id=me, target_id=target))


async def unblock(tx: Write, viewer: Viewer, target: int) -> None:
    await remove_relation(tx, viewer.acting_as, Relation.BLOCK, target)


async def mute(tx: Write, viewer: Viewer, target: int) -> None:
    """Leave somebody out of one's feeds and notifications; they don't learn of it."""
    await target_of(tx, viewer, target)
    await add_relation(tx, viewer.acting_as, Relation.MUTE, target)


async def unmute(tx: Write, viewer: Viewer, target: int) -> None:
    await remove_relation(tx, viewer.acting_as, Relation.MUTE, target)


async def end_connection(tx: Write, one: int, other: int) -> bool:
    """End a connection in both directions; following goes on. False when there was none."""
    if not await remove_relation(tx, one, Relation.CONNECT, other):
        return False
    await remove_relation(tx, other, Relation.CONNECT, one)
    for person, former in ((one, other), (other, one)):
        await count(tx, "connections", person, -1)
        await record(tx, PeopleDisconnected(person_id=person, other_id=former))
    return True
