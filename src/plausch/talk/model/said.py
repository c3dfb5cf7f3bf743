"""What was said, as figures need it: by whom and when, to whom, and nothing of the words."""

from typing import NamedTuple


class Said(NamedTuple):
    """A post, and what it answers."""

    id: int
    conversation_id: int
    #: 0 for one that begins a conversation.
    parent_id: int
    actor_id: int
    author_id: int
    at: int
    likes: int
    #: Its author counts in insights.
    counts: bool
    parent_author_id: int


class Unanswered(NamedTuple):
    """A post that waits for an answer, and who speaks in it."""

    post_id: int
    actor_id: int
