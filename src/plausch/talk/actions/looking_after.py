"""What those who look after a place do with the conversations in it stands in the log of the place."""

from plausch.groups import actions as group_actions
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk.events import TopicTended
from plausch.talk.model import Conversation, TopicStep
from plausch.work.facts import record


async def note_step(tx: Write, viewer: Viewer, conversation: Conversation, step: TopicStep, text: str = "") -> None:
    """The members of a group know what is done for them; the community's log is kept by who hears of the fact."""
    if conversation.place_id:
        await group_actions.note(tx, conversation.place_id, viewer.person, step, conversation.id, text)
    await record(
        tx,
        TopicTended(
            conversation_id=conversation.id,
            actor_id=conversation.actor_id,
            tended_by=viewer.person,
            step=step.value,
            place_id=conversation.place_id,
        ),
    )
