"""Having a thing to oneself until the transaction ends."""

import sqlalchemy as sa

from plausch.storage import Write, column_statement, param
from plausch.talk.tables import conversations, posts

_HOLD_TALK = column_statement(
    sa.select(conversations.c.talkers).where(conversations.c.id == param("id")).with_for_update()
)
_HOLD_POST = column_statement(
    sa.select(posts.c.id).where(posts.c.id == param("id"), posts.c.deleted_at.is_(None)).with_for_update()
)


async def hold_conversation(tx: Write, conversation: int) -> str:
    """Have its numbers to oneself until the transaction ends; who talked last."""
    return str(await tx.first(_HOLD_TALK, id=conversation) or "")


async def hold_post(tx: Write, post: int) -> bool:
    """Have a post neither changed nor removed by others until the transaction ends; False when it is gone."""
    return await tx.first(_HOLD_POST, id=post) is not None
