"""Pinning: a few posts of one's own stand above the others on one's wall."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, NotAllowed, NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk import queries
from plausch.talk.actions.holding import hold_post
from plausch.talk.actions.placing import check_decides_for
from plausch.talk.model import PINS_MAX
from plausch.talk.tables import pins

_PIN = column_statement(upsert(pins).on_conflict_do_nothing())
_UNPIN = column_statement(sa.delete(pins).where(pins.c.actor_id == param("actor"), pins.c.post_id == param("post")))
_COUNT = column_statement(sa.select(sa.func.count()).select_from(pins).where(pins.c.actor_id == param("actor")))


async def pin_post(tx: Write, viewer: Viewer, post_id: int) -> None:
    """Pin a post of one's own. Raises NotFound, NotAllowed for somebody else's, Conflict when there are enough."""
    await check_decides_for(tx, viewer)
    if not await hold_post(tx, post_id):
        raise NotFound("post_not_found")
    post = await queries.get_post(tx, viewer, post_id)
    if not viewer.signed_in or post.actor_id != viewer.acting_as:
        raise NotAllowed("not_yours")
    if int(await tx.first(_COUNT, actor=viewer.acting_as) or 0) >= PINS_MAX:
        raise Conflict("pins_many")
    await tx.run(_PIN, actor_id=viewer.acting_as, post_id=post_id, at=clock.now())


async def unpin_post(tx: Write, viewer: Viewer, post_id: int) -> None:
    await check_decides_for(tx, viewer)
    await tx.run(_UNPIN, actor=viewer.acting_as, post=post_id)
