"""Reads of feeds. Each takes the viewer, and shows what that viewer may see."""

from plausch.feeds.queries.cards import Outline, assemble, outline, show_posts
from plausch.feeds.queries.home import home_entries, home_feed, home_parts, home_picks
from plausch.feeds.queries.notifications import count_unread, list_notifications
from plausch.feeds.queries.parts import ActorPart, EntryParts, PostParts, list_actor_parts, list_post_parts
from plausch.feeds.queries.places import actor_feed, bookmarks_feed, local_feed, tag_feed
from plausch.feeds.queries.search import search_people, search_posts, search_tags

__all__ = [
    "ActorPart",
    "EntryParts",
    "Outline",
    "PostParts",
    "actor_feed",
    "assemble",
    "bookmarks_feed",
    "count_unread",
    "home_entries",
    "home_feed",
    "home_parts",
    "home_picks",
    "list_actor_parts",
    "list_notifications",
    "list_post_parts",
    "local_feed",
    "outline",
    "search_people",
    "search_posts",
    "search_tags",
    "show_posts",
    "tag_feed",
]
