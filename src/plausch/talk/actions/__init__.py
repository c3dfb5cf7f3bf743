"""What people can do in conversations: the only writer of this room."""

from plausch.talk.actions.bulk import LoadedPost, load_many
from plausch.talk.actions.editing import edit_post, remove_all_by, remove_post, set_detected_language
from plausch.talk.actions.pictures import add_picture, discard_pictures
from plausch.talk.actions.publishing import Addresses, hold_post, publish_post
from plausch.talk.actions.reading import mark_read
from plausch.talk.actions.responding import (
    bookmark_post,
    like_post,
    share_post,
    unbookmark_post,
    unlike_post,
    unshare_post,
    withdraw_all_by,
)

__all__ = [
    "Addresses",
    "LoadedPost",
    "add_picture",
    "bookmark_post",
    "discard_pictures",
    "edit_post",
    "hold_post",
    "like_post",
    "load_many",
    "mark_read",
    "publish_post",
    "remove_all_by",
    "remove_post",
    "set_detected_language",
    "share_post",
    "unbookmark_post",
    "unlike_post",
    "unshare_post",
    "withdraw_all_by",
]
