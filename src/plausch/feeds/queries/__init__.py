"""Reads of feeds. Each takes the viewer, and shows what that viewer may see."""

from plausch.feeds.queries.cards import Outline, assemble, show_posts
from plausch.feeds.queries.catching_up import CatchUp, catch_up
from plausch.feeds.queries.choosing import chosen_feed
from plausch.feeds.queries.directory import list_active
from plausch.feeds.queries.filters import fold, get_filter, get_sieve, is_hidden, list_filters
from plausch.feeds.queries.followed_tags import follows_tag, list_followed_tags
from plausch.feeds.queries.home import home_entries, home_feed, home_outline, home_parts
from plausch.feeds.queries.lists import ListChoice, get_list, list_choices, list_feed, list_list_members, list_lists
from plausch.feeds.queries.muting import has_muted, muted_feed
from plausch.feeds.queries.notifications import (
    Addressed,
    count_addressed,
    count_unread,
    count_unread_by_page,
    find_notification,
    find_server_key,
    get_preferences,
    list_due,
    list_notifications,
    list_push_subscriptions,
    list_waiting,
)
from plausch.feeds.queries.parts import ActorPart, EntryParts, PostParts, list_actor_parts, list_post_parts
from plausch.feeds.queries.places import (
    actor_entries,
    actor_feed,
    actor_outline,
    bookmarks_feed,
    liked_feed,
    local_entries,
    local_feed,
    tag_entries,
    tag_feed,
)
from plausch.feeds.queries.reader import Reader, Within, find_within, get_reader
from plausch.feeds.queries.recipes import get_recipe, list_recipe_actors, list_recipes, recipe_feed
from plausch.feeds.queries.scoring import Scored, find_lively, find_waiting, list_offerable
from plausch.feeds.queries.search import list_searches, search_people, search_posts, search_tags
from plausch.feeds.queries.trends import (
    PostTrend,
    TagTrend,
    find_trending_posts,
    find_trending_tags,
    is_hidden_tag,
    list_trending_posts,
    list_trending_tags,
)
from plausch.feeds.queries.watching import find_board_watch, list_watchers

__all__ = [
    "ActorPart",
    "Addressed",
    "CatchUp",
    "EntryParts",
    "ListChoice",
    "Outline",
    "PostParts",
    "PostTrend",
    "Reader",
    "Scored",
    "TagTrend",
    "Within",
    "actor_entries",
    "actor_feed",
    "actor_outline",
    "assemble",
    "bookmarks_feed",
    "catch_up",
    "chosen_feed",
    "count_addressed",
    "count_unread",
    "count_unread_by_page",
    "find_board_watch",
    "find_lively",
    "find_notification",
    "find_server_key",
    "find_trending_posts",
    "find_trending_tags",
    "find_waiting",
    "find_within",
    "fold",
    "follows_tag",
    "get_filter",
    "get_list",
    "get_preferences",
    "get_reader",
    "get_recipe",
    "get_sieve",
    "has_muted",
    "home_entries",
    "home_feed",
    "home_outline",
    "home_parts",
    "is_hidden",
    "is_hidden_tag",
    "liked_feed",
    "list_active",
    "list_actor_parts",
    "list_choices",
    "list_due",
    "list_feed",
    "list_filters",
    "list_followed_tags",
    "list_list_members",
    "list_lists",
    "list_notifications",
    "list_offerable",
    "list_post_parts",
    "list_push_subscriptions",
    "list_recipe_actors",
    "list_recipes",
    "list_searches",
    "list_trending_posts",
    "list_trending_tags",
    "list_waiting",
    "list_watchers",
    "local_entries",
    "local_feed",
    "muted_feed",
    "recipe_feed",
    "search_people",
    "search_posts",
    "search_tags",
    "show_posts",
    "tag_entries",
    "tag_feed",
]
