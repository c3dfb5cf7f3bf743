"""Topics in their boards: answers, what stands above, what is closed, and where it stands."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.groups import actions as group_actions
from plausch.groups import queries as groups
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import Consent, Viewer, check_may_act
from plausch.storage import Write, column_statement, greatest, param, upsert
from plausch.talk import queries
from plausch.talk.actions.holding import hold_conversation, hold_post
from plausch.talk.actions.looking_after import note_step
from plausch.talk.events import AnswerAccepted, StateChanged
from plausch.talk.model import Conversation, Post, Topic, TopicKind, TopicStep
from plausch.talk.tables import board_reads, conversations, posts, reads, topics
from plausch.work.facts import record

#: More than that above the others, and nothing stands out.
TOPIC_PINS_MAX = 5

_ANSWER = column_statement(
    sa.update(topics).where(topics.c.conversation_id == param("id")).values(answer_id=param("new_answer"))
)
_PIN = column_statement(
    sa.update(topics).where(topics.c.conversation_id == param("id")).values(pinned_at=param("new_pin"))
)
_MOVE = column_statement(
    sa.update(topics).where(topics.c.conversation_id == param("id")).values(board_id=param("new_board"), pinned_at=None)
)
_LOCK = column_statement(
    sa.update(conversations).where(conversations.c.id == param("id")).values(locked_at=param("new_lock"))
)
_done = upsert(board_reads)
_DONE = column_statement(
    _done.on_conflict_do_update(
        index_elements=[board_reads.c.person_id, board_reads.c.board_id],
        set_={"at": greatest(board_reads.c.at, _done.excluded.at)},
    )
)
_newest = sa.select(sa.func.max(posts.c.id)).where(posts.c.conversation_id == reads.c.conversation_id).scalar_subquery()
_counted = sa.select(conversations.c.replies).where(conversations.c.id == reads.c.conversation_id).scalar_subquery()
_CATCH_UP = column_statement(
    sa.update(reads)
    .where(
        reads.c.person_id == param("person"),
        reads.c.conversation_id.in_(sa.select(topics.c.conversation_id).where(topics.c.board_id == param("board"))),
        reads.c.replies < _counted,
    )
    .values(upto_id=_newest, replies=_counted, at=param("now"))
)


class _Held(NamedTuple):
    """A topic that nobody else changes meanwhile."""

    conversation: Conversation
    topic: Topic


async def accept_answer(tx: Write, viewer: Viewer, post_id: int) -> None:
    """A reply answers the question of its topic: so says who asked, or who looks after the place.

    Raises NotFound, NotAllowed, Conflict for what is no question, or not for everybody there.
    """
    post, held = await _question(tx, viewer, post_id)
    if post.parent_id is None or post.audience != held.conversation.audience:
        raise Conflict("answer_unfit")
    if held.topic.answer_id == post.id:
        return
    await tx.run(_ANSWER, id=post.conversation_id, new_answer=post.id)
    await record(tx, StateChanged(conversation_id=post.conversation_id, unanswered_id=held.topic.answer_id or 0))
    await record(
        tx,
        AnswerAccepted(
            post_id=post.id,
            conversation_id=post.conversation_id,
            actor_id=viewer.acting_as,
            post_actor_id=post.actor_id,
        ),
    )


async def unaccept_answer(tx: Write, viewer: Viewer, post_id: int) -> None:
    """It is open again. Raises NotFound, NotAllowed, Conflict."""
    post, held = await _question(tx, viewer, post_id)
    if held.topic.answer_id == post.id:
        await tx.run(_ANSWER, id=post.conversation_id, new_answer=None)
        await record(tx, StateChanged(conversation_id=post.conversation_id, unanswered_id=post.id))


async def pin_topic(tx: Write, viewer: Viewer, conversation_id: int) -> None:
    """It stands above the others in its board. Raises NotFound, NotAllowed, Conflict when there are enough."""
    held = await _manage(tx, viewer, conversation_id)
    pinned = await queries.list_pinned_topics(tx, viewer, held.topic.board_id)
    if held.topic.pinned_at is None:
        if len(pinned) >= TOPIC_PINS_MAX:
            raise Conflict("topic_pins_many")
        await tx.run(_PIN, id=conversation_id, new_pin=clock.now())
        await note_step(tx, viewer, held.conversation, TopicStep.PINNED)


async def unpin_topic(tx: Write, viewer: Viewer, conversation_id: int) -> None:
    """Raises NotFound, NotAllowed."""
    held = await _manage(tx, viewer, conversation_id)
    if held.topic.pinned_at is not None:
        await tx.run(_PIN, id=conversation_id, new_pin=None)
        await note_step(tx, viewer, held.conversation, TopicStep.UNPINNED)


async def move_topic(tx: Write, viewer: Viewer, conversation_id: int, board_id: int) -> None:
    """Into another board of the same place; its address stays. Raises NotFound, NotAllowed."""
    held = await _manage(tx, viewer, conversation_id)
    board = await groups.find_board(tx, board_id)
    if board is None or board.group_id != held.conversation.place_id:
        raise NotFound("board_not_found")
    if board.id != held.topic.board_id:
        await tx.run(_MOVE, id=conversation_id, new_board=board.id)
        await note_step(tx, viewer, held.conversation, TopicStep.MOVED, board.name)


async def lock_conversation(tx: Write, viewer: Viewer, conversation_id: int) -> None:
    """Only those who look after the place go on in it, be it a topic or not. Raises NotFound, NotAllowed."""
    conversation = await _hold_any(tx, viewer, conversation_id)
    if conversation.locked_at is None:
        await tx.run(_LOCK, id=conversation_id, new_lock=clock.now())
        await record(tx, StateChanged(conversation_id=conversation_id))
        await note_step(tx, viewer, conversation, TopicStep.LOCKED)


async def unlock_conversation(tx: Write, viewer: Viewer, conversation_id: int) -> None:
    """Raises NotFound, NotAllowed."""
    conversation = await _hold_any(tx, viewer, conversation_id)
    if conversation.locked_at is not None:
        await tx.run(_LOCK, id=conversation_id, new_lock=None)
        await record(tx, StateChanged(conversation_id=conversation_id))
        await note_step(tx, viewer, conversation, TopicStep.UNLOCKED)


async def remove_empty_board(tx: Write, viewer: Viewer, board_id: int) -> None:
    """Raises NotFound, NotAllowed, Conflict as long as something stands in it."""
    if await queries.has_topics(tx, board_id):
        raise Conflict("board_not_empty")
    await group_actions.remove_board(tx, viewer, board_id)


async def mark_board_read(tx: Write, viewer: Viewer, board_id: int) -> None:
    """Nothing that stands in a board by now is new to the viewer any more."""
    if not viewer.signed_in or not await people.has_consent(tx, viewer.person, Consent.KEEP_READ_MARKS):
        return
    now = clock.now()
    await tx.run(_DONE, person_id=viewer.person, board_id=board_id, at=now)
    await tx.run(_CATCH_UP, person=viewer.person, board=board_id, now=now)


async def _hold_any(tx: Write, viewer: Viewer, conversation_id: int) -> Conversation:
    """A conversation of a place that the viewer looks after, held."""
    check_may_act(viewer)
    await hold_conversation(tx, conversation_id)
    conversation = await queries.get_conversation(tx, viewer, conversation_id)
    standing = conversation.place_id or await queries.find_topic(tx, conversation_id) is not None
    if not standing or not await queries.looks_after(tx, viewer, conversation):
        raise NotAllowed
    return conversation


async def _manage(tx: Write, viewer: Viewer, conversation_id: int) -> _Held:
    conversation = await _hold_any(tx, viewer, conversation_id)
    topic = await queries.find_topic(tx, conversation_id)
    if topic is None:
        raise NotFound("conversation_not_found")
    return _Held(conversation, topic)


async def _question(tx: Write, viewer: Viewer, post_id: int) -> tuple[Post, _Held]:
    """A post in a topic that asks, for those who say what answers it."""
    check_may_act(viewer)
    post = await queries.get_post(tx, viewer, post_id)
    await hold_conversation(tx, post.conversation_id)
    if not await hold_post(tx, post_id):
        raise NotFound("post_not_found")
    conversation = await queries.get_conversation(tx, viewer, post.conversation_id)
    topic = await queries.find_topic(tx, conversation.id)
    if topic is None or topic.kind is not TopicKind.QUESTION:
        raise Conflict("answer_unfit")
    if conversation.actor_id != viewer.acting_as and not await queries.looks_after(tx, viewer, conversation):
        raise NotAllowed
    return post, _Held(conversation, topic)
