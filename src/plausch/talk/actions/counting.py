"""How much each actor has said for everybody: kept beside it, so that nobody counts it for every reader."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.storage import Write, any_of, column_statement, greatest, param, upsert
from plausch.talk.model import OPEN, Audience
from plausch.talk.queries import count_open_posts, last_open_post
from plausch.talk.tables import posts, speakers

_COUNT = column_statement(
    sa.update(speakers)
    .where(speakers.c.actor_id == param("actor"))
    .values(posts=speakers.c.posts + param("change"), last_at=greatest(speakers.c.last_at, param("at")))
)
#: With what was just said among it. Two who come first at once each count their own.
_BEGIN = column_statement(
    upsert(speakers)
    .values(actor_id=param("actor"), posts=count_open_posts(param("actor")), last_at=last_open_post(param("actor")))
    .on_conflict_do_update(index_elements=[speakers.c.actor_id], set_={"posts": speakers.c.posts + 1})
)
_KNOWN = column_statement(sa.select(speakers.c.actor_id).where(any_of(speakers.c.actor_id, "ids")))
_FORGET = column_statement(sa.delete(speakers).where(speakers.c.actor_id == param("actor")))
_FORGET_OF = column_statement(
    sa.delete(speakers).where(speakers.c.actor_id.in_(sa.select(posts.c.actor_id).where(any_of(posts.c.id, "ids"))))
)


async def count_said(tx: Write, actor: int, audience: Audience, at: int) -> None:
    """Somebody has said something, which is stored already."""
    if audience.kind in OPEN and not await tx.run(_COUNT, actor=actor, change=1, at=at):
        await tx.run(_BEGIN, actor=actor)


async def uncount_said(tx: Write, actor: int, audience: Audience) -> None:
    if audience.kind in OPEN:
        await tx.run(_COUNT, actor=actor, change=-1, at=0)


async def begin_counting(tx: Write, actors: Sequence[int]) -> None:
    """Before much is stored at once: after it each of these is counted by `count_loaded`."""
    known = set(await tx.all(_KNOWN, ids=actors))
    await tx.run_many(_BEGIN, [{"actor": actor} for actor in actors if actor not in known])


async def count_loaded(tx: Write, said: dict[int, tuple[int, int]]) -> None:
    """By actor how much was stored for everybody, and when they last said something."""
    await tx.run_many(_COUNT, [{"actor": actor, "change": n, "at": at} for actor, (n, at) in said.items()])


async def count_anew(tx: Write, post_ids: Sequence[int]) -> None:
    """Those who said something that is for others from now on are counted when it is asked for."""
    await tx.run(_FORGET_OF, ids=post_ids)


async def forget_counts(tx: Write, actor: int) -> None:
    await tx.run(_FORGET, actor=actor)
