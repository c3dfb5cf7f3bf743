"""How far somebody has read: kept for themselves only, and never used for insights."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people import queries as people
from plausch.people.model import Consent, Viewer
from plausch.storage import Write, column_statement, greatest, param, upsert
from plausch.talk import queries
from plausch.talk.tables import board_reads, conversations, posts, put_away, reads


def in_ceiling(of: sa.Table) -> sa.ColumnElement[bool]:
    """A post is for everybody in its conversation, and counts there. Needs `conversations` joined."""
    return sa.and_(
        of.c.scope_kind == conversations.c.scope_kind,
        of.c.scope_id == conversations.c.scope_id,
        of.c.local_only == conversations.c.local_only,
    )


_new = upsert(reads)
_MARK = column_statement(
    _new.on_conflict_do_update(
        index_elements=[reads.c.person_id, reads.c.conversation_id],
        set_={
            "upto_id": greatest(reads.c.upto_id, _new.excluded.upto_id),
            # A page that was opened earlier, in another tab, may be marked later.
            "replies": sa.case(
                (_new.excluded.upto_id >= reads.c.upto_id, _new.excluded.replies), else_=reads.c.replies
            ),
            "at": _new.excluded.at,
        },
    )
)
#: Counted as the conversation counts them. What came after `upto` was not on the page; what is one's own is no news.
_COUNT_READ = column_statement(
    sa.select(sa.func.count())
    .select_from(posts.join(conversations, conversations.c.id == posts.c.conversation_id))
    .where(
        posts.c.conversation_id == param("conversation"),
        posts.c.parent_id.is_not(None),
        posts.c.deleted_at.is_(None),
        in_ceiling(posts),
        sa.or_(posts.c.id <= param("upto"), posts.c.actor_id == param("me")),
    )
)
_FORGET = [
    column_statement(sa.delete(table).where(table.c.person_id == param("person"))) for table in (reads, board_reads)
]
_FORGET_BOARD = column_statement(sa.delete(board_reads).where(board_reads.c.board_id == param("board")))
_FORGET_CONVERSATION = [
    column_statement(sa.delete(table).where(table.c.conversation_id == param("conversation")))
    for table in (reads, put_away)
]
_away = upsert(put_away)
_PUT_AWAY = column_statement(
    _away.on_conflict_do_update(
        index_elements=[put_away.c.person_id, put_away.c.scope_id], set_={"upto_id": _away.excluded.upto_id}
    )
)
_BRING_BACK = column_statement(sa.delete(put_away).where(put_away.c.person_id == param("person")))
_UNCOUNT = column_statement(
    sa.update(reads)
    .where(
        reads.c.conversation_id == param("conversation"),
        sa.or_(reads.c.upto_id >= param("post"), reads.c.person_id == param("author")),
    )
    .values(replies=reads.c.replies - 1)
)


async def note_read(tx: Write, viewer: Viewer, conversation: int, upto: int, replies: int) -> None:
    """Store a read mark as it is given, for whom such marks are kept."""
    if not await people.has_consent(tx, viewer.person, Consent.KEEP_READ_MARKS):
        return
    await tx.run(
        _MARK,
        person_id=viewer.person,
        conversation_id=conversation,
        upto_id=upto,
        replies=replies,
        at=clock.now(),
    )


async def mark_read(tx: Write, viewer: Viewer, conversation: int, upto: int) -> None:
    """The viewer has read a conversation up to a post: the newest that was shown to it. Raises NotFound."""
    if not viewer.signed_in:
        return
    await queries.get_conversation(tx, viewer, conversation)
    replies = await tx.first(_COUNT_READ, conversation=conversation, upto=upto, me=viewer.acting_as)
    await note_read(tx, viewer, conversation, upto, int(replies or 0))


async def forget_reads(tx: Write, person: int) -> None:
    """Nothing says any more what somebody has read."""
    for forget in _FORGET:
        await tx.run(forget, person=person)


async def uncount_read(tx: Write, conversation: int, post: int, author: int) -> None:
    """A counted reply is gone: whoever had read it has read one less."""
    await tx.run(_UNCOUNT, conversation=conversation, post=post, author=author)


async def forget_board_reads(tx: Write, board: int) -> None:
    """There is no such board any more."""
    await tx.run(_FORGET_BOARD, board=board)


async def forget_conversation_reads(tx: Write, conversation: int) -> None:
    """Nothing of it is left to be read."""
    for forget in _FORGET_CONVERSATION:
        await tx.run(forget, conversation=conversation)


async def put_direct_away(tx: Write, viewer: Viewer, scope: int) -> None:
    """The viewer does not want to see an exchange among its messages, until something new is said. Raises NotFound."""
    found = await queries.find_direct(tx, viewer, scope)
    if found is None:
        raise NotFound("conversation_not_found")
    await tx.run(
        _PUT_AWAY,
        person_id=viewer.acting_as,
        scope_id=scope,
        conversation_id=found.conversation_id,
        upto_id=found.last_id,
    )


async def forget_put_away(tx: Write, person: int) -> None:
    """Somebody is gone, and with them what they had put away."""
    await tx.run(_BRING_BACK, person=person)
