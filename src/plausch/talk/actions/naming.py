"""The head of a topic: its title, what it is, its tags. Its author changes it, and whoever looks after the place."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.language import markdown
from plausch.people.model import Viewer, check_may_act
from plausch.storage import Write, column_statement, param
from plausch.talk import queries
from plausch.talk.actions.editing import check_may_change
from plausch.talk.actions.holding import hold_conversation, hold_post
from plausch.talk.actions.looking_after import note_step
from plausch.talk.actions.revising import keep_revision, look_beneath
from plausch.talk.actions.texts import note_tags
from plausch.talk.events import PostEdited, StateChanged
from plausch.talk.model import Attached, Post, TopicEdit, TopicKind, TopicStep, clean_title
from plausch.talk.tables import posts, topics
from plausch.work.facts import record

_RENAME = column_statement(
    sa.update(posts)
    .where(posts.c.id == param("id"))
    .values(title=param("new_title", sa.Text()), edited_at=param("now"), version=posts.c.version + 1)
)
_RENEW = column_statement(sa.update(posts).where(posts.c.id == param("id")).values(version=posts.c.version + 1))
#: What is no question has no answer.
_BECOME = column_statement(
    sa.update(topics)
    .where(topics.c.conversation_id == param("id"))
    .values(
        kind=param("new_kind", sa.Text()),
        answer_id=sa.case(
            (param("new_kind", sa.Text()) == TopicKind.QUESTION.value, topics.c.answer_id), else_=sa.null()
        ),
    )
)
_SOURCE = column_statement(sa.select(posts.c.source).where(posts.c.id == param("id")))


async def change_topic(tx: Write, viewer: Viewer, conversation_id: int, edit: TopicEdit) -> None:
    """Give a topic another title, kind or tags; what it was called before stands in its history.

    Raises NotFound, also where its beginning was removed, NotAllowed, Invalid.
    """
    check_may_act(viewer)
    await hold_conversation(tx, conversation_id)
    if not await hold_post(tx, conversation_id):
        raise NotFound("conversation_not_found")
    conversation = await queries.get_conversation(tx, viewer, conversation_id)
    topic = await queries.find_topic(tx, conversation_id)
    root = await queries.get_post(tx, viewer, conversation.root_id)
    if topic is None:
        raise NotFound("conversation_not_found")
    tending = await queries.looks_after(tx, viewer, conversation)
    if not tending:
        if root.actor_id != viewer.acting_as:
            raise NotAllowed("not_yours")
        await check_may_change(tx, viewer, root.actor_id)
    changed = await _rename(tx, root, edit)
    if edit.kind is not None and edit.kind is not topic.kind:
        _check_kind(topic.kind, edit.kind, root, tending=tending)
        await tx.run(_BECOME, id=conversation_id, new_kind=edit.kind.value)
        await record(tx, StateChanged(conversation_id=conversation_id, unanswered_id=topic.answer_id or 0))
        changed = True
    changed = await _tag(tx, root, edit) or changed
    if not changed:
        return
    if tending and viewer.acting_as != root.actor_id:
        await note_step(tx, viewer, conversation, TopicStep.CHANGED)
    await record(tx, PostEdited(post_id=root.id, conversation_id=conversation_id, actor_id=root.actor_id))


async def _rename(tx: Write, root: Post, edit: TopicEdit) -> bool:
    title = root.title if edit.title is None else clean_title(edit.title)
    if title == root.title:
        return False
    await keep_revision(tx, root.id, await look_beneath(tx, root.id))
    await tx.run(_RENAME, id=root.id, new_title=title, now=clock.now())
    return True


async def _tag(tx: Write, root: Post, edit: TopicEdit) -> bool:
    if edit.tags is None:
        return False
    before = await queries.list_tags(tx, root.id)
    source: str | None = await tx.first(_SOURCE, id=root.id)
    await note_tags(tx, root.id, markdown.parse(source or "").tags, edit.tags)
    if await queries.list_tags(tx, root.id) == before:
        return False
    await tx.run(_RENEW, id=root.id)
    return True


def _check_kind(before: TopicKind, after: TopicKind, root: Post, *, tending: bool) -> None:
    """Raises Invalid."""
    if TopicKind.ANNOUNCEMENT in (before, after) and not tending:
        raise Invalid("topic", "announcement_not_yours")
    if after is TopicKind.POLL and not root.attached & Attached.POLL:
        raise Invalid("topic", "poll_missing")
