"""Pictures that are kept with what was said, though their post be removed, until nobody can object any more."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.moderation.tables import copies, decisions
from plausch.storage import Write, any_of, column_statement
from plausch.talk.actions.pictures import let_pictures_go

_NEEDED = column_statement(
    sa.union(
        sa.select(copies.c.post_id).where(any_of(copies.c.post_id, "posts")),
        sa.select(decisions.c.post_id).where(any_of(decisions.c.post_id, "posts"), decisions.c.kept != ""),
    )
)


async def release_pictures(tx: Write, posts: Sequence[int]) -> None:
    """What was kept of these posts went: so do their pictures, unless another report or decision keeps them."""
    needed = set(await tx.all(_NEEDED, posts=posts)) if posts else set()
    left = sorted(set(posts) - needed)
    if left:
        await let_pictures_go(tx, left)
