"""Having a thing to oneself until the transaction ends, and what is kept of it in a second place.

Whoever holds both holds the conversation before the post, so that nobody waits for each other.
"""

import sqlalchemy as sa

from plausch.storage import Write, column_statement, param
from plausch.talk.tables import conversations, posts, topics

_HOLD_TALK = column_statement(
    sa.select(conversations.c.talkers).where(conversations.c.id == param("id")).with_for_update()
)
_HOLD_POST = column_statement(
    sa.select(posts.c.id).where(posts.c.id == param("id"), posts.c.deleted_at.is_(None)).with_for_update()
)


_HOLD_RANGE = column_statement(
    sa.select(posts.c.id).where(posts.c.id > param("after"), posts.c.id <= param("until")).with_for_update(read=True)
)


def _as_in_talk(column: str) -> sa.ScalarSelect[int]:
    return sa.select(conversations.c[column]).where(conversations.c.id == topics.c.conversation_id).scalar_subquery()


_COPY_NUMBERS = column_statement(
    sa.update(topics)
    .where(topics.c.conversation_id == param("id"))
    .values(last_at=_as_in_talk("last_at"), replies=_as_in_talk("replies"), voices=_as_in_talk("voices"))
)


async def hold_conversation(tx: Write, conversation: int) -> str:
    """Have its numbers to oneself until the transaction ends; who talked last."""
    return str(await tx.first(_HOLD_TALK, id=conversation) or "")


async def hold_post(tx: Write, post: int) -> bool:
    """Have a post neither changed nor removed by others until the transaction ends; False when it is gone."""
    return await tx.first(_HOLD_POST, id=post) is not None


async def hold_posts(tx: Write, after: int, until: int) -> None:
    """The same of all posts with `after` < id <= `until`; others may hold them so, too."""
    await tx.all(_HOLD_RANGE, after=after, until=until)


async def copy_numbers(tx: Write, conversation: int) -> None:
    """What has changed in a topic is to be seen in its board, which is read in the order of these numbers."""
    await tx.run(_COPY_NUMBERS, id=conversation)
