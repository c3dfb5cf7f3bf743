"""What people do with their notifications beside reading them: clear them, let strangers in, note how far they are."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds.actions.notifying import addressed_to, tell_read
from plausch.feeds.model import NotificationKind, Place
from plausch.feeds.tables import let_in, markers, notifications
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Write, any_of, column_statement, param, upsert

_MINE = (notifications.c.recipient_id == param("person"), notifications.c.page_id == param("page"))
_CLEAR = column_statement(
    sa.delete(notifications).where(
        *_MINE, any_of(notifications.c.kind, "kinds"), notifications.c.place != Place.ASIDE.value
    )
)
_REMOVE = column_statement(sa.delete(notifications).where(*_MINE, any_of(notifications.c.id, "ids")))
_ASIDE = (*_MINE, notifications.c.place == Place.ASIDE.value, any_of(notifications.c.actor_id, "actors"))
_DISMISS = column_statement(sa.delete(notifications).where(*_ASIDE))
_MOVE = column_statement(sa.update(notifications).where(*_ASIDE).values(place=Place.PAGE.value))
_LET_IN = column_statement(upsert(let_in).on_conflict_do_nothing())
_new = upsert(markers)
_MARK = column_statement(
    _new.on_conflict_do_update(
        index_elements=[markers.c.reader_id, markers.c.stream],
        set_={"last_id": _new.excluded.last_id, "version": markers.c.version + 1, "at": _new.excluded.at},
    )
)


async def clear_notifications(tx: Write, viewer: Viewer, kinds: Sequence[NotificationKind]) -> None:
    """The viewer wants to see none of these kinds any more; new ones come as before."""
    _check(viewer)
    await tx.run(_CLEAR, kinds=[kind.value for kind in kinds], **addressed_to(viewer))
    await tell_read(tx, viewer, 1)


async def remove_notifications(tx: Write, viewer: Viewer, ids: Sequence[int]) -> None:
    """The viewer's own, of those that are named."""
    _check(viewer)
    await tell_read(tx, viewer, await tx.run(_REMOVE, ids=list(ids), **addressed_to(viewer)))


async def dismiss_strangers(tx: Write, viewer: Viewer, actors: Sequence[int]) -> None:
    """What these did and was kept aside is gone."""
    _check(viewer)
    await tx.run(_DISMISS, actors=list(actors), **addressed_to(viewer))


async def let_in_strangers(tx: Write, viewer: Viewer, actors: Sequence[int]) -> None:
    """What these did comes among the others, now and from now on. Who is not there is left out."""
    _check(viewer)
    there = await people.list_actors(tx, viewer, list(actors))
    for actor in sorted(there):
        await tx.run(_LET_IN, person_id=viewer.person, actor_id=actor)
    if there:
        await tx.run(_MOVE, actors=list(there), **addressed_to(viewer))


async def set_marker(tx: Write, viewer: Viewer, stream: str, last_id: int) -> None:
    """Note how far the viewer has read a stream."""
    _check(viewer)
    await tx.run(_MARK, reader_id=viewer.acting_as, stream=stream, last_id=last_id, version=1, at=clock.now())


def _check(viewer: Viewer) -> None:
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
