"""Where a topic stands, and what the viewer may do there: for the page of its conversation."""

from typing import NamedTuple

from plausch.groups.model import Board
from plausch.kernel.errors import NotFound
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries
from plausch.talk.model import Conversation, Form, Topic, TopicKind
from plausch.web.boards import Forum, forum_of


class Standing(NamedTuple):
    """A topic in its board."""

    topic: Topic
    forum: Forum
    board: Board
    #: The viewer began it.
    mine: bool
    #: The viewer may say which reply is the answer.
    judges: bool
    tags: list[str]

    @property
    def changed_here(self) -> bool:
        """The viewer may give it another title, kind or tags."""
        return self.mine or self.forum.looked_after

    @property
    def others(self) -> list[Board]:
        """Boards into which it can be moved."""
        return [one for one in self.forum.boards if one.id != self.board.id]


async def find_standing(tx: Read, viewer: Viewer, conversation: Conversation) -> Standing | None:
    """None for what is no topic, and for those who see no more of its place than the reply in which they were named."""
    if conversation.form is not Form.TOPIC:
        return None
    topic = await queries.find_topic(tx, conversation.id)
    if topic is None:
        return None
    try:
        forum = await forum_of(tx, viewer, conversation.place_id)
    except NotFound:
        return None
    board = forum.find(topic.board_id)
    if board is None:
        return None
    mine = viewer.signed_in and conversation.actor_id == viewer.acting_as
    judges = topic.kind is TopicKind.QUESTION and (mine or forum.looked_after)
    tags = await queries.list_tags_of(tx, viewer, [conversation.root_id])
    return Standing(topic, forum, board, mine, judges, tags.get(conversation.root_id, []))
