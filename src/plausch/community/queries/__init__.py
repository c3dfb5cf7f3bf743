"""Reads of what the community says of itself. It is for everybody, so hardly one asks for the viewer."""

from plausch.community.queries.about import get_community
from plausch.community.queries.announcements import (
    list_announcements,
    list_dismissed,
    list_open_announcements,
    list_reactions,
)
from plausch.community.queries.documents import (
    draft_document,
    find_document,
    get_document,
    get_operator,
    list_published,
    list_versions,
)
from plausch.community.queries.emoji import find_emoji, list_emoji
from plausch.community.queries.servers import (
    find_allowed_server,
    find_nearest_block,
    find_suspended,
    get_allowed_server,
    get_blocked_server,
    list_allowed_servers,
    list_blocked_servers,
    list_shown_blocks,
)

__all__ = [
    "draft_document",
    "find_allowed_server",
    "find_document",
    "find_emoji",
    "find_nearest_block",
    "find_suspended",
    "get_allowed_server",
    "get_blocked_server",
    "get_community",
    "get_document",
    "get_operator",
    "list_allowed_servers",
    "list_announcements",
    "list_blocked_servers",
    "list_dismissed",
    "list_emoji",
    "list_open_announcements",
    "list_published",
    "list_reactions",
    "list_shown_blocks",
    "list_versions",
]
