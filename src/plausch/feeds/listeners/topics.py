"""What becomes of topics in boards, and of posts that others removed."""

from plausch.feeds import actions
from plausch.feeds.listeners.posts import notify_of
from plausch.feeds.model import NotificationKind
from plausch.groups.events import BoardRemoved
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk import queries as talk
from plausch.talk.actions import hold_post
from plausch.talk.events import AnswerAccepted, StateChanged, TopicTended
from plausch.talk.model import TopicStep
from plausch.work.live import Notice, tell


async def on_answer_accepted(tx: Write, fact: AnswerAccepted) -> None:
    """Unless it is another one by now."""
    topic = await talk.find_topic(tx, fact.conversation_id)
    if topic is None or topic.answer_id != fact.post_id or fact.actor_id == fact.post_actor_id:
        return
    if await hold_post(tx, fact.post_id):
        await notify_of(tx, fact.post_actor_id, NotificationKind.ANSWER_ACCEPTED, fact)


async def on_topic_tended(tx: Write, fact: TopicTended) -> None:
    """Whose topic it is hears that it is called otherwise, or stands elsewhere."""
    if fact.step not in (TopicStep.CHANGED, TopicStep.MOVED) or fact.tended_by == fact.actor_id:
        return
    owner, id_ = Viewer(fact.actor_id, fact.actor_id), fact.conversation_id
    if await hold_post(tx, id_) and await talk.find_post(tx, owner, id_) is not None:
        kind = NotificationKind.TOPIC_TENDED
        await actions.notify(tx, fact.actor_id, kind, fact.tended_by, post=id_, conversation=id_, at=fact.occurred_at)


async def on_state_changed(tx: Write, fact: StateChanged) -> None:
    await tell(tx, Notice(f"conversation:{fact.conversation_id}", "state", fact.unanswered_id))


async def on_board_removed(tx: Write, fact: BoardRemoved) -> None:
    await actions.forget_board(tx, fact.board_id)
