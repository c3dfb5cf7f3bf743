"""What those who look after the community decide: the only writer of this room."""

from plausch.community.actions.about import TOPIC, change_community, forget_person, set_logo
from plausch.community.actions.announcements import announce, dismiss_announcement, end_announcement
from plausch.community.actions.documents import publish_document, set_operator
from plausch.community.actions.emoji import add_emoji, remove_emoji
from plausch.community.actions.reacting import REACTIONS, react, unreact
from plausch.community.actions.servers import (
    allow_server,
    block_server,
    change_server_block,
    disallow_server,
    unblock_server,
)

__all__ = [
    "REACTIONS",
    "TOPIC",
    "add_emoji",
    "allow_server",
    "announce",
    "block_server",
    "change_community",
    "change_server_block",
    "disallow_server",
    "dismiss_announcement",
    "end_announcement",
    "forget_person",
    "publish_document",
    "react",
    "remove_emoji",
    "set_logo",
    "set_operator",
    "unblock_server",
    "unreact",
]
