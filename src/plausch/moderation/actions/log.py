"""Writing the log: who did what. Nothing here changes or removes what stands in it."""

from plausch.kernel import clock, ids
from plausch.moderation.model import Act
from plausch.moderation.tables import log
from plausch.storage import Write


async def note_act(
    tx: Write,
    by: int,
    act: Act,
    *,
    subject: int | None = None,
    post: int | None = None,
    detail: str = "",
    at: int | None = None,
) -> None:
    """Ids and codes only: the log outlives what it speaks of."""
    moment = clock.now() if at is None else at
    await tx.insert(
        log, id=ids.new_id(), by_id=by, act=act.value, subject_id=subject, post_id=post, detail=detail, at=moment
    )
