"""What people can do in conversations: the only writer of this room."""

from plausch.talk.actions.bulk import LoadedPost, load_many
from plausch.talk.actions.drafts import (
    PUBLISH_DRAFT,
    clear_place,
    discard_draft,
    forget_drafts,
    publish_due_draft,
    save_draft,
    schedule_draft,
    take_scheduled,
)
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
    "PUBLISH_DRAFT",
    "Addresses",
    "LoadedPost",
    "add_picture",
    "bookmark_post",
    "clear_place",
    "discard_draft",
    "discard_pictures",
    "edit_post",
    "forget_drafts",
    "hold_post",
    "like_post",
    "load_many",
    "mark_read",
    "publish_due_draft",
    "publish_post",
    "remove_all_by",
    "remove_post",
    "save_draft",
    "schedule_draft",
    "set_detected_language",
    "share_post",
    "take_scheduled",
    "unbookmark_post",
    "unlike_post",
    "unshare_post",
    "withdraw_all_by",
]
