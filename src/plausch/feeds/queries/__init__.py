"""Reads of feeds. Each takes the viewer, and shows what that viewer may see."""

from plausch.feeds.queries.cards import assemble, show_posts
from plausch.feeds.queries.home import home_entries, home_feed, home_parts
from plausch.feeds.queries.notifications import count_unread, list_notifications
from plausch.feeds.queries.parts import EntryParts
from plausch.feeds.queries.places import actor_feed, bookmarks_feed, local_feed, tag_feed
from plausch.feeds.queries.search import search_people, search_posts, search_tags

__all__ = [
    "EntryParts",
    "actor_feed",
    "assemble",
    "bookmarks_feed",
    "count_unread",
    "home_entries",
    "home_feed",
    "home_parts",
    "list_notifications",
    "local_feed",
    "search_people",
    "search_posts",
    "search_tags",
    "show_posts",
    "tag_feed",
]
