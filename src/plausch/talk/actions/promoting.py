"""From a note to a topic: a conversation that has grown moves into a board, and is never shown to more people there."""

import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.groups.model import Board, Group, Visibility
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, NotAllowed, NotFound
from plausch.people.model import Viewer, check_may_act
from plausch.storage import Write, column_statement, param
from plausch.talk import queries
from plausch.talk.actions.holding import copy_numbers, hold_conversation, hold_post
from plausch.talk.actions.placing import find_place, must_wait
from plausch.talk.actions.publishing import publish_post
from plausch.talk.actions.texts import Addresses
from plausch.talk.events import ConversationMoved, PostEdited
from plausch.talk.model import (
    NEEDS_APPROVAL,
    Attached,
    Audience,
    AudienceKind,
    Conversation,
    EntryKind,
    Form,
    Post,
    PostDraft,
    TopicKind,
    clean_title,
)
from plausch.talk.tables import conversations, entries, posts, topics
from plausch.work.facts import record

_BECOME = column_statement(
    sa.update(conversations)
    .where(conversations.c.id == param("id"))
    .values(form=Form.TOPIC.value, place_id=param("new_place"))
)
_ENTITLE = column_statement(
    sa.update(posts)
    .where(posts.c.id == param("id"))
    .values(title=param("new_title", sa.Text()), version=posts.c.version + 1)
)


def keeps_its_place(conversation: Conversation, group: Group | None) -> bool:
    """Whether it can stand in a board as it is: it is for those who read the board already, and stands nowhere else."""
    if conversation.place_id not in (0, group.id if group is not None else 0):
        return False
    if group is None or group.visibility is Visibility.PUBLIC:
        return conversation.audience_kind is AudienceKind.PUBLIC
    return conversation.audience == Audience(AudienceKind.GROUP, group.id, True)


async def promote_to_topic(
    tx: Write,
    viewer: Viewer,
    conversation_id: int,
    board_id: int,
    title: str,
    addresses: Addresses,
    kind: TopicKind = TopicKind.DISCUSSION,
) -> int:
    """Move a note into a board as a topic; the id of the topic, which is that of the note where it can be.

    Its author may, and whoever looks after the place in which it stands. Where it would be shown to other people than
    it was said to, a new topic begins with the author's own words instead, and only the author begins it. Raises
    NotFound, NotAllowed, Conflict for what is a topic already, Invalid, and what publishing raises.
    """
    check_may_act(viewer)
    await hold_conversation(tx, conversation_id)
    conversation = await queries.get_conversation(tx, viewer, conversation_id)
    if conversation.form is not Form.NOTE:
        raise Conflict("topic_already")
    if not await hold_post(tx, conversation.root_id):
        raise NotFound("conversation_not_found")
    root = await queries.get_post(tx, viewer, conversation.root_id)
    board = await groups.find_board(tx, board_id)
    if board is None:
        raise NotFound("board_not_found")
    await groups.keep_group(tx, board.group_id)
    group = await groups.find_group(tx, viewer, board.group_id) if board.group_id else None
    if board.group_id and (group is None or not group.readable):
        raise NotFound("board_not_found")
    own = viewer.acting_as == root.actor_id
    stays = keeps_its_place(conversation, group)
    if not own and not (stays and await queries.looks_after(tx, viewer, conversation)):
        raise NotAllowed
    if not stays:
        return await _begin_anew(tx, viewer, root, board, title, addresses, kind)
    await _check(tx, viewer, board, root, kind)
    await _move(tx, conversation, root, board, clean_title(title), kind)
    return conversation_id


async def _check(tx: Write, viewer: Viewer, board: Board, root: Post, kind: TopicKind) -> None:
    """As for a topic that begins there. Raises NotAllowed, TooMany, Invalid."""
    asks = kind is TopicKind.POLL and root.attached & Attached.POLL
    topic = TopicKind.DISCUSSION if asks else kind
    draft = PostDraft(source="", place=board.group_id, form=Form.TOPIC, board=board.id, topic=topic)
    if await must_wait(tx, viewer, await find_place(tx, viewer, draft)):
        raise NotAllowed(NEEDS_APPROVAL)


async def _move(tx: Write, conversation: Conversation, root: Post, board: Board, title: str, kind: TopicKind) -> None:
    """Its address, its replies and whatever points to them stay as they are."""
    now = clock.now()
    await tx.run(_BECOME, id=conversation.id, new_place=board.group_id)
    await tx.run(_ENTITLE, id=root.id, new_title=title)
    await tx.insert(topics, conversation_id=conversation.id, board_id=board.id, kind=kind.value, last_at=now)
    await copy_numbers(tx, conversation.id)
    if board.group_id and not conversation.place_id:
        await tx.insert(
            entries,
            id=ids.new_id(now),
            actor_id=board.group_id,
            kind=EntryKind.WALL.value,
            post_id=root.id,
            conversation_id=conversation.id,
        )
        await record(tx, ConversationMoved(conversation_id=conversation.id, place_id=board.group_id))
    await record(tx, PostEdited(post_id=root.id, conversation_id=conversation.id, actor_id=root.actor_id))


async def _begin_anew(
    tx: Write, viewer: Viewer, root: Post, board: Board, title: str, addresses: Addresses, kind: TopicKind
) -> int:
    """A topic of its own: it says what its author has said, and leads nowhere that others may not go."""
    source = await queries.get_source(tx, viewer, root.id)
    draft = PostDraft(
        source=source.source,
        warning=source.warning,
        language=source.language,
        place=board.group_id,
        form=Form.TOPIC,
        title=clean_title(title),
        board=board.id,
        topic=kind,
    )
    return await publish_post(tx, viewer, draft, addresses)
