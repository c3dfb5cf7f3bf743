"""What counts as an answer to a conversation: something by somebody else, and by no program."""

import sqlalchemy as sa

from plausch.people.queries import is_automated
from plausch.talk.queries import conversation, post

#: A post by somebody else in the conversation that is looked at.
BY_ANOTHER = (
    post.c.conversation_id == conversation.c.id,
    post.c.actor_id != conversation.c.actor_id,
    post.c.deleted_at.is_(None),
    sa.not_(is_automated(post.c.author_id)),
)


def is_unanswered() -> sa.ColumnElement[bool]:
    """Nobody but who began the conversation has said anything in it. Needs `conversation`."""
    said = sa.exists(sa.select(sa.literal(1)).where(*BY_ANOTHER).correlate(conversation))
    # Where only one has spoken, nothing has to be looked up.
    return sa.or_(conversation.c.voices <= 1, sa.not_(said))
