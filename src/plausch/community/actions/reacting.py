"""Reacting to announcements with an emoji, and taking that back."""

import sqlalchemy as sa

from plausch.community import queries
from plausch.community.model.announcements import REACTIONS_MAX, is_emoji
from plausch.community.tables import announcements, reactions
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.live import Notice, tell

#: Where it is told: `what` is the reaction, `id` the announcement.
REACTIONS = "reactions"
#: One after the other, so that there are never more kinds than is allowed.
_HOLD = column_statement(
    sa.select(announcements.c.id)
    .where(
        announcements.c.id == param("announcement"),
        announcements.c.from_at <= param("now"),
        sa.or_(announcements.c.until_at.is_(None), announcements.c.until_at > param("now")),
    )
    .with_for_update()
)
_ADD = column_statement(upsert(reactions).on_conflict_do_nothing())
_DROP = column_statement(
    sa.delete(reactions).where(
        reactions.c.announcement_id == param("announcement"),
        reactions.c.name == param("name", sa.Text()),
        reactions.c.person_id == param("person"),
    )
)


async def react(tx: Write, viewer: Viewer, announcement: int, name: str) -> None:
    """With a Unicode emoji, or one of the server's own by its shortcode; repeating it changes nothing.

    Raises NotFound for what is not announced now, Invalid("name", ...), Conflict when there are too many kinds.
    """
    await _hold(tx, viewer, announcement)
    if not is_emoji(name) and not await queries.find_emoji(tx, [name]):
        raise Invalid("name", "choice_unknown")
    there = (await queries.list_reactions(tx, viewer, [announcement])).get(announcement, [])
    if len(there) >= REACTIONS_MAX and name not in [one.name for one in there]:
        raise Conflict("reactions_many", field="name")
    if await tx.run(_ADD, announcement_id=announcement, name=name, person_id=viewer.person, at=clock.now()):
        await tell(tx, Notice(REACTIONS, name, announcement))


async def unreact(tx: Write, viewer: Viewer, announcement: int, name: str) -> None:
    """Raises NotFound for what is not announced now."""
    await _hold(tx, viewer, announcement)
    if await tx.run(_DROP, announcement=announcement, name=name, person=viewer.person):
        await tell(tx, Notice(REACTIONS, name, announcement))


async def _hold(tx: Write, viewer: Viewer, announcement: int) -> None:
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if await tx.first(_HOLD, announcement=announcement, now=clock.now()) is None:
        raise NotFound
