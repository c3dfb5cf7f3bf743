"""Following, blocking and muting."""

from typing import NamedTuple

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
from plausch.people.model import (
    NOTE_ABOUT_MAX,
    PRESENT,
    REQUEST_REST,
    Actor,
    Relation,
    Viewer,
    check_may_act,
    clean_text,
    own_actor,
)
from plausch.people.tables import counts, mute_ends, notes, relations, requests
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.work import queue
from plausch.work.facts import Origin, record

_ADD = column_statement(upsert(relations).on_conflict_do_nothing())
_REMOVE = column_statement(
    sa.delete(relations).where(
        relations.c.source_id == param("source"),
        relations.c.kind == param("relation", sa.Text()),
        relations.c.target_id == param("target"),
    )
)


class _Asked(NamedTuple):
    """What became of a request."""

    id: int
    at: int
    declined_at: int | None
    withdrawn_at: int | None


_THIS_REQUEST = (
    requests.c.source_id == param("source"),
    requests.c.kind == param("relation", sa.Text()),
    requests.c.target_id == param("target"),
)
_ASKED = (requests.c.id, requests.c.at, requests.c.declined_at, requests.c.withdrawn_at)
_FIND_REQUEST = Statement(sa.select(*_ASKED).where(*_THIS_REQUEST), _Asked)
_REMOVE_REQUEST = Statement(sa.delete(requests).where(*_THIS_REQUEST).returning(*_ASKED), _Asked)
_WITHDRAW = Statement(
    sa.update(requests)
    .where(*_THIS_REQUEST, requests.c.withdrawn_at.is_(None))
    .values(withdrawn_at=param("now"), line="")
    .returning(*_ASKED),
    _Asked,
)
_ASK_AGAIN = column_statement(
    sa.update(requests)
    .where(requests.c.id == param("request"))
    .values(withdrawn_at=None, line=param("why", sa.Text()), at=param("rung"))
)
_PRUNE_REQUESTS = column_statement(
    sa.delete(requests).where(requests.c.withdrawn_at <= param("before"), requests.c.declined_at.is_(None))
)
_THESE_TWO = (mute_ends.c.source_id == param("source"), mute_ends.c.target_id == param("target"))
_FORGET_END = column_statement(sa.delete(mute_ends).where(*_THESE_TWO))
_END = column_statement(sa.delete(mute_ends).where(*_THESE_TWO, mute_ends.c.ends_at <= param("now")))
_NOTE = column_statement(upsert(notes).on_conflict_do_nothing())
_FORGET_NOTE = column_statement(
    sa.delete(notes).where(notes.c.person_id == param("source"), notes.c.other_id == param("target"))
)
#: The job that ends a mute; it waits in the queue until the moment has come.
END_MUTE = "people.end_mute"


def _counter(column: str) -> Statement[object]:
    row = upsert(counts).values({"actor_id": param("actor"), column: sa.func.coalesce(param("start"), 0)})
    return column_statement(
        row.on_conflict_do_update(index_elements=[counts.c.actor_id], set_={column: counts.c[column] + param("change")})
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
    await queries.check_no_group(tx, viewer)
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
    """Ask, with the pair held. The request's id when the target is to be told.

    None when it is there already, be it open or declined, and when it was withdrawn only a while ago.
    """
    now = clock.now()
    asked = await tx.first(_FIND_REQUEST, source=source, relation=kind.value, target=target)
    if asked is None:
        id_ = ids.new_id()
        await tx.insert(requests, id=id_, kind=kind.value, source_id=source, target_id=target, line=line, at=now)
        return id_
    if asked.withdrawn_at is None:
        return None
    rings = asked.declined_at is None and asked.at <= now - REQUEST_REST
    await tx.run(_ASK_AGAIN, request=asked.id, why=line, rung=now if rings else asked.at)
    return asked.id if rings else None


async def take_back_request(tx: Write, source: int, kind: Relation, target: int) -> None:
    """Nobody sees it any more; what announced it goes. Whether it had been declined is not to be told from it."""
    asked = await tx.first(_WITHDRAW, source=source, relation=kind.value, target=target, now=clock.now())
    if asked is not None:
        await record(tx, RequestClosed(request_id=asked.id, target_id=target))


async def close_request(tx: Write, source: int, kind: Relation, target: int) -> bool:
    """Remove a request that is answered, and what announced it; False when there was none, or it was withdrawn."""
    asked = await tx.first(_REMOVE_REQUEST, source=source, relation=kind.value, target=target)
    if asked is None:
        return False
    await record(tx, RequestClosed(request_id=asked.id, target_id=target))
    return asked.withdrawn_at is None


async def prune_requests(tx: Write) -> None:
    """Forget requests that were withdrawn long ago. Those that had been declined stay, lest they be made again."""
    await tx.run(_PRUNE_REQUESTS, before=clock.now() - REQUEST_REST)


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


async def follow(tx: Write, viewer: Viewer, target: int, *, origin: Origin = Origin.LIVE) -> None:
    """Follow an actor, or ask to when it approves its followers. Repeating it changes nothing."""
    check_may_act(viewer)
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
            asked = FollowRequested(request_id=request, follower_id=me, target_id=target, origin=origin)
            await record(tx, asked)
    elif await begin_following(tx, me, target):
        await record(tx, ActorFollowed(follower_id=me, target_id=target, origin=origin))


async def unfollow(tx: Write, viewer: Viewer, target: int) -> None:
    """Stop following, or withdraw the request to."""
    await hold_pair(tx, viewer.acting_as, target)
    await stop_following(tx, viewer.acting_as, target)
    await take_back_request(tx, viewer.acting_as, Relation.FOLLOW, target)


async def remove_follower(tx: Write, viewer: Viewer, follower: int) -> None:
    """Make somebody stop following the viewer."""
    await hold_pair(tx, viewer.acting_as, follower)
    await stop_following(tx, follower, viewer.acting_as)


async def accept_follow(tx: Write, viewer: Viewer, source: int) -> None:
    """Let somebody who asked follow. Raises NotFound when nobody asked."""
    check_may_act(viewer)
    await hold_pair(tx, viewer.acting_as, source)
    if not await close_request(tx, source, Relation.FOLLOW, viewer.acting_as):
        raise NotFound("request_not_found")
    if await begin_following(tx, source, viewer.acting_as):
        await record(tx, ActorFollowed(follower_id=source, target_id=viewer.acting_as))


async def block(tx: Write, viewer: Viewer, target: int) -> None:
    """Neither sees the other any more; all ties between them end."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    await queries.check_no_group(tx, viewer)
    if target == viewer.acting_as:
        raise Invalid("target", "target_is_self")
    await queries.get_actor(tx, target)
    me = viewer.acting_as
    await hold_pair(tx, me, target)
    for source, other in ((me, target), (target, me)):
        await stop_following(tx, source, other)
        # Remembered: blocking and unblocking is no way to ask anew.
        await take_back_request(tx, source, Relation.FOLLOW, other)
        await take_back_request(tx, source, Relation.CONNECT, other)
    await end_connection(tx, me, target)
    if await add_relation(tx, me, Relation.BLOCK, target):
        await record(tx, ActorBlocked(actor_id=me, target_id=target))


async def unblock(tx: Write, viewer: Viewer, target: int) -> None:
    await remove_relation(tx, viewer.acting_as, Relation.BLOCK, target)


async def mute(tx: Write, viewer: Viewer, target: int) -> None:
    """Leave somebody out of one's feeds and notifications; they don't learn of it."""
    await target_of(tx, viewer, target)
    await add_relation(tx, viewer.acting_as, Relation.MUTE, target)
    await tx.run(_FORGET_END, source=viewer.acting_as, target=target)


async def mute_until(tx: Write, viewer: Viewer, target: int, ends_at: int) -> None:
    """The same up to a moment (ms)."""
    await mute(tx, viewer, target)
    await tx.insert(mute_ends, source_id=viewer.acting_as, target_id=target, ends_at=ends_at)
    await queue.put(tx, END_MUTE, (viewer.acting_as, target), at=ends_at)


async def end_mute(tx: Write, pair: tuple[int, int]) -> None:
    """A mute whose time is over; one that was prolonged meanwhile stays."""
    source, target = pair
    if await tx.run(_END, source=source, target=target, now=clock.now()):
        await remove_relation(tx, source, Relation.MUTE, target)


async def unmute(tx: Write, viewer: Viewer, target: int) -> None:
    await remove_relation(tx, viewer.acting_as, Relation.MUTE, target)
    await tx.run(_FORGET_END, source=viewer.acting_as, target=target)


async def note_about(tx: Write, viewer: Viewer, target: int, text: str) -> None:
    """Note something about somebody, for oneself alone; an empty text forgets it. Raises Invalid."""
    me = own_actor(viewer)
    cleaned = clean_text(text, "comment", NOTE_ABOUT_MAX)
    await tx.run(_FORGET_NOTE, source=me, target=target)
    if cleaned.strip():
        await tx.run(_NOTE, person_id=me, other_id=target, text=cleaned)


async def end_connection(tx: Write, one: int, other: int) -> bool:
    """End a connection in both directions; following goes on. False when there was none."""
    if not await remove_relation(tx, one, Relation.CONNECT, other):
        return False
    await remove_relation(tx, other, Relation.CONNECT, one)
    for person, former in ((one, other), (other, one)):
        await count(tx, "connections", person, -1)
        await record(tx, PeopleDisconnected(person_id=person, other_id=former))
    return True
