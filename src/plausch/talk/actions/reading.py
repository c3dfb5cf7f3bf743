"""How far somebody has read: kept for themselves only, and never used for insights."""

from plausch.kernel import clock
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, greatest, upsert
from plausch.talk import queries
from plausch.talk.tables import reads

_new = upsert(reads)
_MARK = column_statement(
    _new.on_conflict_do_update(
        index_elements=[reads.c.person_id, reads.c.conversation_id],
        set_={
            "upto_id": greatest(reads.c.upto_id, _new.excluded.upto_id),
            "replies": _new.excluded.replies,
            "at": _new.excluded.at,
        },
    )
)


async def note_read(tx: Write, viewer: Viewer, conversation: int, upto: int, replies: int) -> None:
    """Store a read mark as it is given."""
    await tx.run(
        _MARK,
        person_id=viewer.person,
        conversation_id=conversation,
        upto_id=upto,
        replies=replies,
        at=clock.now(),
    )


async def mark_read(tx: Write, viewer: Viewer, conversation: int, upto: int) -> None:
    """The viewer has read a conversation up to a post. Raises NotFound."""
    if not viewer.signed_in:
        return
    found = await queries.get_conversation(tx, viewer, conversation)
    await note_read(tx, viewer, conversation, upto, found.replies)
