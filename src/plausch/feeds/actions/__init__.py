"""What changes in feeds: notifications and the search index."""

from plausch.feeds.actions.indexing import forget_person, forget_post, index_person, index_post
from plausch.feeds.actions.notifying import (
    forget_about_post,
    forget_actor,
    forget_request,
    forget_response,
    mark_notifications_read,
    notify,
)

__all__ = [
    "forget_about_post",
    "forget_actor",
    "forget_person",
    "forget_post",
    "forget_request",
    "forget_response",
    "index_person",
    "index_post",
    "mark_notifications_read",
    "notify",
]
